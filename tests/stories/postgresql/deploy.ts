/** PostgreSQL with its settings, roles, databases and nightly backups. */

import { include } from "drover";

await include("tasks/server.ts");
await include("tasks/databases.ts");
await include("tasks/backups.ts");

/** A machine at home: people, SSH, firewall, jobs, updates, and what it says of itself. */

import { include } from "drover";

await include("tasks/people.ts");
await include("tasks/ssh.ts");
await include("tasks/firewall.ts");
await include("tasks/jobs.ts");
await include("tasks/updates.ts");
await include("tasks/system.ts");

/** What both servers have: the programs, and the password with which either of them copies the other. */

import { host } from "drover";
import { apt, files } from "drover/operations";

await apt.packages({
  name: "Install PostgreSQL",
  packages: [`postgresql-${host.data.postgres_version}`],
  update: true,
  cacheTime: 86400,
  noRecommends: true,
});
await files.put({
  name: "Let the standby in",
  src: { content: `*:*:*:replicator:${host.data.replication_password}\n` },
  dest: "/var/lib/postgresql/.pgpass",
  user: "postgres",
  group: "postgres",
  mode: 600,
});

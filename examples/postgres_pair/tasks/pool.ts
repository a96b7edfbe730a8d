/** PgBouncer, which hands connections of applications on to the primary. */

import { anyChanged, host } from "drover";
import { apt, files, server } from "drover/operations";
import { primaryAddress } from "../places.ts";

const { database, app_password, cluster_port, pool_port, listen_address } = host.data;
const owner = { user: "postgres", group: "postgres", mode: 640 };

await apt.packages({
  name: "Install PgBouncer",
  packages: ["pgbouncer"],
  update: true,
  cacheTime: 86400,
  noRecommends: true,
});
const users = await files.put({
  name: "Say who may use the pool",
  src: { content: `"${database}" "${app_password}"\n` },
  dest: "/etc/pgbouncer/userlist.txt",
  ...owner,
});
const settings = await files.template({
  name: "Configure PgBouncer",
  src: "templates/pgbouncer.ini.j2",
  dest: "/etc/pgbouncer/pgbouncer.ini",
  data: { database, primary: primaryAddress(), cluster_port, address: listen_address, port: pool_port },
  ...owner,
});
await server.service({
  name: "Restart PgBouncer",
  service: "pgbouncer",
  restarted: true,
  _if: anyChanged(users, settings),
});
await server.service({ name: "Start PgBouncer", service: "pgbouncer", running: true, enabled: true });

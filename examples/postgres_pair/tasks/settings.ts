/** What is set on both servers, so that either can be the primary. */

import { host } from "drover";
import { files, server } from "drover/operations";
import { addressesOf, service, settings } from "../places.ts";

const owner = { user: "postgres", group: "postgres" };

const options = await files.template({
  name: "Set PostgreSQL's options",
  src: "templates/settings.conf.j2",
  dest: `${settings}/conf.d/pair.conf`,
  data: { address: host.data.listen_address },
  mode: 644,
  ...owner,
});
const access = await files.template({
  name: "Say who may come in",
  src: "templates/pg_hba.conf.j2",
  dest: `${settings}/pg_hba.conf`,
  data: {
    database: host.data.database,
    pools: addressesOf("pools"),
    servers: addressesOf("db_servers"),
  },
  mode: 640,
  ...owner,
});
await server.service({ name: "Restart PostgreSQL", service, restarted: true, _if: options });
await server.service({ name: "Start PostgreSQL", service, running: true, enabled: true });
await server.service({ name: "Reload PostgreSQL", service, reloaded: true, _if: access });

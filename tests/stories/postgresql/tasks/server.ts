/** The server: its packages, settings, and who may come in. */

import { host } from "drover";
import { apt, files, server } from "drover/operations";

const version: number = host.data.postgres_version;
const directory = `/etc/postgresql/${version}/main`;
const service = `postgresql@${version}-main`;

await apt.packages({
  name: "Install PostgreSQL",
  packages: [`postgresql-${version}`],
  update: true,
  cacheTime: 86400,
  noRecommends: true,
});

const settings = await files.template({
  name: "Set PostgreSQL's options",
  src: "templates/settings.conf.j2",
  dest: `${directory}/conf.d/site.conf`,
  user: "postgres",
  group: "postgres",
  mode: 644,
  data: { settings: { listen_addresses: host.data.listen_address, ...host.data.settings } },
});

const access = await files.template({
  name: "Say who may come in",
  src: "templates/pg_hba.conf.j2",
  dest: `${directory}/pg_hba.conf`,
  user: "postgres",
  group: "postgres",
  mode: 640,
  data: { databases: host.data.databases },
});

await server.service({ name: "Start PostgreSQL", service, running: true });
await server.service({ name: "Restart PostgreSQL", service, restarted: true, _if: settings });
await server.service({ name: "Reload PostgreSQL", service, reloaded: true, _if: access });

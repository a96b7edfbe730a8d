/** The primary: its cluster, whoever may use it, and its database. */

import { facts, host, include, sh } from "drover";
import { postgres, server } from "drover/operations";
import { data, settings } from "../places.ts";

const { postgres_version, cluster, cluster_port, database, app_password, replication_password } = host.data;

const [hasCluster, isStandby] = await Promise.all([
  host.getFact(facts.files.File, { path: `${settings}/postgresql.conf` }),
  host.getFact(facts.files.File, { path: `${data}/standby.signal` }),
]);
if (!hasCluster) {
  const create = sh`pg_createcluster ${postgres_version} ${cluster} --port ${cluster_port}`;
  await server.shell({ name: "Create the cluster", commands: create });
}
await include("tasks/settings.ts");
if (isStandby) {
  const promote = sh`pg_ctlcluster ${postgres_version} ${cluster} promote`;
  await server.shell({ name: "Take over from the former primary", commands: promote });
}

await host.arguments({ _sudoUser: "postgres" }, async () => {
  const connection = { psqlPort: cluster_port, psqlDatabase: "postgres" };
  await postgres.role({
    name: "Set the role of the standby",
    role: "replicator",
    password: replication_password,
    replication: true,
    ...connection,
  });
  await postgres.role({
    name: "Set the role of the application",
    role: database,
    password: app_password,
    connectionLimit: 50,
    ...connection,
  });
  await postgres.database({
    name: "Create the database",
    database,
    owner: database,
    template: "template0",
    encoding: "UTF8",
    ...connection,
  });
});

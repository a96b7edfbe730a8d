/** The standby: a copy of the primary that follows it. */

import { facts, host, include, sh } from "drover";
import { func, server } from "drover/operations";
import { data, primaryAddress, settings } from "../places.ts";

const { postgres_version, cluster, cluster_port } = host.data;

const [hasCluster, isStandby] = await Promise.all([
  host.getFact(facts.files.File, { path: `${settings}/postgresql.conf` }),
  host.getFact(facts.files.File, { path: `${data}/standby.signal` }),
]);
if (!hasCluster) {
  const create = sh`pg_createcluster ${postgres_version} ${cluster} --port ${cluster_port}`;
  const copy = sh`runuser -u postgres -- pg_basebackup --host ${primaryAddress()} --port ${cluster_port} \
    --username replicator --no-password --write-recovery-conf --checkpoint fast --pgdata ${data}`;
  // Half a copy must not be taken for a cluster by the next run.
  const drop = sh`{ pg_dropcluster ${postgres_version} ${cluster}; exit 1; }`;
  await server.shell({
    name: "Copy the primary",
    // Data that are there without a cluster are not this deploy's to remove.
    commands: sh`cd / && test ! -e ${data} && ${create} && { rm -r ${data} && ${copy} || ${drop}; }`,
  });
} else if (!isStandby) {
  await func.raiseException({
    name: "Keep the data of a former primary",
    exception: new Error(
      `this is no standby; if its data may go: pg_dropcluster --stop ${postgres_version} ${cluster}`,
    ),
  });
}
await include("tasks/settings.ts");

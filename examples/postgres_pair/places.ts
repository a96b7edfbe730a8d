/** Where things are on the hosts, and where the hosts are. */

import { host, inventory } from "drover";

const { postgres_version, cluster } = host.data;

/** Settings of the cluster. */
export const settings = `/etc/postgresql/${postgres_version}/${cluster}`;
/** Data of the cluster. */
export const data = `/var/lib/postgresql/${postgres_version}/${cluster}`;
/** The unit of the cluster. */
export const service = `postgresql@${postgres_version}-${cluster}`;

/** The address of the primary. */
export function primaryAddress(): string {
  return inventory.getHost(host.data.primary)!.data.listen_address;
}

/** The addresses that connections of a group's hosts come from. */
export function addressesOf(...groups: string[]): string[] {
  const hosts = groups.flatMap((group) => inventory.getGroup(group));
  return [...new Set(hosts.map(({ data }) => data.get("source_address", data.listen_address)))];
}

/** Where the stories' hosts are: a name of the story's own for a host of `deno task lab up`. */

import type { HostEntry } from "drover";
import { ADMIN_PASSWORD, labHost } from "../../scripts/lab/hosts.ts";

const KEYS = "/var/tmp/drover-lab/keys";

/** An entry of an inventory; `listen_address` is the host's own, for all hosts of the lab share one network. */
export function inLab(name: string, labName: string, data: Record<string, unknown> = {}): HostEntry {
  const { address, user, sudoAsks } = labHost(labName);
  const login = {
    ssh_hostname: address,
    ssh_user: user,
    ssh_key: `${KEYS}/id_ed25519`,
    ssh_known_hosts_file: `${KEYS}/known_hosts`,
    ...sudoAsks ? { _sudoPassword: ADMIN_PASSWORD } : {},
  };
  return [name, { ...login, listen_address: address, ...data }];
}

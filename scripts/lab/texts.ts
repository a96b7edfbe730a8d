/** What the lab gives its users: an inventory, a configuration for ssh, and how to log in. */

import { ADMIN_PASSWORD, type LabHost } from "./hosts.ts";
import { KNOWN_HOSTS, LOGIN_KEY } from "./keys.ts";

/** An inventory of the lab's hosts, grouped by role. */
export function inventoryText(hosts: readonly LabHost[]): string {
  const groups = Map.groupBy(hosts, (host) => host.name.split("-")[0]!);
  const parts = [...groups].map(([role, members]) =>
    `export const ${role}: Hosts = [\n${members.map((host) => `  ${hostEntry(host)},\n`).join("")}];\n`
  );
  return `/** The lab's hosts; written by \`deno task lab up\`. */

import type { Hosts } from "drover";

${parts.join("\n")}
export const all_data = ${JSON.stringify(sshData(), null, 2)};
`;
}

function hostEntry(host: LabHost): string {
  const data = {
    ssh_hostname: host.address,
    ssh_user: host.user,
    ...(host.sudoAsks ? { _sudoPassword: ADMIN_PASSWORD } : {}),
  };
  return JSON.stringify([host.name, data]);
}

function sshData(): Record<string, string> {
  return { ssh_key: LOGIN_KEY, ssh_known_hosts_file: KNOWN_HOSTS, ssh_strict_host_key_checking: "yes" };
}

/** A configuration file for ssh that knows the lab's hosts. */
export function sshConfigText(hosts: readonly LabHost[]): string {
  const own = hosts.map((host) => `Host ${host.name}\n  HostName ${host.address}\n  User ${host.user}\n`);
  const common = {
    Host: hosts.map((host) => host.name).join(" "),
    IdentityFile: LOGIN_KEY,
    IdentitiesOnly: "yes",
    UserKnownHostsFile: KNOWN_HOSTS,
    StrictHostKeyChecking: "yes",
  };
  const [first, ...rest] = Object.entries(common).map((entry) => entry.join(" "));
  return [...own, `${first}\n${rest.map((line) => `  ${line}\n`).join("")}`].join("\n");
}

/** A line about one host. */
export function hostLine(host: LabHost, state: string): string {
  const sudo = host.sudoAsks ? `sudo asks admin for a password: ${ADMIN_PASSWORD}` : "sudo asks nothing";
  const columns = [host.name.padEnd(9), host.address.padEnd(12), state.padEnd(8), host.user.padEnd(9), sudo];
  return columns.join(" ");
}

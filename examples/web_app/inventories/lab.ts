/** The same web application on the hosts of `deno task lab up`: only addresses and logins differ. */

import type { Hosts } from "drover";
import * as production from "../inventory.ts";

export {
  app_name,
  app_version,
  cache_servers_data,
  load_balancer_data,
  web_servers_data,
} from "../inventory.ts";

export const environment = "lab";
export const app_repo = "git://127.0.1.41/myapp.git";

/** All hosts share one network: each listens on its own address only. */
const ADDRESSES: Readonly<Record<string, string>> = {
  "lb-01.example.com": "127.0.1.11",
  "web-01.example.com": "127.0.1.21",
  "web-02.example.com": "127.0.1.22",
  "db-01.example.com": "127.0.1.31",
  "db-02.example.com": "127.0.1.32",
  "cache-01.example.com": "127.0.1.41",
};

export const load_balancers = inLab(production.load_balancers);
export const web_servers = inLab(production.web_servers);
export const db_servers = inLab(production.db_servers);
export const cache_servers = inLab(production.cache_servers);

// Debian 12 has PostgreSQL 15.
export const db_servers_data = { ...production.db_servers_data, postgres_version: "15" };

export const targets: Hosts = [...load_balancers, ...web_servers, ...db_servers, ...cache_servers];

/** The hosts that the lab has, with its addresses and its key. */
function inLab(hosts: Hosts): Hosts {
  return hosts.flatMap((entry) => {
    const [name, data] = typeof entry === "string" ? [entry, {}] : entry;
    const address = ADDRESSES[name];
    if (address === undefined) return [];
    const login = {
      ssh_user: "admin",
      ...data,
      ssh_hostname: address,
      ssh_key: "/var/tmp/drover-lab/keys/id_ed25519",
      ssh_known_hosts_file: "/var/tmp/drover-lab/keys/known_hosts",
      // On caches, sudo asks for a password.
      ...name.startsWith("cache-") ? { _sudoPassword: "drover" } : {},
    };
    return [[name, { ...login, listen_address: address }]];
  });
}

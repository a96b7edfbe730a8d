/** The same pair on the hosts of `deno task lab up`. */

import { type HostEntry, type Hosts, secret } from "drover";

export const primary = "db-01.example.com";

export const db_servers: Hosts = [
  inLab("db-01.example.com", "postgres", "127.0.1.31"),
  inLab("db-02.example.com", "postgres", "127.0.1.32"),
];

export const pools: Hosts = [inLab("pool-01.example.com", "admin", "127.0.1.11")];

export const app_network = "127.0.0.0/8";
export const app_password = secret("app-of-the-lab");
export const replication_password = secret("replication-of-the-lab");

function inLab(name: string, user: string, address: string): HostEntry {
  return [name, {
    ssh_user: user,
    ssh_hostname: address,
    ssh_key: "/var/tmp/drover-lab/keys/id_ed25519",
    ssh_known_hosts_file: "/var/tmp/drover-lab/keys/known_hosts",
    listen_address: address,
    // All hosts share one network, in which this is where connections come from.
    source_address: "127.0.0.1",
    // A host of the lab may not touch that network: its rules are checked in one of their own.
    nft_check: "unshare --user --map-root-user --net nft --check --file",
    firewall_running: null,
  }];
}

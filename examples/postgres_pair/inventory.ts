/** Two database servers, of which one is the primary, and a connection pool in front of them. */

import { type Hosts, secret } from "drover";

// After a failure of the primary, name the other one here, and run the deploy with --limit on what is left.
export const primary = "db-01.example.com";

export const db_servers: Hosts = [
  ["db-01.example.com", { listen_address: "10.0.3.1" }],
  ["db-02.example.com", { listen_address: "10.0.3.2" }],
];

export const pools: Hosts = [
  ["pool-01.example.com", { listen_address: "10.0.2.1" }],
];

/** Where the applications are that use the pool. */
export const app_network = "10.0.1.0/24";

// drover … --allow-env=APP_PASSWORD,REPLICATION_PASSWORD
export const app_password = secret(Deno.env.get("APP_PASSWORD") ?? "");
export const replication_password = secret(Deno.env.get("REPLICATION_PASSWORD") ?? "");

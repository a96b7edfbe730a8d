/**
 * A pair of PostgreSQL servers, a connection pool in front of it, and a firewall around all of them. The standby takes
 * over when the inventory names it as the primary.
 */

import { host, include } from "drover";

const isServer = host.groups.includes("db_servers");
const isPrimary = host.name === host.data.primary;

if (isServer) await include("tasks/programs.ts");
if (isPrimary) await include("tasks/primary.ts");
// All hosts have a firewall: what stands below it waits for what stands above it on the other hosts.
await include("tasks/firewall.ts");
if (isServer && !isPrimary) await include("tasks/standby.ts");
if (host.groups.includes("pools")) await include("tasks/pool.ts");

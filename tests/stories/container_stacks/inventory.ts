/** A machine that runs container stacks. */

import type { Hosts } from "drover";
import { inLab } from "../lab.ts";

export const container_hosts: Hosts = [
  // No engine runs in the lab: what stands here checks the stacks and starts no container.
  inLab("stacks.example.com", "db-01", { compose: "/usr/local/sbin/compose-without-engine" }),
];

/** The list of instances that LXD and Incus print alike. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** An instance as the client's JSON has it. */
export interface ContainerInfo {
  /** Its name. */
  name: string;
  /** `Running`, `Stopped`, `Frozen`, `Error`. */
  status?: string;
  /** Everything else that is told. */
  [property: string]: unknown;
}

/** A fact that lists the instances of a client's own server. */
export function containersFact(name: string, client: "lxc" | "incus"): Fact<ContainerInfo[]> {
  return fact<ContainerInfo[]>({
    name,
    about: () => ({ kind: `container of ${client}` }),
    remember: {},
    requires: client,
    command: () => sh`${client} list --format json --fast`,
    process: (lines) => JSON.parse(lines.join("\n")) as ContainerInfo[],
    default: () => [],
  });
}

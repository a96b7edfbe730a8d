/** Facts about the containers and virtual machines of Incus. */

import type { Fact } from "../host/mod.ts";
import { type ContainerInfo, containersFact } from "./container_list.ts";

/** The instances of Incus with what `incus list` tells of each, such as `name`, `status` and `type`. */
export const IncusContainers: Fact<ContainerInfo[]> = containersFact("incus.IncusContainers", "incus");

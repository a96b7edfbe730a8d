/** Facts about the containers and virtual machines of LXD. */

import type { Fact } from "../host/mod.ts";
import { type ContainerInfo, containersFact } from "./container_list.ts";

/** The instances of LXD with what `lxc list` tells of each, such as `name`, `status` and `type`. */
export const LxdContainers: Fact<ContainerInfo[]> = containersFact("lxd.LxdContainers", "lxc");

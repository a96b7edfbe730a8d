/** Containers of LXD. */

import { LxdContainers } from "../facts/lxd.ts";
import { type Operation, operation } from "../host/mod.ts";
import { ensureInstance, INSTANCE_PARAMETERS, type InstanceArgs } from "./container_instance.ts";

/** Arguments of {@linkcode container}. */
export interface ContainerArgs extends InstanceArgs {
  /** Image that a new one is made from; one that exists is not compared with it. Default: `ubuntu:16.04`. */
  image?: string | undefined;
}

/**
 * Launches or deletes a container of LXD. Changes something if there is none of the name, or one with
 * `present: false`, which is stopped first.
 *
 * @example
 * await lxd.container({ id: "web", image: "images:debian/12", _sudo: true });
 */
export const container: Operation<ContainerArgs> = operation<ContainerArgs>(
  "lxd.container",
  async function* (args) {
    yield* ensureInstance(args, {
      operation: "lxd.container",
      program: "lxc",
      list: LxdContainers,
      image: "ubuntu:16.04",
    });
  },
  { parameters: { ...INSTANCE_PARAMETERS } },
);

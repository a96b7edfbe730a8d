/** Containers of Incus. */

import { IncusContainers } from "../facts/incus.ts";
import { type Operation, operation } from "../host/mod.ts";
import { ensureInstance, INSTANCE_PARAMETERS, type InstanceArgs } from "./container_instance.ts";

/** Arguments of {@linkcode container}. */
export interface ContainerArgs extends InstanceArgs {
  /** Image that a new one is made from; one that exists is not compared with it. Default: `images:debian/12`. */
  image?: string | undefined;
}

/**
 * Launches or deletes a container of Incus. Changes something if there is none of the name, or one with
 * `present: false`, which is stopped first.
 *
 * @example
 * await incus.container({ id: "web", image: "images:debian/12", _sudo: true });
 */
export const container: Operation<ContainerArgs> = operation<ContainerArgs>(
  "incus.container",
  async function* (args) {
    yield* ensureInstance(args, {
      operation: "incus.container",
      program: "incus",
      list: IncusContainers,
      image: "images:debian/12",
    });
  },
  { parameters: { ...INSTANCE_PARAMETERS } },
);

/** What LXD and Incus do alike: launching instances from images, and deleting them. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import type { ContainerInfo } from "../facts/container_list.ts";
import { effect, type Fact, host, type ParameterKinds, type Steps, touches } from "../host/mod.ts";

/** Arguments of an instance. */
export interface InstanceArgs {
  /** Name of the instance: letters, digits and hyphens. */
  id: string;
  /** Whether it shall exist; `false` stops and deletes it with all that is in it. Default: `true`. */
  present?: boolean | undefined;
  /** Image that a new one is made from, such as `images:debian/12`. One that exists is not compared with it. */
  image?: string | undefined;
}

/** The kinds of the arguments, in their order. */
export const INSTANCE_PARAMETERS: ParameterKinds<InstanceArgs> = {
  id: "string",
  present: "boolean?",
  image: "string?",
};

/** What makes one client differ from another. */
export interface InstanceClient {
  operation: string;
  program: "lxc" | "incus";
  list: Fact<ContainerInfo[]>;
  /** Image of new instances where none is named. */
  image: string;
}

/**
 * Makes sure that an instance exists and runs from its first day on, or that it does not exist.
 *
 * @throws {DroverError} `E_ARGUMENT` for a name that no instance can have.
 */
export async function* ensureInstance(args: InstanceArgs, client: InstanceClient): Steps {
  const { id, present = true, image = client.image } = args;
  const { program } = client;
  checkName(client.operation, id);
  if (image === "" || image.startsWith("-")) {
    throw new DroverError("E_ARGUMENT", `${client.operation}: ${Deno.inspect(image)} is not an image`);
  }
  touches({ kind: `container of ${program}`, name: id });
  const found = (await host.getFact(client.list)).find(({ name }) => name === id);
  if (present) {
    if (found !== undefined) return host.noop(`container ${id} exists`);
    effect("create");
    // Without a terminal, it would take its standard input for settings.
    yield sh`${program} launch ${image} ${id} < /dev/null`;
    return;
  }
  if (found === undefined) return host.noop(`container ${id} does not exist`);
  effect("remove");
  if (found.status !== undefined && found.status !== "Stopped") yield sh`${program} stop ${id}`;
  yield sh`${program} delete ${id}`;
}

/** Where a name has a colon, the client takes what is before it for another server, which the list does not tell of. */
function checkName(operation: string, id: string): void {
  if (/^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(id)) return;
  throw new DroverError("E_ARGUMENT", `${operation}: ${Deno.inspect(id)} is not the name of a container`, {
    hint: "names have up to 63 letters, digits and hyphens, begin with a letter and end with no hyphen",
  });
}

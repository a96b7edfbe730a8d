/** Containers of OpenVZ. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { OpenvzContainers, type OpenvzState, OpenvzStatus } from "../facts/vzctl.ts";
import { effect, host, type Operation, operation, type ParameterKinds, touches } from "../host/mod.ts";

/** The argument that every operation has. */
export interface ContainerArgs {
  /** Number of the container. */
  ctid: string | number;
}

/** Arguments of {@linkcode start} and {@linkcode restart}. */
export interface StartArgs extends ContainerArgs {
  /** Starts it even if it is disabled in its configuration. Default: `false`. */
  force?: boolean | undefined;
}

/** Arguments of {@linkcode create}. */
export interface CreateArgs extends ContainerArgs {
  /** Name of the template of its operating system. Default: what vzctl is configured to take. */
  template?: string | undefined;
}

/** Arguments of {@linkcode set}. */
export interface SetArgs extends ContainerArgs {
  /** Writes the settings to its configuration, and not only to the container that runs. Default: `true`. */
  save?: boolean | undefined;
  /**
   * Settings as options of `vzctl set` without their hyphens: `{ hostname: "web", ipadd: ["10.0.0.2", "10.0.0.3"] }`;
   * a list gives an option several times.
   */
  data?: Readonly<Record<string, string | number | readonly (string | number)[]>> | undefined;
}

const CONTAINER_PARAMETERS: ParameterKinds<ContainerArgs> = { ctid: "string | number" };
const START_PARAMETERS: ParameterKinds<StartArgs> = { ctid: "string | number", force: "boolean?" };

/**
 * Starts a container of OpenVZ. Changes something if it does not run.
 *
 * @example
 * await vzctl.start({ ctid: 101, _sudo: true });
 */
export const start: Operation<StartArgs> = operation<StartArgs>("vzctl.start", async function* (args) {
  const { ctid, state } = await readState("vzctl.start", args);
  if (state?.running) return host.noop(`container ${ctid} is running`);
  yield startCommand(ctid, args);
}, { parameters: START_PARAMETERS });

/**
 * Stops a container of OpenVZ. Changes something if it runs.
 *
 * @example
 * await vzctl.stop({ ctid: 101, _sudo: true });
 */
export const stop: Operation<ContainerArgs> = operation<ContainerArgs>("vzctl.stop", async function* (args) {
  const { ctid, state } = await readState("vzctl.stop", args);
  if (state?.running === false) return host.noop(`container ${ctid} is stopped`);
  yield sh`vzctl stop ${ctid}`;
}, { parameters: CONTAINER_PARAMETERS });

/**
 * Restarts a container of OpenVZ, or starts it if it does not run. It acts each time, so give it a condition.
 *
 * @example
 * await vzctl.restart({ ctid: 101, _if: config, _sudo: true });
 */
export const restart: Operation<StartArgs> = operation<StartArgs>("vzctl.restart", async function* (args) {
  const { ctid, state } = await readState("vzctl.restart", args);
  if (state?.running !== false) yield sh`vzctl stop ${ctid}`;
  yield startCommand(ctid, args);
}, { parameters: START_PARAMETERS, idempotent: false });

/**
 * Mounts the filesystem of a container of OpenVZ. Changes something if it is not mounted.
 *
 * @example
 * await vzctl.mount({ ctid: 101, _sudo: true });
 */
export const mount: Operation<ContainerArgs> = operation<ContainerArgs>(
  "vzctl.mount",
  async function* (args) {
    const { ctid, state } = await readState("vzctl.mount", args);
    if (state?.mounted) return host.noop(`container ${ctid} is mounted`);
    yield sh`vzctl mount ${ctid}`;
  },
  { parameters: CONTAINER_PARAMETERS },
);

/**
 * Unmounts the filesystem of a container of OpenVZ. Changes something if it is mounted.
 *
 * @example
 * await vzctl.unmount({ ctid: 101, _sudo: true });
 */
export const unmount: Operation<ContainerArgs> = operation<ContainerArgs>(
  "vzctl.unmount",
  async function* (args) {
    const { ctid, state } = await readState("vzctl.unmount", args);
    if (state?.mounted === false) return host.noop(`container ${ctid} is not mounted`);
    yield sh`vzctl umount ${ctid}`;
  },
  { parameters: CONTAINER_PARAMETERS },
);

/**
 * Deletes a container of OpenVZ with all that is in it. Changes something if it exists; vzctl refuses one that runs
 * or is mounted.
 *
 * @example
 * await vzctl.delete({ ctid: 101, _sudo: true });
 */
const remove: Operation<ContainerArgs> = operation<ContainerArgs>("vzctl.delete", async function* (args) {
  const { ctid, state } = await readState("vzctl.delete", args);
  if (state?.exists === false) return host.noop(`container ${ctid} does not exist`);
  effect("remove");
  yield sh`vzctl delete ${ctid}`;
}, { parameters: CONTAINER_PARAMETERS });

export { remove as delete };

/**
 * Creates a container of OpenVZ.
 *
 * @throws {DroverError} `E_CONTAINER` if there is one of this number: nothing tells whether it is the wanted one.
 * @example
 * const containers = await host.getFact(facts.vzctl.OpenvzContainers);
 * if (!("101" in containers)) await vzctl.create({ ctid: 101, template: "debian-12-x86_64", _sudo: true });
 */
export const create: Operation<CreateArgs> = operation<CreateArgs>("vzctl.create", async function* (args) {
  const ctid = checkContainer("vzctl.create", args);
  touches({ kind: "container of vzctl", name: ctid });
  const containers = await host.getFact(OpenvzContainers);
  if (Object.hasOwn(containers, ctid)) {
    throw new DroverError("E_CONTAINER", `There is a container ${ctid} on ${host.name} already`, {
      hint: "facts.vzctl.OpenvzContainers tells which there are: create those only that are not among them",
    });
  }
  effect("create");
  const template = args.template === undefined ? undefined : sh`--ostemplate ${args.template}`;
  yield sh`vzctl create ${ctid} ${template}`;
}, { parameters: { ctid: "string | number", template: "string?" }, idempotent: false });

/**
 * Changes settings of a container of OpenVZ. It acts each time, so give it a condition.
 *
 * @example
 * await vzctl.set({ ctid: 101, data: { hostname: "web.example.com", nameserver: ["10.0.0.53"] }, _sudo: true });
 */
export const set: Operation<SetArgs> = operation<SetArgs>("vzctl.set", async function* (args) {
  const { save = true, data = {} } = args;
  const ctid = checkContainer("vzctl.set", args);
  touches({ kind: "container of vzctl", name: ctid, parts: ["settings"] });
  const options = Object.entries(data).flatMap(([key, value]) => {
    if (!/^\w[\w-]*$/.test(key)) {
      throw new DroverError("E_ARGUMENT", `vzctl.set: ${Deno.inspect(key)} is not the name of a setting`, {
        hint: "settings are options of vzctl set without their hyphens, such as hostname",
      });
    }
    return [value].flat().flatMap((one) => [`--${key}`, String(one)]);
  });
  yield sh`vzctl set ${ctid} ${save && sh`--save`} ${options}`;
}, {
  parameters: {
    ctid: "string | number",
    save: "boolean?",
    data: "Record<string, string | number | (string | number)[]>?",
  },
  idempotent: false,
});

/** A container by its checked number, and what it is doing as far as that is known. */
async function readState(
  operation: string,
  args: ContainerArgs,
): Promise<{ ctid: string; state: OpenvzState | undefined }> {
  const ctid = checkContainer(operation, args);
  touches({ kind: "container of vzctl", name: ctid });
  return { ctid, state: await host.getFact(OpenvzStatus, { ctid }) };
}

function checkContainer(operation: string, { ctid }: ContainerArgs): string {
  const text = String(ctid);
  if (/^[A-Za-z0-9{][\w{}.-]*$/.test(text)) return text;
  throw new DroverError("E_ARGUMENT", `${operation}: ${Deno.inspect(ctid)} is not a container's number`);
}

function startCommand(ctid: string, { force = false }: StartArgs): ShellCommand {
  return sh`vzctl start ${ctid} ${force && sh`--force`}`;
}

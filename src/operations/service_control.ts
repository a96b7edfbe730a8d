/** What operations on services have in common: from the wanted and the present state to the actions. */

import type { Step } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { serviceSubject } from "../facts/service_subject.ts";
import { alters, host, type ParameterKinds, restsOn, type Steps, touches } from "../host/mod.ts";

/** The arguments that every operation on services has. */
export interface ServiceArgs {
  /** Name of the service. */
  service: string;
  /** Whether it should be running: `true` by default. `null` leaves it as it is. */
  running?: boolean | null;
  /** Restarts it, if it is running. */
  restarted?: boolean;
  /** Makes it read its configuration again, if it is running. */
  reloaded?: boolean;
  /** Another action to take each time, such as `"condrestart"`. */
  command?: string;
  /** Whether it should start at boot; left as it is by default. */
  enabled?: boolean | null;
}

/** The kinds of the common arguments, in their order. */
export const SERVICE_PARAMETERS: ParameterKinds<ServiceArgs> = {
  service: "string",
  running: "boolean | null?",
  restarted: "boolean?",
  reloaded: "boolean?",
  command: "string?",
  enabled: "boolean | null?",
};

/** Makes the steps by which a service manager takes an action; the action's words are still unquoted. */
export type ServiceAction = (action: readonly string[]) => Step | readonly Step[];

/** What a service manager knows of a service. */
export interface ServiceState {
  running: boolean;
  /** Whether it starts at boot; nothing where nobody has asked. */
  enabled?: boolean | undefined;
  /** The actions that start it, where these are others than `start`. */
  start?: readonly string[] | undefined;
}

/** What makes one service manager differ from another. */
export interface ServiceManager {
  act: ServiceAction;
  /** Makes the service start at boot, or no longer; absent where that is not its affair. */
  boot?(enabled: boolean): Steps;
  /** Whether it starts only what is enabled, so that this comes first. Default: `false`. */
  startsEnabledOnly?: boolean;
}

/**
 * Brings a service into the wanted state. Yields nothing if it is as wanted.
 *
 * @example
 * ```ts
 * checkService("upstart.service", args);
 * const status = await host.getFact(facts.upstart.UpstartStatus);
 * yield* ensureService(args, { running: status[args.service] ?? false }, {
 *   act: (action) => sh`initctl ${action} ${args.service}`,
 *   boot,
 * });
 * ```
 */
export async function* ensureService(args: ServiceArgs, state: ServiceState, manager: ServiceManager): Steps {
  const { service, running = true, restarted, reloaded, command, enabled } = args;
  const subject = (part: "running" | "enabled") => serviceSubject(service, part);
  if (running !== null || restarted || reloaded) restsOn(subject("running"));
  if (typeof enabled === "boolean") touches(subject("enabled"));
  if (command !== undefined || running !== null && running !== state.running) alters(subject("running"));
  const isBootFirst = manager.startsEnabledOnly && enabled === true;
  if (isBootFirst) yield* controlBoot(args, state, manager);
  yield* controlService(args, state, manager.act);
  if (!isBootFirst) yield* controlBoot(args, state, manager);
}

async function* controlBoot(
  { service, enabled }: ServiceArgs,
  state: ServiceState,
  manager: ServiceManager,
): Steps {
  if (typeof enabled !== "boolean" || manager.boot === undefined) return;
  if (enabled === state.enabled) {
    return host.noop(`service ${service} is ${enabled ? "enabled" : "disabled"}`);
  }
  yield* manager.boot(enabled);
}

/**
 * Checks the arguments of a service whose name becomes part of a path.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkService(operation: string, args: ServiceArgs): void {
  checkServiceArgs(operation, args);
  checkServiceName(operation, args.service);
}

/**
 * Checks the name of a service that becomes part of a path.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkServiceName(operation: string, service: string): void {
  if (!/(^|\/)\.{0,2}(\/|$)/.test(service)) return;
  throw new DroverError("E_ARGUMENT", `${operation}: ${Deno.inspect(service)} is not the name of a service`, {
    hint: "give the name that the service manager knows it by, and not a path",
  });
}

/**
 * Checks that arguments of a service make sense together.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkServiceArgs(operation: string, args: ServiceArgs): void {
  const { service, running, restarted, reloaded, command } = args;
  if (!/^[^\s\0-][^\s\0]*$/.test(service)) {
    throw new DroverError(
      "E_ARGUMENT",
      `${operation} needs the name of a service: ${Deno.inspect(service)} is none`,
    );
  }
  if (running === false && (restarted || reloaded)) {
    throw new DroverError(
      "E_ARGUMENT",
      `${operation} is told to stop ${service} and to ${restarted ? "restart" : "reload"} it`,
      { hint: "leave out either running: false or restarted and reloaded" },
    );
  }
  if (command !== undefined && command.trim() === "") {
    throw new DroverError("E_ARGUMENT", `${operation} has an empty command`);
  }
}

/**
 * The actions that bring a service into the wanted state. A service that is started now is neither restarted
 * nor reloaded: it has just read its configuration. A restart includes the reload.
 */
export function* controlService(
  args: ServiceArgs,
  { running: isRunning, start = ["start"] }: ServiceState,
  act: ServiceAction,
): Generator<Step, void, void> {
  const { service, running = true, restarted, reloaded, command } = args;
  const acts = isRunning && (restarted || reloaded) || command !== undefined;
  const take = (...action: string[]) => [act(action)].flat();
  if (running === true && !isRunning) { for (const action of start) yield* take(action); }
  else if (running === false && isRunning) yield* take("stop");
  else if (running !== null && !acts) host.noop(`service ${service} is ${isRunning ? "running" : "stopped"}`);
  if (isRunning && restarted) yield* take("restart");
  else if (isRunning && reloaded) yield* take("reload");
  if (command !== undefined) yield* take(...command.trim().split(/\s+/));
}

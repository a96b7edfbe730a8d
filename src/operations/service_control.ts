/** What operations on services have in common: from the wanted and the present state to the actions. */

import type { Step } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { host, type ParameterKinds } from "../host/mod.ts";

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

/** Makes the step by which a service manager takes an action; the action's words are still unquoted. */
export type ServiceAction = (action: readonly string[]) => Step;

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
  isRunning: boolean,
  act: ServiceAction,
): Generator<Step, void, void> {
  const { service, running = true, restarted, reloaded, command } = args;
  const acts = isRunning && (restarted || reloaded) || command !== undefined;
  if (running === true && !isRunning) yield act(["start"]);
  else if (running === false && isRunning) yield act(["stop"]);
  else if (running !== null && !acts) host.noop(`service ${service} is ${isRunning ? "running" : "stopped"}`);
  if (isRunning && restarted) yield act(["restart"]);
  else if (isRunning && reloaded) yield act(["reload"]);
  if (command !== undefined) yield act(command.trim().split(/\s+/));
}

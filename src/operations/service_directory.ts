/** What runit and s6 have in common: a directory of services that are supervised, each a directory or a link to one. */

import { pathWord, sh, type ShellCommand } from "../command/mod.ts";
import { File } from "../facts/files/mod.ts";
import { alters, host, pathSubject, restsOn, type Steps } from "../host/mod.ts";
import { link } from "./files/mod.ts";
import { ensureService, type ServiceAction, type ServiceArgs } from "./service_control.ts";

/** Arguments of services in a directory. */
export interface SupervisedArgs extends ServiceArgs {
  /**
   * Whether the service is supervised at all. `false` removes it from the directory, so that `enabled` is all that
   * can be said of it. Default: `true`.
   */
  managed?: boolean | undefined;
}

/** A service, and what makes its supervisor differ from others. */
export interface Supervision {
  /** Its path in the directory that is scanned. */
  path: string;
  /** The directory that this links to; `undefined` where the service itself is there. */
  source: string | undefined;
  isManaged: boolean;
  isRunning: boolean;
  act: ServiceAction;
  /** Ends once the service is supervised, and fails if it never is. */
  wait: ShellCommand;
  /** What makes the supervisor look at its directory, where it does not do so by itself. */
  rescan?: ShellCommand;
  /** What ends the supervision of a service, where its removal from the directory may not. */
  release?: ShellCommand;
}

/**
 * Brings a supervised service into the wanted state. It starts with its supervisor unless its directory has a file
 * `down`: so a service that is not to run gets one for as long as it takes to be supervised.
 */
export async function* superviseService(args: SupervisedArgs, supervision: Supervision): Steps {
  const { service, managed = true, running = true } = args;
  const { path, source = path, isManaged, act } = supervision;
  const down = `${source}/down`;
  restsOn(pathSubject(down));
  const isDown = Boolean(await host.getFact(File, { path: down }));
  const boot = async function* (enabled: boolean): Steps {
    alters(pathSubject(down));
    yield enabled ? sh`rm -f ${pathWord(down)}` : sh`touch ${pathWord(down)}`;
  };
  // Nothing that nobody knows the place of needs to be stopped.
  const isNew = managed && !isManaged && (running === true || supervision.source !== undefined);
  const isHeld = isNew && running !== true && !isDown;
  if (isHeld) yield* boot(false);
  if (!managed && isManaged && supervision.release !== undefined) yield supervision.release;
  yield* manageService(supervision, managed);
  if (isNew) yield supervision.wait;
  const enabled = args.enabled ?? (isHeld ? true : null);
  const state = { running: supervision.isRunning, enabled: !isDown && !isHeld };
  // What is not supervised can neither be started nor stopped.
  const wanted: ServiceArgs = managed ? { ...args, enabled } : { service, running: null, enabled };
  yield* ensureService(wanted, state, { act, boot });
}

/** Where a service is supervised, and where it is. */
export type Placement = Pick<Supervision, "path" | "source" | "rescan">;

/** Puts a service into the directory that is scanned, or removes it from there. */
export async function* manageService({ path, source, rescan }: Placement, managed: boolean): Steps {
  if (source === undefined && managed) return;
  const target = managed ? source : undefined;
  let acts = false;
  for await (const step of link.steps({ path, target, present: managed, createRemoteDir: false })) {
    acts = true;
    yield step;
  }
  if (acts && rescan !== undefined) yield rescan;
}

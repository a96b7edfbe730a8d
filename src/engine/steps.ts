/** Turns the steps of an operation into requests for the port. */

import {
  asUser,
  Download,
  FunctionCall,
  maskSecrets,
  resolveShellText,
  ShellCommand,
  type Step,
  StepWithOptions,
  Upload,
} from "../command/mod.ts";
import {
  ConditionStep,
  type ConnectorArguments,
  describePrivilege,
  toRunOptions,
  withStepOptions,
} from "../host/mod.ts";
import type { Request } from "../shell/port.ts";

/** A request and how people may see it. */
export interface Planned {
  request: Request;
  /** The command, secrets masked. */
  shown: string;
  /** Such as `sudo -u app`; empty for the login user. */
  privilege: string;
  /** The command with how it becomes another user, as it can be pasted into a shell; secrets masked. */
  typed: string;
  /** What it is a check of, if it is one. */
  condition?: ConditionStep["kind"];
}

/** What goes to the host in one go, or a function of the deploy to call. */
export type Portion = { kind: "requests"; requests: Planned[] } | { kind: "call"; call: FunctionCall };

/**
 * Splits steps at the functions that have to be called between them.
 *
 * @throws {DroverError} `E_SECRET` for shell text with a secret that cannot be quoted where it stands.
 */
export function toPortions(steps: readonly Step[], connector: ConnectorArguments): Portion[] {
  const portions: Portion[] = [];
  for (const step of steps) {
    if (step instanceof FunctionCall) {
      portions.push({ kind: "call", call: step });
      continue;
    }
    const last = portions.at(-1);
    const planned = toRequest(step, connector);
    if (last?.kind === "requests") last.requests.push(planned);
    else portions.push({ kind: "requests", requests: [planned] });
  }
  return portions;
}

/** A step as logs show it. */
export function showStep(step: Step): string {
  return maskSecrets(String(step).trim());
}

/**
 * A step as plans show it: with how it becomes another user.
 *
 * @throws {DroverError} `E_SECRET` for shell text with a secret that cannot be quoted where it stands.
 */
export function typeStep(step: Step, connector: ConnectorArguments): string {
  return step instanceof FunctionCall ? showStep(step) : toRequest(step, connector).typed;
}

/** What is checked stands behind the word that says so. */
function typed(privilege: string, shown: string): string {
  const [, check = "", command = ""] = /^((?:pre|post)condition: )?([^]*)$/.exec(shown) ?? [];
  return check + asUser(privilege, command);
}

function toRequest(step: Exclude<Step, FunctionCall>, connector: ConnectorArguments): Planned {
  const own = step instanceof StepWithOptions ? withStepOptions(connector, step.options) : connector;
  const bare = step instanceof StepWithOptions ? step.step : step;
  const options = toRunOptions(own);
  const shown = showStep(step);
  const privilege = describePrivilege(options.privilege);
  const shared = {
    shown,
    privilege,
    typed: bare instanceof Upload || bare instanceof Download ? shown : typed(privilege, shown),
    ...(step instanceof ConditionStep ? { condition: step.kind } : {}),
  };
  if (bare instanceof Upload) {
    const { source, dest, user, group, mode, follow } = bare;
    const owner = { ...(user === undefined ? {} : { user }), ...(group === undefined ? {} : { group }) };
    const request = {
      kind: "upload" as const,
      source,
      dest,
      ...owner,
      ...(follow ? { follow } : {}),
      options,
    };
    return { ...shared, request: mode === undefined ? request : { ...request, mode } };
  }
  if (bare instanceof Download) {
    const { src, dest, createDirectory, size } = bare;
    const announced = size === undefined ? {} : { size };
    return { ...shared, request: { kind: "download", src, dest, createDirectory, ...announced, options } };
  }
  const script = bare instanceof ShellCommand ? bare.raw : resolveShellText(bare.trim());
  return { ...shared, request: { kind: "command", script, options } };
}

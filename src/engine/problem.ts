/** Turns whatever was thrown into a problem that a report can show. */

import { readFileSync } from "node:fs";
import {
  didYouMean,
  DroverError,
  messageOf,
  type Place,
  readModuleError,
  renamedHint,
} from "../errors/mod.ts";
import { definedOperations, frozenDataHint, moduleHint, undefinedFactHint, userFrames } from "../host/mod.ts";
import type { PortError } from "../shell/port.ts";
import type { Problem } from "./events.ts";
import { maskProblem } from "./mask_event.ts";

/** A problem made from anything that was thrown. `place` is where it happened, unless the error knows better. */
export function toProblem(
  thrown: unknown,
  context: { host?: string; place?: Place | undefined } = {},
): Problem {
  const frames = thrown instanceof Error ? userFrames(thrown.stack ?? "") : [];
  if (thrown instanceof DroverError) {
    return clean({
      code: thrown.code,
      message: thrown.message,
      host: thrown.host ?? context.host,
      place: thrown.place ?? context.place ?? frames[0],
      detail: thrown.detail,
      hint: thrown.hint,
    });
  }
  const refusal = refusalOf(thrown);
  if (refusal !== undefined) {
    return clean({ ...refusal, host: context.host, place: frames[0] ?? context.place });
  }
  const unloaded = readModuleError(thrown);
  if (unloaded !== undefined) {
    return clean({
      code: "E_DEPLOY_LOAD",
      message: unloaded.message,
      host: context.host,
      place: unloaded.place ?? frames[0] ?? context.place,
      hint: moduleHint(unloaded),
    });
  }
  if (isUserError(thrown, frames)) return userProblem(thrown, frames, context);
  return clean({
    code: "E_BUG",
    message: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    host: context.host,
    place: context.place,
    stack: thrown instanceof Error ? thrown.stack : undefined,
  });
}

/** A problem made from what the port says of a host. */
export function portProblem(
  error: PortError,
  context: { host: string; place?: Place | undefined; command?: string },
): Problem {
  return clean({ ...error, ...context });
}

/** What the deploy was not allowed to do, and the option that would allow it. */
function refusalOf(thrown: unknown): { code: string; message: string; hint: string } | undefined {
  const match = /Requires (read|write|net|env|run|import|sys|ffi) access(?: to "?([^",]+)"?)?/.exec(
    messageOf(thrown),
  );
  const isRefusal = thrown instanceof Deno.errors.NotCapable || thrown instanceof TypeError;
  if (match === null || !isRefusal) return undefined;
  const [, kind = "", what = ""] = match;
  const verb = {
    read: "read",
    write: "write",
    net: "reach",
    env: "read the environment variable",
    run: "start",
  }[kind] ??
    `use ${kind}:`;
  const option = kind === "import" ? "net" : kind;
  const quoted = what === "" ? "" : ` "${what}"`;
  const value = what === "" || what.startsWith("<") ? "" : `=${what}`;
  return {
    code: "E_PERMISSION",
    message: `The deploy may not ${verb}${quoted}`,
    hint: `--allow-${option}${value} allows it, or permissions = { ${option}: ["${what}"] } in config.ts`,
  };
}

/** The first of our own frames tells whose exception it is: ours above theirs is our bug. */
function isUserError(thrown: unknown, frames: readonly Place[]): boolean {
  if (!(thrown instanceof Error)) return true;
  if (frames.length === 0) return thrown instanceof SyntaxError;
  const first = (thrown.stack ?? "").split("\n").find((line) => /^\s+at .*file:\/\//.test(line)) ?? "";
  return userFrames(first).length > 0;
}

function userProblem(
  thrown: unknown,
  frames: Place[],
  context: { host?: string; place?: Place | undefined },
): Problem {
  const error = thrown instanceof Error ? thrown : undefined;
  const [place = context.place] = frames;
  if (error === undefined) {
    const message = `The deploy threw ${Deno.inspect(thrown, { depth: 1 })}`;
    return clean({ code: "E_USER", message, host: context.host, place });
  }
  const operation = missingOperation(error.message);
  if (operation !== undefined) {
    return clean({ code: "E_OPERATION_NAME", ...operation, host: context.host, place, frames });
  }
  const name = error.name === "Error" ? "" : `${error.name}: `;
  return clean({
    code: "E_USER",
    message: `${name}${withoutAddress(error.message)}`,
    host: context.host,
    place,
    hint: userHint(error.message, context.host, place),
    frames,
  });
}

/** What to do about an exception of the deploy's own code, where it is one that everybody meets. */
function userHint(message: string, host: string | undefined, place: Place | undefined): string | undefined {
  const known = circleHint(message, place) ?? frozenDataHint(message);
  if (known !== undefined || host === undefined || place === undefined) return known;
  return undefinedFactHint(message, host, place);
}

function withoutAddress(message: string): string {
  return message
    .replaceAll(/file:\/\/[^\s"']+/g, (url) => url.replace(/^file:\/\//, "").replace(/\?drover=\d+/, ""))
    .trimEnd();
}

/** A call of an operation that its module does not have, and what it was meant to be. */
function missingOperation(message: string): { message: string; hint: string | undefined } | undefined {
  const [, module, name] = /^(?:\(intermediate value\)\.)?(\w+)\.(\w+) is not a function$/.exec(message) ??
    [];
  if (module === undefined) return undefined;
  const siblings = [...definedOperations().keys()].filter((one) => one.startsWith(`${module}.`))
    .map((one) => one.split(".")[1]!);
  if (siblings.length === 0 || siblings.includes(name!)) return undefined;
  return {
    message: `There is no operation "${module}.${name}"`,
    hint: renamedHint(`${module}.${name}`, definedOperations()) ?? didYouMean(name!, siblings),
  };
}

/** What is read of a module that is being loaded itself is not there yet. */
function circleHint(message: string, place: Place | undefined): string | undefined {
  const name = /^Cannot access '([\w$]+)' before initialization$/.exec(message)?.[1];
  if (name === undefined || place === undefined) return undefined;
  const from = importedFrom(name, place.file);
  if (from === undefined) return undefined;
  return `"${name}" comes from "${from}", which imports this file in turn: move what both need into a third`;
}

function importedFrom(name: string, file: string): string | undefined {
  try {
    const pattern = /import\s*\{([^}]*)\}\s*from\s*["'](\.[^"']*)["']/g;
    const found = [...readFileSync(file, "utf8").matchAll(pattern)];
    return found.find(([, names]) => names!.split(/[\s,]+/).includes(name))?.[2];
  } catch {
    return undefined;
  }
}

/** Without absent fields, and without secrets. */
function clean(
  problem: { [K in keyof Problem]?: Problem[K] | undefined } & Pick<Problem, "code" | "message">,
): Problem {
  const entries = Object.entries(problem).filter(([, value]) => value !== undefined && value !== "");
  return maskProblem(Object.fromEntries(entries) as unknown as Problem);
}

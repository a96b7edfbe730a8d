/** Turns whatever was thrown into a problem that a report can show. */

import { didYouMean, DroverError, fromFileUrl, messageOf, type Place } from "../errors/mod.ts";
import { definedOperations, frozenDataHint, undefinedFactHint, userFrames } from "../host/mod.ts";
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
  if (frames.length === 0) return importPlace(thrown.message) !== undefined || thrown instanceof SyntaxError;
  const first = (thrown.stack ?? "").split("\n").find((line) => /^\s+at .*file:\/\//.test(line)) ?? "";
  return userFrames(first).length > 0;
}

function userProblem(
  thrown: unknown,
  frames: Place[],
  context: { host?: string; place?: Place | undefined },
): Problem {
  const error = thrown instanceof Error ? thrown : undefined;
  const message = error === undefined
    ? `The deploy threw ${Deno.inspect(thrown)}`
    : withoutAddress(error.message);
  const place = frames[0] ?? importPlace(error?.message ?? "") ?? context.place;
  const name = error === undefined || error.name === "Error" ? "" : `${error.name}: `;
  return clean({
    ...(isLoadFailure(error, frames)
      ? loadFailure(message)
      : { code: "E_USER", message: `${name}${message}` }),
    host: context.host,
    place,
    hint: userHint(error?.message ?? "", context.host, place),
    frames,
  });
}

/** Whether a file could not be read as code, or what it imports is not there: none of its code has run. */
function isLoadFailure(error: Error | undefined, frames: readonly Place[]): boolean {
  if (!(error instanceof SyntaxError || error instanceof TypeError)) return false;
  if (importPlace(error.message) !== undefined) return true;
  return error instanceof SyntaxError && frames.length === 0;
}

/** Deno's message goes on with a copy of the line, which reports show from the file. */
function loadFailure(message: string): Pick<Problem, "code" | "message"> {
  const [first = ""] = message.split("\n");
  return { code: "E_DEPLOY_LOAD", message: first.replace(/\.$/, "") };
}

/** What to do about an exception of the deploy's own code, where it is one that everybody meets. */
function userHint(message: string, host: string | undefined, place: Place | undefined): string | undefined {
  const known = misspelling(message) ?? frozenDataHint(message);
  if (known !== undefined || host === undefined || place === undefined) return known;
  return undefinedFactHint(message, host, place);
}

/** Import and syntax errors carry their place in the message. */
function importPlace(message: string): Place | undefined {
  const match = /(file:\/\/[^\s"']+?):(\d+):(\d+)/.exec(message);
  return match === null
    ? undefined
    : { file: fromFileUrl(match[1]!), line: Number(match[2]), column: Number(match[3]) };
}

function withoutAddress(message: string): string {
  return message
    .replace(/\s*at file:\/\/\S+$/m, "")
    .replaceAll(/file:\/\/[^\s"']+/g, (url) => url.replace(/^file:\/\//, "").replace(/\?drover=\d+/, ""))
    .trimEnd();
}

/** What `apt.packges is not a function` and a mistyped import were meant to be. */
function misspelling(message: string): string | undefined {
  const names = [...definedOperations().keys()];
  const call = /(?:\(intermediate value\)\.)?(\w+)\.(\w+) is not a function/.exec(message);
  if (call !== null) {
    const siblings = names.filter((name) => name.startsWith(`${call[1]}.`)).map((name) =>
      name.split(".")[1]!
    );
    return didYouMean(call[2]!, siblings);
  }
  const imported = /does not provide an export named '(\w+)'/.exec(message);
  if (imported === null) return undefined;
  return didYouMean(imported[1]!, [...new Set(names.map((name) => name.split(".")[0]!)), ...PUBLIC_NAMES]);
}

const PUBLIC_NAMES = [
  "host",
  "inventory",
  "config",
  "state",
  "facts",
  "deploy",
  "include",
  "local",
  "fact",
  "operation",
  "sh",
  "secret",
  "anyChanged",
  "allChanged",
  "upload",
  "download",
];

/** Without absent fields, and without secrets. */
function clean(
  problem: { [K in keyof Problem]?: Problem[K] | undefined } & Pick<Problem, "code" | "message">,
): Problem {
  const entries = Object.entries(problem).filter(([, value]) => value !== undefined && value !== "");
  return maskProblem(Object.fromEntries(entries) as unknown as Problem);
}

/** Explains a command that did not end well. */

import { isPlainCommand } from "../command/mod.ts";
import type { RequestResult } from "../shell/port.ts";
import type { Call } from "./calls.ts";
import type { Problem } from "./events.ts";
import { portProblem } from "./problem.ts";
import { failureHint } from "./failure_hint.ts";
import type { Planned } from "./steps.ts";

/** Lines of each stream of a failed command that an error shows. */
const SHOWN_LINES = 10;
/** Letters of a command that a message names it by; the whole stands below it. */
const LONGEST_NAME = 60;

/** The problem of one failed request. */
export function commandProblem(planned: Planned, result: RequestResult, call: Call, host: string): Problem {
  const evidence = evidenceOf(result);
  const context = { host, place: call.place, command: planned.typed };
  if (result.error !== undefined) {
    const detail = detailOf(result.error.detail, evidence);
    return portProblem({ ...result.error, ...(detail === "" ? {} : { detail }) }, context);
  }
  const { condition } = planned;
  const hint = condition === "precondition"
    ? "none of the operation's commands has run; to leave it out without a failure, use _if"
    : failureHint({
      // What a program prints besides its errors may be about anything.
      evidence: said(result.stderr) || said(result.stdout),
      missing: missingProgram(result),
      exitStatus: result.exitStatus,
      privilege: planned.request.options.privilege,
      loginUser: loginUserOf(call),
    });
  const ended = `${nameOf(planned, call)} ${ending(result)}`;
  const error = condition === undefined
    ? { code: "E_COMMAND", message: ended, detail: evidence }
    : { code: "E_CONDITION", message: `The ${condition} does not hold: ${ended}`, detail: evidence };
  return portProblem(hint === undefined ? error : { ...error, hint }, context);
}

/** What the port knows, and what the command has said; often the one is made from the other. */
function detailOf(known = "", evidence: string): string {
  const isSame = evidence.replaceAll(/^drover: /gm, "") === known;
  return isSame ? known : [known, evidence].filter(Boolean).join("\n");
}

function ending(result: RequestResult): string {
  const after = `after ${result.seconds.toFixed(1)}s`;
  const status = result.exitStatus;
  if (status === undefined) return `ended without an exit status ${after}`;
  const missing = missingProgram(result);
  if (missing !== undefined) return `exited ${status} ${after}: ${missing} was not found`;
  if (status > 128 && status < 160) return `was ended by signal ${status - 128} ${after}`;
  return `exited ${status} ${after}`;
}

/**
 * What a message calls a command: its program, or the whole where a shell has more to do than to start one. Of text
 * that Drover wrote, that would tell nobody anything.
 */
function nameOf({ shown, condition }: Planned, call: Call): string {
  const command = shown.replace(/^(pre|post)condition: /, "");
  // `DEBIAN_FRONTEND=x apt-get install` is about apt-get.
  const bare = command.trim().replace(/^(\w+=\S*\s+)+/, "");
  const isPlain = isPlainCommand(bare);
  const isTheirs = condition !== undefined || call.operation === "server.shell" || call.foreign !== "nothing";
  if (!isPlain && isTheirs) return `"${shorten(command)}"`;
  const [first = ""] = bare.split(" ");
  return first.length <= 40 && /^[\w./+-]+$/.test(first) && isPlainCommand(first) ? first : "the command";
}

function shorten(command: string): string {
  const line = command.trim().replaceAll(/\s+/g, " ");
  return line.length <= LONGEST_NAME ? line : `${line.slice(0, LONGEST_NAME - 1)}…`;
}

/** What both streams ended with; what went wrong stands first. */
function evidenceOf({ stdout, stderr }: RequestResult): string {
  const [errors, output] = [lastLines(stderr), lastLines(stdout)];
  if (errors.length === 0 || output.length === 0) return [...errors, ...output].join("\n");
  return [...errors, "standard output:", ...output.map((line) => `  ${line}`)].join("\n");
}

function said(bytes: Uint8Array): string {
  return lastLines(bytes).join("\n");
}

function lastLines(bytes: Uint8Array): string[] {
  const text = decode(bytes).trimEnd();
  if (text === "") return [];
  const lines = text.split("\n");
  const shown = lines.slice(-SHOWN_LINES);
  const before = lines.length - shown.length;
  return before === 0 ? shown : [`… ${before} ${before === 1 ? "line" : "lines"} before`, ...shown];
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The program that a shell, sudo or env could not find, by what they say of it. */
function missingProgram({ stderr, exitStatus }: RequestResult): string | undefined {
  const text = decode(stderr).trimEnd();
  const said = /(?:^|[\s:])([^\s:]+): (?:command )?not found$/m.exec(text);
  if (said !== null) return said[1];
  if (exitStatus !== 127) return undefined;
  return /^env: ['"‘]?([^'"’:]+)['"’]?: No such file or directory$/m.exec(text)?.[1];
}

function loginUserOf({ scope: { host } }: Call): string | undefined {
  const { ssh_user: user } = host.connectorData;
  return typeof user === "string" ? user : undefined;
}

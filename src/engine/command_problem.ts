/** Explains a command that did not end well. */

import type { RequestResult } from "../shell/port.ts";
import type { Call } from "./calls.ts";
import type { Problem } from "./events.ts";
import { portProblem } from "./problem.ts";
import { failureHint } from "./failure_hint.ts";
import type { Planned } from "./steps.ts";

/** Lines of a failed command's output that an error shows. */
const SHOWN_LINES = 10;

/** The problem of one failed request. */
export function commandProblem(planned: Planned, result: RequestResult, call: Call, host: string): Problem {
  const evidence = lastLines(result);
  const command = [planned.privilege, planned.shown].filter(Boolean).join(" ");
  const context = { host, place: call.place };
  if (result.error !== undefined) {
    const detail = [result.error.detail, evidence].filter(Boolean).join("\n");
    return portProblem({ ...result.error, ...(detail === "" ? {} : { detail }) }, { ...context, command });
  }
  const { condition, shown } = planned;
  const hint = condition === "precondition"
    ? "none of the operation's commands has run; to leave it out without a failure, use _if"
    : failureHint({
      evidence,
      exitStatus: result.exitStatus,
      privilege: planned.request.options.privilege,
      loginUser: loginUserOf(call),
    });
  const ended = `${programOf(shown.replace(/^(pre|post)condition: /, ""))} ${ending(result)}`;
  const error = condition === undefined
    ? { code: "E_COMMAND", message: ended, detail: evidence }
    : { code: "E_CONDITION", message: `The ${condition} does not hold: ${ended}`, detail: evidence };
  return portProblem(hint === undefined ? error : { ...error, hint }, { ...context, command });
}

function ending(result: RequestResult): string {
  const after = `after ${result.seconds.toFixed(1)}s`;
  const status = result.exitStatus;
  if (status === undefined) return `ended without an exit status ${after}`;
  if (status === 127) return `exited 127 ${after}: a program was not found`;
  if (status > 128 && status < 160) return `was ended by signal ${status - 128} ${after}`;
  return `exited ${status} ${after}`;
}

/** The first word that names a program: `DEBIAN_FRONTEND=x apt-get install` is about apt-get. */
function programOf(command: string): string {
  const words = command.replace(/^[\s({!]+/, "").split(/\s+/);
  const first = words.find((word) => !/^\w+=/.test(word)) ?? command;
  return first.length > 40 || !/^[\w./+-]+$/.test(first) ? "the command" : first;
}

function lastLines(result: RequestResult): string {
  const stderr = text(result.stderr);
  const source = stderr === "" ? text(result.stdout) : stderr;
  const lines = source.split("\n");
  return lines.slice(-SHOWN_LINES).join("\n");
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trimEnd();
}

function loginUserOf({ scope: { host } }: Call): string | undefined {
  const { ssh_user: user } = host.connectorData;
  return typeof user === "string" ? user : undefined;
}

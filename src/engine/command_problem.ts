/** Explains a command that did not end well. */

import type { RequestResult } from "../shell/port.ts";
import type { Call } from "./calls.ts";
import type { Problem } from "./events.ts";
import { portProblem } from "./problem.ts";
import type { Planned } from "./steps.ts";

/** Lines of a failed command's output that an error shows. */
const SHOWN_LINES = 10;

/** The problem of one failed request. */
export function commandProblem(planned: Planned, result: RequestResult, call: Call, host: string): Problem {
  const evidence = lastLines(result);
  const command = [planned.privilege, planned.shown].filter(Boolean).join(" ");
  const context = { host, place: call.place };
  if (result.error !== undefined) {
    const detail = detailOf(result.error.detail, evidence);
    return portProblem({ ...result.error, ...(detail === "" ? {} : { detail }) }, { ...context, command });
  }
  const { condition, shown } = planned;
  const hint = condition === "precondition"
    ? "none of the operation's commands has run; to leave it out without a failure, use _if"
    : hintFor(evidence);
  const ended = `${programOf(shown.replace(/^(pre|post)condition: /, ""))} ${ending(result)}`;
  const error = condition === undefined
    ? { code: "E_COMMAND", message: ended, detail: evidence }
    : { code: "E_CONDITION", message: `The ${condition} does not hold: ${ended}`, detail: evidence };
  return portProblem(hint === undefined ? error : { ...error, hint }, { ...context, command });
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

/** What to do about failures that everybody meets. */
function hintFor(evidence: string): string | undefined {
  if (/Could not get lock|dpkg frontend lock|Unable to acquire/.test(evidence)) {
    return "another package manager is running; waitForLock makes apt wait longer for it, " +
      "--retry 3 --retry-delay 20 tries again";
  }
  if (/Permission denied|Operation not permitted|are you root|must be root|superuser/i.test(evidence)) {
    return "the login user may not do this; add _sudo: true or run with --sudo";
  }
  if (/mktemp|here-document/.test(evidence) && /Read-only|No space left|No such file/.test(evidence)) {
    return "_tempDir or config.tempDir names another directory of the host for temporary files";
  }
  if (/No space left on device/.test(evidence)) return "a disk of the host is full";
  if (/Read-only file system/.test(evidence)) return "this part of the host's files is mounted read-only";
  return undefined;
}

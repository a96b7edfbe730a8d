/** Exit statuses. They are documented and never change their meaning. */

import type { Problem, RunOutcome } from "../engine/mod.ts";

export const EXIT = {
  /** Done, or nothing to do. */
  ok: 0,
  /** An operation, fact or deploy failed on at least one host. */
  failed: 1,
  /** `--detailed-exitcode`: there are changes to make, or changes were made. */
  changes: 2,
  /** No host was selected. */
  nothing: 3,
  /** A host could not be reached; nothing else failed. */
  unreachable: 4,
  /** Stopped early because too many hosts failed. */
  stopped: 5,
  /** Wrong usage. */
  usage: 64,
  /** Inventory, data, config, deploy or template files are wrong. */
  invalid: 65,
  /** A bug in Drover. */
  bug: 70,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;

/** What is wrong with a project's own text, whichever host it is found on: no host could run it. */
const WRONG_TEXT: ReadonlySet<string> = new Set([
  "E_DEPLOY_LOAD",
  "E_FACT_NAME",
  "E_OPERATION_NAME",
  "E_TEMPLATE_SYNTAX",
]);

/** What a run's exit status depends on. */
export interface Ending {
  outcome: RunOutcome;
  /** One for each failed host, with the phase that it failed in. */
  failures: readonly { phase: "unreachable" | "failed"; problem: Problem }[];
  /** Whether a plan holds changes, or changes were made. */
  changes: boolean;
  detailed: boolean;
}

/** The exit status of a run. */
export function exitStatus({ outcome, failures, changes, detailed }: Ending): number {
  if (failures.some(({ problem }) => problem.code === "E_BUG")) return EXIT.bug;
  if (outcome === "interrupted") return EXIT.interrupted;
  if (outcome === "empty") return EXIT.nothing;
  const failed = failures.filter(({ phase }) => phase === "failed");
  const isText = failed.length > 0 && failed.every(({ problem }) => WRONG_TEXT.has(problem.code));
  if (isText) return EXIT.invalid;
  if (outcome === "stopped") return EXIT.stopped;
  if (failed.length > 0) return EXIT.failed;
  if (failures.length > 0) return EXIT.unreachable;
  return detailed && changes ? EXIT.changes : EXIT.ok;
}

/** Codes of errors in the user's files, as against wrong words on the command line. */
export function statusOfError(code: string): number {
  if (code === "E_BUG" || code === "E_DEPLOY_MESSAGE") return EXIT.bug;
  if (code.startsWith("E_USAGE") || code === "E_NO_TERMINAL") return EXIT.usage;
  if (code === "E_INTERRUPTED") return EXIT.interrupted;
  if (["E_FACT_NAME", "E_OPERATION_NAME", "E_ARGUMENT"].includes(code)) return EXIT.usage;
  return EXIT.invalid;
}

/** Chooses who reports a run: text for people, lines of JSON, or bare output. */

import {
  combineReports,
  createHumanReport,
  createJsonReport,
  createPlainReport,
  type Report,
} from "../report/mod.ts";
import type { Terminal } from "../terminal/mod.ts";
import type { Form } from "../usage/form.ts";
import { nextCommand } from "../usage/next_command.ts";
import type { CliOptions } from "../usage/options.ts";
import { writeOut } from "../usage/output.ts";
import { VERSION } from "../usage/version.ts";

/** What a report needs to know of the run. */
export interface Shown {
  /** Names of the hosts to work on. */
  selected: readonly string[];
  /** Whether differences of files are shown. */
  diff: boolean;
  /** The words of the command line. */
  words: readonly string[];
}

/** The report of a command line. */
export function reportFor(
  form: Form,
  options: CliOptions,
  prepared: Shown,
  terminal: Terminal,
): Report {
  if (form.kind === "exec" && options.json) return jsonReport(options);
  if (form.kind === "exec" || form.kind === "facts") return plainReport(options, prepared, terminal);
  const human = createHumanReport({
    terminal,
    verbosity: options.verbose,
    diff: prepared.diff,
    next: (hosts) => nextCommand(prepared.words, hosts),
    debug: options.debug ?? false,
  });
  return options.json ? combineReports([human, jsonReport(options)]) : human;
}

function plainReport(options: CliOptions, prepared: Shown, terminal: Terminal): Report {
  return createPlainReport({
    terminal,
    out: { write: writeOut },
    outIsTerminal: Deno.stdout.isTerminal(),
    hosts: prepared.selected,
    verbosity: options.verbose,
  });
}

function jsonReport(options: CliOptions): Report {
  return createJsonReport({
    sink: { write: writeOut },
    version: VERSION,
    run: crypto.randomUUID(),
    output: options.verbose >= 3,
  });
}

/** `drover __complete`: what may come next on a command line, one candidate per line. */

import { EXIT } from "../usage/exit_status.ts";
import { writeOut } from "../usage/output.ts";
import type { Candidate } from "./candidate.ts";
import { candidatesFor } from "./candidates.ts";
import { escapeForBash, splitLine } from "./shell_line.ts";

/**
 * Answers `-- WORD...`, the words after `drover` up to the one that is typed, or `--line BREAKS LINE`, the
 * line as bash has it. What cannot be found out is left out: completion has nobody to tell errors to.
 */
export async function answerCompletion(words: readonly string[]): Promise<number> {
  try {
    const [form, ...rest] = words;
    const lines = form === "--line" ? await forBash(rest[0] ?? "", rest[1] ?? "") : await forWords(rest);
    writeOut(lines.map((line) => `${line}\n`).join(""));
  } catch {
    return EXIT.failed;
  }
  return EXIT.ok;
}

async function forWords(words: readonly string[]): Promise<string[]> {
  const found = await matching(words);
  return found.map(({ word, note }) => note === undefined ? word : `${word}\t${note}`);
}

async function forBash(breaks: string, line: string): Promise<string[]> {
  const { words, isQuoted } = splitLine(line);
  const found = await matching(words.slice(1));
  const typed = words.at(-1) ?? "";
  const cut = isQuoted ? 0 : keptBy(breaks, typed);
  return found.map(({ word }) => isQuoted ? word.slice(cut) : escapeForBash(word.slice(cut)));
}

/** Bash keeps what stands before the last character that it takes words apart at, and replaces the rest. */
function keptBy(breaks: string, typed: string): number {
  const after = ["=", ":"].filter((one) => breaks.includes(one)).map((one) => typed.lastIndexOf(one) + 1);
  // An at sign begins a word, too, but is part of it.
  const at = breaks.includes("@") ? typed.lastIndexOf("@") : -1;
  return Math.max(0, at, ...after);
}

/** Candidates that begin with what is typed. A control character in a name could only do harm. */
async function matching(words: readonly string[]): Promise<Candidate[]> {
  const typed = words.at(-1) ?? "";
  const found = await candidatesFor(words.slice(0, -1), typed);
  const unique = new Map(found.map((candidate) => [candidate.word, candidate]));
  // deno-lint-ignore no-control-regex -- control characters are what it is about
  return [...unique.values()].filter(({ word }) => word.startsWith(typed) && !/[\x00-\x1f\x7f]/.test(word));
}

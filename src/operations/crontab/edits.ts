/** Changes of a crontab's text: what its lines become, and the commands that do so on a copy. */

import { sh, type ShellCommand, upload } from "../../command/mod.ts";
import type { PlacedEntry } from "../../facts/crontab.ts";
import { textWord } from "../../facts/files/expansion.ts";
import { freshNames, showDiff, type Steps } from "../../host/mod.ts";
import { toText, wantsDiff } from "../files/edit.ts";
import { deletion, literalPattern, sedInPlace, substitution } from "../files/sed.ts";
import { removingAtExit, temporaryDirectory } from "../temporary.ts";

/** What is changed in a crontab: its lines become `after`. */
export interface Edit {
  user: string | undefined;
  before: readonly string[];
  after: readonly string[];
  /** The same as shell commands on a copy of the crontab. */
  commands: (file: string) => ShellCommand[];
}

/** Lines at the end, apart from what is there; `print` prints the last of them. */
export function addition(
  user: string | undefined,
  before: readonly string[],
  added: string[],
  print: ShellCommand,
): Edit {
  const blank = before.length > 0 ? [""] : [];
  const names = added.slice(0, -1);
  return {
    user,
    before,
    after: [...before, ...blank, ...added],
    commands: (file) =>
      [...[...blank, ...names].map((line) => printed(line, false)), print].map((one) =>
        sh`${one} >> ${file}`
      ),
  };
}

/** Lines in the place of an entry. */
export function replacement(
  user: string | undefined,
  before: readonly string[],
  { entry, at }: PlacedEntry,
  lines: readonly string[],
): Edit {
  const script = substitution(patternFor(before, at, entry.command), literalReplacement(lines), {
    flags: undefined,
    interpolateVariables: false,
  });
  return {
    user,
    before,
    after: before.toSpliced(at, 1, ...lines),
    commands: (file) => [sedOn(file, script)],
  };
}

/** An entry that goes, with the comment that names it. */
export function removal(
  user: string | undefined,
  before: readonly string[],
  { entry, at }: PlacedEntry,
  name: string | undefined,
): Edit {
  const nameAt = name === undefined
    ? -1
    : before.findLastIndex((line, index) => index < at && line.trim() === name);
  const patterns = [
    patternFor(before, at, entry.command),
    ...(nameAt === -1 ? [] : [patternFor(before, nameAt, name!)]),
  ];
  const scripts = patterns.map((pattern) =>
    deletion(pattern, { flags: undefined, interpolateVariables: false })
  );
  return {
    user,
    before,
    after: before.filter((_, index) => index !== at && index !== nameAt),
    commands: (file) => scripts.map((script) => sedOn(file, script)),
  };
}

/** A pattern for one line: a part of it, as long as no other line has that too. */
function patternFor(lines: readonly string[], at: number, part: string): string {
  const isOnly = lines.every((line, index) => index === at || !line.includes(part));
  return isOnly ? `.*${literalPattern(part)}.*` : `^${literalPattern(lines[at]!)}$`;
}

/** Text for the right side of a substitution, taken literally. */
function literalReplacement(lines: readonly string[]): string {
  return lines.map((line) => line.replaceAll("\\", "\\\\")).join("\n");
}

function sedOn(file: string, script: string): ShellCommand {
  return sedInPlace({ path: file, script }, undefined, {
    backup: undefined,
    access: { exposed: false, follow: false },
  });
}

/** Prints a line. What `echo` does with backslashes and dashes differs from shell to shell. */
export function printed(line: string, expanded: boolean): ShellCommand {
  const word = textWord(line, expanded);
  return /\\|^-/.test(line) ? sh`printf '%s\\n' ${word}` : sh`echo ${word}`;
}

/** Changes a copy and hands it to `crontab`, which checks it. No argument of a program may show what is secret. */
export async function* applyEdit({ user, before, after, commands }: Edit, isSecret: boolean): Steps {
  if (wantsDiff()) {
    const path = `crontab${user === undefined ? "" : ` of ${user}`}`;
    showDiff({ path, before: before.length === 0 ? undefined : toText(before), after: toText(after) });
  }
  const file = `${temporaryDirectory()}/${freshNames().temporary()}`;
  const whose = user !== undefined && sh`-u ${user}`;
  const install = sh`crontab ${whose} ${file}`;
  if (isSecret) {
    yield upload({ content: toText(after) ?? "" }, file, { mode: "600" });
    yield removingAtExit(file, install);
    return;
  }
  const copy = before.length > 0 ? [sh`crontab -l ${whose} > ${file}`] : [];
  const all = [...copy, ...commands(file), install].reduce((left, right) => sh`${left} && ${right}`);
  yield sh`umask 077; ${removingAtExit(file, all)}`;
}

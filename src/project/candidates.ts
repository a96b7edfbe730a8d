/** What may come next after given words: flags and their values, inventories, operations, facts, files. */

import { createProgram } from "../usage/options.ts";
import { VERSION } from "../usage/version.ts";
import type { Candidate } from "./candidate.ts";
import { SHELLS } from "./completions.ts";
import { CONVERT, PROJECT_COMMANDS } from "./names.ts";
import { exportCandidates } from "./export_candidates.ts";
import { pathCandidates } from "./path_candidates.ts";
import { CONNECTOR_KINDS } from "../connectors/names.ts";
import { factWords, operationWords } from "./word_candidates.ts";

const DEPLOY_FILES = /\.[jt]s$/;
const INVENTORY_FILES = /\.([jt]s|json|ya?ml)$/;
const CONNECTORS = CONNECTOR_KINDS.map((kind) => kind === "local" ? "@local" : `@${kind}/`);
const PROJECT_NOTES: Record<string, string> = {
  init: "a new project",
  types: "declarations for editors",
  check: "types, files and data, without any host",
  completions: "completion for the shell",
  convert: "a deploy of pyinfra in TypeScript",
};
/** Commands that take an inventory and deploy files. */
const ON_FILES = ["check", "permissions"];
const FORMS: readonly Candidate[] = [
  { word: "exec", note: "run a shell command" },
  { word: "fact", note: "read facts" },
  { word: "debug-inventory", note: "hosts, groups and data" },
];

const CONVERT_FLAGS: Candidate[] = [
  { word: "--out", note: "where to write" },
  { word: "--force", note: "overwrite files that are there" },
  { word: "--json", note: "the report as JSON on standard output" },
  { word: "--help", note: "print this help" },
];

/** A flag, as far as completion cares. */
interface Flag {
  names: string[];
  takesValue: boolean;
  note: string;
  choices: readonly string[] | undefined;
  isHidden: boolean;
}

/** Candidates for the word that is being typed. They need not begin with it. */
export async function candidatesFor(before: readonly string[], typed: string): Promise<Candidate[]> {
  const flags = allFlags();
  const { positionals, open, ended } = readWords(before, flags);
  if (open !== undefined) return await valuesOf(open, typed, before, positionals);
  const [, name, value] = ended ? [] : /^(--[\w-]+)=(.*)$/s.exec(typed) ?? [];
  const flag = flags.find(({ names }) => name !== undefined && names.includes(name));
  if (flag?.takesValue) {
    const values = await valuesOf(flag, value!, before, positionals);
    return values.map(({ word, note }) => ({ word: `${name}=${word}`, note }));
  }
  if (!ended && typed.startsWith("-")) return flagCandidates(flags, positionals);
  return await wordCandidates(positionals, typed);
}

function allFlags(): Flag[] {
  const own = createProgram(VERSION, () => {}).options.map((option): Flag => ({
    names: [option.short, option.long].filter((name) => name !== undefined),
    // `--allow-read[=PATHS]` takes none from the next word.
    takesValue: option.required,
    note: option.description,
    choices: option.argChoices,
    isHidden: option.hidden,
  }));
  const help = { names: ["-h", "--help"], takesValue: false, note: "print this help" };
  return [...own, { ...help, choices: undefined, isHidden: false }];
}

/** The words that are no flags, and the flag whose value comes next. */
function readWords(before: readonly string[], flags: readonly Flag[]) {
  const positionals: string[] = [];
  let open: Flag | undefined;
  for (const [index, word] of before.entries()) {
    if (word === "--") {
      return { positionals: [...positionals, ...before.slice(index + 1)], open: undefined, ended: true };
    }
    if (open !== undefined) open = undefined;
    else if (!word.startsWith("-") || word === "-") positionals.push(word);
    else open = flags.find(({ names, takesValue }) => takesValue && names.includes(word));
  }
  return { positionals, open, ended: false };
}

function flagCandidates(flags: readonly Flag[], positionals: readonly string[]): Candidate[] {
  const [first] = positionals;
  if (first === CONVERT) return CONVERT_FLAGS;
  const takesHelpOnly = first !== "check" && PROJECT_COMMANDS.some((name) => name === first);
  return flags
    .filter(({ isHidden, names }) => !isHidden && (!takesHelpOnly || names.includes("--help")))
    .map(({ names, note }) => ({ word: names.at(-1)!, note }));
}

async function valuesOf(
  flag: Flag,
  typed: string,
  before: readonly string[],
  positionals: readonly string[],
): Promise<Candidate[]> {
  const name = flag.names.at(-1)!;
  if (flag.choices !== undefined) return flag.choices.map((word) => ({ word }));
  if (name === "--limit" || name === "--exclude") {
    const { hostsAndGroups } = await import("./host_candidates.ts");
    const [first, second] = positionals;
    return await hostsAndGroups(ON_FILES.includes(first ?? "") ? second : first, before);
  }
  if (name === "--chdir") return await pathCandidates(typed, undefined);
  if (/-file$|-key$|^--config$|^--group-data$/.test(name)) return await pathCandidates(typed, /./);
  return [];
}

async function wordCandidates(positionals: readonly string[], typed: string): Promise<Candidate[]> {
  const [first, second, ...rest] = positionals;
  if (first === undefined) return await firstWords(typed);
  if (first === "completions") return second === undefined ? SHELLS.map((word) => ({ word })) : [];
  if (first === CONVERT) return second === undefined ? await pathCandidates(typed, /\.py$/) : [];
  if (first === "init" || first === "types") {
    return second === undefined ? await pathCandidates(typed, undefined) : [];
  }
  if (ON_FILES.includes(first)) {
    if (second === undefined) return await inventories(typed);
    return await pathCandidates(typed, DEPLOY_FILES);
  }
  if (second === undefined) {
    return [
      ...FORMS,
      ...await operationWords([], typed),
      ...await pathCandidates(typed, DEPLOY_FILES),
      ...await exportCandidates(typed, "runnable"),
    ];
  }
  if (second === "exec" || second === "debug-inventory") return [];
  if (second === "fact") {
    const files = typed.includes("/") ? await pathCandidates(typed, DEPLOY_FILES) : [];
    return [...await factWords(rest, typed), ...files, ...await exportCandidates(typed, "fact")];
  }
  if (DEPLOY_FILES.test(second)) return await pathCandidates(typed, DEPLOY_FILES);
  return await operationWords([second, ...rest], typed);
}

async function firstWords(typed: string): Promise<Candidate[]> {
  const commands = [...PROJECT_COMMANDS, CONVERT].map((word) => ({ word, note: PROJECT_NOTES[word] }));
  const permissions = { word: "permissions", note: "what a run would hold on this machine" };
  return [...commands, permissions, ...await inventories(typed)];
}

async function inventories(typed: string): Promise<Candidate[]> {
  return [...CONNECTORS.map((word) => ({ word })), ...await pathCandidates(typed, INVENTORY_FILES)];
}

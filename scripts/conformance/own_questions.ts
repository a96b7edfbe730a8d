/** What facts would have answered that only Drover asks in the situation that a fixture describes. */

import type { AnyFact } from "../../src/host/mod.ts";
import { pythonText } from "./names.ts";
import { MissingFact } from "./result.ts";

/** The facts of a fixture. */
type Given = Readonly<Record<string, unknown>>;

/** What the facts of a fixture say about another question; nothing where they say nothing about it. */
export async function answerOwnQuestion(
  fact: AnyFact,
  args: Record<string, unknown>,
  given: Given,
): Promise<{ value: unknown } | undefined> {
  if (fact.name === "files.Entries") return { value: entries(args as unknown as EntriesArgs, given) };
  if (fact.name === "systemd.SystemdUnits") return { value: units(args as UnitsArgs, given) };
  if (KINDS.includes(fact.name)) return kindOf(fact.name, args.path as string, given);
  if (fact.name === "files.FindInFile") return await matchingLines(args as unknown as FindArgs, given);
  if (fact.name === "server.SecurityLimits") return limits(fact, given);
  if (fact.name === "crontab.CrontabLines") return crontabLines(args.user, given);
  return undefined;
}

const KINDS = ["files.File", "files.Directory", "files.Link", "files.Socket"];

/** Whether what is told to be at a path, or below it, is of a kind. */
function kindOf(kind: string, path: string, given: Given): { value: unknown } | undefined {
  const there = KINDS.flatMap((one) =>
    Object.entries(table(given, one)).filter(([, info]) => info).map(([key]) => ({ kind: one, key }))
  );
  if (there.some((one) => one.key === `path=${path}`)) return { value: false };
  const isAbove = kind === "files.Directory" && there.some(({ key }) => key.startsWith(`path=${path}/`));
  return isAbove ? { value: {} } : undefined;
}

interface FindArgs {
  path: string;
  pattern: string;
  extendedRegex?: boolean;
  ignoreCase?: boolean;
  literal?: boolean;
}

/**
 * Of the lines that a fixture tells of a file, those that match another pattern, as `grep` says. Blank lines stand for
 * any that match.
 */
async function matchingLines(args: FindArgs, given: Given): Promise<{ value: unknown } | undefined> {
  const lines = linesOf(args.path, given);
  if (lines === undefined) return undefined;
  if (lines.length > 0 && lines.every((line) => line.trim() === "")) return { value: lines };
  const { extendedRegex, ignoreCase, literal, pattern } = args;
  const flags = [extendedRegex && "-E", ignoreCase && "-i", literal && "-Fx"].filter((flag) =>
    flag !== false
  );
  const words = [...flags.filter((flag) => flag !== undefined), "-e", pattern];
  const grep = new Deno.Command("grep", { args: words, stdin: "piped", stdout: "piped" }).spawn();
  const input = grep.stdin.getWriter();
  await input.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
  await input.close();
  const { stdout } = await grep.output();
  return { value: new TextDecoder().decode(stdout).split("\n").slice(0, -1) };
}

/** Limits are read from the lines that a fixture tells of their file. */
function limits(fact: AnyFact, given: Given): { value: unknown } | undefined {
  const lines = linesOf("/etc/security/limits.conf", given);
  return lines && { value: fact.process(lines, {}) };
}

type TimesOfCron = Record<string, string | number | string[] | undefined>;

/** Crontabs are told as lists of entries, or by their commands: without a time where it is every one. */
function crontabLines(user: unknown, given: Given): { value: string[] } {
  const told = table<Record<string, TimesOfCron> | TimesOfCron[]>(given, "crontab.Crontab")[
    `user=${pythonText(user)}`
  ] ?? {};
  const entries = Array.isArray(told)
    ? told.map((entry) => [String(entry.command), entry] as const)
    : Object.entries(told);
  return {
    value: entries.flatMap(([command, { comments = [], special_time: special, ...times }]) => {
      const fields = ["minute", "hour", "day_of_month", "month", "day_of_week"].map((name) =>
        times[name] ?? "*"
      );
      return [...comments as string[], `${special ?? fields.join(" ")} ${command}`];
    }),
  };
}

/** All lines of a file that a fixture tells, whatever they were looked for by. */
function linesOf(path: string, given: Given): string[] | undefined {
  const told = Object.entries(table<string[]>(given, "files.FindInFile"))
    .filter(([key]) => `, ${key}, `.includes(`, path=${path}, `))
    .flatMap(([, lines]) => lines == null ? [] : [lines]);
  return told.length === 0 ? undefined : [...new Set(told.flat())];
}

interface UnitsArgs {
  services?: string[];
  userMode?: boolean;
  machine?: string;
  userName?: string;
}

/** Fixtures tell of each unit whether it runs and starts at boot. */
function units({ services = [], ...target }: UnitsArgs, given: Given): unknown {
  const { userMode = false, machine, userName } = target;
  const text = [["machine", machine], ["services", services], ["user_mode", userMode], [
    "user_name",
    userName,
  ]];
  const key = text.map(([name, value]) => `${name}=${pythonText(value)}`).join(", ");
  const status = table<Record<string, boolean>>(given, "systemd.SystemdStatus")[key];
  const enabled = table<Record<string, boolean>>(given, "systemd.SystemdEnabled")[key] ?? {};
  if (status === undefined) throw new MissingFact(`does not tell of systemd.SystemdStatus with ${key}`);
  return Object.fromEntries(services.map((name) => {
    const fileState = enabled[name] ? "enabled" : "disabled";
    return [name, { name, running: status[name] ?? false, loadState: "loaded", fileState, startedBy: [] }];
  }));
}

interface EntriesArgs {
  directory: string;
  names: string[];
}

interface Stat {
  user?: string;
  group?: string;
  mode?: number;
}

function entries({ directory, names }: EntriesArgs, given: Given): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const key = `path=${name === "." ? directory : `${directory}/${name}`}`;
    const file = table<Stat | boolean>(given, "files.File")[key];
    const folder = table<Stat | boolean>(given, "files.Directory")[key];
    const digest = table<string>(given, "files.Sha1File")[key];
    if (file) {
      found[name] = { kind: "file", ...(file as Stat), digest: digest && { algorithm: "sha1", hex: digest } };
    } else if (folder) found[name] = { kind: "directory", ...(folder as Stat) };
  }
  return found;
}

function table<T>(given: Record<string, unknown>, fact: string): Record<string, T | undefined> {
  return (given[fact] ?? {}) as Record<string, T | undefined>;
}

/** Facts about the crontabs of users. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** Arguments of {@linkcode Crontab}. */
export interface CrontabFactArgs {
  /** Whose crontab, which only root may ask of others. Default: the user who asks. */
  user?: string | undefined;
}

/** When a command is run: a number, or what cron reads beside it, such as `*`, `1-5` or `mon`. */
export type CronTime = number | string;

/** One command of a crontab. It has either a special time, or all of the others. */
export interface CrontabEntry {
  /** The command, as cron hands it to the shell. */
  command: string;
  /** `@reboot`, `@daily` and the like. */
  specialTime?: string;
  /** 0 to 59. */
  minute?: CronTime;
  /** 0 to 23. */
  hour?: CronTime;
  /** 1 to 31. */
  dayOfMonth?: CronTime;
  /** 1 to 12. */
  month?: CronTime;
  /** 0 to 7, both of which are Sunday. */
  dayOfWeek?: CronTime;
  /** The lines of comments right above it. */
  comments: string[];
}

/**
 * The commands of a user's crontab, in their order; none where there is no crontab.
 *
 * @example
 * ```ts
 * const jobs = await host.getFact(facts.crontab.Crontab, { user: "www-data" });
 * const nightly = jobs.filter((job) => job.specialTime === "@daily");
 * ```
 */
export const Crontab: Fact<CrontabEntry[], CrontabFactArgs> = fact<CrontabEntry[], CrontabFactArgs>({
  name: "crontab.Crontab",
  about: aboutCrontab,
  remember: { user: "line" },
  parameters: { user: "string?" },
  requires: "crontab",
  command: readCommand,
  process: (lines) => readCrontab(lines).map(({ entry }) => entry),
  default: () => [],
});

/**
 * The lines of a user's crontab as they are written; none where there is no crontab.
 *
 * @example
 * ```ts
 * const lines = await host.getFact(facts.crontab.CrontabLines, { user: "www-data" });
 * ```
 */
export const CrontabLines: Fact<string[], CrontabFactArgs> = fact<string[], CrontabFactArgs>({
  name: "crontab.CrontabLines",
  about: aboutCrontab,
  remember: { user: "line" },
  parameters: { user: "string?" },
  requires: "crontab",
  command: readCommand,
  process: (lines) => [...lines],
  default: () => [],
});

function aboutCrontab({ user }: CrontabFactArgs): { kind: string; name?: string | undefined } {
  return { kind: "crontab", name: user };
}

/** Who has no crontab gets a status other than 0. */
function readCommand({ user }: CrontabFactArgs): ShellCommand {
  return sh`crontab -l ${user !== undefined && sh`-u ${user}`} || true`;
}

/** An entry, and where in the crontab it stands. */
export interface PlacedEntry {
  /** What it says. */
  entry: CrontabEntry;
  /** Index of its line. */
  at: number;
}

/** Reads the lines of a crontab. Variables are no entries, and comments above them belong to none. */
export function readCrontab(lines: readonly string[]): PlacedEntry[] {
  const found: PlacedEntry[] = [];
  let comments: string[] = [];
  for (const [at, line] of lines.entries()) {
    const text = line.trim();
    if (text.startsWith("#")) comments.push(text);
    else if (text !== "") {
      const entry = readEntry(text);
      if (entry !== undefined) found.push({ entry: { ...entry, comments }, at });
      comments = [];
    }
  }
  return found;
}

const VARIABLE = /^(?:[A-Za-z_]\w*|"[^"]*"|'[^']*')\s*=/;
const SPECIAL = /^(@\w+)\s+(.*)$/;
const TIMED = /^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(.*)$/;

function readEntry(text: string): Omit<CrontabEntry, "comments"> | undefined {
  if (VARIABLE.test(text)) return undefined;
  const [, specialTime, specialCommand] = SPECIAL.exec(text) ?? [];
  if (specialTime !== undefined) return { command: specialCommand!, specialTime };
  const [, minute, hour, dayOfMonth, month, dayOfWeek, command] = TIMED.exec(text) ?? [];
  if (command === undefined) return undefined;
  return {
    command,
    minute: readTime(minute!),
    hour: readTime(hour!),
    month: readTime(month!),
    dayOfMonth: readTime(dayOfMonth!),
    dayOfWeek: readTime(dayOfWeek!),
  };
}

/** `05` and `5` are the same minute. */
function readTime(text: string): CronTime {
  return /^\d+$/.test(text) ? Number(text) : text;
}

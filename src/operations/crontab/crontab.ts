/** The operation on a user's crontab. */

import { DroverError } from "../../errors/mod.ts";
import { CrontabLines, type PlacedEntry, readCrontab } from "../../facts/crontab.ts";
import { Command } from "../../facts/server/mod.ts";
import {
  effect,
  host,
  type Operation,
  operation,
  type OperationOptions,
  type Steps,
  touches,
} from "../../host/mod.ts";
import { openText } from "../opened_text.ts";
import { addition, applyEdit, printed, removal, replacement } from "./edits.ts";

/** A field of a schedule: a number, what cron reads beside it (`*`, `1-5`, `mon`), or a list of these. */
export type CronField = string | number | readonly (string | number)[];

/** Arguments of {@linkcode crontab}. */
export interface CrontabArgs {
  /** The command. cron takes a `%` for the end of a line, unless a backslash stands before it. */
  command: string;
  /** Whether the command should be in the crontab. Default: `true`. */
  present?: boolean | undefined;
  /** Whose crontab, which only root may change of others. Default: the user who runs the commands. */
  user?: string | undefined;
  /** Name of the entry, kept in a comment above it: its command may change then, or occur more than once. */
  cronName?: string | undefined;
  /** Minutes from 0 to 59. Default: `*`. */
  minute?: CronField | undefined;
  /** Hours from 0 to 23. Default: `*`. */
  hour?: CronField | undefined;
  /** Months from 1 to 12. Default: `*`. */
  month?: CronField | undefined;
  /** Days of the week from 0 to 7, both of which are Sunday. Default: `*`. */
  dayOfWeek?: CronField | undefined;
  /** Days of the month from 1 to 31. Default: `*`. */
  dayOfMonth?: CronField | undefined;
  /** `@reboot`, `@daily` and the like, instead of all the times above. */
  specialTime?: string | undefined;
  /** Lets the host's shell expand `$NAME` and `$(…)` in the entry before it is written. Default: `false`. */
  interpolateVariables?: boolean | undefined;
}

/** The arguments of {@linkcode crontab}, for its names in other modules. */
export const CRONTAB_OPTIONS: OperationOptions<CrontabArgs> = {
  parameters: {
    command: "string",
    present: "boolean?",
    user: "string?",
    cronName: "string?",
    minute: "string | number | (string | number)[]?",
    hour: "string | number | (string | number)[]?",
    month: "string | number | (string | number)[]?",
    dayOfWeek: "string | number | (string | number)[]?",
    dayOfMonth: "string | number | (string | number)[]?",
    specialTime: "string?",
    interpolateVariables: "boolean?",
  },
  asWritten: ["command"],
};

/**
 * Makes sure that a command is in a user's crontab at its times, or is not. An entry is known by its name, or else by
 * its whole command; everything else in the crontab stays as it is. Names are kept as pyinfra keeps them, so that its
 * entries are taken over.
 *
 * @example
 * ```ts
 * await crontab.crontab({
 *   cronName: "backup",
 *   command: "/usr/local/bin/backup --quiet",
 *   user: "backup",
 *   minute: 30,
 *   hour: [2, 14],
 *   _sudo: true,
 * });
 * ```
 */
export const crontab: Operation<CrontabArgs> = operation<CrontabArgs>(
  "crontab.crontab",
  editCrontab,
  CRONTAB_OPTIONS,
);

/** Does what {@linkcode crontab} does. */
export async function* editCrontab(args: CrontabArgs): Steps {
  const { present = true, user, cronName, interpolateVariables = false } = args;
  const { text: given, isSecret } = openText(args.command);
  checkTexts(given, args);
  const written = `${schedule(args)} ${given}`;
  touches({ kind: "crontab", name: user });
  const [before, expanded] = await Promise.all([
    host.getFact(CrontabLines, { user }),
    interpolateVariables ? host.getFact(Command, { command: printed(written, true).raw }) : undefined,
  ]);
  const line = expanded ?? written;
  const [{ entry: { command } }] = readCrontab([line]) as [PlacedEntry];
  const name = cronName === undefined ? undefined : `# pyinfra-name=${cronName}`;
  const found = findEntry(readCrontab(before), command, name);
  const shown = cronName ?? given;
  if (!present) {
    if (found === undefined) return host.noop(`crontab ${shown} does not exist`);
    effect("remove");
    const isNamed = name !== undefined && found.entry.comments.includes(name);
    return yield* applyEdit(removal(user, before, found, isNamed ? name : undefined), isSecret);
  }
  if (found === undefined) {
    effect("create");
    const word = printed(written, interpolateVariables);
    return yield* applyEdit(
      addition(user, before, [...(name === undefined ? [] : [name]), line], word),
      isSecret,
    );
  }
  const gainsName = name !== undefined && !found.entry.comments.includes(name);
  if (!gainsName && sameEntry(before[found.at]!, line)) return host.noop(`crontab ${shown} exists`);
  yield* applyEdit(replacement(user, before, found, gainsName ? [name, line] : [line]), isSecret);
}

/** What stands first in an entry. */
function schedule({ specialTime, minute, hour, dayOfMonth, month, dayOfWeek }: CrontabArgs): string {
  if (specialTime !== undefined) {
    if (/^@[a-z]+$/.test(specialTime)) return specialTime;
    throw new DroverError(
      "E_ARGUMENT",
      `crontab.crontab: specialTime cannot be ${Deno.inspect(specialTime)}`,
      {
        hint: "cron knows @reboot, @hourly, @daily, @weekly, @monthly and @yearly",
      },
    );
  }
  return [
    field("minute", minute, 0, 59),
    field("hour", hour, 0, 23),
    field("dayOfMonth", dayOfMonth, 1, 31),
    field("month", month, 1, 12),
    field("dayOfWeek", dayOfWeek, 0, 7),
  ].join(" ");
}

function field(name: string, value: CronField = "*", least: number, most: number): string {
  const parts = [value].flat().map(String);
  const wrong = parts.find((part) =>
    !/^[^\s#@%=]+$/.test(part) ||
    (/^[\d-]+$/.test(part) && part.split("-").some((one) => +one < least || +one > most))
  );
  if (parts.length > 0 && wrong === undefined) return parts.join(",");
  throw new DroverError("E_ARGUMENT", `crontab.crontab: ${name} cannot be ${Deno.inspect(wrong ?? value)}`, {
    hint: `give numbers from ${least} to ${most}, or what cron reads beside them: "*/5", "1-5"`,
  });
}

function checkTexts(command: string, { user, cronName }: CrontabArgs): void {
  for (const [argument, text] of Object.entries({ command, user, cronName })) {
    if (text === undefined || (text.trim() !== "" && !/[\n\r\0]/.test(text))) continue;
    const problem = text.trim() === "" ? "is empty" : "has more than one line";
    throw new DroverError("E_ARGUMENT", `crontab.crontab: ${argument} ${problem}`, {
      hint: argument === "command" && problem !== "is empty"
        ? "put it into a script with files.put"
        : undefined,
    });
  }
}

/** The entry of a name; else the one that has the command, and no other name. */
function findEntry(
  entries: readonly PlacedEntry[],
  command: string,
  name: string | undefined,
): PlacedEntry | undefined {
  const named = entries.find(({ entry }) => name !== undefined && entry.comments.includes(name));
  if (named !== undefined) return named;
  const same = entries.filter(({ entry }) => entry.command === command.trim());
  const unnamed = same.find(({ entry }) => !entry.comments.some((one) => one.startsWith("# pyinfra-name=")));
  return unnamed ?? (name === undefined ? same[0] : undefined);
}

/** Whether two lines say the same, however their parts are spaced and their numbers written. */
function sameEntry(left: string, right: string): boolean {
  const [one, other] = [left, right].map((line) => JSON.stringify(readCrontab([line])[0]?.entry));
  return one === other;
}

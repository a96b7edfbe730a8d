/** Times of files: what is wanted, whether it holds, and the commands that set it. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import type { LocalInfo } from "../../host/mod.ts";
import { type Access, reaching } from "./place.ts";

/**
 * A time: a date, seconds since 1970, text such as `"2026-01-31T12:00:00Z"`, or `true` for the time of the
 * local file. Hosts keep it to the second.
 */
export type FileTime = Date | number | string | boolean;

/** Times of a file as operations take them. */
export interface TimesArgs {
  /** When the file was last read. Default: left as it is. */
  atime?: FileTime | undefined;
  /** When its content last changed. Default: left as it is. */
  mtime?: FileTime | undefined;
}

/** Times that a file should have. */
export interface WantedTimes {
  atime?: Date;
  mtime?: Date;
}

/**
 * Checks times.
 *
 * @throws {DroverError} `E_ARGUMENT` for what is no time.
 */
export function checkTimes(operation: string, args: TimesArgs, local: LocalInfo | undefined): WantedTimes {
  const wanted: WantedTimes = {};
  const atime = toDate(operation, "atime", args.atime, local);
  const mtime = toDate(operation, "mtime", args.mtime, local);
  if (atime !== undefined) wanted.atime = atime;
  if (mtime !== undefined) wanted.mtime = mtime;
  return wanted;
}

/** Commands that set the times that do not hold; all of them where nothing is known of the file. */
export function setTimes(
  path: string,
  wanted: WantedTimes,
  found: { atime?: Date; mtime?: Date } = {},
  access?: Access,
): ShellCommand[] {
  const touch = (option: string, time: Date | undefined, current: Date | undefined) =>
    time === undefined || seconds(time) === seconds(current) ? [] : [reaching(
      path,
      access,
      sh`TZ=UTC touch ${option} -t ${stamp(time)} ${pathWord(path)}`,
      sh`TZ=UTC;export TZ;self touch ${option} -t ${stamp(time)}`,
    )];
  return [...touch("-a", wanted.atime, found.atime), ...touch("-m", wanted.mtime, found.mtime)];
}

function toDate(
  operation: string,
  argument: string,
  time: FileTime | undefined,
  local: LocalInfo | undefined,
): Date | undefined {
  if (time === undefined || time === false) return undefined;
  if (time === true) {
    if (local !== undefined) return argument === "atime" ? local.atime : local.mtime;
    throw new DroverError("E_ARGUMENT", `${operation}: ${argument} cannot be true without a local file`);
  }
  const date = typeof time === "number" ? new Date(time * 1000) : new Date(time);
  if (!Number.isNaN(date.getTime())) return date;
  throw new DroverError("E_ARGUMENT", `${operation}: ${argument} cannot be ${Deno.inspect(time)}`, {
    hint: 'give a Date, seconds since 1970, or text such as "2026-01-31T12:00:00Z"',
  });
}

function seconds(date: Date | undefined): number | undefined {
  return date === undefined ? undefined : Math.floor(date.getTime() / 1000);
}

/** `CCYYMMDDhhmm.SS`, the one form that every `touch` knows. */
function stamp(date: Date): string {
  const digits = date.toISOString().replaceAll(/\D/g, "");
  return `${digits.slice(0, 12)}.${digits.slice(12, 14)}`;
}

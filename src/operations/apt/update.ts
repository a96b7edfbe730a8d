/** apt.update: fetches the lists of packages. */

import { raw, sh, ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { File } from "../../facts/files/mod.ts";
import { Date as HostDate } from "../../facts/server/mod.ts";
import { host, operation, type Steps, touches } from "../../host/mod.ts";
import { APT_LISTS, lockOption, secondsToWait, type WaitForLock } from "./apt_get.ts";

/** Arguments of {@linkcode update}. */
export interface UpdateArgs extends WaitForLock {
  /** Seconds for which lists that were fetched are good enough. Default: they are always fetched. */
  cacheTime?: number;
}

/** Touched after each update that succeeded; Ubuntu does so too. */
const STAMP = "/var/lib/apt/periodic/update-success-stamp";

/**
 * Fetches the lists of packages (`apt-get update`): each time, or when they are older than `cacheTime`.
 *
 * @example
 * ```ts
 * await apt.update({ cacheTime: 3600, _sudo: true });
 * ```
 */
export const update = operation<UpdateArgs>("apt.update", async function* (args) {
  touches(APT_LISTS);
  if (await listsAreFresh(args.cacheTime)) return host.noop("apt is already up to date");
  yield* updateLists(args);
}, { parameters: { cacheTime: "number?", waitForLock: "boolean | number?" }, idempotent: false });

/** Whether the lists were fetched in the last so many seconds. */
export async function listsAreFresh(cacheTime: number | undefined): Promise<boolean> {
  if (cacheTime === undefined) return false;
  if (typeof cacheTime !== "number" || !(cacheTime >= 0)) {
    throw new DroverError("E_ARGUMENT", `cacheTime cannot be ${cacheTime}`, { hint: "give it in seconds" });
  }
  const [stamp, now] = await Promise.all([host.getFact(File, { path: STAMP }), host.getFact(HostDate)]);
  if (!stamp || stamp.mtime === undefined) return false;
  return now.getTime() - stamp.mtime.getTime() < cacheTime * 1000;
}

/** The commands that fetch the lists and remember when that was. */
export async function* updateLists({ cacheTime, waitForLock }: UpdateArgs): Steps {
  yield waitingForLists(sh`apt-get ${lockOption(waitForLock)} update`, secondsToWait(waitForLock));
  if (cacheTime !== undefined) yield sh`touch ${STAMP}`;
}

/**
 * A command that is tried again while another apt is fetching lists, which apt before 2.9 does not wait for. It is
 * shown as the plain one.
 */
function waitingForLists(command: ShellCommand, seconds: number): ShellCommand {
  if (seconds === 0) return command;
  const isLate = raw(seconds < 0 ? "false" : `[ $(($(date +%s)-t)) -ge ${seconds} ]`);
  const trying = sh`t=$(date +%s);w=
until { e=$(${command} 2>&1 >&3 3>&-);s=$?;} 3>&1
case $s$e in 0*);;*/lists/lock*)${isLate};;esac
do [ -n "$w" ]||{ w=1;echo 'Waiting for another apt that is fetching lists' >&2;};sleep 1;done
[ -z "$e" ]||printf '%s\\n' "$e" >&2
(exit $s)`;
  return ShellCommand.of(trying.raw, String(command));
}

/** Facts about who has logged in, and who has tried to. */

import { type Fact, fact } from "../../host/mod.ts";
import { readLoginTime } from "./users.ts";

/** A login, or an attempt of one. */
export interface Login {
  /** Name of the user; `reboot` and `shutdown` stand for the system itself. */
  user: string;
  /** `pts/0`, `tty1`, `ssh:notty`. */
  terminal: string;
  /** Where from: an address, a host name or, for `reboot`, the kernel's version. */
  host: string | undefined;
  /** When; the time is taken to be in UTC. */
  login: Date | undefined;
  /** Until when; `undefined` if it has not ended, or not in order. */
  logout: Date | undefined;
  /** What the host says instead of an end: `still logged in`, `crash`, `gone - no logout`. */
  state: string | undefined;
}

/** Logins, the latest first. */
export const Last: Fact<Login[]> = fact<Login[]>({
  name: "server.Last",
  remember: {},
  requires: "last",
  // BusyBox knows no options, and fails where nobody has logged in yet.
  command: () => "last -F -w 2>/dev/null || ! test -e /var/log/wtmp || last",
  process: readLogins,
  default: () => [],
});

/** Failed attempts to log in, the latest first. Only root may read them. */
export const Lastb: Fact<Login[]> = fact<Login[]>({
  name: "server.Lastb",
  remember: {},
  requires: "lastb",
  command: () => "lastb -F -w",
  process: readLogins,
  default: () => [],
});

const TIME = String.raw`\w{3} \w{3} +\d+ [\d:]{8} \d{4}`;
const LOGIN_REGEXP = new RegExp(
  String
    .raw`^(\S*)\s+(system boot|system down|\S+)\s+(?:(\S+)\s+)?(${TIME})(?:\s+-\s+(${TIME}|.*?))?\s*(?:\(.*\))?$`,
);
const OPEN_REGEXP = /\s+(still logged in|still running|gone - no logout|crash)$/;

function readLogins(lines: string[]): Login[] {
  return lines.flatMap((line) => {
    if (/^[wb]tmp\S* begins /.test(line)) return [];
    const open = OPEN_REGEXP.exec(line)?.[1];
    const match = LOGIN_REGEXP.exec(line.replace(/\s+$/, "").replace(OPEN_REGEXP, ""));
    if (match === null) return [];
    const [, user = "", terminal = "", host, login = "", end] = match;
    const logout = end === undefined ? undefined : readLoginTime(end.replaceAll(/ +/g, " "));
    return [{
      user,
      terminal,
      host,
      login: readLoginTime(login.replaceAll(/ +/g, " ")),
      logout,
      state: open ?? (logout === undefined ? end : undefined),
    }];
  });
}

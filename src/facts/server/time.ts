/** Facts about time: the clock, its zone, how long the system runs, how busy it is, its languages. */

import { type Fact, fact } from "../../host/mod.ts";

/** The host's clock. */
export const Date: Fact<globalThis.Date> = fact<globalThis.Date>({
  name: "server.Date",
  remember: {},
  command: () => "date +'%Y-%m-%dT%H:%M:%S%z'",
  process: ([line = ""]) => new globalThis.Date(line.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")),
});

/** The time zone, such as `Europe/Amsterdam`; `undefined` where nothing tells its name. */
export const Timezone: Fact<string | undefined> = fact<string | undefined>({
  name: "server.Timezone",
  about: () => ({ kind: "timezone" }),
  remember: {},
  command: () =>
    "if [ -L /etc/localtime ]; then readlink /etc/localtime; " +
    "elif [ -s /etc/timezone ]; then cat /etc/timezone; " +
    "elif [ ! -e /etc/localtime ]; then echo UTC; fi",
  process: ([line]) => line?.trim().replace(/^.*\/zoneinfo[^/]*\//, ""),
});

/** Seconds that the system has been up, as a whole number. */
export const Uptime: Fact<number> = fact<number>({
  name: "server.Uptime",
  remember: {},
  command: () => "cat /proc/uptime 2>/dev/null || { date +%s; sysctl -n kern.boottime; }",
  process: ([first = "", bootTime]) => {
    if (bootTime === undefined) return Math.floor(Number.parseFloat(first));
    // BSD: `{ sec = 1700000000, usec = 12 } Tue …`, or the bare number.
    return Number.parseInt(first) - Number(/\d+/.exec(bootTime)?.[0]);
  },
});

/** Average number of processes that run or wait to run. */
export interface Load {
  /** Over the last minute. */
  oneMinute: number;
  /** Over the last five minutes. */
  fiveMinutes: number;
  /** Over the last fifteen minutes. */
  fifteenMinutes: number;
}

/** The system's load over the last 1, 5 and 15 minutes. */
export const LoadAverage: Fact<Load> = fact<Load>({
  name: "server.LoadAverage",
  remember: {},
  command: () => "cat /proc/loadavg 2>/dev/null || sysctl -n vm.loadavg",
  process: ([line = ""]) => {
    const [oneMinute = 0, fiveMinutes = 0, fifteenMinutes = 0] = [
      ...line.replaceAll(",", ".").matchAll(/\d+\.\d+/g),
    ].map(Number);
    return { oneMinute, fiveMinutes, fifteenMinutes };
  },
});

/** The installed locales, such as `C.UTF-8` and `en_US.UTF-8`. */
export const Locales: Fact<string[]> = fact<string[]>({
  name: "server.Locales",
  about: () => ({ kind: "locale" }),
  remember: {},
  requires: "locale",
  command: () => "locale -a",
  process: (lines) => lines.map((line) => normalizeLocale(line.trim())).filter((line) => line !== ""),
  default: () => [],
});

/** `locale -a` writes `en_US.utf8` for what everything else calls `en_US.UTF-8`. */
export function normalizeLocale(locale: string): string {
  return locale.replace(/\.utf-?8(?=@|$)/i, ".UTF-8");
}

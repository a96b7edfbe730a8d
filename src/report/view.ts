/** What every part of the human report needs to know to make lines, and the words they have in common. */

import { relative } from "node:path";
import type { Place } from "../errors/mod.ts";
import { type Glyphs, sanitiseLine, type Style, type Terminal, textWidth } from "../terminal/mod.ts";

/** How lines are to look. */
export interface View {
  readonly style: Style;
  readonly glyphs: Glyphs;
  /** Columns that a line is cut to; without a terminal and with `-v`, nothing is cut. */
  readonly width: number;
  /** Columns that lists are wrapped to. */
  readonly fit: number;
  /** Whether long lists end with how much more there is. */
  readonly cuts: boolean;
  /** -1 verdict only, 0 operations, 1 reasons and facts, 2 commands, 3 output of hosts. */
  readonly verbosity: number;
  /** Whether differences of files are shown. */
  readonly diff: boolean;
  /** Columns of the longest host name, so that what follows stands in line. */
  readonly hostColumns: number;
  /** Paths inside this directory are shown relative to it. */
  readonly cwd: string;
}

/** Time, so that tests can make their own. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Calls a function again and again; returns what ends that. Must not keep the process alive. */
  every(milliseconds: number, tick: () => void): () => void;
}

/** The process' own time. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    Deno.unrefTimer(timer);
    return () => clearInterval(timer);
  },
};

const VERB_COLUMNS = 12;

/** `3 hosts`, `1 host`, `no hosts`. */
export function count(number: number, noun: string): string {
  return `${number === 0 ? "no" : number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A time as people say it: `12ms`, `1.3s`, `2m05s`. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
}

/** A time in a fixed number of columns: `[   0.912s]`. */
export function stamp(seconds: number): string {
  return `[${seconds.toFixed(3).padStart(8)}s]`;
}

/** The verb that a plain line starts with, at the right of twelve columns. */
export function verb(word: string, paint: (text: string) => string): string {
  return " ".repeat(Math.max(0, VERB_COLUMNS - word.length)) + paint(word);
}

/** How wide text is on a terminal, and whether what does not fit is left out. */
export function fitting(
  terminal: Terminal,
  verbosity = 0,
): { width: number; fit: number; cuts: boolean } {
  const fit = terminal.width();
  const cuts = terminal.isTerminal && verbosity < 1;
  return { width: cuts ? fit : Infinity, fit, cuts };
}

/** A command that begins, as it can be pasted into a shell. */
export function typedCommand(event: { command: string; privilege: string; typed?: string }): string {
  return event.typed ?? [event.privilege, event.command].filter((part) => part !== "").join(" ");
}

/** Names of hosts in so many columns: all of them if they fit, their number if they do not. */
export function hostList(hosts: readonly string[], all: number, columns: number): string {
  const names = hosts.map(sanitiseLine).join(" ");
  if (textWidth(names) <= columns || hosts.length === 1) return names;
  return hosts.length === all ? `all ${count(all, "host")}` : count(hosts.length, "host");
}

/** `web.ts:12:3`, relative to the working directory where it is inside of it. */
export function showPlace(place: Place, cwd: string): string {
  return `${showPath(place.file, cwd)}:${place.line}:${place.column}`;
}

/** A path, relative to the working directory where it is inside of it. */
export function showPath(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return sanitiseLine(path === "" || path.startsWith("..") ? file : path);
}

/** `Install nginx (apt.packages)`; the operation's own name alone where no other was given. */
export function labelled(label: string, name: string): string {
  const clean = sanitiseLine(label);
  return clean === name || clean.endsWith(`| ${name}`) ? clean : `${clean} (${name})`;
}

/** Items by a key, in the order in which the keys turn up. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

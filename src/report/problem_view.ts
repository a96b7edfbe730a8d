/** Shows a failure: what, where in the user's file, on which hosts, the evidence, and what to do. */

import { maskSecrets } from "../command/mod.ts";
import type { Problem } from "../engine/events.ts";
import type { Place } from "../errors/mod.ts";
import {
  type Glyphs,
  sanitise,
  sanitiseLine,
  type Style,
  type Terminal,
  textWidth,
  truncate,
  wrap,
} from "../terminal/mod.ts";
import { fitting, showPlace } from "./view.ts";

const MOST_HOSTS = 20;

/** How a problem is shown. */
export interface ProblemView {
  readonly style: Style;
  readonly glyphs: Glyphs;
  /** Columns that the user's line is cut to. */
  readonly width: number;
  /** Columns that names of hosts are wrapped to. Default: `width`. */
  readonly fit?: number;
  /** Whether only the first hosts are named where there are many. Default: yes. */
  readonly cuts?: boolean;
  /** Paths inside this directory are shown relative to it. */
  readonly cwd: string;
}

/** How a problem is shown on a terminal, or where there is none. */
export function problemViewOn(terminal: Terminal): ProblemView {
  return { style: terminal.style, glyphs: terminal.glyphs, cwd: Deno.cwd(), ...fitting(terminal) };
}

/** What is known of a failure beside the problem itself. */
export interface ProblemContext {
  /** All hosts with the same problem, where it is not just the problem's own. */
  hosts?: readonly string[] | undefined;
  /** The operation that failed: `Install nginx (apt.packages)`. */
  operation?: string | undefined;
  /** Shows the stack of a bug. */
  debug?: boolean | undefined;
  /** Reads a file of the user; default: from the disk. */
  readFile?: ((path: string) => string) | undefined;
}

/**
 * The lines that show a problem.
 *
 * @example
 * ```text
 * error[E_COMMAND]: Command exited with status 100
 *   --> web.ts:12:1
 *    12 | await apt.packages({
 *       | ^
 *   = host: web-02
 *   = hint: run it again with --retry 3
 * ```
 */
export function renderProblem(problem: Problem, view: ProblemView, context: ProblemContext = {}): string[] {
  const { style } = view;
  const isBug = problem.code === "E_BUG";
  const message = isBug ? `This is a bug in Drover: ${problem.message}` : problem.message;
  const [first, ...more] = sanitise(message).split("\n");
  const lines = [`${style.red(style.bold(`error[${problem.code}]`))}: ${style.bold(first!)}`, ...more];
  if (problem.place !== undefined) lines.push(...renderPlace(problem.place, view, context));
  for (const frame of otherFrames(problem)) lines.push(style.dim(`   at ${showPlace(frame, view.cwd)}`));
  const hosts = context.hosts ?? (problem.host === undefined ? [] : [problem.host]);
  if (hosts.length > 0) {
    lines.push(...note(hosts.length === 1 ? "host" : "hosts", hostNames(hosts, view), style));
  }
  if (context.operation !== undefined) lines.push(...note("operation", [context.operation], style));
  if (problem.command !== undefined) {
    lines.push(...note("command", sanitise(problem.command).split("\n"), style));
  }
  if (problem.detail !== undefined) {
    for (const line of sanitise(problem.detail.trimEnd()).split("\n")) {
      lines.push(`  ${style.dim("=")} ${line}`);
    }
  }
  const hint = problem.hint ??
    (isBug && !context.debug ? "run it again with --debug and report what it prints" : undefined);
  if (hint !== undefined) lines.push(...note("hint", sanitise(hint).split("\n"), style));
  if (isBug && context.debug && problem.stack !== undefined) {
    lines.push(...sanitise(problem.stack).split("\n").map((line) => style.dim(line)));
  }
  return lines;
}

/** `-->` and the user's line. */
function renderPlace(place: Place, view: ProblemView, context: ProblemContext): string[] {
  const { style, glyphs, width, cwd } = view;
  const lines = [`  ${style.cyan("-->")} ${showPlace(place, cwd)}`];
  const source = sourceLine(place, context.readFile ?? Deno.readTextFileSync);
  if (source === undefined || source.trim() === "") return lines;
  const number = String(place.line).padStart(4);
  const bar = style.dim("|");
  const room = width - number.length - 4;
  // A password may stand in the line itself.
  const clean = (text: string) => sanitiseLine(maskSecrets(text));
  lines.push(` ${style.dim(number)} ${bar} ${truncate(clean(source), room, glyphs.ellipsis)}`);
  const before = textWidth(clean(source.slice(0, place.column - 1)));
  if (before < room) {
    lines.push(` ${" ".repeat(number.length)} ${bar} ${" ".repeat(before)}${style.red("^")}`);
  }
  return lines;
}

function sourceLine(place: Place, readFile: (path: string) => string): string | undefined {
  try {
    return readFile(place.file).split(/\r?\n/)[place.line - 1];
  } catch {
    return undefined;
  }
}

/** Where an exception passed through the user's files before its place. */
function otherFrames(problem: Problem): Place[] {
  const { place, frames = [] } = problem;
  return frames.filter((frame) =>
    frame.file !== place?.file || frame.line !== place.line || frame.column !== place.column
  );
}

function note(name: string, [first = "", ...more]: readonly string[], style: Style): string[] {
  const indent = " ".repeat(name.length + 6);
  return [`  ${style.dim("=")} ${style.bold(`${name}:`)} ${first}`, ...more.map((line) => indent + line)];
}

function hostNames(hosts: readonly string[], { cuts = true, width, fit = width }: ProblemView): string[] {
  const shown = cuts ? hosts.slice(0, MOST_HOSTS) : hosts;
  const rest = hosts.length - shown.length;
  const names = shown.map(sanitiseLine).join(" ") + (rest > 0 ? ` and ${rest} more` : "");
  return wrap(hosts.length === 1 ? names : `${names} (${hosts.length})`, Math.max(20, fit - 12));
}

/** Shows the steps of a run as they happen: hosts, operations, failures, slow ones. */

import type { Outcome, Problem, RunEvent } from "../engine/events.ts";
import { padEnd, sanitise, sanitiseLine, textWidth, truncate } from "../terminal/mod.ts";
import type { RunningOperation, SlowNote } from "./activity.ts";
import { count, duration, hostList, labelled, showPlace, stamp, verb, type View } from "./view.ts";

/** Lines of standard error that a failure shows at once. */
const MOST_DETAIL = 12;
/** Commands before a failure that it shows. */
const MOST_RAN = 5;
const WIDEST_LABEL = 44;
/** The column at whose left the times of a terminal's first lines end. */
const TIME_COLUMN = 86;

type Finished = RunEvent & { type: "operation.finished" };

/** `Loaded`, `Connected`, `Read`: a verb, what, and how long it took. */
export function headLine(
  word: string,
  text: string,
  seconds: number | undefined,
  view: View,
  live: boolean,
): string {
  const start = verb(word, (text) => view.style.bold(view.style.green(text)));
  if (seconds === undefined) return `${start} ${text}`;
  if (!live) return `${start} ${stamp(seconds)} ${text}`;
  const time = duration(seconds);
  const left = padEnd(`${start} ${text}`, Math.min(view.fit - 1, TIME_COLUMN) - time.length - 1);
  return `${left} ${view.style.dim(time)}`;
}

/** A line with a verb of its own: `Notice`, `Log`, `Retry`. */
export function sayLine(word: string, text: string, paint: (text: string) => string): string {
  const [first, ...more] = sanitise(text).split("\n");
  return [`${verb(word, paint)} ${first}`, ...more.map((line) => `${" ".repeat(13)}${line}`)].join("\n");
}

const VERBS: Record<Outcome, string> = {
  changed: "Changed",
  unchanged: "Unchanged",
  skipped: "Skipped",
  failed: "FAILED",
  ignored: "Ignored",
};

/** Off-terminal: one line per finished operation and host, and what there is to say about a failure. */
export function outcomeLines(event: Finished, failure: FailureNote | undefined, view: View): string[] {
  const paint = outcomePaint(event.outcome, view);
  const nested = event.nested ? "  " : "";
  const what = labelled(event.label, event.name);
  const reason = failure === undefined ? "" : `: ${reasonOf(failure)}`;
  const retries = event.retries > 0
    ? `, after ${count(event.retries, "retry").replace("retrys", "retries")}`
    : "";
  const host = padEnd(sanitiseLine(event.host), view.hostColumns);
  const start = `${verb(VERBS[event.outcome], paint)} ${stamp(event.seconds)} ${host}  ${nested}`;
  const lines = [`${start}${what}${reason}${retries}`];
  if (failure !== undefined) lines.push(...failureDetail(event, failure, " ".repeat(26), view));
  if (view.verbosity > 0) {
    lines.push(...event.noops.map((noop) => " ".repeat(26) + view.style.dim(sanitiseLine(noop))));
  }
  return lines;
}

/** What is known of a failure when it happens. */
export interface FailureNote {
  problem?: Problem | undefined;
  exitStatus?: number | undefined;
}

/** On a terminal: a failure, as soon as it happens. */
export function failureLines(event: Finished, failure: FailureNote, view: View): string[] {
  const ignored = event.outcome === "ignored";
  const paint = ignored ? view.style.yellow : view.style.red;
  const what = labelled(event.label, event.name);
  const also = ignored ? " (ignored)" : "";
  return [
    `  ${paint(view.glyphs.failed)} ${view.style.bold(sanitiseLine(event.host))}  ${what}: ${
      reasonOf(failure)
    }${also}`,
    ...failureDetail(event, failure, " ".repeat(6), view),
  ];
}

function reasonOf({ problem, exitStatus }: FailureNote): string {
  if (problem !== undefined) return sanitiseLine(problem.message);
  return exitStatus === undefined ? "failed" : `exit ${exitStatus}`;
}

function failureDetail(
  { ran = [] }: Finished,
  { problem }: FailureNote,
  indent: string,
  view: View,
): string[] {
  const detail = problem?.detail === undefined ? [] : sanitise(problem.detail.trimEnd()).split("\n");
  const lines = view.cuts ? detail.slice(-MOST_DETAIL) : detail;
  if (detail.length > lines.length) {
    lines.unshift(`${view.glyphs.ellipsis} ${detail.length - lines.length} lines before`);
  }
  if (problem?.command !== undefined) lines.push(`command: ${sanitiseLine(problem.command)}`);
  lines.push(...ranLines(ran, view));
  if (problem?.place !== undefined) lines.push(`at ${showPlace(problem.place, view.cwd)}`);
  if (problem?.hint !== undefined) lines.push(`hint: ${sanitiseLine(problem.hint)}`);
  return lines.map((line) => indent + line);
}

/** Says what an operation had done when it failed: its last commands, in a line each. */
function ranLines(ran: readonly string[], { glyphs: { ellipsis } }: View): string[] {
  const lines = ran.slice(-MOST_RAN).map((command) => {
    const [first = "", ...more] = command.split("\n");
    return `ran before, and changed the host: ${sanitiseLine(first)}${more.length > 0 ? ` ${ellipsis}` : ""}`;
  });
  const rest = ran.length - lines.length;
  return rest === 0 ? lines : [`${ellipsis} ${rest} more ran before, and changed the host`, ...lines];
}

/** On a terminal: an operation that all hosts are done with. */
export function doneRow(operation: RunningOperation, seconds: number, view: View): string {
  const { style, glyphs } = view;
  const outcomes = [...operation.outcomes.values()];
  const number = (outcome: Outcome) => outcomes.filter((one) => one === outcome).length;
  const parts = (["changed", "unchanged", "skipped", "failed", "ignored"] as const)
    .filter((outcome) => number(outcome) > 0)
    .map((outcome) => outcomePaint(outcome, view)(`${number(outcome)} ${outcome}`));
  const sign = number("failed") > 0
    ? style.red(glyphs.failed)
    : number("changed") > 0
    ? style.green(glyphs.ok)
    : style.dim(number("unchanged") > 0 ? glyphs.unchanged : glyphs.skipped);
  const whole = sanitiseLine(operation.label);
  const label = view.cuts ? truncate(whole, WIDEST_LABEL, glyphs.ellipsis) : whole;
  const start = `  ${padEnd(sign, 1)} ${padEnd(label, 28)}  ${parts.join(", ")}`;
  const time = duration(seconds);
  const column = Math.min(view.fit - 1, TIME_COLUMN);
  return `${padEnd(start, column - textWidth(time) - 1)} ${style.dim(time)}`;
}

/** On a terminal: an operation that another one called, on one host. */
export function nestedRow(event: Finished, view: View): string {
  const paint = outcomePaint(event.outcome, view);
  const sign = event.outcome === "failed" || event.outcome === "ignored"
    ? view.glyphs.failed
    : event.outcome === "changed"
    ? view.glyphs.ok
    : event.outcome === "unchanged"
    ? view.glyphs.unchanged
    : view.glyphs.skipped;
  return `    ${paint(sign)} ${labelled(event.label, event.name)}  ${sanitiseLine(event.host)}`;
}

/** Hosts that take long. */
export function slowLine(note: SlowNote, view: View, live: boolean): string {
  const { style } = view;
  if (!live) {
    const hosts = hostList(note.hosts, Infinity, Infinity);
    const what = labelled(note.label, note.name);
    return `${verb("Slow", style.yellow)} ${stamp(note.seconds)} ${hosts}  ${what} still running`;
  }
  const hosts = hostList(note.hosts, Infinity, Math.max(20, view.width - 40));
  const what = sanitiseLine(note.hosts.length === 1 ? note.command : note.label);
  const text = `  ${hosts} still running: ${what}`;
  const time = `, ${duration(note.seconds)}`;
  return style.yellow(truncate(text, view.width - time.length - 1, view.glyphs.ellipsis) + time);
}

/** `host | text`, for everything that comes from a host or goes to it. */
export function hostLine(host: string, text: string, view: View): string {
  return `${view.style.cyan(`${sanitiseLine(host)} |`)} ${text}`;
}

function outcomePaint(outcome: Outcome, { style }: View): (text: string) => string {
  if (outcome === "changed") return style.green;
  if (outcome === "failed") return (text) => style.bold(style.red(text));
  return outcome === "ignored" ? style.yellow : style.dim;
}

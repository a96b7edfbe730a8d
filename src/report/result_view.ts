/** Shows how a run ended: the failures again in full, a row per host, and the verdict as the last line. */

import type { HostSummary, Problem, RunOutcome } from "../engine/events.ts";
import { type Column, renderTable, sanitiseLine } from "../terminal/mod.ts";
import { renderProblem } from "./problem_view.ts";
import { count, duration, groupBy, type View } from "./view.ts";

/** With more hosts than these, those that went well share a line unless `-v` is given. */
const MOST_ROWS = 30;

/** A failure with what the events before it told. */
export interface Failure {
  problem: Problem;
  operation?: string | undefined;
}

/** The end of a run. */
export interface Result {
  outcome: RunOutcome;
  hosts: readonly HostSummary[];
  seconds: number;
}

/** The failures, those that are the same on many hosts once. */
export function renderFailures(failures: readonly Failure[], view: View, debug: boolean): string[] {
  const groups = groupBy(failures, ({ problem, operation }) => {
    const { host: _, stack: __, ...rest } = problem;
    return JSON.stringify([rest, operation]);
  });
  return groups.flatMap((group) => {
    const { problem, operation } = group[0]!;
    const hosts = [...new Set(group.map((one) => one.problem.host).filter((host) => host !== undefined))];
    return ["", ...renderProblem(problem, view, { hosts, operation, debug })];
  });
}

const COLUMNS: Column[] = [
  { title: "Host" },
  ...["Changed", "Unchanged", "Failed", "Skipped", "Time"].map((title): Column => ({
    title,
    align: "right",
  })),
  { title: "" },
];

/** A row per host. */
export function renderHosts(hosts: readonly HostSummary[], view: View): string[] {
  const all = !view.cuts || hosts.length <= MOST_ROWS;
  const shown = all ? hosts : hosts.filter((host) => host.state !== "done" || host.failed > 0);
  const rest = hosts.length - shown.length;
  const lines = shown.length === 0
    ? []
    : renderTable(COLUMNS, shown.map(hostRow), view.width, view.style.bold);
  if (rest > 0) {
    lines.push(view.style.dim(`${rest} ${shown.length > 0 ? "more " : ""}hosts are done, -v lists them`));
  }
  return lines;
}

function hostRow(host: HostSummary): string[] {
  const failed = host.ignored > 0 ? `${host.failed} (+${host.ignored} ignored)` : String(host.failed);
  return [
    sanitiseLine(host.host),
    host.incomplete > 0 ? `${host.changed} (+${host.incomplete} begun)` : String(host.changed),
    String(host.unchanged),
    failed,
    String(host.skipped + host.left),
    host.state === "unreachable" ? "" : duration(host.seconds),
    stateOf(host),
  ];
}

function stateOf(host: HostSummary): string {
  if (host.state === "unreachable") return "unreachable";
  if (host.state === "done") return "";
  const at = host.stoppedAt === undefined ? "" : ` at "${sanitiseLine(host.stoppedAt)}"`;
  return host.state === "failed" && at === "" ? "failed" : `stopped${at}`;
}

/** The verdict: one line that says whether all went well and what was changed. */
export function renderVerdict(result: Result, view: View): string {
  const { style } = view;
  const [word, rest] = verdict(result);
  const paint = word === "Done:" || word === "Planned."
    ? style.green
    : word === "Declined."
    ? style.yellow
    : style.red;
  return `${style.bold(paint(word))} ${rest}${style.dim(`  ${duration(result.seconds)}`)}`;
}

function verdict({ outcome, hosts }: Result): [string, string] {
  const failed = hosts.filter((host) => host.state === "failed" || host.failed > 0).length;
  const unreachable = hosts.filter((host) => host.state === "unreachable").length;
  const made = changesMade(hosts);
  const bad = badHosts(failed, unreachable, hosts.length);
  switch (outcome) {
    case "empty":
      return ["Nothing to do:", "no host was selected."];
    case "declined":
      return ["Declined.", "No host was changed."];
    case "interrupted":
      return ["Interrupted:", `${made}${leftOver(hosts)}`];
    case "stopped":
      return ["Stopped:", `too many hosts failed (${bad}), ${made}${leftOver(hosts)}`];
    case "planned":
      return bad === "" ? ["Planned.", "No host was changed."] : ["Failed:", `${bad}. No host was changed.`];
    default:
      if (failed > 0) return ["Failed:", `${bad}, ${made}`];
      if (unreachable > 0) {
        return ["Unreachable:", `${unreachable} of ${count(hosts.length, "host")}, ${made}`];
      }
      return ["Done:", `${made}`];
  }
}

function badHosts(failed: number, unreachable: number, all: number): string {
  if (failed + unreachable === 0) return "";
  const of = `of ${count(all, "host")}`;
  if (unreachable === 0) return `${failed} ${of}`;
  return failed === 0 ? `${unreachable} ${of} unreachable` : `${failed} ${of}, ${unreachable} unreachable`;
}

function changesMade(hosts: readonly HostSummary[]): string {
  const changes = hosts.reduce((sum, host) => sum + host.changed, 0);
  const ignored = hosts.reduce((sum, host) => sum + host.ignored, 0);
  const also = ignored === 0 ? "" : `, ${count(ignored, "failure")} ignored`;
  const begun = hosts.reduce((sum, host) => sum + host.incomplete, 0);
  if (changes + begun === 0) return `no host was changed${also}.`;
  if (changes === 0) return `${count(begun, "change")} begun and not completed${also}.`;
  const changed = hosts.filter((host) => host.changed > 0).length;
  const more = begun === 0 ? "" : `, ${begun} more begun and not completed`;
  return `${count(changes, "change")} on ${count(changed, "host")}${more}${also}.`;
}

function leftOver(hosts: readonly HostSummary[]): string {
  const left = hosts.reduce((sum, host) => sum + host.left, 0);
  return left === 0 ? "" : ` ${count(left, "operation")} left: run with --dry to see what.`;
}

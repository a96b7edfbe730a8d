/** The rows at the bottom of the terminal: what runs now, and how far the run is. */

import { padEnd, sanitiseLine, textWidth } from "../terminal/mod.ts";
import type { Activity, RunningOperation } from "./activity.ts";
import { count, duration, type View } from "./view.ts";

/** Rows that show operations; the last row of the region sums up. */
const MOST_OPERATIONS = 10;

/** The rows for a state of the run. */
export function renderLive(activity: Activity, now: number, view: View): string[] {
  const spinner = view.glyphs.spinner[Math.floor(now / 100) % view.glyphs.spinner.length]!;
  const sign = view.style.cyan(spinner);
  if (activity.phase === "connect") {
    const failed = activity.unreachable > 0 ? `, ${activity.unreachable} unreachable` : "";
    return [`  ${sign} Connecting ${activity.connected} of ${activity.hosts}${failed}`];
  }
  if (activity.phase === "plan") return [`  ${sign} Planning ${count(activity.hosts, "host")}`];
  if (activity.phase !== "apply") return [];
  const running = [...activity.running.values()];
  const shown = running.slice(0, MOST_OPERATIONS);
  const label = Math.max(24, ...shown.map((operation) => textWidth(sanitiseLine(operation.label))));
  const rows = shown.map((operation) => operationRow(operation, activity, now, label, `  ${sign} `));
  const rest = running.length - shown.length;
  if (rest > 0) rows.push(`    and ${count(rest, "more operation")}`);
  return [...rows, statusRow(activity, now, view)];
}

function operationRow(
  operation: RunningOperation,
  activity: Activity,
  now: number,
  label: number,
  start: string,
): string {
  const progress = `${operation.outcomes.size}/${operation.hosts.length}`;
  const busy = activity.busyHosts(operation).map(sanitiseLine).join(" ");
  const time = duration((now - operation.since) / 1000);
  return `${start}${padEnd(sanitiseLine(operation.label), label)}  ${progress}  ${time}  ${busy}`.trimEnd();
}

function statusRow(activity: Activity, now: number, { style, glyphs }: View): string {
  const { changed, failed } = activity.outcomes;
  const seconds = Math.floor((now - activity.applySince) / 1000);
  const clock = [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(
    ":",
  );
  const parts = [
    `${activity.done} of ${count(activity.operations, "operation")}`,
    `${changed} changed`,
    failed > 0 ? style.red(`${failed} failed`) : "",
    clock,
  ].filter((part) => part !== "");
  return `  ${style.dim(glyphs.rule)} ${parts.join(` ${glyphs.dot} `)} ${style.dim(glyphs.rule)}`;
}

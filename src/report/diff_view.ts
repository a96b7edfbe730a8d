/** Shows what a change does to a file, as a unified difference. */

import { structuredPatch } from "diff";
import type { FileDiff } from "../host/mod.ts";
import { sanitiseLine, textWidth, truncate } from "../terminal/mod.ts";
import { hostList, type View } from "./view.ts";

const MOST_LINES = 40;
/** Milliseconds; two large files with nothing in common would take minutes. */
const LONGEST = 2000;

/** The lines of a difference that is the same on some hosts. */
export function renderDiff(diff: FileDiff, hosts: readonly string[], view: View): string[] {
  const { style } = view;
  const path = sanitiseLine(hosts.length === 1 ? `${hosts[0]}:${diff.path}` : diff.path);
  const names = hostList(hosts, Infinity, view.width - textWidth(path) - 24);
  const same = hosts.length > 1 ? style.dim(`  (same on ${names})`) : "";
  const header = [
    style.bold(`--- ${diff.before === undefined ? "/dev/null" : path}`) +
    (diff.after === undefined ? same : ""),
    style.bold(`+++ ${diff.after === undefined ? "/dev/null" : path}`) +
    (diff.after === undefined ? "" : same),
  ];
  const body = hunks(diff);
  if (body === undefined) return [...header, style.dim("(too different to be shown line by line)")];
  // A file may come or go without a line in it.
  if (body.length === 0) return diff.before === diff.after ? [] : [...header, style.dim("(empty file)")];
  const shown = view.cuts ? body.slice(0, MOST_LINES) : body;
  const lines = shown.map((line) => paint(sanitiseLine(line), view));
  const rest = body.length - shown.length;
  if (rest > 0) lines.push(style.dim(`${view.glyphs.ellipsis} ${rest} more lines, -v shows all`));
  return [...header, ...lines];
}

/** The same for differences that look the same, whatever else is in the files. */
export function differenceKey(diff: FileDiff): string {
  const { path, before = null, after = null } = diff;
  const body = hunks(diff);
  return JSON.stringify([path, before === null, after === null, body ?? [before, after]]);
}

function hunks({ path, before = "", after = "" }: FileDiff): string[] | undefined {
  const patch = structuredPatch(path, path, before, after, "", "", { context: 3, timeout: LONGEST });
  return patch?.hunks.flatMap((hunk) => [
    `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ]);
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${start},${lines}`;
}

function paint(line: string, { style, width, glyphs }: View): string {
  const fitting = truncate(line, width - 8, glyphs.ellipsis);
  if (line.startsWith("+")) return style.green(fitting);
  if (line.startsWith("-")) return style.red(fitting);
  if (line.startsWith("@@")) return style.cyan(fitting);
  return line.startsWith("\\") ? style.dim(fitting) : fitting;
}

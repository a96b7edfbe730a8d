/** Shows what a failed run has left undone: where, what the next run will not make up for, and how to go on. */

import type { Unfinished } from "../engine/events.ts";
import { sanitise, sanitiseLine, truncate } from "../terminal/mod.ts";
import { groupBy, hostList, labelled, type View } from "./view.ts";

const INDENT = "  ";

/** What was left out on which hosts, and what is owed; nothing where all came to its end. */
export function renderUnfinished(unfinished: readonly Unfinished[], view: View): string[] {
  const { style } = view;
  const left = groupBy(
    unfinished.filter(({ left }) => left.length > 0),
    ({ left }) => left.map(({ operation }) => operation).join(" "),
  );
  const owed = groupBy(
    unfinished.flatMap(({ host, owed }) => owed.map((one) => ({ host, ...one }))),
    ({ host: _, ...one }) => JSON.stringify(one),
  );
  const lines: string[] = [];
  if (left.length > 0) lines.push("", style.bold("Left out:"));
  for (const group of left) {
    const names = hostList(group.map(({ host }) => host), Infinity, Math.max(20, view.width / 3));
    const labels = group[0]!.left.map(({ label }) => `"${sanitiseLine(label)}"`).join(", ");
    lines.push(truncate(`${INDENT}${names}  ${labels}`, view.width, view.glyphs.ellipsis));
  }
  if (owed.length > 0) {
    lines.push("", style.bold(style.yellow("Owed:")) + " the next run will not do this by itself");
  }
  for (const group of owed) {
    const { label, name, because, commands } = group[0]!;
    const names = hostList(group.map(({ host }) => host), Infinity, Math.max(20, view.width / 3));
    const changed = because.map((one) => `"${sanitiseLine(one)}"`).join(" and ");
    const reason = because.length === 0 ? "as its condition holds" : `as ${changed} changed`;
    lines.push(`${INDENT}${names}  ${labelled(label, name)}, ${reason}`);
    for (const command of commands) {
      lines.push(
        ...sanitise(command).split("\n").map((line, at) =>
          style.dim(`${INDENT}    ${at === 0 ? "$" : " "} ${line}`)
        ),
      );
    }
  }
  return lines;
}

/** The line to run next, on the hosts that are not done. */
export function renderNext(command: string, { style }: View): string[] {
  const lines = ["", `${style.bold("Next:")} ${sanitiseLine(command)}`];
  return command.includes("***") ? [...lines, style.dim(`${INDENT}*** stands for what is secret`)] : lines;
}

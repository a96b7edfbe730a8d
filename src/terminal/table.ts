/** Lays out tables by the width of their cells. */

import { padEnd, padStart, textWidth, truncate } from "./text.ts";

/** A column of a table. */
export interface Column {
  title: string;
  /** Default: left. */
  align?: "left" | "right";
}

/**
 * The lines of a table, columns two spaces apart; a line that is too wide is cut.
 *
 * @param columns None for a table without titles, all of whose cells stand at the left.
 * @param width Columns of the terminal; without it, nothing is cut.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Infinity,
  paintTitle: (text: string) => string = (text) => text,
): string[] {
  const number = Math.max(columns.length, ...rows.map((row) => row.length));
  const widths = Array.from(
    { length: number },
    (_, index) =>
      Math.max(...[columns[index]?.title ?? "", ...rows.map((row) => row[index] ?? "")].map(textWidth)),
  );
  const line = (cells: readonly string[]) =>
    widths.map((width, index) =>
      (columns[index]?.align === "right" ? padStart : padEnd)(cells[index] ?? "", width)
    ).join("  ").trimEnd();
  const titles = columns.length === 0 ? [] : [paintTitle(line(columns.map(({ title }) => title)))];
  const lines = [...titles, ...rows.map(line)];
  return lines.map((text) => truncate(text, width));
}

/** Standard output: data for programs and pipes, nothing else. */

import type { DebugHost } from "../inventory/mod.ts";
import { renderTable, sanitiseLine } from "../terminal/mod.ts";

/** Writes text; a reader that has gone is no reason to fail. */
export function writeOut(text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Writes one value as indented JSON. */
export function writeJson(value: unknown): void {
  writeOut(`${JSON.stringify(value, null, 2)}\n`);
}

const DATA_COLUMNS = [{ title: "  KEY" }, { title: "VALUE" }, { title: "FROM" }];

/** Writes hosts, groups, data and where each value comes from. */
export function writeInventory(hosts: readonly DebugHost[], asJson: boolean): void {
  if (asJson) return writeJson(hosts.map(({ name, groups, data }) => ({ name, groups, data })));
  for (const { name, groups, selected, data, sources } of hosts) {
    writeOut(`${sanitiseLine(name)}${selected ? "" : " (not selected)"}\n  groups: ${groups.join(", ")}\n`);
    const rows = Object.entries(data).map(([key, value]) => [
      `  ${key}`,
      sanitiseLine(JSON.stringify(value)),
      sources[key] ?? "",
    ]);
    if (rows.length > 0) writeOut(`${renderTable(DATA_COLUMNS, rows).join("\n")}\n`);
  }
}

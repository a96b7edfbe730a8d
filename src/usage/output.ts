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

/** Writes what a run would hold on this machine, and why. */
export function writePermissions(
  grants: readonly { kind: string; what: readonly string[] | true; why: string }[],
  programs: readonly { program: string; why: string }[],
  asked: readonly string[],
): void {
  const rows = [
    ...grants.map((
      { kind, what, why },
    ) => ["deploy", kind, what === true ? "everything" : what.join(", "), why]),
    ...asked.map((line) => {
      const [kind = "", ...what] = line.split(" ");
      return ["deploy", kind, what.join(" "), "config.permissions asks for it; a run grants it if you agree"];
    }),
    ...programs.map(({ program, why }) => ["Drover", "run", program, why]),
  ].map((row) => row.map(sanitiseLine));
  const columns = [{ title: "WHO" }, { title: "MAY" }, { title: "WHAT" }, { title: "WHY" }];
  writeOut(`${renderTable(columns, rows).join("\n")}\n`);
}

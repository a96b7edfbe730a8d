/** What is said about a conversion: files, calls, and everything that is left to do. */

import { renderTable, sanitiseLine } from "../terminal/mod.ts";
import type { Todo } from "./context.ts";
import type { Calls, Conversion, ConvertedFile } from "./convert.ts";
import type { Sources } from "./sources.ts";

/** What `--json` prints. */
export interface Report {
  /** The directory that was written to. */
  out: string;
  files: readonly Pick<ConvertedFile, "from" | "to" | "role" | "calls">[];
  /** Files that were copied as they are. */
  copied: readonly string[];
  /** Files that are no Python 3, or could not be read. */
  unread: readonly { path: string; line?: number; reason: string }[];
  /** Calls of operations, all together. */
  calls: Calls;
  todos: readonly Todo[];
}

/** Puts everything together. */
export function reportOf(
  { files, broken }: Conversion,
  { others, unread }: Sources,
  templates: readonly Todo[],
  out: string,
): Report {
  const sum = (key: keyof Calls) => files.reduce((total, { calls }) => total + calls[key], 0);
  return {
    out,
    files: files.map(({ from, to, role, calls }) => ({ from, to, role, calls })),
    copied: others,
    unread: [
      ...unread,
      ...broken.map(({ path, problem }) => ({ path, line: problem.line, reason: problem.message })),
    ],
    calls: { converted: sum("converted"), left: sum("left"), missing: sum("missing") },
    todos: [...files.flatMap(({ todos }) => todos), ...templates],
  };
}

/** The report for people. */
export function reportLines({ out, files, copied, unread, calls, todos }: Report): string[] {
  const rows = files.map(({ from, to, role, calls }) => [
    from,
    to,
    role,
    ...[calls.converted, calls.left, calls.missing].map((count) => count === 0 ? "" : String(count)),
    String(todos.filter(({ file }) => file === from).length || ""),
  ]);
  const columns = [
    { title: "PYTHON" },
    { title: "TYPESCRIPT" },
    { title: "WHAT" },
    { title: "CALLS", align: "right" as const },
    { title: "LEFT", align: "right" as const },
    { title: "MISSING", align: "right" as const },
    { title: "TODO", align: "right" as const },
  ];
  const lines = files.length === 0 ? [] : renderTable(columns, rows.map((row) => row.map(sanitiseLine)));
  if (todos.length > 0) {
    lines.push("", "Left to do:");
    lines.push(...todos.map(({ file, line, reason }) => sanitiseLine(`  ${file}:${line}  ${reason}`)));
  }
  if (unread.length > 0) {
    lines.push("", "Not converted:");
    const place = (path: string, line?: number) => line === undefined ? path : `${path}:${line}`;
    lines.push(...unread.map(({ path, line, reason }) => sanitiseLine(`  ${place(path, line)}  ${reason}`)));
  }
  return [...lines, "", ...verdict(calls, files.length, copied.length, out), ...next(files, out)];
}

function verdict({ converted, left, missing }: Calls, files: number, copied: number, out: string): string[] {
  const all = converted + left;
  const share = all === 0 ? "no calls of operations" : `${converted} of ${all} calls of operations`;
  const beside = copied === 0 ? "" : ` and ${count(copied, "other file")}`;
  const lines = [`Written ${count(files, "file")}${beside} in ${out}: ${share} came over`];
  if (missing > 0) {
    lines.push(`${count(missing, "call")} of modules that Drover does not have yet: left as comments`);
  }
  return lines;
}

/** What to type next. */
function next(files: Report["files"], out: string): string[] {
  const inventory = files.find(({ role }) => role === "inventory")?.to ?? "INVENTORY";
  const deploy = files.find(({ role }) => role === "deploy")?.to;
  if (deploy === undefined) return [];
  const chdir = out === "."
    ? ""
    : ` --chdir ${/^[\w./-]+$/.test(out) ? out : `'${out.replaceAll("'", `'\\''`)}'`}`;
  return [
    "",
    "Next:",
    `  drover check ${inventory} ${deploy}${chdir}`,
    `  drover ${inventory} ${deploy}${chdir} --dry --diff`,
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

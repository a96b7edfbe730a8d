/** What a file exports, as words like `tasks/motd.ts:message`. The file is read, not run. */

import { homedir } from "node:os";
import { parseExportName } from "../usage/export_name.ts";
import type { Candidate } from "./candidate.ts";

const EXPORT_REGEXP =
  /^export\s+(?:async\s+)?(?:function\s+(?<called>[\w$]+)|const\s+(?<made>[\w$]+)[^=\n]*=\s*(?<maker>operation|deploy|fact)\b)/gm;

/** The exports of the file in a half-typed `FILE.ts:EXPORT`: its facts, or all but its facts. */
export async function exportCandidates(typed: string, wanted: "fact" | "runnable"): Promise<Candidate[]> {
  const name = parseExportName(typed);
  if (name === undefined) return [];
  const text = await Deno.readTextFile(name.file.replace(/^~(?=\/)/, homedir())).catch(() => "");
  return [...text.matchAll(EXPORT_REGEXP)].map(({ groups }) => groups!)
    .filter(({ maker }) => (maker === "fact") === (wanted === "fact"))
    .map(({ called, made, maker }) => ({
      word: `${name.file}:${called ?? made}`,
      note: maker ?? "function",
    }));
}

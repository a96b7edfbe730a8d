/** Words that name an export of a file of the user: `./tasks/motd.ts:message`. */

import type { ExportName } from "../deploy/exports.ts";

const WORD_REGEXP = /^(.+\.(?:ts|js|mts|mjs)):([^:/\\]*)$/;

/** The parts of `FILE.ts:EXPORT`, split at the last colon; nothing for any other word. */
export function parseExportName(word: string): ExportName | undefined {
  const [, file, name] = WORD_REGEXP.exec(word) ?? [];
  return file === undefined || name === undefined ? undefined : { file, export: name };
}

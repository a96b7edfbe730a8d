/** The path in the INVENTORY word of the command line, before anybody has looked at the files. */

/**
 * The path in the word: that of `file.ts` in `file.ts:function`, of `hosts.ini` in `ansible:hosts.ini`. A list of
 * hosts is given back as it is.
 */
export function inventoryPath(word: string): string {
  return /^ansible:(.+)$/s.exec(word)?.[1] ?? word.replace(/:\w+$/, "");
}

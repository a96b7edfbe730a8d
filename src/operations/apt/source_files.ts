/** Where the files that name apt's sources are. */

import { DroverError } from "../../errors/mod.ts";

/**
 * The path of a file in `/etc/apt/sources.list.d`, its extension added where it is missing.
 *
 * @throws {DroverError} `E_ARGUMENT` for a name that apt would ignore.
 */
export function sourceFilePath(filename: string, extension: ".list" | ".sources"): string {
  const base = filename.endsWith(extension) ? filename.slice(0, -extension.length) : filename;
  if (!/^[A-Za-z0-9_.-]+$/.test(base)) {
    throw new DroverError("E_ARGUMENT", `apt would ignore a file of sources that is named "${filename}"`, {
      hint: "use letters, digits, _, . and -; the file lies in /etc/apt/sources.list.d",
    });
  }
  return `/etc/apt/sources.list.d/${base}${extension}`;
}

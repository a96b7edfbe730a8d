/** Digests of files. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { fact } from "../../host/mod.ts";
import type { PathArgs } from "./stat.ts";

/**
 * MD5 of a file, in hexadecimal; `undefined` if there is no file or no program to compute it.
 *
 * @example
 * ```ts
 * const digest = await host.getFact(facts.files.Md5File, { path: "/srv/app/app.tar.gz" });
 * ```
 */
export const Md5File = fact<string | undefined, PathArgs>({
  name: "files.Md5File",
  parameters: { path: "string" },
  command: ({ path }) => digestCommand(path, [sh`md5sum`, sh`md5`]),
  process: (lines) => parseDigest(lines, 32),
});

/**
 * SHA-1 of a file, in hexadecimal; `undefined` if there is no file or no program to compute it.
 *
 * @example
 * ```ts
 * const digest = await host.getFact(facts.files.Sha1File, { path: "/srv/app/app.tar.gz" });
 * ```
 */
export const Sha1File = fact<string | undefined, PathArgs>({
  name: "files.Sha1File",
  parameters: { path: "string" },
  command: ({ path }) => digestCommand(path, [sh`sha1sum`, sh`shasum`, sh`sha1`]),
  process: (lines) => parseDigest(lines, 40),
});

/**
 * SHA-256 of a file, in hexadecimal; `undefined` if there is no file or no program to compute it.
 *
 * @example
 * ```ts
 * const digest = await host.getFact(facts.files.Sha256File, { path: "/srv/app/app.tar.gz" });
 * ```
 */
export const Sha256File = fact<string | undefined, PathArgs>({
  name: "files.Sha256File",
  parameters: { path: "string" },
  command: ({ path }) => digestCommand(path, [sh`sha256sum`, sh`shasum -a 256`, sh`sha256`]),
  process: (lines) => parseDigest(lines, 64),
});

/**
 * SHA-384 of a file, in hexadecimal; `undefined` if there is no file or no program to compute it.
 *
 * @example
 * ```ts
 * const digest = await host.getFact(facts.files.Sha384File, { path: "/srv/app/app.tar.gz" });
 * ```
 */
export const Sha384File = fact<string | undefined, PathArgs>({
  name: "files.Sha384File",
  parameters: { path: "string" },
  command: ({ path }) => digestCommand(path, [sh`sha384sum`, sh`shasum -a 384`, sh`sha384`]),
  process: (lines) => parseDigest(lines, 96),
});

function digestCommand(path: string, programs: ShellCommand[]): ShellCommand {
  const word = pathWord(path);
  const attempts = programs.map((program) => sh`${program} ${word} 2> /dev/null`);
  const [first, ...others] = attempts;
  const chain = others.reduce((left, right) => sh`${left} || ${right}`, first!);
  return sh`test -e ${word} && ( ${chain} ) || true`;
}

/** The digest in `DIGEST  NAME`, `\DIGEST  ESCAPED NAME` (GNU) or `SHA1 (NAME) = DIGEST` (BSD). */
function parseDigest(lines: string[], length: number): string | undefined {
  const hex = `[a-f0-9]{${length}}`;
  const text = lines.join("\n");
  return new RegExp(`^\\\\?(${hex})(?:\\s|$)`, "i").exec(text)?.[1]?.toLowerCase() ??
    new RegExp(`\\) = (${hex})$`, "i").exec(text)?.[1]?.toLowerCase();
}

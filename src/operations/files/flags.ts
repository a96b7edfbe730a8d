/** File flags of the BSDs and macOS: `files.flags`. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Flags } from "../../facts/files/mod.ts";
import { host, operation, pathSubject, touches } from "../../host/mod.ts";
import { checkPath } from "./remote_path.ts";

/** Arguments of {@linkcode flags}. */
export interface FlagsArgs {
  /** Path of the file or directory on the host. */
  path: string;
  /** Names of flags, such as `"uchg"` or `["hidden", "nodump"]`. */
  flags?: string | readonly string[] | undefined;
  /** Whether the flags should be set; `false` clears them. Default: `true`. */
  present?: boolean | undefined;
}

/**
 * Sets or clears flags of a file or directory, on systems that have `chflags`.
 *
 * @example
 * ```ts
 * await files.flags({ path: "/etc/app.conf", flags: ["uchg"] });
 * ```
 */
export const flags = operation<FlagsArgs>("files.flags", async function* (args) {
  const { present = true } = args;
  const path = checkPath("files.flags", "path", args.path);
  const wanted = typeof args.flags === "string" ? [args.flags] : args.flags ?? [];
  for (const flag of wanted) {
    if (!/^[A-Za-z0-9]+$/.test(flag)) {
      throw new DroverError("E_ARGUMENT", `files.flags: ${Deno.inspect(flag)} is no name of a flag`);
    }
  }
  if (wanted.length === 0) return host.noop(`no changes requested to flags for ${path}`);
  touches(pathSubject(path, { parts: ["flags"] }));
  const current = await host.getFact(Flags, { path });
  if (current === undefined) {
    throw new DroverError("E_PROGRAM", `files.flags needs chflags, which ${host.name} does not have`, {
      hint: "file flags exist on the BSDs and macOS",
    });
  }
  const changes = wanted.filter((flag) => current.includes(flag) !== present);
  if (changes.length === 0) {
    return host.noop(`${path} already has ${wanted.join(",")} ${present ? "set" : "clear"}`);
  }
  yield sh`chflags ${changes.map((flag) => present ? flag : `no${flag}`).join(",")} ${pathWord(path)}`;
}, { parameters: { path: "string", flags: "string | string[]?", present: "boolean?" } });

/** File flags of the BSDs and macOS. */

import { pathWord, sh } from "../../command/mod.ts";
import { fact, pathSubject } from "../../host/mod.ts";
import type { PathArgs } from "./stat.ts";

/**
 * The flags of a file or directory, such as `["uchg", "hidden"]`; `undefined` where there is no `chflags`.
 *
 * @example
 * ```ts
 * const flags = await host.getFact(facts.files.Flags, { path: "/etc/rc.conf" });
 * ```
 */
export const Flags = fact<string[] | undefined, PathArgs>({
  name: "files.Flags",
  about: ({ path }) => pathSubject(path, { parts: ["flags"] }),
  remember: { path: "path" },
  parameters: { path: "string" },
  requires: "chflags",
  command: ({ path }) => sh`! test -e ${pathWord(path)} || stat -f %Sf ${pathWord(path)}`,
  process(lines) {
    if (lines.length !== 1) return [];
    return lines[0]!.split(",").filter((flag) => flag !== "" && flag !== "-");
  },
});

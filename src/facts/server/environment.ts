/** Facts about the user that commands run as, and the environment they find. */

import { sh } from "../../command/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";
import { homeOf } from "./users.ts";

/** The user that commands run as; with `_sudo` and the like, the user that they switch to. */
export const User: Fact<string> = fact<string>({
  name: "server.User",
  remember: {},
  command: () => "id -un",
});

/** The argument of {@linkcode Home}. */
export interface HomeArgs {
  /** Name of a user; the current one by default. */
  user?: string;
}

/** The home directory of a user; `undefined` if there is no such user. */
export const Home: Fact<string | undefined, HomeArgs> = fact<string | undefined, HomeArgs>({
  name: "server.Home",
  remember: { user: "line" },
  parameters: { user: "string?" },
  command: ({ user }) => sh`echo ${homeOf(user ?? "")}`,
  process: ([line]) => line === undefined || line.startsWith("~") ? undefined : line,
});

/** The search path of the current user, as `$PATH` has it. */
export const Path: Fact<string> = fact<string>({
  name: "server.Path",
  remember: {},
  command: () => 'echo "$PATH"',
});

/** The directory that `TMPDIR`, `TMP` or `TEMP` names and that can be written; empty if none does. */
export const TmpDir: Fact<string> = fact<string>({
  name: "server.TmpDir",
  remember: {},
  command: () =>
    'for dir in "$TMPDIR" "$TMP" "$TEMP"; do ' +
    'if [ -n "$dir" ] && [ -d "$dir" ] && [ -w "$dir" ]; then printf "%s\\n" "$dir"; break; fi; done',
  process: ([line]) => line ?? "",
});

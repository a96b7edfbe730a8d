/** Facts about the user that commands run as, and the environment they find. */

import { raw, sh } from "../../command/mod.ts";
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

/** The argument of {@linkcode OnPath}. */
export interface OnPathArgs {
  /** An absolute path, without a slash at its end. */
  directory: string;
}

/**
 * Since when programs in a directory are found by their names: `"now"` if `$PATH` has it, `"next session"` if a
 * start-up file of the user's shells names it; `undefined` if neither does.
 *
 * @example
 * ```ts
 * const found = await host.getFact(facts.server.OnPath, { directory: "/home/app/.local/bin" });
 * ```
 */
export const OnPath: Fact<"now" | "next session" | undefined, OnPathArgs> = fact<
  "now" | "next session" | undefined,
  OnPathArgs
>({
  name: "server.OnPath",
  remember: { directory: "path" },
  parameters: { directory: "string" },
  command: ({ directory }) =>
    sh`case ":$PATH:" in *:${directory}:*) echo now;; *) grep -qsF -e ${directory} ${STARTUP_FILES} && echo "next session";; esac || true`,
  process: ([line]) => line === "now" || line === "next session" ? line : undefined,
});

/** What sh, bash, zsh and fish read when they start. */
const STARTUP_FILES = raw(
  "~/.profile ~/.bash_profile ~/.bash_login ~/.bashrc ~/.zprofile ~/.zshrc ~/.zshenv ~/.config/fish/config.fish",
);

/** The directory that `TMPDIR`, `TMP` or `TEMP` names and that can be written; empty if none does. */
export const TmpDir: Fact<string> = fact<string>({
  name: "server.TmpDir",
  remember: {},
  command: () =>
    'for dir in "$TMPDIR" "$TMP" "$TEMP"; do ' +
    'if [ -n "$dir" ] && [ -d "$dir" ] && [ -w "$dir" ]; then printf "%s\\n" "$dir"; break; fi; done',
  process: ([line]) => line ?? "",
});

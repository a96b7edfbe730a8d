/** git.bareRepo: repositories to push to. */

import { pathWord, sh } from "../../command/mod.ts";
import { File } from "../../facts/files/mod.ts";
import { effect, host, operation } from "../../host/mod.ts";
import { directory } from "../files/mod.ts";
import { checkOwnership, setOwnership } from "../files/ownership.ts";
import { joinPath } from "../files/remote_path.ts";
import { hasOtherOwner, refuseOptions } from "./git_command.ts";

/** Arguments of {@linkcode bareRepo}. */
export interface BareRepoArgs {
  /** Directory of the repository on the host. */
  path: string;
  /** User that everything in it belongs to. */
  user?: string;
  /** Group that everything in it belongs to. */
  group?: string;
  /** Whether the repository shall exist; `false` removes the directory. Default: `true`. */
  present?: boolean;
}

/**
 * Creates a bare repository, or removes its directory. Changes something if there is none (or is one) or if
 * it belongs to someone else.
 *
 * @example
 * ```ts
 * await git.bareRepo({ path: "/srv/git/app.git", user: "git", group: "git", _sudo: true });
 * ```
 */
export const bareRepo = operation<BareRepoArgs>("git.bareRepo", async function* (args) {
  const { path, present = true } = args;
  const owner = checkOwnership("git.bareRepo", { user: args.user, group: args.group });
  refuseOptions({ path });
  if (!present) {
    yield* directory.steps({ path, present });
    return;
  }
  const head = await host.getFact(File, { path: joinPath(path, "HEAD") });
  if (head && !hasOtherOwner(head, owner)) return host.noop(`bare repository ${path} exists`);
  if (!head) {
    effect("create");
    yield* directory.steps({ path });
    yield sh`git init --bare ${pathWord(path)}`;
  }
  yield* setOwnership(path, owner, { recursive: true });
}, {
  parameters: {
    path: "string",
    user: "string?",
    group: "string?",
    present: "boolean?",
  },
});

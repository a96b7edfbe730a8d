/** git.worktree: further working directories of a repository. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Directory } from "../../facts/files/mod.ts";
import { GitLocalCommit, GitRemoteBranchCommit, GitTrackingBranch } from "../../facts/git.ts";
import { alters, effect, host, operation, pathSubject, restsOn, type Steps } from "../../host/mod.ts";
import { checkOwnership, setOwnership, type Wanted } from "../files/ownership.ts";
import { gitDirectory, gitIn, ifKnown, refuseOptions } from "./git_command.ts";

/** Arguments of {@linkcode worktree}. */
export interface WorktreeArgs {
  /** Absolute path of the working directory on the host. */
  worktree: string;
  /** Directory of the repository. Needed to create a working directory. */
  repo?: string;
  /** Creates it with a detached HEAD, without a branch of its own. Default: `false`. */
  detached?: boolean;
  /** Creates it with a new branch of this name. */
  newBranch?: string;
  /** Commit, branch or tag to create it from. Default: the repository's HEAD. */
  commitish?: string;
  /** Pulls what is new, if it exists and follows a remote branch. Default: `true`. */
  pull?: boolean;
  /** Rebases on what is pulled instead of merging it. Default: `false`. */
  rebase?: boolean;
  /** Remote and branch to create it from and to pull from: `["origin", "main"]`. */
  fromRemoteBranch?: readonly [remote: string, branch: string];
  /** Whether it shall exist. Default: `true`. */
  present?: boolean;
  /** Does not look for the repository first. Default: `false`. */
  assumeRepoExists?: boolean;
  /** Creates it though its branch is checked out elsewhere; removes it with changes in it. Default: `false`. */
  force?: boolean;
  /** User that everything in it belongs to. */
  user?: string;
  /** Group that everything in it belongs to. */
  group?: string;
}

/**
 * Creates, updates or removes a working directory of a repository. Changes something if it does not exist (or
 * exists, with `present: false`), or if its remote branch has something new.
 *
 * @example
 * ```ts
 * await git.worktree({ repo: "/srv/app.git", worktree: "/srv/release", commitish: "v2.1", detached: true });
 * ```
 */
export const worktree = operation<WorktreeArgs>("git.worktree", async function* (args) {
  check(args);
  restsOn(pathSubject(args.worktree));
  alters(pathSubject(args.worktree, { below: args.present === false }));
  const exists = await host.getFact(Directory, { path: args.worktree });
  if (args.present === false) {
    if (!exists) return host.noop(`worktree ${args.worktree} does not exist`);
    effect("remove");
    const git = await gitIn(args.worktree);
    yield git(sh`worktree remove . ${args.force && sh`--force`}`);
    return;
  }
  if (!exists) {
    yield* create(args);
    return;
  }
  if (args.pull === false) return host.noop(`worktree ${args.worktree} exists and is not pulled`);
  yield* update(args);
}, {
  parameters: {
    worktree: "string",
    repo: "string?",
    detached: "boolean?",
    newBranch: "string?",
    commitish: "string?",
    pull: "boolean?",
    rebase: "boolean?",
    fromRemoteBranch: "[string, string]?",
    present: "boolean?",
    assumeRepoExists: "boolean?",
    force: "boolean?",
    user: "string?",
    group: "string?",
  },
});

function check(args: WorktreeArgs): void {
  const { worktree, repo, newBranch, commitish, fromRemoteBranch: remote } = args;
  ownerOf(args);
  refuseOptions({ worktree, repo, newBranch, commitish });
  if (remote === undefined) return;
  if (!Array.isArray(remote) || remote.length !== 2) {
    throw new DroverError("E_ARGUMENT", "fromRemoteBranch must be a remote and a branch", {
      hint: 'write: fromRemoteBranch: ["origin", "main"]',
    });
  }
  refuseOptions({ "the remote in fromRemoteBranch": remote[0], "the branch in fromRemoteBranch": remote[1] });
}

async function* create(args: WorktreeArgs): Steps {
  const { worktree, repo, newBranch, detached, force, commitish, fromRemoteBranch } = args;
  if (repo === undefined) {
    throw new DroverError("E_ARGUMENT", `git.worktree needs repo to create ${worktree}`);
  }
  if (!args.assumeRepoExists && !await host.getFact(Directory, { path: gitDirectory(repo) })) {
    throw new DroverError("E_GIT_REPO", `${repo} is not a git repository`, {
      hint: "create it with an operation before this one, or set assumeRepoExists if it is a bare one",
    });
  }
  effect("create");
  const branch = newBranch !== undefined ? sh`-b ${newBranch}` : detached && sh`--detach`;
  const start = commitish ?? fromRemoteBranch?.join("/");
  const git = await gitIn(repo);
  yield git(sh`worktree add ${branch} ${force && sh`--force`} ${pathWord(worktree)} ${start}`);
  yield* setOwnership(worktree, ownerOf(args), { recursive: true });
}

async function* update(args: WorktreeArgs): Steps {
  const { worktree, rebase, fromRemoteBranch } = args;
  const [tracking, local, git] = await Promise.all([
    host.getFact(GitTrackingBranch, { repo: worktree }),
    ifKnown(host.getFact(GitLocalCommit, { repo: worktree })),
    gitIn(worktree),
  ]);
  const [remote, branch] = fromRemoteBranch ?? splitBranch(tracking);
  if (remote === undefined || branch === undefined) {
    return host.noop(`worktree ${worktree} follows no remote branch`);
  }
  const tip = await ifKnown(host.getFact(GitRemoteBranchCommit, { repo: worktree, remote, branch }));
  if (tip !== undefined && tip === local) return host.noop(`worktree ${worktree} is up to date`);
  yield git(sh`pull ${rebase && sh`--rebase`} ${fromRemoteBranch}`);
  yield* setOwnership(worktree, ownerOf(args), { recursive: true });
}

function ownerOf({ user, group }: WorktreeArgs): Wanted {
  return checkOwnership("git.worktree", { user, group });
}

/** `origin/feature/x` → `origin` and `feature/x`. */
function splitBranch(tracking: string | undefined): [remote?: string, branch?: string] {
  const at = tracking?.indexOf("/") ?? -1;
  return tracking === undefined || at === -1 ? [] : [tracking.slice(0, at), tracking.slice(at + 1)];
}

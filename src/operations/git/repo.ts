/** git.repo: working copies of repositories. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Directory } from "../../facts/files/mod.ts";
import { GitBranch, GitLocalCommit, GitRemoteBranchCommit, GitSubmodules, GitTag } from "../../facts/git.ts";
import { effect, host, incidental, operation, touches } from "../../host/mod.ts";
import { directory } from "../files/mod.ts";
import { checkOwnership, setOwnership } from "../files/ownership.ts";
import { withoutSlash } from "../files/remote_path.ts";
import { accessTo } from "../files/place.ts";
import { ensureKnownHost, type SshServer } from "../known_hosts.ts";
import { gitDirectory, gitIn, hasOtherOwner, ifKnown, refuseOptions } from "./git_command.ts";

/** Arguments of {@linkcode repo}. */
export interface RepoArgs {
  /** URL or path that git clones from. It counts for the first time only. */
  src: string;
  /** Directory of the working copy on the host. */
  dest: string;
  /** Branch, tag or full commit id to check out. Default: what the remote has checked out. */
  branch?: string;
  /** Pulls what is new on the branch. Tags and commits are never pulled. Default: `true`. */
  pull?: boolean;
  /** Rebases on what is pulled instead of merging it. Default: `false`. */
  rebase?: boolean;
  /** User that everything in `dest` belongs to. */
  user?: string;
  /** Group that everything in `dest` belongs to. */
  group?: string;
  /** Adds the key of the server in `src` to the known hosts before it is used. Default: `false`. */
  sshKeyscan?: boolean;
  /** Checks out submodules. Default: `false`. */
  updateSubmodules?: boolean;
  /** With `updateSubmodules`: also the submodules of submodules. Default: `false`. */
  recursiveSubmodules?: boolean;
  /** Fetches only so many commits of the history. */
  depth?: number;
}

/**
 * Clones a repository, or brings a working copy up to date. Changes something if there is no working copy, if
 * another branch is checked out, if the remote branch has something new, if submodules are not as the
 * repository wants them, or if `dest` belongs to someone else.
 *
 * In a `dest` that belongs to another user, root runs git as that user and with the keys of that user: whoever owns a
 * repository decides what git runs there. A `src` on the same host must be that user's then, too.
 *
 * @example
 * ```ts
 * await git.repo({ src: "https://git.example.com/app.git", dest: "/srv/app", branch: "v2.1", user: "app" });
 * ```
 */
export const repo = operation<RepoArgs>("git.repo", async function* (args) {
  const { src, dest, sshKeyscan = false } = args;
  const owner = checkOwnership("git.repo", { user: args.user, group: args.group });
  check(args);
  touches({ kind: "git repository", name: withoutSlash(dest) });

  const [found, gitFound, access] = await Promise.all([
    host.getFact(Directory, { path: dest }),
    host.getFact(Directory, { path: gitDirectory(dest) }),
    accessTo(dest),
  ]);
  const exists = Boolean(gitFound);
  const commands = exists ? await updateCommands(args) : await cloneCommands(args);
  if (!exists) effect("create");

  if (!exists) yield* incidental(directory.steps({ path: dest }));
  if (sshKeyscan && commands.length > 0) yield* ensureKnownHost(parseServer(src));
  yield* commands;
  if (commands.length > 0 || hasOtherOwner(found, owner) || hasOtherOwner(gitFound, owner)) {
    yield* setOwnership(dest, owner, { recursive: true, access });
  } else host.noop(`repository ${dest} is up to date`);
}, {
  parameters: {
    src: "string",
    dest: "string",
    branch: "string?",
    pull: "boolean?",
    rebase: "boolean?",
    user: "string?",
    group: "string?",
    sshKeyscan: "boolean?",
    updateSubmodules: "boolean?",
    recursiveSubmodules: "boolean?",
    depth: "number?",
  },
});

function check({ src, dest, branch, depth, sshKeyscan }: RepoArgs): void {
  refuseOptions({ src, dest, branch });
  if (sshKeyscan) parseServer(src);
  if (depth === undefined || (Number.isInteger(depth) && depth > 0)) return;
  throw new DroverError("E_ARGUMENT", `depth cannot be ${depth}`, { hint: "give a number of commits" });
}

async function cloneCommands({ src, dest, branch, depth, ...args }: RepoArgs): Promise<ShellCommand[]> {
  const git = await gitIn(dest);
  const shallow = depth !== undefined && sh`--depth ${depth}`;
  const source = pathWord(src);
  // A clone can begin with a branch or a tag, not with a commit.
  const isCommit = branch !== undefined && COMMIT_REGEXP.test(branch);
  const clone = [git(sh`clone ${shallow} ${source} ${!isCommit && branch && sh`--branch ${branch}`} .`)];
  if (isCommit && shallow) clone.push(git(sh`fetch ${shallow} origin ${branch}`));
  if (isCommit) clone.push(git(sh`checkout ${branch}`));
  return args.updateSubmodules ? [...clone, git(submoduleUpdate(args))] : clone;
}

async function updateCommands(args: RepoArgs): Promise<ShellCommand[]> {
  const { dest, branch, pull = true, rebase, depth } = args;
  const [state, git] = await Promise.all([readState(args), gitIn(dest)]);
  const commands: ShellCommand[] = [];
  if (branch !== undefined && !state.checkedOut) {
    // Git fetches tags on its own only where they are on a branch.
    if (depth === undefined) commands.push(git(sh`fetch ${state.tip === ABSENT && sh`--tags`}`));
    else commands.push(...shallowFetch(branch, depth, state.isBranch).map(git));
    commands.push(git(sh`checkout ${branch}`));
  }
  const nothingNew = state.checkedOut && state.tip !== undefined && state.tip === state.head;
  if (pull && state.isBranch && !nothingNew) commands.push(git(sh`pull ${rebase && sh`--rebase`}`));
  if (args.updateSubmodules && (commands.length > 0 || !state.submodulesAreCurrent)) {
    commands.push(git(submoduleUpdate(args)));
  }
  return commands;
}

/** What a working copy is like, compared with what is wanted. */
interface State {
  /** Whether the wanted branch, tag or commit is checked out; `true` if none is named. */
  checkedOut: boolean;
  /** Whether it is a branch, which can be pulled, as far as is known. */
  isBranch: boolean;
  /** The commit of HEAD. */
  head: string | undefined;
  /** The commit at the tip of the branch on the remote. */
  tip: string | undefined;
  submodulesAreCurrent: boolean;
}

async function readState(args: RepoArgs): Promise<State> {
  const { dest, branch, updateSubmodules = false, recursiveSubmodules = false } = args;
  const repo = { repo: dest };
  const nothing = Promise.resolve(undefined);
  const remote = host.getFact(GitRemoteBranchCommit, branch === undefined ? repo : { ...repo, branch });
  const submodules = updateSubmodules
    ? ifKnown(host.getFact(GitSubmodules, { ...repo, recursive: recursiveSubmodules }))
    : nothing;
  const [current, tags = [], head, tagged, tip, modules] = await Promise.all([
    host.getFact(GitBranch, repo),
    ifKnown(host.getFact(GitTag, repo)),
    ifKnown(host.getFact(GitLocalCommit, repo)),
    branch === undefined
      ? nothing
      : ifKnown(host.getFact(GitLocalCommit, { ...repo, ref: `refs/tags/${branch}` })),
    remote.then((commit) => commit ?? ABSENT).catch(() => undefined),
    submodules,
  ]);
  const isTag = branch !== undefined && tags.includes(branch);
  // Several tags may name the commit that is checked out without a branch.
  const atTag = isTag && tagged !== undefined && tagged === head && tags.includes(current);
  const checkedOut = branch === undefined || current === branch || atTag || head === branch;
  const isMissingBranch = branch !== undefined && current !== branch && tip === ABSENT;
  return {
    checkedOut,
    isBranch: !isTag && !isMissingBranch && !COMMIT_REGEXP.test(branch ?? ""),
    head,
    tip,
    submodulesAreCurrent: modules !== undefined &&
      Object.values(modules).every(({ state }) => state === "current"),
  };
}

/** Stands for the commit of a branch that the remote does not have. */
const ABSENT = "";
const COMMIT_REGEXP = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** A shallow clone knows only one branch; others have to be made known to it. */
function shallowFetch(branch: string, depth: number, isBranch: boolean): ShellCommand[] {
  const shallow = sh`fetch --depth ${depth} origin`;
  if (COMMIT_REGEXP.test(branch)) return [sh`${shallow} ${branch}`];
  if (!isBranch) return [sh`${shallow} tag ${branch}`];
  return [sh`remote set-branches --add origin ${branch}`, sh`${shallow} ${branch}`];
}

function submoduleUpdate({ recursiveSubmodules }: Pick<RepoArgs, "recursiveSubmodules">): ShellCommand {
  return sh`submodule update --init ${recursiveSubmodules && sh`--recursive`}`;
}

/** The server in `user@server:path`, `server:path` or `ssh://user@server:port/path`. */
function parseServer(src: string): SshServer {
  const url = /^(?:git\+)?ssh:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?(?:\/|$)/.exec(src);
  const short = /^(?:[^@/:\s]+@)?([A-Za-z0-9.-]+)(?::|$)/.exec(src);
  const hostname = url?.[1]?.replace(/^\[|\]$/g, "") ?? (src.includes("://") ? undefined : short?.[1]);
  if (hostname === undefined || !/[@:]/.test(src)) {
    throw new DroverError("E_ARGUMENT", `There is no server in "${src}" whose key could be scanned`, {
      hint: "leave out sshKeyscan, or write src as user@server:path",
    });
  }
  return { hostname, port: url?.[2] === undefined ? undefined : Number(url[2]) };
}

/** Facts about git repositories and git's configuration. */

import { pathWord, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { GIT_AS_OWNER } from "./as_owner.ts";

/** The argument of facts about one repository. */
export interface GitRepoArgs {
  /** Directory of the repository on the host. */
  repo: string;
}

/** The arguments of {@linkcode GitConfig}. */
export interface GitConfigArgs {
  /** Directory of a repository, for its own configuration; without it, the user's. */
  repo?: string;
  /** The system's configuration instead of the user's. */
  system?: boolean;
}

/** The arguments of {@linkcode GitLocalCommit}. */
export interface GitLocalCommitArgs extends GitRepoArgs {
  /** A branch, tag or anything else that names a commit; `HEAD` by default. */
  ref?: string;
}

/** The arguments of {@linkcode GitRemoteBranchCommit}. */
export interface GitRemoteBranchCommitArgs extends GitRepoArgs {
  /** Name of a remote; `origin` by default. */
  remote?: string;
  /** Branch on the remote; by default the one that is checked out. */
  branch?: string;
}

/**
 * The branch that is checked out. Where HEAD is detached: the tag, or what `git describe` calls the commit;
 * empty if there is no such directory.
 *
 * @example
 * ```ts
 * const branch = await host.getFact(facts.git.GitBranch, { repo: "/srv/app" });
 * ```
 */
export const GitBranch: Fact<string, GitRepoArgs> = fact<string, GitRepoArgs>({
  name: "git.GitBranch",
  // git runs programs that a repository's configuration names, so only the deploy says which repository.
  remember: false,
  parameters: { repo: "string" },
  requires: "git",
  setup: asOwnerOfRepo,
  // `git describe --all` would name any branch or tag of the commit, not the one that is checked out.
  command: ({ repo }) => inRepo(repo, sh`(git symbolic-ref -q --short HEAD || git describe --tags --always)`),
  default: () => "",
  process: ([line = ""]) => line.trim().replace(/^(heads|tags)\//, ""),
});

/**
 * Configuration values by key; a key may have several.
 *
 * @example
 * ```ts
 * const config = await host.getFact(facts.git.GitConfig, { repo: "/srv/app" });
 * const [url] = config["remote.origin.url"] ?? [];
 * ```
 */
export const GitConfig: Fact<Record<string, string[]>, GitConfigArgs> = fact<
  Record<string, string[]>,
  GitConfigArgs
>({
  name: "git.GitConfig",
  remember: { repo: "path", system: "boolean" },
  parameters: { repo: "string?", system: "boolean?" },
  requires: "git",
  setup: ({ repo }) => repo === undefined ? undefined : asOwnerOfRepo(),
  command: ({ repo, system }) =>
    repo === undefined
      ? sh`git config ${system ? sh`--system` : sh`--global`} -l || true`
      : inRepo(repo, sh`git config --local -l`),
  default: () => ({}),
  process: parseConfig,
});

/**
 * The remote branch that the current branch follows, such as `origin/main`.
 *
 * @example
 * ```ts
 * const upstream = await host.getFact(facts.git.GitTrackingBranch, { repo: "/srv/app" });
 * ```
 */
export const GitTrackingBranch: Fact<string | undefined, GitRepoArgs> = fact<string | undefined, GitRepoArgs>(
  {
    name: "git.GitTrackingBranch",
    remember: false,
    parameters: { repo: "string" },
    requires: "git",
    setup: asOwnerOfRepo,
    command: ({ repo }) => inRepo(repo, sh`git status --branch --porcelain`),
    default: () => undefined,
    process: (lines) =>
      lines.map((line) => /^## .*\.\.\.(\S+)/.exec(line)?.[1]).find((name) => name !== undefined),
  },
);

/**
 * The tags of a repository.
 *
 * @example
 * ```ts
 * const tags = await host.getFact(facts.git.GitTag, { repo: "/srv/app" });
 * ```
 */
export const GitTag: Fact<string[], GitRepoArgs> = fact<string[], GitRepoArgs>({
  name: "git.GitTag",
  remember: false,
  parameters: { repo: "string" },
  requires: "git",
  setup: asOwnerOfRepo,
  command: ({ repo }) => inRepo(repo, sh`git tag`),
  default: () => [],
  process: (lines) => lines.filter(Boolean),
});

/**
 * The commit that a name stands for in the repository; `undefined` if there is none.
 *
 * @example
 * ```ts
 * const commit = await host.getFact(facts.git.GitLocalCommit, { repo: "/srv/app", ref: "v2.1" });
 * ```
 */
export const GitLocalCommit: Fact<string | undefined, GitLocalCommitArgs> = fact<
  string | undefined,
  GitLocalCommitArgs
>({
  name: "git.GitLocalCommit",
  remember: false,
  parameters: { repo: "string", ref: "string?" },
  requires: "git",
  setup: asOwnerOfRepo,
  command: ({ repo, ref = "HEAD" }) =>
    inRepo(repo, sh`(git rev-parse --verify --quiet ${`${ref}^{commit}`} 2>/dev/null || true)`),
  default: () => undefined,
  process: parseCommit,
});

/**
 * The commit at the tip of a branch on a remote, which the host asks now. `undefined` if the branch or the
 * repository is missing or the remote cannot be reached.
 *
 * @example
 * ```ts
 * const commit = await host.getFact(facts.git.GitRemoteBranchCommit, { repo: "/srv/app", branch: "main" });
 * ```
 */
export const GitRemoteBranchCommit: Fact<string | undefined, GitRemoteBranchCommitArgs> = fact<
  string | undefined,
  GitRemoteBranchCommitArgs
>({
  name: "git.GitRemoteBranchCommit",
  remember: false,
  parameters: { repo: "string", remote: "string?", branch: "string?" },
  requires: "git",
  setup: asOwnerOfRepo,
  command: ({ repo, remote = "origin", branch }) => {
    const ref = branch === undefined ? sh`$(git symbolic-ref -q HEAD)` : sh`${`refs/heads/${branch}`}`;
    return inRepo(repo, sh`(ref=${ref} && git ls-remote -- ${remote} "$ref" 2>/dev/null || true)`);
  },
  default: () => undefined,
  process: parseCommit,
});

/** A submodule. */
export interface GitSubmodule {
  /** The commit that is checked out, or the wanted one where none is. */
  commit: string;
  /** `missing`: not checked out yet; `different`: at another commit than the repository wants. */
  state: "current" | "missing" | "different" | "conflict";
}

/** The arguments of {@linkcode GitSubmodules}. */
export interface GitSubmodulesArgs extends GitRepoArgs {
  /** Also those of submodules. */
  recursive?: boolean;
}

/**
 * The submodules of a repository, by their paths.
 *
 * @example
 * ```ts
 * const submodules = await host.getFact(facts.git.GitSubmodules, { repo: "/srv/app", recursive: true });
 * ```
 */
export const GitSubmodules: Fact<Record<string, GitSubmodule>, GitSubmodulesArgs> = fact<
  Record<string, GitSubmodule>,
  GitSubmodulesArgs
>({
  name: "git.GitSubmodules",
  remember: false,
  parameters: { repo: "string", recursive: "boolean?" },
  requires: "git",
  setup: asOwnerOfRepo,
  command: ({ repo, recursive }) => inRepo(repo, sh`git submodule status ${recursive && sh`--recursive`}`),
  default: () => ({}),
  process: (lines) => {
    const states = { " ": "current", "-": "missing", "+": "different", "U": "conflict" } as const;
    return Object.fromEntries(lines.flatMap((line) => {
      const [, sign = " ", commit = "", path = ""] =
        /^([ +U-])([0-9a-f]+) (.*?)(?: \([^()]*\))?$/.exec(line) ?? [];
      return path === "" ? [] : [[path, { commit, state: states[sign as keyof typeof states] }]];
    }));
  },
});

/**
 * Whether git is willing to work in the repository. It refuses where another user owns the repository,
 * unless the repository is in `safe.directory`. The other facts here read such a repository as its owner, if they
 * are read as root.
 *
 * @example
 * ```ts
 * const ownership = await host.getFact(facts.git.GitOwnership, { repo: "/srv/app" });
 * ```
 */
export const GitOwnership: Fact<"trusted" | "dubious", GitRepoArgs> = fact<
  "trusted" | "dubious",
  GitRepoArgs
>({
  name: "git.GitOwnership",
  remember: { repo: "path" },
  parameters: { repo: "string" },
  requires: "git",
  command: ({ repo }) =>
    inRepo(
      repo,
      sh`(LC_ALL=C git rev-parse --git-dir 2>&1 | grep -q -e 'dubious ownership' -e 'unsafe repository' && echo dubious || true)`,
    ),
  default: () => "trusted",
  process: () => "dubious",
});

/**
 * Keeps git from asking for passwords. The configuration of a repository names programs that git runs, so that
 * root reads one of another user's as that user.
 */
function asOwnerOfRepo(): ShellCommand {
  return sh`export GIT_TERMINAL_PROMPT=0
${GIT_AS_OWNER}`;
}

/** Runs a command in the repository; without the directory, prints nothing. */
function inRepo(repo: string, command: ShellCommand): ShellCommand {
  return sh`! test -d ${pathWord(repo)} || (cd ${pathWord(repo)} && ${command})`;
}

/** A key: `section.name` or `section.any text.name`. */
const KEY_REGEXP = /^[a-z0-9-]+\.(?:.*\.)?[a-z][a-z0-9-]*$/i;

/** Reads `git config -l`: lines of `key=value`, where a value may go on over several lines. */
function parseConfig(lines: readonly string[]): Record<string, string[]> {
  const config: Record<string, string[]> = {};
  let last: string[] | undefined;
  for (const line of lines) {
    const [key, value] = splitEntry(line);
    if (key !== undefined) {
      last = config[key] ??= [];
      last.push(value);
    } else if (last !== undefined) {
      last.push(`${last.pop()}\n${line}`);
    }
  }
  return config;
}

/** A key may hold `=` in its middle (`url.https://host/?a=b.insteadOf`): the first one that ends a key counts. */
function splitEntry(line: string): [key: string | undefined, value: string] {
  for (let at = line.indexOf("="); at > 0; at = line.indexOf("=", at + 1)) {
    if (KEY_REGEXP.test(line.slice(0, at))) return [line.slice(0, at), line.slice(at + 1)];
  }
  return [undefined, ""];
}

function parseCommit(lines: readonly string[]): string | undefined {
  return /^[0-9a-f]{40,64}/.exec(lines[0] ?? "")?.[0];
}

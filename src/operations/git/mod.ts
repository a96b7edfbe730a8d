/** Operations on git repositories and git's configuration. */

export { bareRepo, type BareRepoArgs } from "./bare_repo.ts";
export { config, type ConfigArgs } from "./config.ts";
export { repo, type RepoArgs } from "./repo.ts";
export { worktree, type WorktreeArgs } from "./worktree.ts";

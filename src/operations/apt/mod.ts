/** Operations on apt: packages, sources and keys. */

export { deb, type DebArgs } from "./deb.ts";
export { key, type KeyArgs } from "./key.ts";
export { packages, type PackagesArgs } from "./packages.ts";
export { ppa, type PpaArgs } from "./ppa.ts";
export { repo, type RepoArgs } from "./repo.ts";
export { sourcesFile, type SourcesFileArgs } from "./sources_file.ts";
export { update, type UpdateArgs } from "./update.ts";
export { distUpgrade, upgrade, type UpgradeArgs } from "./upgrade.ts";

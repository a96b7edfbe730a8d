/** Running the user's deploy files: scripts, functions, includes and packaged deploys. */

export { inherit } from "../host/mod.ts";
export { type Deploy, deploy, type DeployOptions } from "./deploy.ts";
export { type ExportName, loadFact, loadRunnable, type Runnable } from "./exports.ts";
export { deployFile, type DeployUnit, fileScope, runUnit } from "./files.ts";
export { include, type IncludeOptions } from "./include.ts";
export { requireLoadable } from "./link.ts";
export { local, type LocalShellOptions } from "./local.ts";
export { modulesBehind, type NamedTemplate, type References, referencesOf } from "./references.ts";
export { type DataValues, WrittenModule } from "./written.ts";

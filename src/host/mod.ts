/** Hosts, their data and facts, and the context that deploys run in. */

export * from "./arguments.ts";
export { config, host, inventory, state } from "./ambient.ts";
export { callSite, placeOf, userFrames } from "./call_site.ts";
export {
  checkOption,
  type Config,
  configOptionNames,
  type ConfigOptions,
  createConfig,
  type PermissionOptions,
} from "./config.ts";
export * from "./context.ts";
export { type DataLayer, DataLayers, type DataTypes, type HostData, hostData } from "./data.ts";
export {
  type AnyFact,
  definedFacts,
  type Fact,
  fact,
  factByName,
  type FactDefinition,
  type FactMethods,
  type FactModules,
  type FactParameters,
  MISSING_PROGRAM,
  type NamedFactParameters,
  type NamedFacts,
  type NamedFactValue,
  type SharedProgram,
} from "./fact.ts";
export { FactMemory, parseRemembered, recall, type RememberedFact } from "./fact_memory.ts";
export {
  type FactListener,
  type FactQuestion,
  type FactRead,
  FactReader,
  nextBatchId,
} from "./fact_reader.ts";
export { type FreshNames, freshNames } from "./fresh_names.ts";
export { Host, type HostRuntime, type ReconnectOptions } from "./host.ts";
export { Inventory } from "./inventory.ts";
export {
  type LocalFiles,
  localFiles,
  type LocalInfo,
  requireLocalPath,
  resolveLocalPath,
} from "./local_files.ts";
export * from "./operation.ts";
export { allChanged, anyChanged, type Completion, OperationResult } from "./result.ts";
export type { RunState } from "./run_state.ts";
export { describePrivilege, toRunOptions, withStepOptions } from "./run_options.ts";

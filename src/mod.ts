/** The public interface of Drover: what inventories, deploys, facts and operations import. */

export {
  Call,
  Download,
  download,
  joinCommands,
  pathWord,
  quote,
  raw,
  Secret,
  secret,
  sh,
  ShellCommand,
  Upload,
  upload,
  withOptions,
} from "./command/mod.ts";
export type { Step, StepOptions, Word } from "./command/mod.ts";
export { deploy, include, local } from "./deploy/mod.ts";
export type { Deploy, DeployOptions, IncludeOptions, LocalShellOptions } from "./deploy/mod.ts";
export * as facts from "./facts/mod.ts";
export { DroverError } from "./errors/mod.ts";
export {
  allChanged,
  anyChanged,
  config,
  effect,
  fact,
  host,
  inventory,
  operation,
  showDiff,
  state,
} from "./host/mod.ts";
export type {
  ArgumentKind,
  Attempt,
  CommandCondition,
  Condition,
  Config,
  ConfigOptions,
  ConnectorArguments,
  DataTypes,
  Fact,
  FactArguments,
  FactDefinition,
  FactMethod,
  FactModules,
  FactParts,
  GlobalArguments,
  Host,
  HostData,
  Inventory,
  Operation,
  OperationResult,
  ParameterKinds,
  RememberedArguments,
  ResultCallback,
  Steps,
} from "./host/mod.ts";
export type { Data, Groups, HostEntry, Hosts } from "./inventory/mod.ts";

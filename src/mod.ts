/** The public interface of Drover: what inventories, deploys, facts and operations import. */

export {
  Download,
  download,
  FunctionCall,
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
export type { Step, StepOptions, StepWithOptions, UploadOptions, UploadSource, Word } from "./command/mod.ts";
export { deploy, include, local } from "./deploy/mod.ts";
export type { Deploy, DeployOptions, IncludeOptions, LocalShellOptions } from "./deploy/mod.ts";
/** Facts by module: `facts.files.File`. */
export * as facts from "./facts/mod.ts";
export { DroverError } from "./errors/mod.ts";
export type { ErrorDetails, Place } from "./errors/mod.ts";
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
  AnyFact,
  AnyOperation,
  AnyParameters,
  ArgumentKind,
  Attempt,
  CommandCondition,
  Condition,
  Config,
  ConfigOptions,
  ConnectorArguments,
  DataTypes,
  Effect,
  Fact,
  FactArguments,
  FactDefinition,
  FactMethod,
  FactMethods,
  FactModules,
  FactParameters,
  FactParts,
  FileDiff,
  GlobalArguments,
  Host,
  HostData,
  Inventory,
  LenientFactParameters,
  LenientNamedFactParameters,
  NamedFactParameters,
  NamedFacts,
  NamedFactValue,
  Operation,
  OperationBody,
  OperationOptions,
  OperationResult,
  ParameterKinds,
  PermissionOptions,
  ReconnectOptions,
  RememberedArguments,
  ResultCallback,
  RunState,
  SharedProgram,
  Steps,
} from "./host/mod.ts";
export type { Data, Groups, HostEntry, Hosts } from "./inventory/mod.ts";

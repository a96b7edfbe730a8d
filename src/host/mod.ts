/** Hosts, their data and facts, and the context that deploys run in. */

export * from "./arguments.ts";
export { config, host, inventory, state } from "./ambient.ts";
export { callSite, placeOf, userFrames } from "./call_site.ts";
export { ConditionStep, withConditions } from "./command_conditions.ts";
export {
  checkOption,
  type Config,
  configOptionNames,
  type ConfigOptions,
  createConfig,
  type PermissionOptions,
} from "./config.ts";
export * from "./context.ts";
export {
  type DataLayer,
  DataLayers,
  type DataLevel,
  type DataTypes,
  frozenValues,
  type HostData,
  hostData,
} from "./data.ts";
export {
  type AnyFact,
  definedFacts,
  type Fact,
  fact,
  factAlias,
  factByName,
  type FactDefinition,
  type FactMethod,
  type FactMethods,
  type FactModules,
  type FactParameters,
  type FactParts,
  type LenientFactParameters,
  type LenientNamedFactParameters,
  MISSING_PROGRAM,
  type NamedFactParameters,
  type NamedFacts,
  type NamedFactValue,
  type SharedProgram,
} from "./fact.ts";
export { type ArgumentKind, isLine, type RememberedArguments } from "./remembered_arguments.ts";
export { FactMemory } from "./fact_memory.ts";
export { parseQuestion, parseRemembered, type RememberedFact, textOf } from "./remembered_fact.ts";
export { type Ahead, type FactListener, type FactRead, FactReader, nextBatchId } from "./fact_reader.ts";
export { CONTROLLER, Epochs, RUN, type Source } from "./epochs.ts";
export { guardsOf, isComparable } from "./guard.ts";
export { bytesOf, showBytes } from "./size.ts";
export { isSameAnswer } from "./same_answer.ts";
export type { FactQuestion, Question } from "./question.ts";
export { type Reading, ReadSet } from "./read_set.ts";
export { frozenData, frozenDataHint } from "./frozen_data.ts";
export type { DigestAlgorithm } from "./local_digests.ts";
export { type FreshNames, freshNames } from "./fresh_names.ts";
export {
  attachHost,
  connectorDefaultsOf,
  globalsOf,
  Host,
  type HostRuntime,
  layersOf,
  type ReconnectOptions,
  wantsSudoPassword,
} from "./host.ts";
export { Inventory, type InventoryData } from "./inventory.ts";
export {
  type LocalFiles,
  localFiles,
  type LocalInfo,
  requireLocalPath,
  resolveLocalPath,
} from "./local_files.ts";
export { describeKind, type Kind, membersOf } from "./kinds.ts";
export { moduleHint, PUBLIC_NAMES } from "./module_hint.ts";
export * from "./operation.ts";
export {
  type AnyParameters,
  checkKinds,
  type ParameterKinds,
  parameterNames,
  type ReadParameter,
  readParameters,
} from "./parameters.ts";
export {
  allChanged,
  anyChanged,
  completeResult,
  type Completion,
  OperationResult,
  planResult,
} from "./result.ts";
export { type PasswordFileWarning, passwordFileWarning } from "./password_file.ts";
export { satisfiesVersion, VERSION } from "./version.ts";
export { isTouched, normalSubject, pathSubject, type Subject, Subjects } from "./subject.ts";
export type { RunState } from "./run_state.ts";
export { undefinedFactHint } from "./undefined_facts.ts";
export { describePrivilege, toRunOptions, withStepOptions } from "./run_options.ts";

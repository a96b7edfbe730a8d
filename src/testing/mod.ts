/** Helpers for testing operations and deploys: the public "drover/testing". */

export type {
  AnyFact,
  AnyOperation,
  ConfigOptions,
  DigestAlgorithm,
  FreshNames,
  LocalFiles,
  LocalInfo,
  OperationNote,
} from "../host/mod.ts";
export type { Step } from "../command/mod.ts";
export { type Circumstances, type Collected, collectSteps } from "./steps.ts";

/** Errors that users see, and the names they probably meant. */

export { DroverError, messageOf } from "./error.ts";
export type { ErrorDetails, Place } from "./error.ts";
export { type MissingModule, type ModuleError, readModuleError } from "./module_error.ts";
export { fromFileUrl } from "./place.ts";
export {
  argumentHint,
  camelCase,
  isNoFact,
  namesHere,
  PYINFRA_MODULES,
  renamedArgument,
  renamedHint,
  renamedModule,
  renamedParts,
  takesData,
} from "./pyinfra_names.ts";
export { didYouMean, suggest } from "./suggest.ts";

/** What to run: commands, quoting, secrets and file transfers as values. */

export { quote, quotePath } from "./quote.ts";
export {
  hasSecrets,
  maskSecrets,
  onSecret,
  passwordProblem,
  rememberSecret,
  reveal,
  Secret,
  secret,
} from "./secret.ts";
export { doubleQuoted, joinCommands, pathWord, quoteCommand, raw, sh, ShellCommand } from "./sh.ts";
export type { Word } from "./sh.ts";
export { Download, download, FunctionCall, StepWithOptions, Upload, upload, withOptions } from "./step.ts";
export type { Step, StepOptions, UploadOptions, UploadSource } from "./step.ts";

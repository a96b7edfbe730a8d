/** What to run: commands, quoting, secrets and file transfers as values. */

export { asUser, isPlainCommand } from "./as_user.ts";
export { quote, quotePath } from "./quote.ts";
export { hasSecrets, maskSecrets, onSecret, rememberSecret } from "./mask.ts";
export { MaskedStream } from "./masked_stream.ts";
export { maskPlaceholders } from "./placeholder.ts";
export { resolveSecrets, resolveWith } from "./resolve.ts";
export { type ResolveOptions, resolveValues } from "./resolve_values.ts";
export { passwordProblem, reveal, Secret, secret } from "./secret.ts";
export { resolveShellText } from "./shell_text.ts";
export { doubleQuoted, joinCommands, pathWord, quoteCommand, raw, sh, ShellCommand } from "./sh.ts";
export type { Word } from "./sh.ts";
export { Download, download, FunctionCall, StepWithOptions, Upload, upload, withOptions } from "./step.ts";
export type { Step, StepOptions, UploadOptions, UploadSource } from "./step.ts";

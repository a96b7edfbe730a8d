/** Operations on files, directories and links. */

export { directory, type DirectoryArgs } from "./directory.ts";
export { file, type FileArgs } from "./file.ts";
export { link, type LinkArgs } from "./link.ts";
export { block, type BlockOperationArgs } from "./block.ts";
export { line, type LineArgs } from "./line.ts";
export { replace, type ReplaceArgs } from "./replace.ts";
export { put, type PutArgs } from "./put.ts";
export { type FileSource } from "./source.ts";
export { template, type TemplateArgs } from "./template.ts";
export { download, type DownloadArgs } from "./download.ts";
export { flags, type FlagsArgs } from "./flags.ts";
export { get, type GetArgs } from "./get.ts";
export { copy, move, type MoveArgs, rename, type RenameArgs } from "./move.ts";
export { sync, type SyncArgs } from "./sync.ts";
export { unarchive, type UnarchiveArgs } from "./unarchive.ts";

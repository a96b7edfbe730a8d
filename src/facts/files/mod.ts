/** Facts about files, directories and links. */

export { Block, type BlockArgs, BlockChanges, type BlockEdit, BlockPreview } from "./block.ts";
export { FileContents, SameContent } from "./contents.ts";
export { PatternMatches, type PatternMatchesArgs } from "./pattern_matches.ts";
export { Md5File, Sha1File, Sha256File, Sha384File } from "./digest.ts";
export { type EditTarget, EditTargetAt } from "./edit_target.ts";
export { Entries, type EntriesArgs, type Entry } from "./entries.ts";
export { Exposed } from "./exposed.ts";
export { type FindArgs, FindDirectories, FindFiles, FindLinks } from "./find.ts";
export { FindInFile, type FindInFileArgs } from "./find_in_file.ts";
export { Flags } from "./flags.ts";
export { type SedArgs, SedEffect, type SedEffectKind, SedPreview } from "./sed.ts";
export {
  Directory,
  File,
  type FileInfo,
  Link,
  type LinkInfo,
  LinkTarget,
  type LinkTargetInfo,
  NumericOwner,
  type PathArgs,
  SameFile,
  Socket,
  Umask,
} from "./stat.ts";

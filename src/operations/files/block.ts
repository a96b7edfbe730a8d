/** Blocks of lines between markers: `files.block`. */

import { DroverError } from "../../errors/mod.ts";
import { upload } from "../../command/mod.ts";
import { blockFilter, blockMarkers, blockText } from "../../facts/files/block.ts";
import { Block, BlockChanges, type BlockEdit, BlockPreview, EditTargetAt } from "../../facts/files/mod.ts";
import { alters, effect, host, operation, pathSubject, restsOn, showDiff } from "../../host/mod.ts";
import { type BackupArgs, backupSuffix, rewrite, showEdit, wantsDiff } from "./edit.ts";
import { accessTo, type FollowArgs } from "./place.ts";
import { checkPath } from "./remote_path.ts";
import { literalPattern, resolvePattern, wholeLine } from "./sed.ts";

/** Arguments of {@linkcode block}. */
export interface BlockOperationArgs extends BackupArgs, FollowArgs {
  /** Path of the file on the host. */
  path: string;
  /** The lines between the markers, as text or as a list. Needed unless `present` is `false`. */
  content?: string | readonly string[] | undefined;
  /** Whether the block should be in the file; `false` removes it with its markers. Default: `true`. */
  present?: boolean | undefined;
  /** Extended regular expression of a line, beside which a new block goes; see `before` and `after`. */
  line?: string | undefined;
  /** Takes `line` literally. Default: `false`. */
  escapeRegexCharacters?: boolean | undefined;
  /** Kept for deploys that were written for pyinfra: the shell never expands anything in `content`. */
  tryPreventShellExpansion?: boolean | undefined;
  /** Puts a new block before the line; with `after` too and without `line`, at the file's beginning. */
  before?: boolean | undefined;
  /** Puts a new block after the line. */
  after?: boolean | undefined;
  /** Text of the marker lines, `{mark}` standing for `begin` and `end`. Default: `# {mark} PYINFRA BLOCK`. */
  marker?: string | undefined;
  /** What stands for `{mark}` before the block. Default: `BEGIN`. */
  begin?: string | undefined;
  /** What stands for `{mark}` after the block. Default: `END`. */
  end?: string | undefined;
}

/**
 * Makes sure that a block of lines, between two marker lines, is in a file, or is not. A new block goes
 * beside `line`, or else to the end; a missing file is created. Links are followed. The default markers are
 * pyinfra's, so that its blocks are taken over; give each block of a file a `marker` of its own.
 *
 * @example
 * ```ts
 * await files.block({
 *   path: "/etc/hosts",
 *   content: ["10.0.0.1 db", "10.0.0.2 cache"],
 *   marker: "# {mark} cluster",
 * });
 * ```
 */
export const block = operation<BlockOperationArgs>("files.block", async function* (args) {
  const { present = true } = args;
  const edit = toEdit(args);
  const { path, marker, begin, end } = edit;
  const backup = backupSuffix("files.block", args.backup);
  const part = `block ${blockMarkers(args).join(" ")}`;
  restsOn(pathSubject(path, { parts: ["content", part] }));
  const [current, changes, target, access] = await Promise.all([
    host.getFact(Block, { path, marker, begin, end }),
    host.getFact(BlockChanges, edit),
    host.getFact(EditTargetAt, { path }),
    accessTo(path, args),
  ]);

  if (current === undefined) {
    if (!present) return host.noop("no remove required: file did not exist");
    const content = `${blockText(edit)}\n`;
    effect("create");
    alters(pathSubject(path));
    if (wantsDiff()) showDiff({ path, before: undefined, after: content });
    yield upload({ content }, path, { follow: args.follow });
    return;
  }
  const holds = present ? sameLines(current, edit.content ?? []) : current.length === 0;
  if (changes === undefined ? holds : !changes) {
    return host.noop(present ? "content already present" : "no remove required: markers not found");
  }
  await showEdit(path, target, () => host.getFact(BlockPreview, edit));
  alters(pathSubject(path, { parts: [part] }));
  const edited = access.exposed ? path : target?.path ?? path;
  yield rewrite(edited, blockFilter(edit), { mounted: target?.mounted ?? false, backup, access });
}, {
  parameters: {
    path: "string",
    content: "string | string[]?",
    present: "boolean?",
    line: "string?",
    backup: "boolean | string?",
    escapeRegexCharacters: "boolean?",
    tryPreventShellExpansion: "boolean?",
    before: "boolean?",
    after: "boolean?",
    marker: "string?",
    begin: "string?",
    end: "string?",
    follow: "boolean?",
  },
  asWritten: ["line"],
});

function toEdit(args: BlockOperationArgs): BlockEdit {
  const { present = true, before = false, after = false, marker, begin, end } = args;
  const path = checkPath("files.block", "path", args.path);
  const [first, last] = blockMarkers(args);
  if (first === "" || last === "") throw invalid("markers must not be empty");
  if (first === last) throw invalid("marker must hold {mark}, so that begin and end differ");
  if (`${first}${last}`.includes("\n")) throw invalid("markers must be single lines");
  const shared = { path, marker, begin, end };
  if (!present) return shared;
  if (args.content === undefined) throw invalid('needs the argument "content" for a block that is to exist');
  if (args.line !== undefined && before === after) throw invalid("takes either before or after with line");
  if (args.line === undefined && before !== after) {
    throw invalid(`needs line to know ${before ? "before" : "after"} what`);
  }
  const content = typeof args.content === "string"
    ? args.content === "" ? [] : args.content.split("\n")
    : args.content.flatMap((one) => one.split("\n"));
  for (const one of content) {
    if (one.includes(first) || one.includes(last)) throw invalid(`content must not hold a marker: ${one}`);
  }
  if (args.line === undefined) return { ...shared, content, position: before ? "start" : "end" };
  const literal = args.escapeRegexCharacters ?? false;
  const line = resolvePattern("files.block", "line", args.line, { literal });
  const pattern = literal ? literalPattern(line, true) : line;
  return { ...shared, content, position: before ? "before" : "after", line: wholeLine(pattern, true) };
}

function sameLines(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one, index) => one === right[index]);
}

function invalid(problem: string): DroverError {
  return new DroverError("E_ARGUMENT", `files.block ${problem}`);
}

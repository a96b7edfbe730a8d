/** Blocks of lines between two markers, and what an edit would make of them. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { fact, type ParameterKinds, pathSubject, type RememberedArguments } from "../../host/mod.ts";
import { compareCommand } from "./compare.ts";
import { existsMark } from "./exists_mark.ts";

/** Which block of which file. */
export interface BlockArgs {
  /** Path of the file. */
  path: string;
  /** Text of the marker lines, `{mark}` standing for begin and end. Default: `# {mark} PYINFRA BLOCK`. */
  marker?: string | undefined;
  /** What stands for `{mark}` before the block. Default: `BEGIN`. */
  begin?: string | undefined;
  /** What stands for `{mark}` after the block. Default: `END`. */
  end?: string | undefined;
}

/** A change of a block. */
export interface BlockEdit extends BlockArgs {
  /** The lines between the markers; without it, the block is removed. */
  content?: readonly string[] | undefined;
  /** Where a block that is not there yet goes; `before` and `after` refer to `line`. Default: `end`. */
  position?: "start" | "end" | "before" | "after" | undefined;
  /** Extended regular expression of a line. A block for which no line matches goes to the end. */
  line?: string | undefined;
}

/**
 * The lines between the markers, without them. An empty list if the file has no such block, `undefined` if
 * there is no file. Blocks written by pyinfra have the default marker, so that Drover takes them over.
 *
 * @example
 * ```ts
 * const lines = await host.getFact(facts.files.Block, { path: "/etc/hosts" });
 * ```
 */
export const Block = fact<string[] | undefined, BlockArgs>({
  name: "files.Block",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path", marker: "line", begin: "line", end: "line" },
  parameters: {
    path: "string",
    marker: "string?",
    begin: "string?",
    end: "string?",
  },
  command(args) {
    const word = pathWord(args.path);
    const [begin, end] = blockMarkers(args).map(literalPattern);
    const program = `/${end}/{ f=0} f; /${begin}/{ f=1} `;
    return sh`awk ${program} ${word} || (find ${word} -type f > /dev/null && echo ${
      existsMark(args.path)
    } || echo ${missingMark(args.path)} )`;
  },
  process(lines, { path }) {
    if (lines.length !== 1) return lines;
    if (lines[0] === missingMark(path)) return undefined;
    return lines[0] === existsMark(path) ? [] : lines;
  },
});

const REMEMBERED: RememberedArguments<BlockEdit> = {
  path: "path",
  marker: "line",
  begin: "line",
  end: "line",
  content: (lines) =>
    lines === undefined || (Array.isArray(lines) && lines.every((line) => typeof line === "string")),
  position: "line",
  line: "line",
};

const EDIT_PARAMETERS: ParameterKinds<BlockEdit> = {
  path: "string",
  marker: "string?",
  begin: "string?",
  end: "string?",
  content: "string[]?",
  position: "'start' | 'end' | 'before' | 'after'?",
  line: "string?",
};

/**
 * Whether the edit would change the file; `undefined` if that cannot be told.
 *
 * @example
 * ```ts
 * const changes = await host.getFact(facts.files.BlockChanges, { path: "/etc/hosts", content: ["10.0.0.5 db"] });
 * ```
 */
export const BlockChanges = fact<boolean | undefined, BlockEdit>({
  name: "files.BlockChanges",
  about: ({ path }) => pathSubject(path),
  remember: REMEMBERED,
  parameters: EDIT_PARAMETERS,
  command: (edit) => compareCommand(blockFilter(edit), edit.path),
  process: ([line]) => line === undefined ? undefined : line === "different",
});

/**
 * The lines that the edit would leave in the file; `undefined` if there is no file.
 *
 * @example
 * ```ts
 * const lines = await host.getFact(facts.files.BlockPreview, { path: "/etc/hosts", content: ["10.0.0.5 db"] });
 * ```
 */
export const BlockPreview = fact<string[] | undefined, BlockEdit>({
  name: "files.BlockPreview",
  about: ({ path }) => pathSubject(path),
  remember: REMEMBERED,
  parameters: EDIT_PARAMETERS,
  command: (edit) => {
    const word = pathWord(edit.path);
    return sh`if test -f ${word}; then echo exists; ${blockFilter(edit)} < ${word}; fi`;
  },
  process: (lines) => lines.length === 0 ? undefined : lines.slice(1),
});

/** The two lines around a block. */
export function blockMarkers({ marker, begin, end }: Omit<BlockArgs, "path">): [begin: string, end: string] {
  const text = marker ?? "# {mark} PYINFRA BLOCK";
  return [text.replaceAll("{mark}", begin ?? "BEGIN"), text.replaceAll("{mark}", end ?? "END")];
}

/** The block with its markers, as it stands in a file. */
export function blockText(edit: BlockEdit): string {
  const [begin, end] = blockMarkers(edit);
  return [begin, ...edit.content ?? [], end].join("\n");
}

/**
 * A command that copies stdin to stdout with the block edited. A begin marker whose end is missing is left
 * alone: taking everything up to the file's end for the block would lose what is not ours. Of several blocks
 * the first is kept.
 */
export function blockFilter(edit: BlockEdit): ShellCommand {
  const [begin, end] = blockMarkers(edit).map(literalPattern);
  const { position = "end", line } = edit;
  const insert = position === "before" ? "put(); print line[i]" : "print line[i]; put()";
  const place = line === undefined || position === "start" || position === "end"
    ? ""
    : `if (!found && !placed && line[i] ~ /${escapeSlashes(line)}/) { ${insert}; continue }`;
  const program = `function put() { if (wanted) print text; placed = 1 }
BEGIN { wanted = ${edit.content === undefined ? 0 : 1}; text = ARGV[1]; ARGV[1] = ""; ARGC = 1 }
{ line[NR] = $0 }
END {
  for (i = 1; i <= NR; i++) {
    if (line[i] ~ /${begin}/) start = i
    else if (start && line[i] ~ /${end}/) { last[start] = i; found = 1; start = 0 }
  }
  ${position === "start" ? "if (!found) put()" : ""}
  for (i = 1; i <= NR; i++) {
    if (i in last) { if (!placed) put(); i = last[i]; continue }
    ${place}
    print line[i]
  }
  if (!placed) put()
}`;
  const compact = program.replaceAll(/\n *(?=\n)/g, "");
  return sh`awk ${compact} ${edit.content === undefined ? "" : blockText(edit)}`;
}

function missingMark(path: string): string {
  return `__pyinfra_missing_${path}`;
}

/** A regular expression of `awk` that matches a text. */
function literalPattern(text: string): string {
  return text.replaceAll(/[\\/.[\](){}*+?^$|]/g, "\\$&");
}

/** Slashes would end the pattern; those that are escaped already stay. */
function escapeSlashes(pattern: string): string {
  return pattern.replaceAll(/\\[\s\S]|\//g, (piece) => piece === "/" ? "\\/" : piece);
}

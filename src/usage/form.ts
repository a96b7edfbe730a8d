/** Decides what the words after the inventory ask for. */

import { DroverError, suggest } from "../errors/mod.ts";
import type { ExportName } from "../deploy/exports.ts";
import { parseExportName } from "./export_name.ts";

/** What is to be done with the inventory. */
export type Form =
  | { kind: "deploy"; files: string[] }
  | { kind: "exec"; command: string }
  /** Facts by their names, or as `FILE.ts:EXPORT`; `files` are the files of those. */
  | { kind: "facts"; facts: { name: string; words: string[] }[]; files: string[] }
  /** An operation by its name, or an operation, deploy or function as `FILE.ts:EXPORT`. */
  | { kind: "operation"; name: string; words: string[]; files: string[] }
  | { kind: "debug-inventory" }
  /** What a run of these files would hold on this machine. */
  | { kind: "permissions"; files: string[] };

const DEPLOY_FILE_REGEXP = /\.(ts|js|mts|mjs)$/;
const NAME_REGEXP = /^[A-Za-z][\w.]*$/;
const OPERATION_REGEXP = /^[A-Za-z]\w*\.[A-Za-z]\w*$/;

/**
 * The form of a call.
 *
 * @throws {DroverError} `E_USAGE` if the words fit none.
 */
export function formOf(operations: readonly string[]): Form {
  const [first, ...rest] = operations;
  if (first === undefined) {
    throw new DroverError(
      "E_USAGE",
      "Nothing to do: name a deploy file, an operation, exec, fact or debug-inventory",
      {
        hint: "drover --help shows the forms",
      },
    );
  }
  if (first === "debug-inventory") return noMore({ kind: "debug-inventory" }, rest);
  if (first === "exec") return exec(rest);
  if (first === "fact") return facts(rest);
  if (operations.every((word) => DEPLOY_FILE_REGEXP.test(word))) {
    return { kind: "deploy", files: [...operations] };
  }
  if (OPERATION_REGEXP.test(first) && !DEPLOY_FILE_REGEXP.test(first)) {
    return { kind: "operation", name: first, words: rest, files: [] };
  }
  const named = operations.find(isExportName);
  if (named !== undefined) return fromFile(named, operations);
  const wrong = operations.find((word) => !DEPLOY_FILE_REGEXP.test(word)) ?? first;
  const form = suggest(wrong, ["exec", "fact", "debug-inventory"]);
  throw new DroverError(
    "E_USAGE",
    `"${wrong}" is neither a deploy file (.ts, .js) nor an operation (module.name, file.ts:name)`,
    {
      hint: form === undefined ? "drover --help shows the forms" : `did you mean "${form}"?`,
    },
  );
}

/** `FILE.ts:EXPORT key=value …`. */
function fromFile(name: string, [first, ...words]: readonly string[]): Form {
  const { file } = requireExportName(name);
  if (first !== name) {
    throw new DroverError(
      "E_USAGE",
      `"${name}" stands after "${first}": what a file exports is run by itself`,
      {
        hint: `drover INVENTORY ${name} [key=value…]`,
      },
    );
  }
  const second = words.find((word) =>
    isExportName(word) || DEPLOY_FILE_REGEXP.test(word) && !word.includes("=")
  );
  if (second === undefined) return { kind: "operation", name, words: [...words], files: [file] };
  throw new DroverError("E_USAGE", `One at a time: "${second}" stands after "${name}"`, {
    hint: `write a deploy file that calls both, or NAME=${second} if it is an argument`,
  });
}

/** Whether a word has the form `FILE.ts:EXPORT`; `key=FILE.ts:x` is an argument. */
function isExportName(word: string): boolean {
  return !/^[A-Za-z_]\w*=/.test(word) && parseExportName(word) !== undefined;
}

function requireExportName(word: string): ExportName {
  const name = parseExportName(word)!;
  if (name.export === "") throw noExport(name.file);
  return name;
}

function noExport(file: string): DroverError {
  return new DroverError("E_USAGE", `"${file}" is a file: say which of its exports is meant`, {
    hint: `write ${file}:NAME`,
  });
}

function exec(words: readonly string[]): Form {
  if (words.length > 0) return { kind: "exec", command: words.join(" ") };
  throw new DroverError("E_USAGE", "exec needs a command", { hint: "drover INVENTORY exec -- COMMAND" });
}

function facts(words: readonly string[]): Form {
  const found: { name: string; words: string[] }[] = [];
  const files: string[] = [];
  for (const word of words) {
    if (isExportName(word)) {
      files.push(requireExportName(word).file);
      found.push({ name: word, words: [] });
    } else if (DEPLOY_FILE_REGEXP.test(word) && (found.length === 0 || NAME_REGEXP.test(word))) {
      throw noExport(word);
    } else if (NAME_REGEXP.test(word)) found.push({ name: word, words: [] });
    else if (found.length > 0) found.at(-1)!.words.push(word);
    else throw new DroverError("E_USAGE", `"${word}" comes before any fact`);
  }
  if (found.length > 0) return { kind: "facts", facts: found, files };
  throw new DroverError("E_USAGE", "fact needs the name of a fact", {
    hint: "drover INVENTORY fact server.LinuxName",
  });
}

function noMore(form: Form, rest: readonly string[]): Form {
  if (rest.length === 0) return form;
  throw new DroverError("E_USAGE", `Too many words: "${rest[0]}"`);
}

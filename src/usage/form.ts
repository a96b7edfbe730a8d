/** Decides what the words after the inventory ask for. */

import { DroverError, suggest } from "../errors/mod.ts";

/** What is to be done with the inventory. */
export type Form =
  | { kind: "deploy"; files: string[] }
  | { kind: "exec"; command: string }
  | { kind: "facts"; facts: { name: string; words: string[] }[] }
  | { kind: "operation"; name: string; words: string[] }
  | { kind: "debug-inventory" }
  /** What a run of these files would hold on this machine. */
  | { kind: "permissions"; files: string[] };

const DEPLOY_FILE_REGEXP = /\.(ts|js|mts|mjs)$/;
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
    return { kind: "operation", name: first, words: rest };
  }
  const wrong = operations.find((word) => !DEPLOY_FILE_REGEXP.test(word)) ?? first;
  const form = suggest(wrong, ["exec", "fact", "debug-inventory"]);
  throw new DroverError(
    "E_USAGE",
    `"${wrong}" is neither a deploy file (.ts, .js) nor an operation (module.name)`,
    {
      hint: form === undefined ? "drover --help shows the forms" : `did you mean "${form}"?`,
    },
  );
}

function exec(words: readonly string[]): Form {
  if (words.length > 0) return { kind: "exec", command: words.join(" ") };
  throw new DroverError("E_USAGE", "exec needs a command", { hint: "drover INVENTORY exec -- COMMAND" });
}

function facts(words: readonly string[]): Form {
  const found: { name: string; words: string[] }[] = [];
  for (const word of words) {
    if (/^[A-Za-z][\w.]*$/.test(word)) found.push({ name: word, words: [] });
    else if (found.length > 0) found.at(-1)!.words.push(word);
    else throw new DroverError("E_USAGE", `"${word}" comes before any fact`);
  }
  if (found.length > 0) return { kind: "facts", facts: found };
  throw new DroverError("E_USAGE", "fact needs the name of a fact", {
    hint: "drover INVENTORY fact server.LinuxName",
  });
}

function noMore(form: Form, rest: readonly string[]): Form {
  if (rest.length === 0) return form;
  throw new DroverError("E_USAGE", `Too many words: "${rest[0]}"`);
}

/** What hints name exists: commands, flags, global arguments, options, operations, facts, data, pages. */

import { deepStrictEqual, ok } from "node:assert/strict";
import ts from "typescript";
import { CONNECTOR_DATA } from "../../src/connectors/mod.ts";
import "../../src/facts/mod.ts";
import { configOptionNames, definedFacts, definedOperations, GLOBAL_ARGUMENTS } from "../../src/host/mod.ts";
import "../../src/operations/mod.ts";
import { CONVERT_OPTIONS } from "../../src/convert/mod.ts";
import { CONVERT, PROJECT_COMMANDS } from "../../src/project/names.ts";
import { createProgram } from "../../src/usage/options.ts";
import { filesBelow, ROOT } from "../support/tree.ts";

/** A text that tells people what to do. What stands for a computed part is `…`. */
interface Hint {
  place: string;
  text: string;
}

/** Properties, variables and functions of such names hold hints. */
const HINT_NAME = /hint$|^hint(?=[A-Z]|$)/i;

async function hints(): Promise<Hint[]> {
  const found: Hint[] = [];
  for (const path of await filesBelow("src/", ".ts")) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    // Reports and the command line speak to people in all that they say.
    const speaks = /^src\/(report|cli|usage)\//.test(path);
    const visit = (node: ts.Node, isHint: boolean): void => {
      const inside = isHint || speaks || holdsHint(node);
      const said = inside ? textOf(node) : undefined;
      if (said !== undefined) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart());
        found.push({ place: `${path}:${line + 1}`, text: said });
      }
      if (!ts.isImportDeclaration(node)) ts.forEachChild(node, (child) => visit(child, inside));
    };
    visit(file, false);
  }
  return found;
}

/** Whether all texts in a node speak to people: hints, and errors as a whole. */
function holdsHint(node: ts.Node): boolean {
  if (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) {
    return HINT_NAME.test(node.name.getText());
  }
  if (ts.isFunctionDeclaration(node)) return HINT_NAME.test(node.name?.text ?? "");
  if (ts.isNewExpression(node)) return node.expression.getText() === "DroverError";
  return ts.isCallExpression(node) && node.expression.getText() === "portError";
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
}

const FLAGS = new Set([
  ...createProgram("0", () => {}).options.flatMap(({ long }) => long ?? []),
  ...Object.keys(CONVERT_OPTIONS).map((name) => `--${name}`),
  "--help",
]);
/** Flags of other programs that hints name: kubectl's, those of Ansible's inventories, Dockerfiles'. */
const FOREIGN_FLAGS = new Set(["--namespace", "--list", "--mount"]);
const GLOBALS = new Set<string>(GLOBAL_ARGUMENTS);
const COMMANDS = new Set<string>([...PROJECT_COMMANDS, CONVERT, "permissions", "INVENTORY", "COMMAND"]);
const OPTIONS = new Set(configOptionNames());
const DATA = new Set<string>(Object.values(CONNECTOR_DATA).flatMap((keys) => keys.map(({ name }) => name)));
const OPERATIONS = new Set(definedOperations().keys());
const FACTS = new Set(definedFacts().keys());
const MODULES = new Set([...OPERATIONS, ...FACTS].map((name) => name.split(".")[0]!));

/** What a text names that does not exist. */
async function unknownIn(text: string): Promise<string[]> {
  const missing: string[] = [];
  const check = (pattern: RegExp, exists: (name: string) => boolean) => {
    for (const [whole, name = whole] of text.matchAll(pattern)) {
      if (!exists(name)) missing.push(whole);
    }
  };
  const begins = (flag: string) => flag.endsWith("-") && [...FLAGS].some((one) => one.startsWith(flag));
  check(/(?<![\w-])--[a-z][a-z-]*/g, (flag) => FLAGS.has(flag) || FOREIGN_FLAGS.has(flag) || begins(flag));
  check(/(?<![\w.$/])_[a-z][A-Za-z]+\b/g, (name) => GLOBALS.has(name));
  // What has a dot, a comma or an @ is an inventory.
  check(/\bdrover ([A-Za-z][\w.,@/-]*)/g, (word) => /[.,@]\w/.test(word) || COMMANDS.has(word));
  check(/\brun ([a-z]+) to (?:see|show)\b/g, (word) => COMMANDS.has(word));
  check(/\bconfig\.([a-z]\w*)/g, (name) => name === "ts" || OPTIONS.has(name));
  check(/\b(?:ssh|docker|podman|chroot)_[a-z_]+\b/g, (key) => DATA.has(key));
  check(/\b[a-z][a-z0-9]*\.[A-Za-z]\w*\b/g, (name) => {
    const [module = "", own = ""] = name.split(".");
    return !MODULES.has(module) || own === "ts" || OPERATIONS.has(name) || FACTS.has(name);
  });
  for (const [path] of text.matchAll(/\bdocs\/[\w/.-]*\w/g)) {
    if (await Deno.stat(new URL(path, ROOT)).catch(() => undefined) === undefined) missing.push(path);
  }
  return missing;
}

Deno.test("what hints name exists", async () => {
  const all = await hints();
  ok(all.length > 400, `${all.length} texts`);
  const problems: string[] = [];
  for (const { place, text } of all) {
    for (const name of await unknownIn(text)) problems.push(`${place}: there is no ${name}`);
  }
  deepStrictEqual(problems, []);
});

Deno.test("a hint that names what does not exist is found", async () => {
  const wrong =
    "run plan to see it; run drover plan with --sudoo and _sudoo, config.sudoo, files.putt, ssh_prt; docs/none.md";
  deepStrictEqual(await unknownIn(wrong), [
    "--sudoo",
    "_sudoo",
    "drover plan",
    "run plan to see",
    "config.sudoo",
    "ssh_prt",
    "files.putt",
    "docs/none.md",
  ]);
});

/** What can be known of a template without rendering it: whether it can be read, and which variables it needs. */

import { extname } from "node:path";
import { globalScope } from "./jinja/globals.ts";
import { definedNames, type FreeName, freeNames } from "./jinja/free_names.ts";
import { SyntaxFault } from "./jinja/lexer.ts";
import { readJinjaOptions } from "./jinja/options.ts";
import { parseTemplate } from "./jinja/parser.ts";
import type { Statement } from "./jinja/syntax.ts";
import { templateError } from "./template_error.ts";

export type { FreeName };

/** What a Jinja2 template needs. */
export interface TemplateNeeds {
  names: FreeName[];
  /** Names that it defines anywhere: templates that it includes may see them. */
  defined: string[];
  /** Other templates that it names, with whether they see its variables. */
  templates: { name: string; line: number; withContext: boolean }[];
  /** Whether it names others by something else than a text. */
  isOpen: boolean;
}

/**
 * Reads a Jinja2 template with the options that it has where none are given; nothing of an Eta template.
 *
 * @throws {DroverError} `E_TEMPLATE` at the line that cannot be read.
 */
export function inspectTemplate(file: string, text: string): TemplateNeeds | undefined {
  if (extname(file).toLowerCase() === ".eta") return undefined;
  const { body } = read(file, text);
  const globals = globalScope();
  const names = freeNames(body).filter(({ name }) => globals.get(name) === undefined);
  const others = referredIn(body);
  return {
    names,
    defined: definedNames(body),
    templates: others.filter(({ name }) => name !== undefined) as TemplateNeeds["templates"],
    isOpen: others.some(({ name }) => name === undefined),
  };
}

function read(file: string, text: string) {
  try {
    return parseTemplate(text, readJinjaOptions(file));
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    throw templateError({ file, line: error.line }, error.message, { hint: error.hint });
  }
}

/** Templates that are included, extended or imported, however deep inside. */
function referredIn(part: unknown): { name: string | undefined; line: number; withContext: boolean }[] {
  if (Array.isArray(part)) return part.flatMap(referredIn);
  if (typeof part !== "object" || part === null) return [];
  const { kind } = part as Partial<Statement>;
  const inside = Object.values(part).flatMap(referredIn);
  if (kind !== "include" && kind !== "extends" && kind !== "import" && kind !== "from_import") return inside;
  const { template, line } = part as Statement & { kind: "extends" };
  const isText = template.kind === "constant" && typeof template.value === "string";
  const withContext = !("withContext" in part) || part.withContext === true;
  return [{ name: isText ? template.value as string : undefined, line, withContext }, ...inside];
}

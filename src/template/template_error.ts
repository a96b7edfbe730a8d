/** The errors of templates: what is undefined, in which line, and which name was probably meant. */

import { basename } from "node:path";
import { didYouMean, DroverError } from "../errors/mod.ts";

/** Where a template went wrong. */
export interface TemplatePlace {
  file: string;
  line: number;
  column?: number;
}

/** What is known of an error beside its place and its reason. */
interface More {
  hint?: string | undefined;
  detail?: string | undefined;
  cause?: unknown;
}

/** An `E_TEMPLATE_SYNTAX` error: the file is wrong, whatever the host and its data. */
export function templateSyntaxError(place: TemplatePlace, reason: string, more: More = {}): DroverError {
  return templateError(place, reason, more, "E_TEMPLATE_SYNTAX");
}

/** An `E_TEMPLATE` error at a line of a template. */
export function templateError(
  place: TemplatePlace,
  reason: string,
  more: More = {},
  code = "E_TEMPLATE",
): DroverError {
  return new DroverError(code, `Cannot render ${basename(place.file)}: ${reason}`, {
    place: { file: place.file, line: place.line, column: place.column ?? 1 },
    ...more,
  });
}

/** The error for an expression that has no value. */
export function undefinedError(
  place: TemplatePlace,
  expression: string,
  variables: Readonly<Record<string, unknown>>,
): DroverError {
  return missingError(place, findMissing(expression, variables));
}

/** The error for something that is missing where it was looked for. */
export function missingError(place: TemplatePlace, missing: Missing): DroverError {
  const hint = didYouMean(missing.key, missing.candidates) ??
    (missing.path === missing.key
      ? "pass it in the operation's data, or use a default"
      : "set it in the inventory, or use a default");
  return templateError(place, `"${missing.path}" is undefined`, { hint });
}

/** What is missing. */
export interface Missing {
  /** From the variable down to what is missing. */
  path: string;
  key: string;
  /** The names that exist beside it. */
  candidates: string[];
}

/** The first part of `a.b.c` that does not exist; the whole expression if it is no such path. */
function findMissing(expression: string, variables: Readonly<Record<string, unknown>>): Missing {
  const text = expression.trim();
  const parts = /^[\w$]+(?:\s*\.\s*[\w$]+|\s*\[\s*(?:'[^']*'|"[^"]*")\s*\])*/.exec(text)?.[0]
    .match(/[\w$]+(?=\s*[.[]|$)|'[^']*'|"[^"]*"|[\w$]+/g)
    ?.map((part) => part.replaceAll(/^['"]|['"]$/g, "")) ?? [];
  let current: unknown = variables;
  for (const [index, key] of parts.entries()) {
    const known = keysOf(current);
    if (known === undefined) break;
    if (!known.includes(key)) {
      // A variable of the template itself (a loop's, say) is not among the given ones.
      if (index === 0 && parts.length > 1) break;
      return { path: parts.slice(0, index + 1).join("."), key, candidates: known };
    }
    current = (current as Record<string, unknown>)[key];
  }
  return { path: text, key: parts.at(-1) ?? text, candidates: [] };
}

function keysOf(value: unknown): string[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.keys(value);
}

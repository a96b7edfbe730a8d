/** Checks data files against the types that `DataTypes` declares: a module for the type checker, and what it finds. */

import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Problem } from "../engine/mod.ts";
import { blankModule } from "../inventory/blank_module.ts";

/** Name of the module, which is written for the moment. */
export const DATA_CHECK = "drover_data_check.ts";

/** Each type is named as the file that it is about, by its number. */
const PRELUDE = `import type { DataTypes } from "drover";
type IsUnion<T, U = T> = T extends U ? ([U] extends [T] ? false : true) : never;
// The value of a constant is its type; what is meant is a value of that kind.
type Kind<T> = true extends IsUnion<T> ? T
  : T extends string ? string
  : T extends number ? number
  : T;
type Wrong<M> = {
  [K in keyof M & keyof DataTypes]: Awaited<M[K]> extends Kind<DataTypes[K]> ? never : K;
}[keyof M & keyof DataTypes] & string;
type WrongInGroups<M> = {
  [K in keyof M]: K extends \`\${string}_data\` | \`\${string}Data\` ? Wrong<Awaited<M[K]>> : never;
}[keyof M];
type None<T extends never> = T;
`;

/** The module that compares `data` with what any of the files declares; nothing if nothing is declared. */
export function dataCheck(files: readonly string[], data: readonly string[]): string | undefined {
  if (!files.some((file) => /\binterface\s+DataTypes\b/.test(textOf(file)))) return undefined;
  // As a text, the compiler writes out what the keys are.
  const lines = data.map((file, index) => {
    const module = `typeof import(${JSON.stringify(pathToFileURL(file).href)})`;
    return `export type File${index} = None<\`\${Wrong<${module}> | WrongInGroups<${module}>}\`>;\n`;
  });
  return PRELUDE + lines.join("");
}

/** A finding in that module as the problems of the data files that it is about; any other as it is. */
export function dataProblems(problem: Problem, data: readonly string[]): Problem[] {
  const { place, message } = problem;
  if (place === undefined || !place.file.endsWith(`/${DATA_CHECK}`)) return [problem];
  const file = data[place.line - PRELUDE.split("\n").length];
  if (file === undefined) return [];
  const [, keys = ""] = /^Type '([^']*)' does not satisfy/.exec(message) ?? [];
  return [...keys.matchAll(/"(\w+)"/g)].map(([, key]) => ({
    code: "E_TYPE",
    message: `"${key}" in ${relative(Deno.cwd(), file)} is not of the type that DataTypes declares`,
    place: { file, ...positionOf(key!, textOf(file)) },
  }));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function positionOf(key: string, text: string): { line: number; column: number } {
  const offset = new RegExp(`(?<![\\w$.])${key}(?![\\w$])`).exec(blankModule(text).code)?.index ?? 0;
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

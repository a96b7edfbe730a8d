/** Takes apart what Deno and V8 say of modules that cannot be loaded: what is wrong, where, and what is missing. */

import { stripVTControlCharacters } from "node:util";
import type { Place } from "./error.ts";
import { fromFileUrl } from "./place.ts";

/** Why a module cannot be loaded. */
export interface ModuleError {
  /** One sentence without place and final period. */
  message: string;
  /** The import, or the part of the text that is wrong; unknown of `import()`. */
  place?: Place;
  /** What Deno itself proposes. */
  hint?: string;
  missing?: MissingModule;
}

/** What an import names that is not there. */
export type MissingModule =
  | { kind: "file"; path: string }
  | { kind: "module"; specifier: string }
  /** The module as the import names it. */
  | { kind: "export"; name: string; module: string };

/** What is made of a message, by what it begins with. */
const READERS: readonly [RegExp, (groups: string[]) => Pick<ModuleError, "message" | "missing">][] = [
  [/^(?:Uncaught )?SyntaxError: (.+)/, ([said]) => ({ message: `Syntax error: ${lowerFirst(said!)}` })],
  [/^(Identifier '.*' has already been declared)/, ([said]) => ({ message: `Syntax error: ${said}` })],
  [/^Module not found "(file:[^"]*)"/, ([url]) => {
    const path = pathOf(url!);
    return { message: `Module not found "${path}"`, missing: { kind: "file", path } };
  }],
  // Drover's own package is called as its modules are, so Deno looks there for those that do not exist.
  [/^Unknown export '\.\/([^']*)' for 'drover'/, ([name]) => noModule(`drover/${name}`)],
  [/^Import "([^"]*)" not a dependency/, ([name]) => noModule(name!)],
  [/^Relative import path "([^"]*)" not prefixed with/, ([name]) => noModule(name!)],
  [/^The requested module '([^']*)' does not provide an export named '([^']*)'/, ([module, name]) => ({
    message: `"${readable(module!)}" exports no "${name}"`,
    missing: { kind: "export", name: name!, module: module! },
  })],
  [/^\[ERR_UNSUPPORTED_DIR_IMPORT\] Directory import '([^']*)'/, ([url]) => ({
    message: `"${pathOf(url!)}" is a directory: an import names a file`,
  })],
  [/^Could not find a matching package for '([^']*)'/, ([name]) => noPackage(name!)],
  [/^Failed loading \S+ for package "([^"]*)"/, ([name]) => noPackage(`npm:${name}`)],
  [/^The lockfile is out of date/, () => ({
    message: "An imported package is not there, and nothing is downloaded while a deploy runs",
  })],
  [
    /^((?:Failed loading|Specifier not found in cache|JSR package|No such built-in module|Unsupported scheme|Expected a|Attempted to load|Could not find|npm package|Unable to load|Ambiguous indirect export|The requested module .* contains conflicting).*)/,
    ([said]) => ({ message: readable(said!) }),
  ],
];

const PLACE_REGEXP = /\s+at (file:\/\/\S+?):(\d+):(\d+)\s*$/;

/**
 * Why a module could not be loaded, if that is what was thrown; coloured or not.
 *
 * @example
 * ```ts
 * await import(url).catch((thrown) => readModuleError(thrown)?.message); // 'Module not found "/srv/missing.ts"'
 * ```
 */
export function readModuleError(thrown: unknown): ModuleError | undefined {
  if (!(thrown instanceof TypeError || thrown instanceof SyntaxError)) return undefined;
  const text = stripVTControlCharacters(thrown.message);
  const at = PLACE_REGEXP.exec(text) ?? stackPlace(thrown);
  const said = text.replace(PLACE_REGEXP, "");
  for (const [pattern, read] of READERS) {
    const match = pattern.exec(said.split("\n")[0]!);
    if (match === null) continue;
    const { message, ...more } = read(match.slice(1));
    const hint = /^\s*hint:\s*(.*)$/m.exec(said)?.[1];
    return {
      message: message.replace(/\.$/, ""),
      ...more,
      ...hint === undefined ? {} : { hint: hint.replace(/\.$/, "") },
      ...at === null
        ? {}
        : { place: { file: fromFileUrl(at[1]!), line: Number(at[2]), column: Number(at[3]) } },
    };
  }
  return undefined;
}

/** V8 has the place of a name that is not exported in the first line of the stack. */
function stackPlace(thrown: Error): RegExpExecArray | null {
  const stack = stripVTControlCharacters(thrown.stack ?? "");
  return /^\s+at (file:\/\/\S+?):(\d+):(\d+)$/m.exec(stack);
}

function noModule(specifier: string): Pick<ModuleError, "message" | "missing"> {
  return { message: `There is no module "${specifier}"`, missing: { kind: "module", specifier } };
}

function noPackage(specifier: string): Pick<ModuleError, "message" | "missing"> {
  const message = `The package "${specifier}" is not there, and nothing is downloaded while a deploy runs`;
  return { message, missing: { kind: "module", specifier } };
}

function pathOf(url: string): string {
  try {
    return fromFileUrl(url);
  } catch {
    return url;
  }
}

function readable(text: string): string {
  return text.replaceAll(/file:\/\/[^"'\s]+/g, pathOf);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

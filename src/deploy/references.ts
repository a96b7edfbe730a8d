/** Finds the local files that deploy files name as literals: includes, templates, files to upload. */

import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { Problem } from "../engine/mod.ts";

/** The files behind a deploy file. */
export interface References {
  /** Absolute paths of the deploy file and all that it includes, each once. */
  files: string[];
  problems: Problem[];
}

/** What names a local file; the path is the group `path`. Computed paths are found when the deploy runs. */
const PATTERNS: readonly RegExp[] = [
  /\binclude\(\s*(?<quote>["'`])(?<path>[^"'`$]+)\k<quote>/g,
  /\bfiles\.(?:template|put|sync)\(\s*\{[^{}]*?\bsrc:\s*(?<quote>["'`])(?<path>[^"'`$]+)\k<quote>/g,
];

/** The deploy files, their includes, and what they name that is not there. */
export async function referencesOf(deploys: readonly string[]): Promise<References> {
  const found: References = { files: [], problems: [] };
  for (const deploy of deploys) {
    const root = resolve(deploy);
    if (await isThere(root)) await follow(root, root, found);
  }
  return found;
}

async function follow(file: string, root: string, found: References): Promise<void> {
  if (found.files.includes(file)) return;
  found.files.push(file);
  const text = withoutComments(await Deno.readTextFile(file).catch(() => ""));
  for (const pattern of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const path = match.groups!.path!;
      const candidates = candidatesFor(path, file, root);
      const target = await firstThere(candidates);
      if (target === undefined) {
        const offset = match.index + match[0].lastIndexOf(path) - 1;
        found.problems.push(missing(path, candidates, { file, ...positionOf(text, offset) }));
      } else if (pattern === PATTERNS[0]) await follow(target, root, found);
    }
  }
}

/** Where a run looks: beside the file, beside the deploy file of the command line, in the working directory. */
function candidatesFor(path: string, file: string, root: string): string[] {
  if (isAbsolute(path) || path.startsWith("~")) return [];
  return [
    ...new Set([dirname(file), dirname(root), Deno.cwd()].map((directory) => resolve(directory, path))),
  ];
}

async function firstThere(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) if (await isThere(candidate)) return candidate;
  // Absolute paths are nobody's mistake to be found here: they may belong to another machine.
  return candidates.length === 0 ? "" : undefined;
}

function isThere(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}

function missing(path: string, candidates: readonly string[], place: Problem["place"]): Problem {
  const places = candidates.map((candidate) => relative(Deno.cwd(), candidate) || candidate);
  return {
    code: "E_LOCAL_FILE",
    message: `There is no local file "${path}"`,
    hint: `looked for ${places.join(" and ")}`,
    ...(place === undefined ? {} : { place }),
  };
}

/** The text with blanks instead of comments, so that positions stay what they are. */
function withoutComments(text: string): string {
  const blank = (comment: string) => comment.replaceAll(/[^\n]/g, " ");
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, blank).replaceAll(/(?<=^|\s)\/\/.*$/gm, blank);
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** Which file of the program imports which, and the circles in that; types and what is loaded later count too. */

import { readdirSync, readFileSync } from "node:fs";

/** The imports of each file. Paths are from the root of the project. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const COMMENT_REGEXP = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const IMPORT_REGEXP =
  /^(?:import|export)\b[^"';]*?\bfrom\s+"(\.[^"]+)"|^import\s+"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"/gm;

/** The files that a source text names, resolved from its own path. A file that names itself is no circle. */
export function importsOf(path: string, text: string): string[] {
  const found = [...text.replaceAll(COMMENT_REGEXP, "").matchAll(IMPORT_REGEXP)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3]!;
    return new URL(specifier, `file:///${path}`).pathname.slice(1);
  });
  return [...new Set(found)].filter((one) => one !== path);
}

/** Reads the graph of the program's sources. */
export function readImportGraph(root: string): ImportGraph {
  const paths = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" }).map((name) => `src/${name}`);
  const files = ["main.ts", ...paths.filter((path) => path.endsWith(".ts"))];
  return new Map(files.map((path) => [path, importsOf(path, readFileSync(root + path, "utf8"))]));
}

/** The shortest way from a file back to itself; nothing if there is none. The file is the first, and not the last. */
export function circleThrough(graph: ImportGraph, path: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [path];
  for (const file of queue) {
    for (const imported of graph.get(file) ?? []) {
      if (imported === path) return wayTo(file, cameFrom);
      if (cameFrom.has(imported)) continue;
      cameFrom.set(imported, file);
      queue.push(imported);
    }
  }
  return undefined;
}

function wayTo(file: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way: string[] = [];
  for (let at: string | undefined = file; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}

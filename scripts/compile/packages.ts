/** The npm packages that the program needs at run time: which they are, and where Deno keeps them. */

import { join } from "node:path";
import { must } from "../process.ts";

/** A package in the lock file. */
export interface Package {
  name: string;
  version: string;
  integrity: string;
  /** Names of packages that it imports. */
  dependencies: string[];
}

interface Lock {
  specifiers: Record<string, string>;
  npm: Record<string, { integrity: string; dependencies?: string[] }>;
}

const IMPORT_REGEXP =
  /^\s*(?:import|export)\s+(?!type\b)[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"|^import\s+"([^"]+)"/gm;

/** Packages of the import map that sources import for more than types. */
export async function importedPackages(root: string, imports: Record<string, string>): Promise<string[]> {
  const used = new Set<string>();
  for (const path of [join(root, "main.ts"), ...await typescript(join(root, "src"))]) {
    for (const match of (await Deno.readTextFile(path)).matchAll(IMPORT_REGEXP)) {
      const specifier = match[1] ?? match[2] ?? match[3] ?? "";
      const name = Object.keys(imports).find((one) => specifier === one || specifier.startsWith(`${one}/`));
      if (name !== undefined && imports[name]!.startsWith("npm:")) used.add(name);
    }
  }
  return [...used].toSorted();
}

/** Every TypeScript file below a folder. */
export async function typescript(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await typescript(path));
    else if (entry.name.endsWith(".ts")) found.push(path);
  }
  return found.toSorted();
}

/**
 * Packages with all that they import, as the lock file has them.
 *
 * @throws {Error} If two versions of one package are needed: the flat folder has room for one.
 */
export async function lockedPackages(
  root: string,
  imports: Record<string, string>,
  names: string[],
): Promise<Package[]> {
  const lock: Lock = JSON.parse(await Deno.readTextFile(join(root, "deno.lock")));
  const found = new Map<string, Package>();
  const visit = (key: string) => {
    const { name, version } = parseKey(key);
    const before = found.get(name);
    if (before?.version === version) return;
    if (before !== undefined) throw new Error(`${name} is needed in ${before.version} and in ${version}`);
    const { integrity, dependencies = [] } = lock.npm[key]!;
    const keys = dependencies.map((dependency) => keyOf(lock, dependency));
    found.set(name, { name, version, integrity, dependencies: keys.map((one) => parseKey(one).name) });
    keys.forEach(visit);
  };
  for (const name of names) visit(`${name}@${lock.specifiers[imports[name]!]}`);
  return [...found.values()].toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/** `name@1.0.0_peer@2.0.0` without what its peers are. */
function parseKey(key: string): { name: string; version: string } {
  const at = key.indexOf("@", 1);
  return { name: key.slice(0, at), version: key.slice(at + 1).split("_")[0]! };
}

/** The lock file names a dependency by its version only where there are several. */
function keyOf(lock: Lock, dependency: string): string {
  const key = Object.keys(lock.npm).find((one) => one === dependency || parseKey(one).name === dependency);
  if (key === undefined) throw new Error(`deno.lock does not have ${dependency}`);
  return key;
}

/** Fetches what is missing and tells in which folder Deno keeps a package. */
export async function packageFolders(root: string): Promise<(wanted: Package) => Promise<string>> {
  await must([Deno.execPath(), "install", "--quiet", "--frozen"], { cwd: root });
  const { npmCache } = JSON.parse(await must([Deno.execPath(), "info", "--json"], { cwd: root }));
  // One folder for each place that packages were ever fetched from.
  const places = await Array.fromAsync(Deno.readDir(npmCache), (entry) => join(npmCache, entry.name));
  return async ({ name, version }) => {
    for (const place of places) {
      const folder = join(place, name, version);
      if (await Deno.stat(join(folder, "package.json")).then(() => true, () => false)) return folder;
    }
    throw new Error(`${name} ${version} is not in ${npmCache}: run \`deno install\``);
  };
}

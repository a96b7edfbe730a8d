/** Gathers what goes into an executable in one folder: sources, packages without ballast, documentation. */

import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { EMBEDDED } from "../../src/project/declarations.ts";
import { publicDeclarations } from "../declarations.ts";
import { importedPackages, lockedPackages, type Package, packageFolders } from "./packages.ts";

/** The root of the repository. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** Where the executable has the declarations of the public interface, by its path inside. */
export const DECLARATIONS = relative(ROOT, fileURLToPath(EMBEDDED));

/** Documentation that the executable carries. */
const DOCUMENTS = ["docs", "README.md", "CHANGELOG.md", "LICENSE"];

/** Files of packages that are of no use at run time. */
const BALLAST_REGEXP =
  /(\.d\.[cm]?ts(\.map)?|\.[cm]?js\.map|\.tsbuildinfo|(^|\/)(readme|changelog|release-notes|contributing)[^/]*\.md)$/i;

/** Folders of packages that are of no use at run time. */
const BALLAST_FOLDERS: ReadonlySet<string> = new Set([
  ".github",
  "bench",
  "example",
  "examples",
  "test",
  "tests",
]);

/** What packages carry beside the build that Deno loads: other builds, native parts, tools. */
const OTHER_BUILDS: Readonly<Record<string, readonly string[]>> = {
  diff: ["dist", "libcjs"],
  eta: ["dist/index.cjs"],
  ssh2: ["util", "lib/protocol/crypto/src", "install.js"],
  tweetnacl: ["nacl.js", "nacl.min.js", "nacl-fast.min.js"],
  yaml: ["browser", "bin.mjs", "dist/cli.mjs"],
};

/** What was gathered. */
export interface Stage {
  folder: string;
  version: string;
  packages: Package[];
}

/** Gathers everything in an empty folder. */
export async function stage(folder: string): Promise<Stage> {
  const manifest = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  for (const name of ["main.ts", "src", ...DOCUMENTS]) await copyTree(join(ROOT, name), join(folder, name));
  const names = await importedPackages(ROOT, manifest.imports);
  const packages = await lockedPackages(ROOT, manifest.imports, names);
  const folderOf = await packageFolders(ROOT);
  for (const one of packages) {
    const others = new Set([...OTHER_BUILDS[one.name] ?? [], ...BALLAST_FOLDERS]);
    await copyTree(
      await folderOf(one),
      join(folder, "node_modules", one.name),
      (path) => !BALLAST_REGEXP.test(path) && !others.has(path),
    );
  }
  await Deno.writeTextFile(join(folder, DECLARATIONS), JSON.stringify(await publicDeclarations()));
  await Deno.writeTextFile(join(folder, "deno.json"), `${JSON.stringify(runManifest(manifest), null, 2)}\n`);
  return { folder, version: manifest.version, packages };
}

/**
 * The manifest that the program runs with. Packages are found in the closest `node_modules`: Drover's own
 * for Drover, the project's for a deploy; so they are not in the import map.
 */
function runManifest(manifest: Record<string, unknown>): Record<string, unknown> {
  const imports = Object.entries(manifest["imports"] as Record<string, string>);
  return {
    name: manifest["name"],
    version: manifest["version"],
    exports: manifest["exports"],
    unstable: manifest["unstable"] ?? [],
    nodeModulesDir: "manual",
    imports: Object.fromEntries(imports.filter(([, target]) => !target.startsWith("npm:"))),
  };
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
}

/** Copies a file or a folder, as far as `wanted` (of paths inside it) says. */
async function copyTree(from: string, to: string, wanted = (_: string) => true, inside = ""): Promise<void> {
  const path = join(from, inside);
  if (!(await Deno.stat(path)).isDirectory) return await copy(path, join(to, inside));
  for await (const entry of Deno.readDir(path)) {
    const name = inside === "" ? entry.name : `${inside}/${entry.name}`;
    if (wanted(name)) await copyTree(from, to, wanted, name);
  }
}

/** Every file of a folder, by its path inside, in an order that does not depend on the machine. */
export async function filesOf(folder: string, inside = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(join(folder, inside))) {
    const name = inside === "" ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory) found.push(...await filesOf(folder, name));
    else found.push(name);
  }
  return found.toSorted();
}

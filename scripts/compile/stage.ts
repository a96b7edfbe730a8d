/** Gathers what goes into an executable in one folder: the bundle, packages without ballast, documentation. */

import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { EMBEDDED } from "../../src/project/declarations.ts";
import { publicDeclarations } from "../declarations.ts";
import { bundle, bundledPath, FOLDER, type PartOf, workers } from "./bundle.ts";
import { importedPackages, lockedPackages, type Package, packageFolders } from "./packages.ts";

/** The root of the repository. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** Where the executable has the declarations of the public interface, by its path inside. */
export const DECLARATIONS = `${FOLDER}/${basename(fileURLToPath(EMBEDDED))}`;

/** The module that the program starts with, by its path inside. */
export const MAIN = bundledPath("main.ts");

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
  /** Modules inside; not all of them are found by following imports from the first. */
  modules: string[];
  packages: Package[];
}

/** Gathers everything in an empty folder. */
export async function stage(folder: string): Promise<Stage> {
  const manifest = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  for (const name of DOCUMENTS) await copyTree(join(ROOT, name), join(folder, name));
  const imports = publicModules(manifest);
  const parts = partsOf(imports);
  const whole = Object.values(imports).filter((path) => !parts.some((part) => part.path === path));
  await bundle(ROOT, folder, ["main.ts", ...await workers(ROOT), ...whole], parts);
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
  await Deno.writeTextFile(
    join(folder, "deno.json"),
    `${JSON.stringify(runManifest(manifest, imports), null, 2)}\n`,
  );
  const modules = (await filesOf(join(folder, FOLDER))).filter((name) => name.endsWith(".js"))
    .map((name) => `${FOLDER}/${name}`);
  return { folder, version: manifest.version, modules, packages };
}

/** What users' files import, and the modules that it is. */
function publicModules(manifest: { imports: Record<string, string> }): Record<string, string> {
  const own = Object.entries(manifest.imports).filter(([, target]) => target.startsWith("./"));
  return Object.fromEntries(own.map(([name, target]) => [name, target.slice(2)]));
}

/** Addresses such as `drover/facts/server`: the namespace `server` of `drover/facts`. */
function partsOf(imports: Record<string, string>): PartOf[] {
  return Object.entries(imports).flatMap(([name, path]) => {
    const [, of, namespace] = /^(drover\/(?:operations|facts))\/(.+)$/.exec(name) ?? [];
    return of === undefined || namespace === undefined ? [] : [{ path, whole: imports[of]!, namespace }];
  });
}

/**
 * The manifest that the program runs with. Packages are found in the closest `node_modules`: Drover's own
 * for Drover, the project's for a deploy; so they are not in the import map.
 */
function runManifest(
  manifest: Record<string, unknown>,
  imports: Record<string, string>,
): Record<string, unknown> {
  return {
    name: manifest["name"],
    version: manifest["version"],
    exports: `./${bundledPath(manifest["exports"] as string)}`,
    unstable: manifest["unstable"] ?? [],
    nodeModulesDir: "manual",
    imports: Object.fromEntries(
      Object.entries(imports).map(([name, path]) => [name, `./${bundledPath(path)}`]),
    ),
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

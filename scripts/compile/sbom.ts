/** The list of what an executable is made of, as CycloneDX JSON: the packages of the lock file, and Deno. */

import { join } from "node:path";
import type { Package } from "./packages.ts";
import type { Stage } from "./stage.ts";

/** The list for a version: the same sources always give the same text. */
export async function sbom(staged: Stage): Promise<string> {
  const own = purl("drover", staged.version);
  const runtime = purl("deno", Deno.version.deno);
  const { packages } = staged;
  const reference = (name: string) => purl(name, packages.find((one) => one.name === name)!.version);
  const imported = new Set(packages.flatMap(({ dependencies }) => dependencies));
  const direct = packages.filter(({ name }) => !imported.has(name)).map(({ name }) => reference(name));
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: application(own, "drover", staged.version, "MIT") },
    components: [
      { ...application(runtime, "deno", Deno.version.deno, "MIT"), type: "platform" },
      ...await Promise.all(packages.map((one) => component(staged, one))),
    ],
    dependencies: [
      { ref: own, dependsOn: [runtime, ...direct].toSorted() },
      { ref: runtime, dependsOn: [] },
      ...packages.map(({ name, dependencies }) => ({
        ref: reference(name),
        dependsOn: dependencies.map(reference).toSorted(),
      })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function application(ref: string, name: string, version: string, license: string) {
  return {
    type: "application",
    "bom-ref": ref,
    name,
    version,
    purl: ref,
    licenses: [{ expression: license }],
  };
}

async function component(staged: Stage, { name, version, integrity }: Package) {
  const manifest = JSON.parse(
    await Deno.readTextFile(join(staged.folder, "node_modules", name, "package.json")),
  );
  return {
    ...application(purl(name, version), name, version, String(manifest.license)),
    type: "library",
    hashes: [{ alg: "SHA-512", content: hex(integrity.replace(/^sha512-/, "")) }],
  };
}

/** The name that identifies a package everywhere. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

function hex(base64: string): string {
  return Uint8Array.fromBase64(base64).toHex();
}

/** Builds a release in `dist/release`: executables for all systems, checksums, the list of parts, the installer. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildNative, embeddedSize, MOST_EMBEDDED } from "./compile/native.ts";
import { buildPortable } from "./compile/portable.ts";
import { sbom } from "./compile/sbom.ts";
import { ROOT, type Stage, stage } from "./compile/stage.ts";
import { hereTarget, type Target, targetOf, TARGETS } from "./compile/targets.ts";
import { complain, say, timed } from "./print.ts";

const USAGE =
  `Usage: deno run -A scripts/release.ts [--tag vX.Y.Z] [--targets NAME,…] [--portable] [--url URL]

  --tag       fail unless deno.json and CHANGELOG.md are at this version
  --targets   some of ${TARGETS.map(({ name }) => name).join(", ")}; all by default
  --portable  build the portable executable, for this system only
  --url       where the files will be, written into the installer`;

const OUTPUT = join(ROOT, "dist", "release");

/** Name of a target's file in a release. */
export function releaseFile({ name, file }: Target): string {
  return `drover-${name}${file.slice("drover".length)}`;
}

/** Why a tag does not fit the sources, if it does not. */
export function whyNotTag(tag: string, version: string, changelog: string): string | undefined {
  if (tag !== `v${version}`) return `the tag is ${tag}, deno.json says ${version}`;
  const heading = changelog.split("\n").find((line) => line.startsWith(`## ${version}`));
  if (heading === undefined) return `CHANGELOG.md has no section on ${version}`;
  return /unreleased/i.test(heading) ? `CHANGELOG.md calls ${version} unreleased` : undefined;
}

async function build(staged: Stage, target: Target, portable: boolean): Promise<string> {
  const output = join(OUTPUT, releaseFile(target));
  if (portable) {
    await buildPortable(staged, output);
  } else {
    const end = await buildNative(staged, target, output);
    if (end.outcome === "no-runtime") throw new Error(`deno compile needs its runtime: ${end.reason}`);
    if (embeddedSize(end.listing) > MOST_EMBEDDED) throw new Error(`Too much is embedded:\n${end.listing}`);
  }
  return `${((await Deno.stat(output)).size / 1e6).toFixed(1)} MB`;
}

/** One line for each file, as `sha256sum -c` reads it. */
async function checksums(): Promise<string> {
  const names = await Array.fromAsync(Deno.readDir(OUTPUT), ({ name }) => name);
  const lines: string[] = [];
  for (const name of names.toSorted()) {
    const hash = createHash("sha256");
    for await (const bytes of (await Deno.open(join(OUTPUT, name))).readable) hash.update(bytes);
    lines.push(`${hash.digest("hex")}  ${name}\n`);
  }
  return lines.join("");
}

async function installer(url: string | undefined): Promise<string> {
  const text = await Deno.readTextFile(join(ROOT, "scripts", "install.sh"));
  return url === undefined ? text : text.replaceAll("@RELEASE_URL@", url);
}

function readOrder() {
  const { values } = parseArgs({
    options: {
      tag: { type: "string" },
      targets: { type: "string" },
      portable: { type: "boolean", default: false },
      url: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const names = values.targets?.split(",") ?? TARGETS.map(({ name }) => name);
  return { ...values, targets: values.portable ? [hereTarget()] : names.map(targetOf) };
}

async function release(order: ReturnType<typeof readOrder>): Promise<void> {
  await Deno.remove(OUTPUT, { recursive: true }).catch(() => {});
  await Deno.mkdir(OUTPUT, { recursive: true });
  const staged = await stage(join(ROOT, "dist", ".stage"));
  try {
    const changelog = await Deno.readTextFile(join(ROOT, "CHANGELOG.md"));
    const wrong = order.tag && whyNotTag(order.tag, staged.version, changelog);
    if (wrong) throw new Error(`Not released: ${wrong}`);
    await Deno.writeTextFile(join(OUTPUT, "drover.cdx.json"), await sbom(staged));
    await Deno.writeTextFile(join(OUTPUT, "install.sh"), await installer(order.url), { mode: 0o755 });
    for (const target of order.targets) {
      await timed("Built", releaseFile(target), () => build(staged, target, order.portable));
    }
    await Deno.writeTextFile(join(OUTPUT, "SHA256SUMS"), await checksums());
    say(`${OUTPUT} is ready`);
  } finally {
    await Deno.remove(staged.folder, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    const order = readOrder();
    if (order.help) say(USAGE);
    else await release(order);
  } catch (error) {
    complain(`error: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exitCode = 1;
  }
}

/** Builds the portable executable: a shell script, Drover's files and the Deno runtime in one file. */

import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { archive } from "./archive.ts";
import { copier, printfFormat } from "./copier.ts";
import { MEMORY_FLAG } from "./memory.ts";
import { permissionFlags } from "./permissions.ts";
import type { Stage } from "./stage.ts";
import { hereTarget, type Target } from "./targets.ts";

/** The runtime starts at a multiple of it, so that `dd` copies whole blocks. */
const BLOCK = 65_536;

/** Loaders of the C library, which start a program that nobody could make executable. */
const LOADERS: Readonly<Record<string, string>> = {
  "linux-x64": "/lib64/ld-linux-x86-64.so.2",
  "linux-arm64": "/lib/ld-linux-aarch64.so.1",
};

/** What was built. */
export interface Built {
  size: number;
  sha256: string;
  /** Name of the folder in the cache. */
  id: string;
}

/** Builds it for this system, from the runtime that is running. */
export async function buildPortable(staged: Stage, output: string): Promise<Built> {
  const here = new URL("./", import.meta.url);
  await Deno.copyFile(new URL("start.ts", here), join(staged.folder, "start.ts"));
  const target = hereTarget();
  if (target.file === "drover.exe") {
    throw new Error("The portable executable is a shell script: not for Windows");
  }
  const app = await archive(staged.folder);
  const runtime = await Deno.readFile(Deno.execPath());
  const sha256 = createHash("sha256").update(app).update(runtime).digest("hex");
  const id = `${staged.version}-${sha256.slice(0, 16)}`;
  const layout = { id, sha256, app: app.length, runtime: runtime.length, version: staged.version };
  const head = await headText(target, layout);
  const start = runtimeStart(head.length, app.length);
  const gap = new Uint8Array(start - head.length - app.length);
  const parts = new Blob([head, app, gap, runtime]);
  await writeExecutable(output, parts);
  return { size: parts.size, sha256, id };
}

interface Layout {
  id: string;
  sha256: string;
  app: number;
  runtime: number;
  version: string;
}

function runtimeStart(head: number, app: number): number {
  return Math.ceil((head + app) / BLOCK) * BLOCK;
}

/** The script names places in the file that its own length moves: it is filled in until it fits. */
async function headText(target: Target, layout: Layout): Promise<Uint8Array<ArrayBuffer>> {
  const template = await Deno.readTextFile(new URL("head.sh", import.meta.url));
  const unpack = await Deno.readTextFile(new URL("unpack.ts", import.meta.url));
  for (let length = 16_000;;) {
    const head = new TextEncoder().encode(fillIn(template, values(target, layout, unpack, length)));
    if (head.length === length) return head;
    length = head.length;
  }
}

function values(target: Target, layout: Layout, unpack: string, head: number): Record<string, string> {
  const start = runtimeStart(head, layout.app);
  const neededMb = Math.ceil((layout.runtime + 8 * layout.app) / 1e6);
  const machine = target.name === "linux-x64" ? copier(start, LOADERS[target.name]!) : new Uint8Array();
  const { id, sha256 } = layout;
  return {
    VERSION: layout.version,
    TARGET: target.name,
    ID: id,
    FLAGS: ["--quiet", "--no-lock", "--cached-only", MEMORY_FLAG, ...permissionFlags().slice(0, -1)].join(
      " ",
    ),
    PROGRAMS_FLAG: permissionFlags().at(-1)!,
    RUNTIME_FROM_1: String(start + 1),
    RUNTIME_BLOCK: String(start / BLOCK),
    BLOCK: String(BLOCK),
    LOADER: LOADERS[target.name] ?? "",
    COPIER: printfFormat(machine),
    COPIER_SIZE: String(machine.length),
    NEEDED_MB: String(neededMb),
    UNPACK: quoted(unpack),
    FACTS: JSON.stringify({ id, sha256, appStart: head, appSize: layout.app, neededMb }),
  };
}

function fillIn(template: string, given: Record<string, string>): string {
  return template.replaceAll(/@([A-Z_0-9]+)@/g, (_, name: string) => {
    const value = given[name];
    if (value === undefined) throw new Error(`head.sh names @${name}@, which nobody gives`);
    return value;
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** In one go: whoever runs the old file keeps it. */
async function writeExecutable(output: string, content: Blob): Promise<void> {
  await Deno.mkdir(dirname(output), { recursive: true });
  const beside = join(dirname(output), `.${basename(output)}.${Deno.pid}`);
  await Deno.writeFile(beside, content.stream(), { mode: 0o755 });
  await Deno.chmod(beside, 0o755);
  await Deno.rename(beside, output);
}

/** `deno task compile`: builds `dist/drover`, by `deno compile` or, where its runtime is not to be had, portable. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildNative, embeddedSize, MOST_EMBEDDED } from "./compile/native.ts";
import { buildPortable } from "./compile/portable.ts";
import { ROOT, type Stage, stage } from "./compile/stage.ts";
import { hereTarget, type Target, targetOf, TARGETS } from "./compile/targets.ts";
import { complain, say, sayDone } from "./print.ts";

const USAGE = `Usage: deno task compile [--target NAME] [--output FILE] [--portable | --native]

Builds dist/drover for this system, or for another one:
  ${TARGETS.map(({ name }) => name).join(", ")}

  --native    only by \`deno compile\`: fail where its runtime cannot be had (DENORT_BIN names a local one)
  --portable  a shell script with the Deno runtime that is running now; for this system only`;

/** What to build. */
interface Order {
  target: Target;
  output: string;
  portable: boolean;
  native: boolean;
}

function readOrder(): Order | undefined {
  const { values } = parseArgs({
    options: {
      target: { type: "string" },
      output: { type: "string" },
      portable: { type: "boolean", default: false },
      native: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const target = values.target === undefined ? hereTarget() : targetOf(values.target);
  const other = target.name !== hereTarget().name;
  const folder = other ? join(ROOT, "dist", target.name) : join(ROOT, "dist");
  const portable = values.portable;
  if (portable && other) throw new Error("The portable executable is built on the system that it is for");
  return { target, output: values.output ?? join(folder, target.file), portable, native: values.native };
}

async function build(order: Order): Promise<void> {
  const staged = await stage(join(ROOT, "dist", ".stage"));
  try {
    if (!order.portable && await tryNative(staged, order)) return;
    const built = await buildPortable(staged, order.output);
    await announce(order, "portable executable");
    sayDone("Unpacks to", `~/.cache/drover/${built.id} at its first start`);
  } finally {
    await Deno.remove(staged.folder, { recursive: true });
  }
}

async function tryNative(staged: Stage, order: Order): Promise<boolean> {
  const end = await buildNative(staged, order.target, order.output);
  if (end.outcome === "no-runtime") {
    if (order.native || order.target.name !== hereTarget().name) {
      throw new Error(`deno compile needs its runtime (set DENORT_BIN to a local one): ${end.reason}`);
    }
    sayDone("Note", `deno compile cannot get its runtime: ${end.reason}`);
    sayDone("Note", "set DENORT_BIN to a local one to have a native executable; this one is portable");
    return false;
  }
  say(end.listing);
  const size = embeddedSize(end.listing);
  if (size > MOST_EMBEDDED) {
    throw new Error(`Sources and packages take ${megabytes(size)}, more than ${megabytes(MOST_EMBEDDED)}`);
  }
  await announce(order, "native executable");
  return true;
}

async function announce({ output, target }: Order, kind: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const bytes of (await Deno.open(output)).readable) hash.update(bytes);
  const { size } = await Deno.stat(output);
  sayDone("Built", `${output}: ${kind} for ${target.name}, ${megabytes(size)}`);
  sayDone("SHA-256", hash.digest("hex"));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

try {
  const order = readOrder();
  if (order === undefined) say(USAGE);
  else await build(order);
} catch (error) {
  complain(`error: ${error instanceof Error ? error.message : String(error)}`);
  Deno.exitCode = 1;
}

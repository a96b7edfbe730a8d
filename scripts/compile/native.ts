/** Builds the native executable with `deno compile`. */

import { basename, dirname, join, resolve } from "node:path";
import { capture } from "../process.ts";
import { MEMORY_FLAG } from "./memory.ts";
import { permissionFlags } from "./permissions.ts";
import { DECLARATIONS, MAIN, type Stage } from "./stage.ts";
import type { Target } from "./targets.ts";

/** Most bytes that sources, packages and documentation may take. */
export const MOST_EMBEDDED = 8_000_000;

/** How `deno compile` ended. */
export type NativeEnd =
  | { outcome: "built"; listing: string }
  /** The runtime that it embeds could not be fetched. */
  | { outcome: "no-runtime"; reason: string };

/**
 * Compiles what was gathered.
 *
 * @throws {Error} With the compiler's message if it fails for another reason than a missing runtime.
 */
export async function buildNative(staged: Stage, target: Target, output: string): Promise<NativeEnd> {
  // The compiler replaces no file but its own; and whoever runs the old one keeps it.
  const fresh = join(`${staged.folder}-output`, basename(output));
  await Deno.remove(dirname(fresh), { recursive: true }).catch(() => {});
  try {
    const end = await compile(staged, compileWords(staged, target, fresh));
    if (end.outcome === "built") {
      await Deno.mkdir(dirname(resolve(output)), { recursive: true });
      await move(fresh, resolve(output));
    }
    return end;
  } finally {
    await Deno.remove(dirname(fresh), { recursive: true }).catch(() => {});
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch {
    // Another file system.
    await Deno.remove(to).catch(() => {});
    await Deno.copyFile(from, to);
  }
}

async function compile(staged: Stage, words: string[]): Promise<NativeEnd> {
  const listed = await capture(words, { cwd: staged.folder, env: { NO_COLOR: "1" } });
  const text = `${listed.stdout}${listed.stderr}`;
  if (listed.code !== 0) {
    const fetching = /base binary|download/i.test(text) && Deno.env.get("DENORT_BIN") === undefined;
    if (fetching) return { outcome: "no-runtime", reason: firstError(text) };
    throw new Error(`deno compile failed: ${firstError(text)}`);
  }
  // Quiet is for the executable, too: otherwise it remarks on each program of its permissions that this or
  // that machine does not have.
  const quiet = await capture([...words.slice(0, 2), "--quiet", ...words.slice(2)], { cwd: staged.folder });
  if (quiet.code !== 0) throw new Error(quiet.stderr.trim());
  return { outcome: "built", listing: text.slice(Math.max(0, text.indexOf("Embedded Files"))).trimEnd() };
}

function compileWords(staged: Stage, target: Target, output: string): string[] {
  return [
    ...[Deno.execPath(), "compile", "--no-check", "--no-lock", "--config", "deno.json"],
    ...["--app-name", "drover", "--target", target.triple, "--output", output],
    ...[...staged.modules, DECLARATIONS, "docs", "README.md", "CHANGELOG.md", "LICENSE"].flatMap((
      path,
    ) => ["--include", path]),
    ...permissionFlags(),
    MEMORY_FLAG,
    MAIN,
  ];
}

/** The most telling line: causes are numbered, from the general to the particular. */
function firstError(text: string): string {
  const lines = text.split("\nStack backtrace")[0]!.split("\n").map((line) => line.trim());
  const causes = lines.flatMap((line) => /^\d+: (.+)$/.exec(line)?.[1] ?? []);
  const error = lines.find((line) => /^error/i.test(line))?.replace(/^error: /i, "");
  const known = causes.filter((cause) => cause !== "<unknown>");
  return known.find((cause) => /error|fail/i.test(cause)) ?? (known.join(": ") || (error ?? ""));
}

/** What the compiler's listing says of the size of all files, in bytes. */
export function embeddedSize(listing: string): number {
  const match = /^Files: ([\d.]+)(B|KB|MB|GB)$/m.exec(listing);
  if (match === null) throw new Error("The listing of the compiler does not say how large the files are");
  return Number(match[1]) * 1000 ** ["B", "KB", "MB", "GB"].indexOf(match[2]!);
}

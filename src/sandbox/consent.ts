/** What a project asks for beyond reading itself, and whether a person has agreed to it. */

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { CliOptions } from "../usage/options.ts";
import { flagOf, type Kind, KINDS, type RequestedPermissions } from "./grants.ts";
import { isInside } from "./inside.ts";

/** What is asked of a person, about one file of a project. */
export interface Request {
  /** Absolute path of what asks, links resolved: another copy of the project asks anew. */
  by: string;
  /** What is asked for, one line for each thing, in a fixed order: `read /etc/app`. */
  lines: readonly string[];
}

/** The part of what is requested that `--allow-…` does not cover. */
export function uncovered(
  requested: RequestedPermissions | undefined,
  options: CliOptions,
): RequestedPermissions {
  const rest: { [K in Kind]?: true | readonly string[] } = {};
  for (const kind of KINDS) {
    const wanted = requested?.[kind];
    const flag = flagOf(options, kind);
    if (wanted === undefined || wanted === false || flag === true) continue;
    if (wanted === true) rest[kind] = true;
    else {
      const missing = absolute(kind, wanted).filter((one) =>
        !flag?.some((given) => covers(kind, given, one))
      );
      if (missing.length > 0) rest[kind] = missing;
    }
  }
  return rest;
}

function covers(kind: Kind, given: string, wanted: string): boolean {
  if (kind === "read" || kind === "write") return isInside(wanted, given);
  // A host stands for all its ports.
  return given === wanted || (kind === "net" && wanted.replace(/:\d+$/, "") === given);
}

/** What is requested as the lines of a request. */
export function linesOf(requested: RequestedPermissions): string[] {
  return KINDS.flatMap((kind) => {
    const wanted = requested[kind];
    if (wanted === undefined || wanted === false) return [];
    return wanted === true
      ? [`${kind} everything`]
      : [...new Set(wanted)].sort().map((one) => `${kind} ${one}`);
  });
}

/** Paths are asked for as they will be granted. */
function absolute(kind: Kind, wanted: readonly string[]): readonly string[] {
  return kind === "read" || kind === "write" ? wanted.map((path) => resolve(path)) : wanted;
}

/** Whether a person has said yes to this very request before. */
export async function isRemembered(request: Request): Promise<boolean> {
  try {
    const { isFile, uid } = await Deno.lstat(await fileFor(request));
    return isFile && (uid === null || uid === Deno.uid());
  } catch {
    return false;
  }
}

/** Keeps that a person has said yes. Where it cannot be kept, the next run asks again. */
export async function remember(request: Request): Promise<void> {
  const text = `${JSON.stringify({ format: 1, ...request }, null, 2)}\n`;
  try {
    await Deno.mkdir(directory(), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(await fileFor(request), text, { mode: 0o600 });
  } catch {
    // A state directory that cannot be written is no reason to fail what was agreed to.
  }
}

/**
 * What configuration files were granted last time, so that a worker can be started with it before they are
 * evaluated. It is a guess: nothing is in force before it is agreed to again.
 */
export async function guessGranted(files: readonly string[]): Promise<RequestedPermissions> {
  if (files.length === 0) return {};
  try {
    const guess: unknown = JSON.parse(
      await Deno.readTextFile(await fileFor({ by: files.join("\0"), lines: [] })),
    );
    return requestedOf(guess);
  } catch {
    return {};
  }
}

/** Keeps what was granted for the next guess. */
export async function keepGuess(files: readonly string[], granted: RequestedPermissions): Promise<void> {
  try {
    await Deno.mkdir(directory(), { recursive: true, mode: 0o700 });
    const path = await fileFor({ by: files.join("\0"), lines: [] });
    await Deno.writeTextFile(path, JSON.stringify(granted), { mode: 0o600 });
  } catch {
    // Without a guess, the next start takes a moment longer.
  }
}

function requestedOf(value: unknown): RequestedPermissions {
  const isRequested = (one: unknown): one is boolean | string[] =>
    typeof one === "boolean" || (Array.isArray(one) && one.every((name) => typeof name === "string"));
  const entries = Object.entries(value ?? {}).filter(([kind, wanted]) =>
    KINDS.some((one) => one === kind) && isRequested(wanted)
  );
  return Object.fromEntries(entries);
}

function directory(): string {
  const state = Deno.env.get("XDG_STATE_HOME") || join(homedir(), ".local", "state");
  return join(state, "drover", "consent");
}

/** A file for each request: two runs at once cannot lose each other's. */
async function fileFor({ by, lines }: Request): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([by, lines]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return join(directory(), `${digest.slice(0, 16).toHex()}.json`);
}

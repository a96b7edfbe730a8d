/** The local files that operations read: what they upload, render and compare. */

import { dirname, isAbsolute, relative, resolve } from "node:path";
import { homedir } from "node:os";
import { DroverError } from "../errors/mod.ts";
import { currentScope, noteRead } from "./context.ts";
import { CONTROLLER } from "./epochs.ts";
import { type DigestAlgorithm, LocalDigests } from "./local_digests.ts";

/** What is known of a local path. */
export interface LocalInfo {
  /** What it is; a link is not followed. */
  kind: "file" | "directory" | "link";
  /** Permission bits. */
  mode: number;
  /** Bytes. */
  size: number;
  /** When it was last read. */
  atime: Date;
  /** When its content was last changed. */
  mtime: Date;
}

/** Access to local files. The real one reads the disk; tests may bring their own. */
export interface LocalFiles {
  /** What is at a path, links not followed; nothing if nothing is there. */
  info(path: string): Promise<LocalInfo | undefined>;
  /** The bytes of a file. */
  read(path: string): Promise<Uint8Array>;
  /** Hexadecimal digest of a file's content. */
  digest(path: string, algorithm: DigestAlgorithm): Promise<string>;
  /** Names in a directory, sorted. */
  list(path: string): Promise<string[]>;
  /** What a link points to, as it is written in it. */
  readLink(path: string): Promise<string>;
}

const digests = new LocalDigests();
declare module "./context.ts" {
  interface Scope {
    /** Instead of the disk, in tests. */
    localFiles?: LocalFiles;
  }
}

const disk: LocalFiles = {
  async info(path) {
    const stat = await Deno.lstat(path).catch(orMissing);
    if (stat === undefined) return undefined;
    const kind = stat.isSymlink ? "link" : stat.isDirectory ? "directory" : "file";
    const epoch = new Date(0);
    return {
      kind,
      mode: (stat.mode ?? 0o644) & 0o7777,
      size: stat.size,
      atime: stat.atime ?? epoch,
      mtime: stat.mtime ?? epoch,
    };
  },
  read: (path) => Deno.readFile(path),
  digest: (path, algorithm) => digests.of(path, algorithm),
  async list(path) {
    const names: string[] = [];
    for await (const entry of Deno.readDir(path)) names.push(entry.name);
    return names.sort();
  },
  readLink: (path) => Deno.readLink(path),
};

/** The local files of the running code. What an operation reads there, its plan rests on. */
export function localFiles(): LocalFiles {
  noteRead(CONTROLLER);
  return currentScope()?.localFiles ?? disk;
}

/**
 * The absolute path of a local file that a deploy names: beside the running deploy file or include, beside
 * the deploy file of the command line, or in the working directory. `~` is the home directory. The path need not exist.
 */
export async function resolveLocalPath(path: string): Promise<string> {
  const candidates = localCandidates(path);
  for (const candidate of candidates) {
    if (await localFiles().info(candidate) !== undefined) return candidate;
  }
  return candidates[0]!;
}

/**
 * The absolute path of a local file that must exist.
 *
 * @throws {DroverError} `E_LOCAL_FILE` naming every place that was looked at.
 */
export async function requireLocalPath(path: string): Promise<string> {
  const found = await resolveLocalPath(path);
  if (await localFiles().info(found) !== undefined) return found;
  const places = localCandidates(path).map((candidate) => relative(Deno.cwd(), candidate) || candidate);
  throw new DroverError("E_LOCAL_FILE", `There is no local file "${path}"`, {
    hint: `looked for ${places.join(" and ")}`,
  });
}

function localCandidates(path: string): string[] {
  if (path === "~" || path.startsWith("~/")) return [resolve(homedir(), path.slice(2))];
  if (isAbsolute(path)) return [path];
  const scope = currentScope();
  const beside = scope === undefined ? [] : [dirname(scope.deploy.file), dirname(scope.deploy.root)];
  return [...new Set([...beside, Deno.cwd()].map((directory) => resolve(directory, path)))];
}

function orMissing(error: unknown): undefined {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
  throw error;
}

/** What an operation uploads: a local file, or content given in the deploy. */

import { createHash } from "node:crypto";
import { basename, dirname, resolve } from "node:path";
import { reveal, Secret, Upload } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { localFiles, type LocalInfo, requireLocalPath, resolveLocalPath } from "../../host/mod.ts";
import { DIFF_SIZE } from "./edit.ts";
import type { Wanted } from "./ownership.ts";

/**
 * Where content comes from: the path of a local file, beside the deploy file or in the working directory; or
 * the content itself, as bytes or as `{ content }`. Secret content is never shown.
 */
export type FileSource = string | Uint8Array | { readonly content: string | Uint8Array | Secret };

/** A source after it was found. */
export interface Source {
  /** Name that it gets in a directory; content has none. */
  name: string | undefined;
  /** What is known of the local file; nothing of content, and of files that do not exist yet. */
  info: LocalInfo | undefined;
  /** Whether there is something to compare with. */
  known: boolean;
  secret: boolean;
  digest(algorithm: "md5" | "sha1" | "sha256"): Promise<string>;
  /** The content as text, if it is short text that may be shown. */
  text(): Promise<string | undefined>;
  upload(dest: string, wanted: Wanted & { follow?: boolean | undefined }): Upload;
}

/** How a local path is looked for. */
export interface SourceOptions {
  /** `false` looks in the working directory only. */
  addDeployDir: boolean;
  /** Accepts a file that does not exist. */
  assumeExists: boolean;
}

/**
 * Finds what is to be uploaded.
 *
 * @throws {DroverError} `E_LOCAL_FILE` if there is no such file, `E_ARGUMENT` if it is something else.
 */
export async function findSource(
  operation: string,
  src: FileSource,
  options: SourceOptions,
): Promise<Source> {
  if (typeof src === "string") return await localSource(operation, src, options);
  const content = src instanceof Uint8Array ? src : src?.content;
  if (content instanceof Uint8Array) return contentSource(content, false);
  if (content instanceof Secret) return contentSource(encode(reveal(content)), true);
  if (typeof content === "string") return contentSource(encode(content), false);
  throw new DroverError("E_ARGUMENT", `${operation}: src cannot be ${Deno.inspect(src)}`, {
    hint: "give the path of a local file, bytes, or { content: text }",
  });
}

async function localSource(operation: string, src: string, options: SourceOptions): Promise<Source> {
  const wanted = options.addDeployDir ? src : resolve(src);
  const path = options.assumeExists ? await resolveLocalPath(wanted) : await requireLocalPath(wanted);
  const info = await followedInfo(path);
  if (info?.kind === "directory") {
    throw new DroverError("E_ARGUMENT", `${operation}: "${src}" is a directory`, {
      hint: "files.sync copies directories",
    });
  }
  return {
    name: basename(path),
    info,
    known: info !== undefined,
    secret: false,
    digest: (algorithm) => localFiles().digest(path, algorithm),
    text: async () =>
      info === undefined || info.size > DIFF_SIZE ? undefined : decode(await localFiles().read(path)),
    upload: (dest, ownership) => new Upload({ source: { kind: "file", path }, dest, ...ownership }),
  };
}

function contentSource(bytes: Uint8Array, secret: boolean): Source {
  return {
    name: undefined,
    info: undefined,
    known: true,
    secret,
    digest: (algorithm) => Promise.resolve(createHash(algorithm).update(bytes).digest("hex")),
    text: () => Promise.resolve(secret || bytes.length > DIFF_SIZE ? undefined : decode(bytes)),
    upload: (dest, ownership) => new Upload({ source: { kind: "bytes", bytes }, dest, secret, ...ownership }),
  };
}

/** What is at a local path once links are followed. */
export async function followedInfo(path: string): Promise<LocalInfo | undefined> {
  let place = path;
  for (let links = 0; links < 40; links++) {
    const info = await localFiles().info(place);
    if (info?.kind !== "link") return info;
    place = resolve(dirname(place), await localFiles().readLink(place));
  }
  throw new DroverError("E_LOCAL_FILE", `${path}: too many levels of symbolic links`);
}

/** Permissions of a local file, the way people write them. */
export function modeOf(info: LocalInfo): string {
  return (info.mode & 0o7777).toString(8);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes as text; nothing for what is not text. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Files in one compressed piece of bytes, as `unpack.ts` reads it: the same files always give the same bytes. */

import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { filesOf } from "./stage.ts";

/** Packs a folder. */
export async function archive(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const paths = await filesOf(folder);
  const contents = await Promise.all(paths.map((path) => Deno.readFile(join(folder, path))));
  const sizes = paths.map((path, number) => [path, contents[number]!.length]);
  const index = new TextEncoder().encode(JSON.stringify(sizes));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, index.length);
  const bytes = await new Blob([length, index, ...contents]).bytes();
  return new Uint8Array(gzipSync(bytes, { level: 9 }));
}

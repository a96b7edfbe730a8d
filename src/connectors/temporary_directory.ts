/** Directories for temporary files of Drover itself, on this machine. */

import { join } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";

/** Bytes that the directory must have room for. */
const ROOM = 64 * 1024;

/** Where it may be made, the best first: not every machine lets everybody write into /tmp. */
export function temporaryPlaces(): string[] {
  const named = ["TMPDIR", "XDG_RUNTIME_DIR"].map((name) => Deno.env.get(name) ?? "");
  const paths = [named[0]!, "/tmp", named[1]!, "/var/tmp"];
  return [...new Set(paths.filter((path) => path.startsWith("/")))];
}

/**
 * Makes a directory for its owner only, in the first place that takes it and has room.
 *
 * @param maxLength Characters that its path may have.
 * @throws {DroverError} `E_TEMP_DIRECTORY` with the reason of each place.
 */
export function makeTemporaryDirectory(prefix: string, maxLength = Infinity): string {
  const reasons: string[] = [];
  for (const dir of temporaryPlaces()) {
    let path: string | undefined;
    try {
      path = Deno.makeTempDirSync({ dir, prefix });
      if (path.length > maxLength) throw new Error("the path is too long for a socket in it");
      // A full file system takes directories, but nothing in them.
      Deno.writeFileSync(join(path, "room"), new Uint8Array(ROOM));
      Deno.removeSync(join(path, "room"));
      return path;
    } catch (error) {
      if (path !== undefined) Deno.removeSync(path, { recursive: true });
      reasons.push(`${dir}: ${messageOf(error)}`);
    }
  }
  throw temporaryError("Cannot make a directory for temporary files on this machine", reasons.join("\n"));
}

/** The error of a machine that gives no room to Drover itself. */
export function temporaryError(message: string, detail: string): DroverError {
  return new DroverError("E_TEMP_DIRECTORY", message, {
    detail,
    hint: "set TMPDIR to a directory that can be written to and has room",
  });
}

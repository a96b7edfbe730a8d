/** Reads public SSH keys as deploys name them: the text of a key, or a local file that holds some. */

import { DroverError } from "../../errors/mod.ts";
import { localFiles, requireLocalPath, resolveLocalPath } from "../../host/mod.ts";

/**
 * The keys, one line each, without comments and repetitions.
 *
 * @throws {DroverError} `E_ARGUMENT` if a key is empty or private, `E_LOCAL_FILE` if a file is missing.
 */
export async function readPublicKeys(given: string | readonly string[]): Promise<string[]> {
  const keys: string[] = [];
  for (const one of typeof given === "string" ? [given] : given) {
    if (one.trim() === "") throw new DroverError("E_ARGUMENT", "A public key is empty");
    const path = await pathOf(one);
    const text = path === undefined ? one : new TextDecoder().decode(await localFiles().read(path));
    keys.push(...keysIn(text, path));
  }
  return [...new Set(keys)];
}

/** Keys have at least two words; a single word that looks like a path must be one. */
async function pathOf(text: string): Promise<string | undefined> {
  if (/\s/.test(text.trim()) && !/\.pub$/.test(text.trim())) return undefined;
  if (/^(ssh|ecdsa|sk)-\S+ /.test(text)) return undefined;
  if (/^([~/]|\.\.?\/)|\.pub$/.test(text)) return await requireLocalPath(text);
  const path = await resolveLocalPath(text);
  return (await localFiles().info(path))?.kind === "file" ? path : undefined;
}

function keysIn(text: string, path: string | undefined): string[] {
  if (/-----BEGIN .*PRIVATE KEY-----/.test(text)) {
    throw new DroverError(
      "E_ARGUMENT",
      `${path ?? "A key"} is a private key, which must never leave its owner`,
      {
        hint: "name the public half, whose file usually ends in .pub",
      },
    );
  }
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

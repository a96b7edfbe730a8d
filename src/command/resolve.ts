/** Puts the values of secrets into texts that leave for a host. */

import { DroverError } from "../errors/mod.ts";
import { rememberSecret } from "./mask.ts";
import { type Found, hasPlaceholders, holdsPiece, placeholdersIn } from "./placeholder.ts";

/** Values of this length and longer are hidden wherever they stand. */
const HIDDEN_ALONE = 4;

/**
 * The text with the values of the secrets that it was made with.
 *
 * @throws {DroverError} `E_SECRET` if a part of a secret was cut off or changed.
 */
export function resolveSecrets(text: string): string {
  return resolveWith(text, ({ written }) => written);
}

/** The same with values that are written in a way of their own. */
export function resolveWith(text: string, write: (found: Found) => string): string {
  if (!hasPlaceholders()) return text;
  const found = placeholdersIn(text);
  if (holdsPiece(outsideOf(text, found))) throw brokenSecret();
  if (found.length === 0) return text;
  const resolved = replaceAll(text, found, write);
  if (found.some(({ value }) => value.length < HIDDEN_ALONE)) rememberShort(text, resolved);
  return resolved;
}

/** The same for the bytes of a text; other bytes stay as they are. */
export function resolveBytes(bytes: Uint8Array): Uint8Array {
  if (!hasPlaceholders()) return bytes;
  const text = decode(bytes);
  if (text === undefined) return bytes;
  const resolved = resolveSecrets(text);
  return resolved === text ? bytes : new TextEncoder().encode(resolved);
}

function replaceAll(text: string, found: readonly Found[], write: (found: Found) => string): string {
  let resolved = "";
  let from = 0;
  for (const one of found) {
    resolved += text.slice(from, one.start) + write(one);
    from = one.end;
  }
  return resolved + text.slice(from);
}

function outsideOf(text: string, found: readonly Found[]): string {
  return found.length === 0 ? text : replaceAll(text, found, () => " ");
}

/** A value that is too short to be hidden by itself is hidden with the line that it stands in. */
function rememberShort(text: string, resolved: string): void {
  const plain = new Set(text.split("\n"));
  for (const line of resolved.split("\n")) if (!plain.has(line)) rememberSecret(line);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The error of a text in which a secret is no longer whole. */
function brokenSecret(): DroverError {
  return new DroverError(
    "E_SECRET",
    "A text for the host holds a secret that was cut, escaped or converted",
    {
      hint: "work on its value and hide what comes of it: secret(token.reveal().toUpperCase()); " +
        "put it into texts whole: `PW=${token}`",
    },
  );
}

/** Imports a TypeScript or JavaScript file of the user and tells failures in terms of that file. */

import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { DroverError, messageOf, type Place } from "../errors/mod.ts";
import { fromFileUrl } from "../errors/place.ts";
import { placeOf, userFrames } from "../host/call_site.ts";

/**
 * Imports a file once; a second import gives the same module.
 *
 * @param label How messages name the file.
 * @returns Its exports, promises among them resolved.
 * @throws {DroverError} `E_INVENTORY_LOAD` with the line of the user's file that failed.
 */
export async function importUserModule(file: string, label: string): Promise<Record<string, unknown>> {
  // `export const web = fetchHosts()` may reject before anybody could have awaited it; that must not end
  // the program without a word about the file.
  const unhandled: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", note);
  try {
    const module: Record<string, unknown> = await import(pathToFileURL(file).href);
    const entries = await Promise.all(
      Object.entries(module).map(async ([name, value]) => [name, await value]),
    );
    if (unhandled.length > 0) throw unhandled[0];
    return Object.fromEntries(entries);
  } catch (thrown) {
    throw loadError(thrown, label);
  } finally {
    globalThis.removeEventListener("unhandledrejection", note);
  }
}

/**
 * Runs code of a user's file, such as a function that it exports.
 *
 * @throws {DroverError} `E_INVENTORY_LOAD` as for the file itself.
 */
export async function runUserCode<T>(label: string, code: () => T | Promise<T>): Promise<T> {
  try {
    return await code();
  } catch (thrown) {
    throw loadError(thrown, label);
  }
}

function loadError(thrown: unknown, label: string): DroverError {
  if (thrown instanceof DroverError) return thrown.with({ place: placeOf(thrown) });
  const written = parseMessage(messageOf(thrown));
  const frames = thrown instanceof Error ? userFrames(thrown.stack ?? "") : [];
  const place = written.place ?? frames[0];
  return new DroverError("E_INVENTORY_LOAD", `${label} cannot be loaded: ${written.message}`, {
    detail: written.detail ?? (frames.length > 1 ? frames.map(frameText).join("\n") : undefined),
    hint: written.hint,
    place,
    cause: thrown,
  });
}

interface WrittenMessage {
  message: string;
  detail?: string;
  hint?: string;
  place?: Place;
}

/** Takes Deno's messages on syntax errors and missing imports apart: they hold place, frame and hint. */
function parseMessage(raw: string): WrittenMessage {
  const text = stripVTControlCharacters(raw);
  const at = /\s+at (file:\/\/\S+?):(\d+):(\d+)\s*$/.exec(text);
  const [first = "", ...rest] = (at === null ? text : text.slice(0, at.index)).split("\n");
  const hint = rest.map((line) => /^\s*hint:\s*(.*)$/.exec(line)?.[1]).find((line) => line !== undefined);
  const frame = rest.filter((line) => !/^\s*hint:/.test(line)).join("\n").trimEnd();
  const message = first.replace(/^(?:Uncaught )?SyntaxError: /, "")
    .replace(/ and not in import map from "[^"]*"$/, "")
    .replace(/\.$/, "")
    .replaceAll(/file:\/\/[^"\s]+/g, (url) => readablePath(url));
  return {
    message,
    ...frame === "" ? {} : { detail: frame },
    ...hint === undefined ? {} : { hint: hint.replace(/\.$/, "") },
    ...at === null
      ? {}
      : { place: { file: fromFileUrl(at[1]!), line: Number(at[2]), column: Number(at[3]) } },
  };
}

function readablePath(url: string): string {
  try {
    return fromFileUrl(url);
  } catch {
    return url;
  }
}

function frameText(place: Place): string {
  return `at ${place.file}:${place.line}:${place.column}`;
}

/** Imports a TypeScript or JavaScript file of the user and tells failures in terms of that file. */

import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { DroverError, type Place, readModuleError } from "../errors/mod.ts";
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
    throw await loadError(thrown, label);
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
    throw await loadError(thrown, label);
  }
}

async function loadError(thrown: unknown, label: string): Promise<DroverError> {
  if (thrown instanceof DroverError) return thrown.with({ place: placeOf(thrown) });
  const unloaded = readModuleError(thrown);
  const frames = thrown instanceof Error ? userFrames(stripVTControlCharacters(thrown.stack ?? "")) : [];
  if (unloaded === undefined) {
    return new DroverError("E_INVENTORY_LOAD", `${label} cannot be loaded: ${reasonOf(thrown)}`, {
      detail: frames.length > 1 ? frames.map(frameText).join("\n") : undefined,
      place: frames[0],
      cause: thrown,
    });
  }
  // Loaded only here: where configurations are evaluated, little else is.
  const { moduleHint } = await import("../host/module_hint.ts");
  const { message, place = frames[0] } = unloaded;
  return new DroverError("E_INVENTORY_LOAD", `${label} cannot be loaded: ${message}`, {
    hint: moduleHint(unloaded),
    place,
    cause: thrown,
  });
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error) return stripVTControlCharacters(thrown.message).replace(/\.$/, "");
  return `it threw ${Deno.inspect(thrown, { depth: 1 })}`;
}

function frameText(place: Place): string {
  return `at ${place.file}:${place.line}:${place.column}`;
}

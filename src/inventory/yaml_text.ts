/** Reads YAML; the one place that imports the package `yaml`, and only when a file needs it. */

import { DroverError } from "../errors/mod.ts";
import type { SourceText } from "./source_text.ts";

/**
 * The value of a YAML 1.2 text, with `<<` merge keys. Duplicate keys, unknown tags and a second document are
 * errors.
 *
 * @param label How messages name the file.
 * @throws {DroverError} `E_INVENTORY_SYNTAX`
 */
export async function readYaml(text: string, label: string, source: SourceText): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { merge: true, prettyErrors: false, uniqueKeys: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    throw syntaxError(label, problem.message, source, problem.pos[0]);
  }
  try {
    return document.toJS();
  } catch (thrown) {
    // Only aliases can fail here: to a missing anchor, or so many that they must be an attack.
    throw syntaxError(label, thrown instanceof Error ? thrown.message : String(thrown), source, 0);
  }
}

function syntaxError(label: string, message: string, source: SourceText, offset: number): DroverError {
  return new DroverError("E_INVENTORY_SYNTAX", `${label} is no valid YAML: ${lowerFirst(message)}`, {
    place: source.placeAt(offset),
  });
}

function lowerFirst(message: string): string {
  const first = message.split("\n")[0]!.replace(/[.:]$/, "");
  return first.charAt(0).toLowerCase() + first.slice(1);
}

/** Reads YAML; the one place that imports the package `yaml`, and only when a file needs it. */

import type { ScalarTag, Tags } from "yaml";
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
  return await read(text, label, source, {});
}

/**
 * The value of a text as PyYAML reads it: `yes` and `off` are booleans, `0644` is 420, `12:30` a number, and dates
 * stay text.
 *
 * @param tags What values with these tags become: `{ "!vault": () => undefined }`.
 * @throws {DroverError} `E_INVENTORY_SYNTAX`
 */
export async function readPythonYaml(
  text: string,
  label: string,
  source: SourceText,
  tags: Readonly<Record<string, (text: string) => unknown>>,
): Promise<unknown> {
  const own = Object.entries(tags).map(([tag, resolve]) => ({ tag, resolve }));
  const customTags = (known: Tags) => [...known, ...PYTHON_SCALARS, ...own];
  return await read(text, label, source, { schema: "failsafe", customTags });
}

/** Plain values in the order in which PyYAML tries them. */
const PYTHON_SCALARS: readonly ScalarTag[] = [
  scalar("null", /^(?:~|null|Null|NULL|)$/, () => null),
  scalar("bool", /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  scalar("bool", /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  scalar("int", /^[-+]?0b[01_]+$/, (text) => wholeNumber(text, 2)),
  scalar("int", /^[-+]?0[0-7_]+$/, (text) => wholeNumber(text, 8)),
  scalar("int", /^[-+]?(?:0|[1-9][0-9_]*)$/, (text) => wholeNumber(text, 10)),
  scalar("int", /^[-+]?0x[0-9a-fA-F_]+$/, (text) => wholeNumber(text, 16)),
  scalar("int", /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, sexagesimal),
  scalar(
    "float",
    /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/,
    (text) => Number(text.replaceAll("_", "")),
  ),
  scalar("float", /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/, sexagesimal),
  scalar("float", /^[-+]?\.(?:inf|Inf|INF)$/, (text) => text.startsWith("-") ? -Infinity : Infinity),
  scalar("float", /^\.(?:nan|NaN|NAN)$/, () => NaN),
];

function scalar(name: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve };
}

function wholeNumber(text: string, base: number): number {
  const digits = text.replaceAll("_", "").replace(/^[-+]?(?:0b|0x)?/, "");
  return (text.startsWith("-") ? -1 : 1) * Number.parseInt(digits, base);
}

/** `12:30:00`: hours, minutes, seconds. */
function sexagesimal(text: string): number {
  const parts = text.replaceAll("_", "").replace(/^[-+]/, "").split(":").map(Number);
  return (text.startsWith("-") ? -1 : 1) * parts.reduce((sum, part) => sum * 60 + part, 0);
}

async function read(
  text: string,
  label: string,
  source: SourceText,
  options: { schema?: "failsafe"; customTags?: (known: Tags) => Tags },
): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { merge: true, prettyErrors: false, uniqueKeys: true, ...options });
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

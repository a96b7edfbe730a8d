/** Reads the engine's options, under the names that Jinja2 gives them. */

import { didYouMean } from "../errors/mod.ts";
import { type Delimiters, STANDARD_DELIMITERS } from "./jinja_source.ts";
import { templateError } from "./template_error.ts";

/** How a template is to be read. */
export interface JinjaOptions {
  trimBlocks: boolean;
  lstripBlocks: boolean;
  keepTrailingNewline: boolean;
  delimiters: Delimiters;
}

const FLAGS = ["trim_blocks", "lstrip_blocks", "keep_trailing_newline"];
const STRINGS = ["variable", "block", "comment"].flatMap((kind) => [
  `${kind}_start_string`,
  `${kind}_end_string`,
]);

/**
 * Reads options.
 *
 * @throws {DroverError} `E_TEMPLATE` for an unknown option or a value of the wrong kind.
 */
export function readJinjaOptions(
  file: string,
  given: Readonly<Record<string, unknown>> = {},
): JinjaOptions {
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    check(file, name, snake, value);
    values.set(snake, value);
  }
  const flag = (name: string, otherwise: boolean) => (values.get(name) ?? otherwise) as boolean;
  const pair = (kind: keyof Delimiters): [string, string] => [
    (values.get(`${kind}_start_string`) ?? STANDARD_DELIMITERS[kind][0]) as string,
    (values.get(`${kind}_end_string`) ?? STANDARD_DELIMITERS[kind][1]) as string,
  ];
  return {
    trimBlocks: flag("trim_blocks", false),
    lstripBlocks: flag("lstrip_blocks", false),
    keepTrailingNewline: flag("keep_trailing_newline", true),
    delimiters: { variable: pair("variable"), block: pair("block"), comment: pair("comment") },
  };
}

function check(file: string, name: string, snake: string, value: unknown): void {
  const place = { file, line: 1 };
  if (snake === "autoescape" && value === false) return;
  if (FLAGS.includes(snake)) {
    if (typeof value === "boolean") return;
    throw templateError(place, `the option "${name}" must be true or false`);
  }
  if (STRINGS.includes(snake)) {
    if (typeof value === "string" && value !== "") return;
    throw templateError(place, `the option "${name}" must be a text that is not empty`);
  }
  const known = [...FLAGS, ...STRINGS];
  throw templateError(place, `there is no option "${name}"`, {
    hint: didYouMean(name, known) ?? `the options are ${known.join(", ")}`,
  });
}

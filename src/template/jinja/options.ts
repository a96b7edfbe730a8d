/** Reads the options of Jinja2's `Environment`, under the names that it gives them. */

import { didYouMean } from "../../errors/mod.ts";
import { templateError } from "../template_error.ts";

/** Where tags begin and end. */
export interface Delimiters {
  readonly variable: readonly [string, string];
  readonly block: readonly [string, string];
  readonly comment: readonly [string, string];
}

/** How a template is read and rendered. */
export interface JinjaOptions {
  readonly trimBlocks: boolean;
  readonly lstripBlocks: boolean;
  readonly keepTrailingNewline: boolean;
  readonly newlineSequence: string;
  readonly autoescape: boolean;
  readonly lineStatementPrefix: string | undefined;
  readonly lineCommentPrefix: string | undefined;
  readonly delimiters: Delimiters;
  /** Statements that templates have only where they are asked for: `do`, `break` and `continue`. */
  readonly extraStatements: ReadonlySet<string>;
}

const FLAGS = ["trim_blocks", "lstrip_blocks", "keep_trailing_newline", "autoescape"];
const STRINGS = [
  ...["variable", "block", "comment"].flatMap((kind) => [`${kind}_start_string`, `${kind}_end_string`]),
  "line_statement_prefix",
  "line_comment_prefix",
];
const NEWLINES = ["\n", "\r\n", "\r"];
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  "jinja2.ext.do": ["do"],
  "jinja2.ext.loopcontrols": ["break", "continue"],
  // These are part of Jinja2 itself by now, and may still be asked for.
  "jinja2.ext.with_": [],
  "jinja2.ext.autoescape": [],
};
const KNOWN = [...FLAGS, ...STRINGS, "newline_sequence", "extensions"];

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
  const text = (name: string, otherwise: string) => (values.get(name) ?? otherwise) as string;
  const pair = (kind: string, start: string, end: string): [string, string] => [
    text(`${kind}_start_string`, start),
    text(`${kind}_end_string`, end),
  ];
  return {
    trimBlocks: flag("trim_blocks", false),
    lstripBlocks: flag("lstrip_blocks", false),
    keepTrailingNewline: flag("keep_trailing_newline", true),
    newlineSequence: text("newline_sequence", "\n"),
    autoescape: flag("autoescape", false),
    lineStatementPrefix: values.get("line_statement_prefix") as string | undefined,
    lineCommentPrefix: values.get("line_comment_prefix") as string | undefined,
    delimiters: {
      variable: pair("variable", "{{", "}}"),
      block: pair("block", "{%", "%}"),
      comment: pair("comment", "{#", "#}"),
    },
    extraStatements: new Set(
      ((values.get("extensions") ?? []) as string[]).flatMap((name) => EXTENSIONS[name] ?? []),
    ),
  };
}

function check(file: string, name: string, snake: string, value: unknown): void {
  const refuse = (message: string, hint?: string) => {
    throw templateError({ file, line: 1 }, message, { hint });
  };
  if (FLAGS.includes(snake)) {
    if (typeof value !== "boolean") refuse(`the option "${name}" must be true or false`);
  } else if (STRINGS.includes(snake)) {
    if (typeof value !== "string" || value === "") {
      refuse(`the option "${name}" must be a text that is not empty`);
    }
  } else if (snake === "newline_sequence") {
    if (!NEWLINES.includes(value as string)) refuse(`the option "${name}" must be \\n, \\r\\n or \\r`);
  } else if (snake === "extensions") {
    const unknown = Array.isArray(value)
      ? value.find((one) => !Object.hasOwn(EXTENSIONS, String(one)))
      : value;
    if (!Array.isArray(value) || unknown !== undefined) {
      refuse(
        `there is no extension "${unknown}"`,
        `the extensions are ${Object.keys(EXTENSIONS).join(", ")}`,
      );
    }
  } else {
    refuse(`there is no option "${name}"`, didYouMean(name, KNOWN) ?? `the options are ${KNOWN.join(", ")}`);
  }
}

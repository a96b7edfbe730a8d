/** Jinja2's filters for texts and numbers. */

import { type Native, takes, takesAny } from "./callables.ts";
import { capitalize, splitLines, strip } from "./characters.ts";
import {
  flag,
  numberArgument,
  optionalText,
  optionalWhole,
  parseFloatText,
  parseWhole,
  textArgument,
  wholeArgument,
} from "./conversions.ts";
import { Dict } from "./dict.ts";
import { floatIn, roundFloat, roundWhole, toFloat } from "./numbers.ts";
import { binary } from "./operators.ts";
import { percentFormat } from "./percent_format.ts";
import { repr, str } from "./printing.ts";
import { center, markedMethod, replaceText, textMethods } from "./text_methods.ts";
import {
  article,
  Fault,
  isText,
  lengthOf,
  likeText,
  Markup,
  sliceText,
  textOf,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from "./values.ts";
import { wordWrap } from "./word_wrap.ts";

/** Longest line that `pprint` leaves as it is. */
const PRETTY_WIDTH = 80;

/** The filters by name. */
export const TEXT_FILTERS: Readonly<Record<string, Native>> = {
  abs: takes([], (value) => {
    const number = numberArgument(value);
    return number < 0 ? -number : number;
  }),
  capitalize: takes([], (value) => softly(value, capitalize)),
  center: takes(
    ["width?"],
    (value, { width = 80n }) => softly(value, (text) => center(text, wholeArgument(width))),
  ),
  filesizeformat: takes(["binary?"], (value, { binary }) => fileSize(requireFloat(value), flag(binary))),
  float: takes(["default?"], (value, { default: otherwise = 0 }) => asFloat(value) ?? otherwise),
  format: takesAny((value, { positional, named }) => {
    if (positional.length > 0 && named.size > 0) {
      throw new Fault("it takes values in order or by name, not both");
    }
    return percentFormat(softText(value), named.size > 0 ? new Dict(named) : Tuple.holding(positional));
  }),
  indent: takes(["width?", "first?", "blank?"], (value, { width = 4n, first, blank }) => {
    if (value instanceof Undefined) return value.fail();
    const space = isText(width) ? textOf(width) : " ".repeat(wholeArgument(width));
    return likeText(value, indent(textArgument(value), space, flag(first), flag(blank)));
  }),
  int: takes(
    ["default?", "base?"],
    (value, { default: otherwise = 0n, base = 10n }) => asWhole(value, wholeArgument(base)) ?? otherwise,
  ),
  lower: takes([], (value) => softly(value, (text) => text.toLowerCase())),
  pprint: takes([], (value) => {
    const text = repr(inOrder(value));
    if (text.length > PRETTY_WIDTH) {
      throw new Fault("pprint of more than one line is not supported", "use tojson(indent=2)");
    }
    return text;
  }),
  replace: takes(["old", "new", "count?"], (value, { old, new: replacement, count }, surroundings) => {
    const most = optionalWhole(count) ?? -1;
    if (!surroundings.autoescape) return replaceText(str(value), str(old!), str(replacement!), most);
    const marks = value instanceof Markup || old instanceof Markup || replacement instanceof Markup;
    if (!marks) return replaceText(str(value), str(old!), str(replacement!), most);
    const method = markedMethod("replace", REPLACE);
    const text = value instanceof Markup ? value : new Markup(str(value));
    return method.run(text, {
      positional: [softText(old!), softText(replacement!), BigInt(most)],
      named: new Map(),
    }, surroundings);
  }),
  round: takes(
    ["precision?", "method?"],
    (value, { precision = 0n, method = "common" }) =>
      round(numberArgument(value), wholeArgument(precision), str(method)),
  ),
  string: takes([], (value) => isText(value) ? value : str(value)),
  title: takes(
    [],
    (value) =>
      textOf(softText(value)).split(/([-\s({[<]+)/u).filter((part) => part !== "").map(capitalize).join(""),
  ),
  trim: takes(
    ["chars?"],
    (value, { chars }) => softly(value, (text) => strip(text, optionalText(chars), "both")),
  ),
  truncate: takes(["length?", "killwords?", "end?", "leeway?"], (value, args) => {
    const { length = 255n, killwords, end = "...", leeway } = args;
    const text = textArgument(value);
    return likeText(
      value,
      truncate(text, wholeArgument(length), flag(killwords), textArgument(end), optionalWhole(leeway) ?? 5),
    );
  }),
  upper: takes([], (value) => softly(value, (text) => text.toUpperCase())),
  wordcount: takes([], (value) => BigInt(textOf(softText(value)).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)),
  wordwrap: takes(
    ["width?", "break_long_words?", "wrapstring?", "break_on_hyphens?"],
    (value, { width = 79n, break_long_words = true, wrapstring = null, break_on_hyphens = true }) => {
      const lines = splitLines(textArgument(value)).flatMap((line) => {
        const wrapped = wordWrap(line, wholeArgument(width), flag(break_long_words), flag(break_on_hyphens));
        return wrapped.length === 0 ? [""] : wrapped;
      });
      return lines.join(optionalText(wrapstring) ?? "\n");
    },
  ),
};

const REPLACE = textMethods({ attribute: () => null, item: () => null }).replace!;

/** A value as a text that keeps its mark. */
function softText(value: Value): string | Markup {
  return isText(value) ? value : str(value);
}

function softly(value: Value, change: (text: string) => string): Value {
  const text = softText(value);
  return likeText(text, change(textOf(text)));
}

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return "1 Byte";
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const units = [..."kMGTPEZY"].map((unit) => binary ? `${unit.toUpperCase()}iB` : `${unit}B`);
  const index = units.findIndex((_, at) => bytes < base ** (at + 2));
  const at = index < 0 ? units.length - 1 : index;
  return `${floatIn("f", base * bytes / base ** (at + 2), 1)} ${units[at]}`;
}

function requireFloat(value: Value): number {
  const float = asFloat(value);
  if (float === undefined) throw new Fault(`it needs a number, not ${article(typeName(value))}`);
  return float;
}

function asFloat(value: Value): number | undefined {
  if (value instanceof Undefined) return value.fail();
  if (isText(value)) return parseFloatText(textOf(value));
  if (typeof value === "boolean") return Number(value);
  return typeof value === "bigint" || typeof value === "number" ? toFloat(value) : undefined;
}

function asWhole(value: Value, base: number): bigint | undefined {
  if (isText(value)) {
    const whole = parseWhole(textOf(value), base);
    if (whole !== undefined) return whole;
  } else if (typeof value === "bigint") return value;
  const float = asFloat(value);
  if (float === undefined || Number.isNaN(float)) return undefined;
  if (!Number.isFinite(float)) throw new Fault("infinity is no whole number");
  return BigInt(Math.trunc(float));
}

function indent(text: string, space: string, first: boolean, blank: boolean): string {
  const lines = splitLines(`${text}\n`);
  const rest = lines.slice(1).map((line) => blank || line !== "" ? space + line : line);
  return (first ? space : "") + [lines[0], ...rest].join("\n");
}

/** Python's dictionaries are printed in the order of their keys by `pprint`. */
function inOrder(value: Value): Value {
  if (value instanceof Tuple) return Tuple.holding(value.map(inOrder));
  if (Array.isArray(value)) return value.map(inOrder);
  if (!(value instanceof Dict)) return value;
  const entries = value.entries().map(([key, item]) => [key, inOrder(item)] as const);
  if (!entries.every(([key]) => typeof key === "string")) {
    throw new Fault("pprint sorts keys that are texts only");
  }
  return new Dict(entries.sort(([one], [other]) => one! < other! ? -1 : 1));
}

function round(value: bigint | number, digits: number, method: string): Value {
  if (method === "common") {
    return typeof value === "bigint" ? roundWhole(value, digits) : roundFloat(value, digits);
  }
  if (method !== "ceil" && method !== "floor") throw new Fault("the method is common, ceil or floor");
  const factor = binary("**", 10n, BigInt(digits));
  const scaled = toFloat(binary("*", value, factor) as bigint | number);
  return binary("/", BigInt(Math[method](scaled)), factor);
}

function truncate(text: string, length: number, kill: boolean, end: string, leeway: number): string {
  const room = length - lengthOf(end);
  if (room < 0) throw new Fault(`the length must be ${lengthOf(end)} at least`);
  if (leeway < 0) throw new Fault("the leeway must not be negative");
  if (lengthOf(text) <= length + leeway) return text;
  const cut = sliceText(text, 0, room);
  return (kill ? cut : cut.replace(/ [^ ]*$/, "")) + end;
}

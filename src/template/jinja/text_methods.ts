/** The methods of Python's texts. */

import { type Native, takes, takesAny, takesUnnamed } from "./callables.ts";
import { capitalize, CHARACTER_TESTS, SPACE, splitLines, strip, titleWords } from "./characters.ts";
import { flag, optionalText, optionalWhole, textArgument, wholeArgument } from "./conversions.ts";
import { listOf } from "./operators.ts";
import { escape } from "./printing.ts";
import { argumentsOf, type FieldAccess, strFormat } from "./str_format.ts";
import {
  type Arguments,
  article,
  Fault,
  isText,
  lengthOf,
  Markup,
  sliceText,
  textOf,
  Tuple,
  typeName,
  type Value,
} from "./values.ts";

const SPACE_REGEXP = new RegExp(`[${SPACE}]`);

type Methods = Readonly<Record<string, Native>>;

/** The methods by name. `access` is what fields of formats are looked up with. */
export function textMethods(access: FieldAccess): Methods {
  return { ...METHODS, ...formatMethods(access) };
}

/** Methods whose arguments a marked text escapes, and whose result it marks. */
const MARKED = new Set([
  "capitalize,title,lower,upper,replace,ljust,rjust,lstrip,rstrip,center,strip,expandtabs,swapcase,zfill,casefold",
  "removeprefix,removesuffix,partition,rpartition,split,rsplit,splitlines,join",
].flatMap((names) => names.split(",")));
const UNESCAPED_ARGUMENTS = new Set(["split", "rsplit", "splitlines"]);

/** A method as a marked text has it. */
export function markedMethod(name: string, method: Native): Native {
  if (!MARKED.has(name)) return method;
  const prepare = (value: Value): Value => {
    if (isText(value)) return escape(value).text;
    return name === "join" ? listOf(value).map((item) => escape(item).text) : value;
  };
  return takesAny((subject, args, surroundings) => {
    const given: Arguments = UNESCAPED_ARGUMENTS.has(name) ? args : {
      positional: args.positional.map(prepare),
      named: new Map([...args.named].map(([key, value]) => [key, prepare(value)])),
    };
    return marked(method.run(subject, given, surroundings));
  });
}

function marked(value: Value): Value {
  if (typeof value === "string") return new Markup(value);
  if (value instanceof Tuple) return Tuple.holding(value.map(marked));
  return Array.isArray(value) ? value.map(marked) : value;
}

function method(
  parameters: readonly string[],
  run: (text: string, ...args: (Value | undefined)[]) => Value,
): Native {
  return takesUnnamed(
    parameters,
    (subject, args) => run(textArgument(subject), ...parameters.map((name) => args[name.replace("?", "")])),
  );
}

function plain(run: (text: string) => Value): Native {
  return method([], run);
}

const METHODS: Methods = {
  ...Object.fromEntries(Object.entries(CHARACTER_TESTS).map(([name, test]) => [name, plain(test)])),
  capitalize: plain(capitalize),
  casefold: plain((text) => text.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ")),
  lower: plain((text) => text.toLowerCase()),
  upper: plain((text) => text.toUpperCase()),
  title: plain(titleWords),
  swapcase: plain((text) =>
    [...text].map((char) => char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()).join("")
  ),
  strip: method(["chars?"], (text, chars) => strip(text, optionalText(chars), "both")),
  lstrip: method(["chars?"], (text, chars) => strip(text, optionalText(chars), "left")),
  rstrip: method(["chars?"], (text, chars) => strip(text, optionalText(chars), "right")),
  split: takes(
    ["sep?", "maxsplit?"],
    (subject, { sep, maxsplit }) =>
      split(textArgument(subject), optionalText(sep), optionalWhole(maxsplit) ?? -1),
  ),
  rsplit: takes(
    ["sep?", "maxsplit?"],
    (subject, { sep, maxsplit }) =>
      splitFromRight(textArgument(subject), optionalText(sep), optionalWhole(maxsplit) ?? -1),
  ),
  splitlines: takes(
    ["keepends?"],
    (subject, { keepends }) => splitLines(textArgument(subject), flag(keepends)),
  ),
  expandtabs: takes(
    ["tabsize?"],
    (subject, { tabsize }) => expandTabs(textArgument(subject), optionalWhole(tabsize) ?? 8),
  ),
  join: method(["items"], (text, items) =>
    listOf(items!).map((item) => {
      if (isText(item)) return textOf(item);
      throw new Fault(
        `it joins texts only, not ${article(typeName(item))}`,
        "the filter join takes everything",
      );
    }).join(text)),
  replace: method(
    ["old", "new", "count?"],
    (text, old, replacement, count) =>
      replaceText(text, textArgument(old!), textArgument(replacement!), optionalWhole(count) ?? -1),
  ),
  startswith: method(["prefix", "start?", "end?"], (text, prefix, start, end) => {
    const part = partOf(text, start, end);
    return part !== undefined && alternatives(prefix!).some((one) => part.startsWith(one));
  }),
  endswith: method(["suffix", "start?", "end?"], (text, suffix, start, end) => {
    const part = partOf(text, start, end);
    return part !== undefined && alternatives(suffix!).some((one) => part.endsWith(one));
  }),
  find: finding("indexOf", BigInt),
  rfind: finding("lastIndexOf", BigInt),
  index: finding("indexOf", found),
  rindex: finding("lastIndexOf", found),
  count: method(["sub", "start?", "end?"], (text, sub, start, end) => {
    const part = partOf(text, start, end);
    if (part === undefined) return 0n;
    const wanted = textArgument(sub!);
    return BigInt(wanted === "" ? lengthOf(part) + 1 : part.split(wanted).length - 1);
  }),
  center: method(
    ["width", "fill?"],
    (text, width, fill) => center(text, wholeArgument(width!), fillOf(fill)),
  ),
  ljust: method(["width", "fill?"], (text, width, fill) => {
    const missing = Math.max(0, wholeArgument(width!) - lengthOf(text));
    return text + fillOf(fill).repeat(missing);
  }),
  rjust: method(["width", "fill?"], (text, width, fill) => {
    const missing = Math.max(0, wholeArgument(width!) - lengthOf(text));
    return fillOf(fill).repeat(missing) + text;
  }),
  zfill: method(["width"], (text, width) => {
    const sign = /^[-+]/.exec(text)?.[0] ?? "";
    return sign + "0".repeat(Math.max(0, wholeArgument(width!) - lengthOf(text))) + text.slice(sign.length);
  }),
  partition: method(["sep"], (text, sep) => parted(text, textArgument(sep!), "indexOf")),
  rpartition: method(["sep"], (text, sep) => parted(text, textArgument(sep!), "lastIndexOf")),
  removeprefix: method(["prefix"], (text, prefix) => {
    const start = textArgument(prefix!);
    return text.startsWith(start) ? text.slice(start.length) : text;
  }),
  removesuffix: method(["suffix"], (text, suffix) => {
    const end = textArgument(suffix!);
    return end !== "" && text.endsWith(end) ? text.slice(0, -end.length) : text;
  }),
};

function formatMethods(access: FieldAccess): Methods {
  const format = (subject: Value, args: Arguments): Value => {
    const text = strFormat(textArgument(subject), args, access, subject instanceof Markup);
    return subject instanceof Markup ? new Markup(text) : text;
  };
  return {
    format: takesAny(format),
    format_map: takesUnnamed(["mapping"], (subject, { mapping }) => format(subject, argumentsOf(mapping!))),
  };
}

/** A text in the middle of a line; Python gives the odd space to the left where the width is odd. */
export function center(text: string, width: number, fill = " "): string {
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** A text with the first `count` places of another replaced; with all of them if `count` is negative. */
export function replaceText(text: string, old: string, replacement: string, count: number): string {
  if (count < 0) return text.replaceAll(old === "" ? /(?:)/gu : old, () => replacement);
  let left = count;
  return text.replaceAll(old === "" ? /(?:)/gu : old, (whole) => left-- > 0 ? replacement : whole);
}

function fillOf(value: Value | undefined): string {
  const fill = value === undefined ? " " : textArgument(value);
  if (lengthOf(fill) !== 1) throw new Fault("the fill is one character");
  return fill;
}

function alternatives(value: Value): string[] {
  return value instanceof Tuple ? value.map(textArgument) : [textArgument(value)];
}

/** The part of a text between two places; nothing if it starts behind the end. */
function partOf(text: string, start: Value | undefined, end: Value | undefined): string | undefined {
  const from = optionalWhole(start);
  if (from === undefined && (end === undefined || end === null)) return text;
  return (from ?? 0) > lengthOf(text) ? undefined : sliceText(text, from ?? 0, optionalWhole(end));
}

function finding(how: "indexOf" | "lastIndexOf", give: (index: number) => bigint): Native {
  return method(["sub", "start?", "end?"], (text, sub, start, end) => give(find(text, sub, start, end, how)));
}

function find(
  text: string,
  sub: Value | undefined,
  start: Value | undefined,
  end: Value | undefined,
  how: "indexOf" | "lastIndexOf",
): number {
  const part = partOf(text, start, end);
  const index = part?.[how](textArgument(sub!)) ?? -1;
  if (index < 0) return -1;
  const from = optionalWhole(start) ?? 0;
  return lengthOf(part!.slice(0, index)) + (from < 0 ? Math.max(0, from + lengthOf(text)) : from);
}

function found(index: number): bigint {
  if (index < 0) throw new Fault("the text is not in it");
  return BigInt(index);
}

function parted(text: string, separator: string, how: "indexOf" | "lastIndexOf"): Tuple {
  if (separator === "") throw new Fault("the separator is empty");
  const at = text[how](separator);
  if (at >= 0) return Tuple.holding([text.slice(0, at), separator, text.slice(at + separator.length)]);
  return Tuple.holding(how === "indexOf" ? [text, "", ""] : ["", "", text]);
}

function split(text: string, separator: string | undefined, most: number): string[] {
  if (separator === "") throw new Fault("the separator is empty");
  const parts: string[] = [];
  let rest = separator === undefined ? strip(text, undefined, "left") : text;
  while (most < 0 || parts.length < most) {
    const at = separator === undefined ? rest.search(SPACE_REGEXP) : rest.indexOf(separator);
    if (at < 0) break;
    parts.push(rest.slice(0, at));
    rest = separator === undefined
      ? strip(rest.slice(at), undefined, "left")
      : rest.slice(at + separator.length);
  }
  return separator === undefined && rest === "" ? parts : [...parts, rest];
}

function splitFromRight(text: string, separator: string | undefined, most: number): string[] {
  // From the right is from the left of what is written backwards.
  const backwards = (value: string) => [...value].reverse().join("");
  const parts = split(backwards(text), separator === undefined ? undefined : backwards(separator), most);
  return parts.map(backwards).reverse();
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  return [...text].map((char) => {
    if (char === "\n" || char === "\r") column = -1;
    const written = char === "\t" ? " ".repeat(size > 0 ? size - column % size : 0) : char;
    column += written.length === 0 ? 0 : char === "\t" ? written.length : 1;
    return written;
  }).join("");
}

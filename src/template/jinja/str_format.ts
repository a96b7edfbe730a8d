/** Python's `str.format` and its small language of formats. */

import { Dict } from "./dict.ts";
import { floatIn, grouped, numeric, toFloat, wholeIn } from "./numbers.ts";

import { escape, floatText, repr, str } from "./printing.ts";
import {
  type Arguments,
  article,
  Fault,
  lengthOf,
  Markup,
  sliceText,
  typeName,
  Undefined,
  type Value,
} from "./values.ts";

/** How `{a.b}` and `{a[b]}` are looked up. */
export interface FieldAccess {
  attribute(value: Value, name: string): Value;
  item(value: Value, key: Value): Value;
}

/**
 * What `text.format(…)` is.
 *
 * @throws {Fault} If values are missing or a format does not fit its value.
 */
export function strFormat(text: string, args: Arguments, access: FieldAccess, marked = false): string {
  return new Formatter(args, access, marked).format(text);
}

class Formatter {
  #next = 0;
  #manual = false;

  constructor(readonly args: Arguments, readonly access: FieldAccess, readonly marked: boolean) {}

  format(text: string, depth = 0): string {
    if (depth > 2) throw new Fault("formats are nested too deeply");
    let result = "";
    for (let at = 0; at < text.length;) {
      const char = text[at]!;
      if ((char === "{" || char === "}") && text[at + 1] === char) {
        result += char;
        at += 2;
      } else if (char === "}") {
        throw new Fault('a single "}" in a format; write it twice');
      } else if (char === "{") {
        const end = fieldEnd(text, at + 1);
        result += this.#field(text.slice(at + 1, end), depth);
        at = end + 1;
      } else {
        result += char;
        at++;
      }
    }
    return result;
  }

  #field(field: string, depth: number): string {
    const [, path = "", conversion, spec = ""] =
      /^((?:[^!:[]|\[[^\]]*\])*)(?:!(.))?(?::(.*))?$/s.exec(field) ?? [];
    const value = this.#converted(this.#lookUp(path), conversion);
    const formatted = formatValue(value, this.format(spec, depth + 1));
    return this.marked && !(value instanceof Markup) ? escape(formatted).text : formatted;
  }

  #converted(value: Value, conversion: string | undefined): Value {
    if (value instanceof Undefined && !value.lenient) return value.fail();
    if (conversion === undefined) return value;
    if (conversion === "s") return str(value);
    if (conversion === "r") return repr(value);
    throw new Fault(`the conversion "!${conversion}" is not supported`);
  }

  #lookUp(path: string): Value {
    const first = /^[^.[]*/.exec(path)![0];
    let value = this.#argument(first);
    for (const [, name, key] of path.slice(first.length).matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      value = name !== undefined
        ? this.access.attribute(value, name)
        : this.access.item(value, /^\d+$/.test(key!) ? BigInt(key!) : key!);
    }
    return value;
  }

  #argument(name: string): Value {
    if (name !== "" && !/^\d+$/.test(name)) {
      const value = this.args.named.get(name);
      if (value === undefined) throw new Fault(`the format has no value for "${name}"`);
      return value;
    }
    if (name === "" ? this.#manual : this.#next > 0) {
      throw new Fault("a format numbers all of its fields or none");
    }
    if (name !== "") this.#manual = true;
    const index = name === "" ? this.#next++ : Number(name);
    const value = this.args.positional[index];
    if (value === undefined) throw new Fault("the format asks for more values than there are");
    return value;
  }
}

function fieldEnd(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  throw new Fault('a "{" in a format has no "}"; write it twice to mean it');
}

const SPEC_REGEXP = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

interface Spec {
  fill: string;
  align: string | undefined;
  sign: string;
  alternate: boolean;
  width: number;
  mark: string | undefined;
  precision: number | undefined;
  kind: string | undefined;
}

function formatValue(value: Value, spec: string): string {
  if (spec === "") return str(value);
  const parsed = parseSpec(spec);
  const number = numeric(value);
  if (number !== undefined && !(typeof value === "boolean" && parsed.kind === "s")) {
    return formatNumber(number, parsed);
  }
  const text = value instanceof Markup ? value.text : value;
  if (typeof text !== "string") throw new Fault(`${article(typeName(value))} takes no format "${spec}"`);
  if (
    parsed.kind !== undefined && parsed.kind !== "s" || parsed.sign !== "-" || parsed.align === "=" ||
    parsed.mark !== undefined || parsed.alternate
  ) {
    throw new Fault(`a text takes no format "${spec}"`);
  }
  const cut = parsed.precision === undefined ? text : sliceText(text, 0, parsed.precision);
  return aligned("", cut, { ...parsed, align: parsed.align ?? "<" });
}

function parseSpec(spec: string): Spec {
  const match = SPEC_REGEXP.exec(spec);
  if (match === null) throw new Fault(`the format "${spec}" is not valid`);
  const [, fill, align, sign, alternate, zero, width, mark, precision, kind] = match;
  return {
    fill: fill ?? (zero !== undefined ? "0" : " "),
    align: align ?? (zero !== undefined ? "=" : undefined),
    sign: sign ?? "-",
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    mark,
    precision: precision === undefined ? undefined : Number(precision),
    kind,
  };
}

function formatNumber(value: bigint | number, spec: Spec): string {
  const { kind = typeof value === "bigint" ? "d" : "", precision, mark, alternate } = spec;
  if (kind === "c" && typeof value === "bigint") {
    return aligned("", String.fromCodePoint(Number(value)), { ...spec, align: spec.align ?? "<" });
  }
  const text = numberText(value, kind, precision, alternate);
  const negative = text.startsWith("-");
  const size = "boxX".includes(kind) && kind !== "" ? 4 : 3;
  const digits = mark === undefined ? text : grouped(text, mark, size);
  const prefix = alternate && "boxX".includes(kind) && kind !== "" ? `0${kind}` : "";
  const sign = (negative ? "-" : spec.sign === "-" ? "" : spec.sign) + prefix;
  if (mark !== undefined && spec.align === "=" && spec.fill === "0") {
    throw new Fault("zeros in front of grouped digits are not supported");
  }
  return aligned(sign, negative ? digits.slice(1) : digits, { ...spec, align: spec.align ?? ">" });
}

function numberText(
  value: bigint | number,
  kind: string,
  precision: number | undefined,
  alternate: boolean,
): string {
  if ("dboxXn".includes(kind) && kind !== "" && typeof value === "bigint") {
    if (precision !== undefined) throw new Fault("whole numbers take no precision");
    return wholeIn(kind, value);
  }
  if (kind === "") {
    if (precision === undefined) return floatText(Number(value));
    throw new Fault("a precision needs a kind of format, such as f or g");
  }
  if ("eEfFgG%n".includes(kind)) {
    return floatIn(kind === "n" ? "g" : kind, toFloat(value), precision ?? 6, alternate);
  }
  throw new Fault(`${article(typeName(value))} takes no format "${kind}"`);
}

function aligned(sign: string, text: string, { fill, align, width }: Spec): string {
  const missing = Math.max(0, width - lengthOf(sign + text));
  if (align === "=") return sign + fill.repeat(missing) + text;
  if (align === "<") return sign + text + fill.repeat(missing);
  if (align === ">") return fill.repeat(missing) + sign + text;
  const left = Math.floor(missing / 2);
  return fill.repeat(left) + sign + text + fill.repeat(missing - left);
}

/** The arguments that `format_map` stands for. */
export function argumentsOf(mapping: Value): Arguments {
  if (!(mapping instanceof Dict)) throw new Fault("format_map needs a dictionary");
  return { positional: [], named: new Map(mapping.entries().map(([key, value]) => [str(key), value])) };
}

/** Python's `%` operator on texts. */

import { Dict } from "./dict.ts";
import { floatIn, numeric, toFloat, wholeIn } from "./numbers.ts";
import { escape, repr, str } from "./printing.ts";
import {
  article,
  Fault,
  lengthOf,
  Markup,
  sliceText,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from "./values.ts";

const CONVERSION_REGEXP = /%(?:\(([^)]*)\))?([-+ 0#]*)(\d+|\*)?(?:\.(\d+|\*)?)?[hlL]?(.|$)/gs;

interface Conversion {
  flags: string;
  width: number;
  precision: number | undefined;
  kind: string;
}

/**
 * What `text % values` is. A marked text escapes the values.
 *
 * @throws {Fault} If values are missing, left over or of the wrong kind.
 */
export function percentFormat(format: string | Markup, values: Value): string | Markup {
  const source = new ValueSource(values);
  const marked = format instanceof Markup;
  const text = (marked ? format.text : format).replaceAll(CONVERSION_REGEXP, (...groups) => {
    const [whole, name, flags = "", width, precision, kind] = groups as (string | undefined)[];
    if (kind === "%") return "%";
    if (kind === "" || kind === undefined) throw new Fault("the format ends in the middle of a conversion");
    const size = (text: string | undefined) =>
      text === "*" ? Number(requireWhole(source.next(), "*")) : Number(text ?? 0);
    const fieldWidth = size(width);
    const conversion: Conversion = {
      flags: fieldWidth < 0 ? `${flags}-` : flags,
      width: Math.abs(fieldWidth),
      precision: whole!.includes(".") ? size(precision) : undefined,
      kind,
    };
    return convert(source.take(name), conversion, marked);
  });
  source.finish();
  return marked ? new Markup(text) : text;
}

class ValueSource {
  readonly #values: Value;
  #next = 0;
  #named = false;

  constructor(values: Value) {
    this.#values = values;
  }

  take(name: string | undefined): Value {
    if (name === undefined) return this.next();
    this.#named = true;
    if (!(this.#values instanceof Dict)) throw new Fault("the format asks for values by name");
    const value = this.#values.get(name);
    if (value === undefined) throw new Fault(`the format has no value for "${name}"`);
    return value;
  }

  next(): Value {
    const values = this.#values instanceof Tuple ? this.#values : [this.#values];
    if (this.#next >= values.length) throw new Fault("the format asks for more values than there are");
    return values[this.#next++]!;
  }

  finish(): void {
    const left = this.#values instanceof Tuple
      ? this.#next < this.#values.length
      : this.#next === 0 && !(this.#values instanceof Dict) && !Array.isArray(this.#values);
    if (left && !this.#named) throw new Fault("the format does not use all of the values");
  }
}

function convert(value: Value, conversion: Conversion, marked: boolean): string {
  if (value instanceof Undefined && !value.lenient) return value.fail();
  const { kind, flags, precision } = conversion;
  switch (kind) {
    case "s":
    case "r":
    case "a": {
      const plain = kind === "s" ? (marked ? escape(value).text : str(value)) : repr(value);
      if (kind === "a" && /[\x80-\uffff]/.test(plain)) throw new Fault("%a is not supported here; use %r");
      const text = marked && kind !== "s" ? escape(plain).text : plain;
      return padText(precision === undefined ? text : sliceText(text, 0, precision), conversion);
    }
    case "c":
      return padText(character(value), conversion);
    case "d":
    case "i":
    case "u":
      return padNumber(withDigits(wholeIn(kind, requireNumber(value, kind)), precision), "", conversion);
    case "x":
    case "X":
    case "o": {
      const prefix = flags.includes("#") ? `0${kind}` : "";
      return padNumber(withDigits(wholeIn(kind, requireWhole(value, kind)), precision), prefix, conversion);
    }
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G": {
      const number = numeric(value);
      if (number === undefined) throw new Fault(`%${kind} needs a number, not ${article(typeName(value))}`);
      return padNumber(floatIn(kind, toFloat(number), precision ?? 6, flags.includes("#")), "", conversion);
    }
    default:
      throw new Fault(`there is no conversion "%${kind}"`);
  }
}

function character(value: Value): string {
  if (typeof value === "string" && lengthOf(value) === 1) return value;
  if (typeof value === "bigint" && value >= 0n && value < 0x110000n) {
    return String.fromCodePoint(Number(value));
  }
  throw new Fault("%c needs a character or its number");
}

function requireNumber(value: Value, kind: string): bigint {
  const number = numeric(value);
  if (number === undefined || !Number.isFinite(Number(number)) && typeof number === "number") {
    throw new Fault(`%${kind} needs a number, not ${article(typeName(value))}`);
  }
  return BigInt(typeof number === "number" ? Math.trunc(number) : number);
}

function requireWhole(value: Value, kind: string): bigint {
  const number = numeric(value);
  if (typeof number === "bigint") return number;
  throw new Fault(`%${kind} needs a whole number, not ${article(typeName(value))}`);
}

function withDigits(text: string, precision = 0): string {
  const sign = text.startsWith("-") ? "-" : "";
  return sign + text.slice(sign.length).padStart(precision, "0");
}

function padText(text: string, { flags, width }: Conversion): string {
  const space = " ".repeat(Math.max(0, width - lengthOf(text)));
  return flags.includes("-") ? text + space : space + text;
}

function padNumber(text: string, prefix: string, { flags, width }: Conversion): string {
  const negative = text.startsWith("-");
  const sign = (negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") + prefix;
  const digits = negative ? text.slice(1) : text;
  if (flags.includes("-")) return (sign + digits).padEnd(width);
  const zeros = flags.includes("0") && /^[\da-f]/i.test(digits);
  return zeros ? sign + digits.padStart(width - sign.length, "0") : (sign + digits).padStart(width);
}

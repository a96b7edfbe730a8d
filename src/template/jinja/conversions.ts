/** Reads arguments: the texts, numbers and flags that built-in functions ask for. */

import { numeric } from "./numbers.ts";
import { strip } from "./characters.ts";
import { article, Fault, isText, textOf, truth, typeName, Undefined, type Value } from "./values.ts";

/** A text that is asked for. */
export function textArgument(value: Value): string {
  if (isText(value)) return textOf(value);
  if (value instanceof Undefined) return value.fail();
  throw new Fault(`it needs a text, not ${article(typeName(value))}`);
}

/** A whole number that is asked for. */
export function wholeArgument(value: Value): number {
  const number = numeric(value);
  if (typeof number === "bigint") return Number(number);
  if (value instanceof Undefined) return value.fail();
  throw new Fault(`it needs a whole number, not ${article(typeName(value))}`);
}

/** A number that is asked for. */
export function numberArgument(value: Value): bigint | number {
  const number = numeric(value);
  if (number !== undefined) return number;
  if (value instanceof Undefined) return value.fail();
  throw new Fault(`it needs a number, not ${article(typeName(value))}`);
}

/** A text or none. */
export function optionalText(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : textArgument(value);
}

/** A whole number or none. */
export function optionalWhole(value: Value | undefined): number | undefined {
  return value === undefined || value === null ? undefined : wholeArgument(value);
}

/** A flag. */
export function flag(value: Value | undefined): boolean {
  return value !== undefined && truth(value);
}

/** What Python's `int(text, base)` gives; nothing where the text is no whole number. */
export function parseWhole(text: string, base: number): bigint | undefined {
  const match = /^([-+]?)(0[xob])?_?([\da-z]+(?:_[\da-z]+)*)$/i.exec(strip(text, undefined, "both"));
  if (match === null) return parsePlain(text, base);
  const [, sign, prefix = "", rest = ""] = match;
  const prefixBase = { "0x": 16, "0o": 8, "0b": 2 }[prefix.toLowerCase()];
  if (prefixBase === undefined || base !== 0 && base !== prefixBase) return parsePlain(text, base);
  return signedDigits(sign!, rest, prefixBase);
}

function parsePlain(text: string, base: number): bigint | undefined {
  const match = /^([-+]?)([\da-z]+(?:_[\da-z]+)*)$/i.exec(strip(text, undefined, "both"));
  if (match === null) return undefined;
  if (base === 0 && /^0+[1-9]/.test(match[2]!)) return undefined;
  return signedDigits(match[1]!, match[2]!, base === 0 ? 10 : base);
}

function signedDigits(sign: string, digits: string, base: number): bigint | undefined {
  let value = 0n;
  for (const digit of digits.replaceAll("_", "").toLowerCase()) {
    const number = parseInt(digit, 36);
    if (!(number < base)) return undefined;
    value = value * BigInt(base) + BigInt(number);
  }
  return sign === "-" ? -value : value;
}

/** What Python's `float(text)` gives; nothing where the text is no number. */
export function parseFloatText(text: string): number | undefined {
  const plain = strip(text, undefined, "both");
  const special = /^([-+]?)(?:(inf(?:inity)?)|nan)$/i.exec(plain);
  if (special !== null) return special[2] === undefined ? NaN : special[1] === "-" ? -Infinity : Infinity;
  if (!/^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/i.test(plain)) {
    return undefined;
  }
  return Number(plain.replaceAll("_", ""));
}

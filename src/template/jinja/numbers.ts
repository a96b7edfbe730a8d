/** Numbers: what counts as one, and how Python rounds and writes them. */

import { Fault, type Value } from "./values.ts";

/** Most digits behind the point that JavaScript gives. */
const MOST_DIGITS = 100;

/** A value as a number, where Python takes it for one. */
export function numeric(value: Value): bigint | number | undefined {
  if (typeof value === "boolean") return BigInt(value);
  return typeof value === "bigint" || typeof value === "number" ? value : undefined;
}

/** A whole number as a float. */
export function toFloat(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === "bigint" && !Number.isFinite(float)) {
    throw new Fault("the number is too large for a float");
  }
  return float;
}

/** A float as `f`, `e`, `g` or `%` writes it, with a minus where it is negative. */
export function floatIn(kind: string, value: number, precision: number, alternate = false): string {
  if (precision > MOST_DIGITS) throw new Fault(`more than ${MOST_DIGITS} digits are not supported`);
  const lower = kind.toLowerCase();
  const text = Number.isFinite(value) ? finite(lower, value, precision, alternate) : notFinite(value);
  return kind === lower ? text : text.toUpperCase();
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function finite(kind: string, value: number, precision: number, alternate: boolean): string {
  if (Object.is(value, -0)) return `-${finite(kind, 0, precision, alternate)}`;
  if (kind === "f") return fixed(value, precision);
  if (kind === "%") return `${fixed(value * 100, precision)}%`;
  if (kind === "e") return twoDigitExponent(exponential(value, precision));
  const significant = Math.max(precision, 1);
  const [mantissa, exponent] = exponential(value, significant - 1).split("e") as [string, string];
  const power = Number(exponent);
  const trim = (text: string) => alternate || !text.includes(".") ? text : text.replace(/\.?0+$/, "");
  if (power < -4 || power >= significant) return twoDigitExponent(`${trim(mantissa)}e${exponent}`);
  return trim(fixed(value, significant - 1 - power));
}

/** `toFixed` gives up at 10²¹, where numbers are whole, and rounds halves up: Python rounds them to even. */
function fixed(value: number, digits: number): string {
  if (Math.abs(value) >= 1e21) return BigInt(value) + (digits > 0 ? `.${"0".repeat(digits)}` : "");
  const [whole, fraction = ""] = value.toFixed(Math.min(digits + EXACT_DIGITS, MOST_DIGITS)).split(".");
  if (!HALF_REGEXP.test(fraction.slice(digits))) return value.toFixed(digits);
  const sign = whole!.startsWith("-") ? "-" : "";
  const even = toEven(whole!.slice(sign.length) + fraction.slice(0, digits)).padStart(digits + 1, "0");
  const at = even.length - digits;
  return sign + even.slice(0, at) + (digits > 0 ? `.${even.slice(at)}` : "");
}

/** The same of `toExponential`. */
function exponential(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(Math.min(digits + EXACT_DIGITS, MOST_DIGITS)).split(
    "e",
  ) as [string, string];
  const sign = mantissa.startsWith("-") ? "-" : "";
  const all = mantissa.replace(/[-.]/g, "");
  if (!HALF_REGEXP.test(all.slice(digits + 1))) return value.toExponential(digits);
  const even = toEven(all.slice(0, digits + 1));
  const power = Number(exponent) + even.length - digits - 1;
  const rest = even.slice(1, digits + 1);
  return `${sign}${even[0]}${rest === "" ? "" : `.${rest}`}e${power < 0 ? "-" : "+"}${Math.abs(power)}`;
}

/** Digits enough to tell a half from what is next to it. */
const EXACT_DIGITS = 30;
const HALF_REGEXP = /^50*$/;

/** The digits in front of a half, rounded to even. */
function toEven(digits: string): string {
  const number = BigInt(digits);
  return (number % 2n === 0n ? number : number + 1n).toString().padStart(digits.length, "0");
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, "e$10$2");
}

/**
 * Rounds to the nearest, halves to even, as Python's `round` does: by the number's exact value.
 * Digits below zero round before the point.
 */
export function roundFloat(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  if (digits >= 0) return digits > MOST_DIGITS ? value : Number(fixed(value, digits));
  const unit = 10 ** -digits;
  const quotient = value / unit;
  const rounded = Math.abs(quotient % 1) === 0.5 ? 2 * Math.round(quotient / 2) : Math.round(quotient);
  return rounded * unit;
}

/** Rounds a whole number before the point, halves to even. */
export function roundWhole(value: bigint, digits: number): bigint {
  if (digits >= 0) return value;
  const unit = 10n ** BigInt(-digits);
  const rest = ((value % unit) + unit) % unit;
  const down = value - rest;
  if (rest * 2n === unit) return (down / unit) % 2n === 0n ? down : down + unit;
  return rest * 2n > unit ? down + unit : down;
}

/** A whole number in a base. */
export function wholeIn(kind: string, value: bigint): string {
  const base = { d: 10, i: 10, u: 10, n: 10, b: 2, o: 8, x: 16, X: 16 }[kind] ?? 10;
  const text = value.toString(base);
  return kind === "X" ? text.toUpperCase() : text;
}

/** Puts a mark between groups of digits of the part before the point. */
export function grouped(text: string, mark: string, size: number): string {
  const [, sign = "", whole = "", rest = ""] = /^([-+ ]?)([\da-fA-F]*)(.*)$/s.exec(text)!;
  return sign + whole.replaceAll(new RegExp(`\\B(?=(?:[\\da-fA-F]{${size}})+$)`, "g"), mark) + rest;
}

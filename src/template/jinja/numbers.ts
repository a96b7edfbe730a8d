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
  if (kind === "e") return twoDigitExponent(value.toExponential(precision));
  const significant = Math.max(precision, 1);
  const [mantissa, exponent] = value.toExponential(significant - 1).split("e") as [string, string];
  const power = Number(exponent);
  const trim = (text: string) => alternate || !text.includes(".") ? text : text.replace(/\.?0+$/, "");
  if (power < -4 || power >= significant) return twoDigitExponent(`${trim(mantissa)}e${exponent}`);
  return trim(fixed(value, significant - 1 - power));
}

/** `toFixed` gives up at 10²¹; whole numbers of that size are exact. */
function fixed(value: number, digits: number): string {
  if (Math.abs(value) < 1e21) return value.toFixed(digits);
  return BigInt(value) + (digits > 0 ? `.${"0".repeat(digits)}` : "");
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, "e$10$2");
}

/**
 * Rounds to the nearest, halves to even, as Python's `round` does: by the number's exact value.
 * Digits below zero round before the point.
 */
export function roundFloat(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 300) return value;
  if (digits >= 0 && digits <= MOST_DIGITS) {
    const text = Math.abs(value) < 1e21 ? value.toFixed(digits) : String(value);
    return isHalf(value, digits) ? evenHalf(value, digits) : Number(text);
  }
  const unit = 10 ** -digits;
  const quotient = value / unit;
  const rounded = Math.abs(quotient % 1) === 0.5 ? 2 * Math.round(quotient / 2) : Math.round(quotient);
  return rounded * unit;
}

/** `toFixed` is exact but for halves, which it rounds away from zero. */
function isHalf(value: number, digits: number): boolean {
  const text = Math.abs(value) < 1e21 ? value.toFixed(Math.min(digits + 30, MOST_DIGITS)) : "";
  return /^-?\d*\.?\d*$/.test(text) && /^50*$/.test(text.split(".")[1]?.slice(digits) ?? "");
}

function evenHalf(value: number, digits: number): number {
  const [whole = "", fraction = ""] = Math.abs(value).toFixed(digits + 1).split(".");
  const kept = BigInt(whole + fraction.slice(0, digits));
  const even = (kept % 2n === 0n ? kept : kept + 1n).toString().padStart(digits + 1, "0");
  const at = even.length - digits;
  return Math.sign(value) * Number(`${even.slice(0, at)}.${even.slice(at) || "0"}`);
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

/** Writes values as Python does: `str`, `repr` and `json.dumps`. */

import { Dict, DictView } from "./dict.ts";
import { article, Fault, Markup, PyObject, Tuple, typeName, Undefined, type Value } from "./values.ts";

/** What Python's `str` says of a value. */
export function str(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof PyObject && !(value instanceof Dict) && !(value instanceof DictView)) {
    return value.str();
  }
  return repr(value);
}

/** What Python's `repr` says of a value. */
export function repr(value: Value): string {
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null) return "None";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return floatText(value);
  if (value instanceof Tuple) return `(${value.map(repr).join(", ")}${value.length === 1 ? "," : ""})`;
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (value instanceof Dict) {
    return `{${value.entries().map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(", ")}}`;
  }
  if (value instanceof DictView) return `${value.typeName}([${value.items().map(repr).join(", ")}])`;
  if (value instanceof Markup) return `Markup(${quoted(value.text)})`;
  return (value as PyObject).repr();
}

/** A float as Python writes it: with a point or an exponent. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  return `${sign}${whole}.${digits.slice(power + 1) || "0"}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  // Python escapes what cannot be seen: controls, formats, separators other than the space.
  const body = text.replaceAll(/[\\'"]|(?! )[\p{C}\p{Z}]/gu, (char) => {
    if (char === "'" || char === '"') return char === mark ? `\\${char}` : char;
    return ESCAPES[char] ?? hexEscape(char.codePointAt(0)!);
  });
  return mark + body + mark;
}

function hexEscape(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

/** A text with `&`, `<`, `>` and quotes written for HTML. */
export function escape(value: Value): Markup {
  if (value instanceof Markup) return value;
  return new Markup(str(value).replaceAll(/[&<>"']/g, (char) => HTML_NAMES[char]!));
}

const HTML_NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** `json.dumps` with sorted keys, and with `<`, `>`, `&` and `'` escaped, as Jinja2's `tojson` does. */
export function toJson(value: Value, indent?: string): string {
  return json(value, indent, "\n").replaceAll(/[<>&']/g, unicodeEscape);
}

function json(value: Value, indent: string | undefined, lineBreak: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return jsonFloat(value);
  if (typeof value === "string") return jsonText(value);
  if (value instanceof Markup) return jsonText(value.text);
  const inner = indent === undefined ? "" : lineBreak + indent;
  const separator = indent === undefined ? ", " : `,${inner}`;
  const outer = indent === undefined ? "" : lineBreak;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[${inner}${value.map((item) => json(item, indent, inner)).join(separator)}${outer}]`;
  }
  if (value instanceof Dict) {
    if (value.length() === 0) return "{}";
    const members = sortedEntries(value).map(([key, item]) =>
      `${jsonText(jsonKey(key))}: ${json(item, indent, inner)}`
    );
    return `{${inner}${members.join(separator)}${outer}}`;
  }
  if (value instanceof Undefined && !value.lenient) return value.fail();
  throw new Fault(`${article(typeName(value))} cannot be written as JSON`);
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return floatText(value);
}

function jsonText(text: string): string {
  return JSON.stringify(text).replaceAll(/[\x7f-\uffff]/g, unicodeEscape);
}

function jsonKey(key: Value): string {
  if (typeof key === "string") return key;
  if (key === null || typeof key === "boolean" || typeof key === "bigint") return String(key);
  if (typeof key === "number") return jsonFloat(key);
  throw new Fault(`${article(typeName(key))} cannot be a key in JSON`);
}

function sortedEntries(dict: Dict): [Value, Value][] {
  const entries = dict.entries();
  const kinds = new Set(entries.map(([key]) => typeof key === "string"));
  if (kinds.size > 1 || entries.length > 1 && entries.some(([key]) => key === null)) {
    throw new Fault("keys of different kinds cannot be sorted");
  }
  return entries.sort(([one], [other]) => one! < other! ? -1 : one! > other! ? 1 : 0);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

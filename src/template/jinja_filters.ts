/** Filters and tests that minijinja lacks or spells differently than Jinja2. */

import { GET_FILTER } from "./jinja_source.ts";
import { entriesOf, percentFormat, pythonJson, pythonRepr, pythonStr } from "./python_text.ts";

/** A filter: the value, its positional arguments, its named ones. */
export type Filter = (value: unknown, args: unknown[], named: Record<string, unknown>) => unknown;

/** The filters by name. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  tojson: (value, [first], { indent = first }) => pythonJson(value, indent as number | undefined),
  format: (value, args, named) => percentFormat(pythonStr(value), args, named),
  string: (value) => pythonStr(value),
  pprint: (value) => pythonRepr(value),
  join: (value, [separator = "", second], { d = separator, attribute = second }) =>
    listOf(value).map((item) => pythonStr(attributeOf(item, attribute))).join(pythonStr(d)),
  [GET_FILTER]: (
    value,
    [key, fallback = null],
  ) => (value instanceof Map && value.has(key) ? value.get(key) : fallback),
  e: (value) => escapeHtml(pythonStr(value)),
  escape: (value) => escapeHtml(pythonStr(value)),
  sum: (value, [first, second = 0], { attribute = first, start = second }) =>
    listOf(value).reduce<number>((sum, item) => sum + Number(attributeOf(item, attribute)), Number(start)),
  int: (value, [first = 0, second = 10], { default: otherwise = first, base = second }) =>
    toInt(value, Number(otherwise), Number(base)),
  indent: (value, [first = 4, second = false, third = false], { width = first, ...named }) => {
    const { first: firstLine = second, blank = third } = named;
    const space = typeof width === "string" ? width : " ".repeat(Number(width));
    const lines = pythonStr(value).split("\n");
    const rest = lines.slice(1).map((line) => blank || line !== "" ? space + line : line);
    return [(firstLine ? space : "") + lines[0], ...rest].join("\n");
  },
  truncate: (value, [first = 255, second = false, third = "...", fourth = 5], named) => {
    const { length = first, killwords = second, end = third, leeway = fourth } = named;
    const text = [...pythonStr(value)];
    if (text.length <= Number(length) + Number(leeway)) return text.join("");
    const cut = text.slice(0, Number(length) - [...pythonStr(end)].length).join("");
    return (killwords ? cut : cut.replace(/ [^ ]*$/, "")) + pythonStr(end);
  },
  center: (value, [first = 80], { width = first }) => center(pythonStr(value), Number(width)),
  wordcount: (value) => pythonStr(value).match(/\w+/gu)?.length ?? 0,
  urlencode: (value) => urlEncode(value),
  forceescape: (value) => escapeHtml(pythonStr(value)),
  random: (value) => {
    const items = listOf(value);
    return items[Math.floor(Math.random() * items.length)];
  },
  wordwrap: (value, [first = 79, second = true, third = "\n"], named) => {
    const { width = first, break_long_words: breaks = second, wrapstring = third } = named;
    return wordWrap(pythonStr(value), Number(width), Boolean(breaks), pythonStr(wrapstring));
  },
};

/** Tests by name. */
export const TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  callable: (value) => typeof value === "function",
};

function listOf(value: unknown): unknown[] {
  if (typeof value === "string") return [...value];
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null) return entriesOf(value).map(([key]) => key);
  throw new TypeError(`${pythonRepr(value)} is not iterable`);
}

function attributeOf(item: unknown, path: unknown): unknown {
  if (path === undefined) return item;
  return String(path).split(".").reduce<unknown>((current, key) => {
    if (current instanceof Map) return current.get(key);
    return typeof current === "object" && current !== null ? Reflect.get(current, key) : undefined;
  }, item);
}

function toInt(value: unknown, otherwise: number, base: number): number {
  if (typeof value !== "string") {
    return Number.isFinite(Number(value)) ? Math.trunc(Number(value)) : otherwise;
  }
  const text = value.trim().replaceAll("_", "");
  const digits = text.replace(/^([-+]?)0[xob]/i, "$1");
  const number = base === 10 ? Number(text === "" ? NaN : text) : parseInt(digits, base);
  return Number.isFinite(number) ? Math.trunc(number) : otherwise;
}

function center(text: string, width: number): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  // Python gives the odd space to the left where the width is odd.
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return " ".repeat(left) + text + " ".repeat(missing - left);
}

function urlEncode(value: unknown): string {
  if (typeof value !== "object" || value === null) return percentEncode(pythonStr(value), "/");
  const pairs = Array.isArray(value) ? value as [unknown, unknown][] : entriesOf(value);
  return pairs.map((pair) => pair.map((part) => percentEncode(pythonStr(part), "")).join("=")).join("&");
}

function percentEncode(text: string, safe: string): string {
  const encoded = encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return safe === "/" ? encoded.replaceAll("%2F", "/") : encoded;
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&#34;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (char) => names[char]!);
}

function wordWrap(text: string, width: number, breaks: boolean, separator: string): string {
  return text.split("\n").map((line) => wrapLine(line, width, breaks).join(separator)).join(separator);
}

function wrapLine(line: string, width: number, breaks: boolean): string[] {
  const lines: string[] = [];
  let current = "";
  for (let word of line.split(/(?<=\s)(?=\S)|(?<=\S)(?=\s)/)) {
    if ((current + word).length > width && current.trim() !== "") {
      lines.push(current.trimEnd());
      current = "";
      if (word.trim() === "") continue;
    }
    while (breaks && word.length > width) {
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    current += word;
  }
  return [...lines, current.trimEnd()];
}

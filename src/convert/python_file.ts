/** The file that is written beside converted code that needs it: Python's meaning where TypeScript's differs. */

/** Its text. */
export const PYTHON_TEXT = String.raw`/**
 * What Python means by some of its functions and operators, where TypeScript means something else.
 *
 * Code that was converted from Python imports it. What is known of a value makes it unnecessary: replace
 * py.truthy(packages) by packages.length > 0, py.str(port) by port, and so on, as you see fit.
 */

// deno-lint-ignore-file no-explicit-any

/** Whether a value counts as true: empty texts, lists, sets and dictionaries do not. */
export function truthy(value: any): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Set || value instanceof Map) return value.size > 0;
  if (value instanceof Date) return true;
  if (isDictionary(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** a and b */
export function and(value: any, other: () => any): any {
  return truthy(value) ? other() : value;
}

/** a or b */
export function or(value: any, other: () => any): any {
  return truthy(value) ? value : other();
}

/** Whether a value is an object with keys, and no list, date or the like. */
export function isDictionary(value: any): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** a == b, whose lists and dictionaries are equal when what is in them is. */
export function equal(one: any, other: any): boolean {
  if (one === other || (one ?? null) === (other ?? null)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => equal(item, other[index]));
  }
  if (one instanceof Set && other instanceof Set) return one.size === other.size && [...one].every((item) => other.has(item));
  if (!isDictionary(one) || !isDictionary(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equal(one[key], other[key]));
}

/** item in whole */
export function contains(whole: any, item: any): boolean {
  if (typeof whole === "string") return whole.includes(item);
  if (whole instanceof Set) return whole.has(item);
  if (whole !== null && typeof whole === "object" && Symbol.iterator in whole) {
    return [...whole].some((one) => equal(one, item));
  }
  if (isDictionary(whole)) return Object.hasOwn(whole, item);
  if (whole !== null && typeof whole === "object") return item in whole;
  throw new TypeError("this is nothing that could hold something: " + whole);
}

/** len(value) */
export function length(value: any): number {
  if (typeof value === "string") return [...value].length;
  if (value instanceof Set || value instanceof Map) return value.size;
  if (typeof value?.length === "number") return value.length;
  if (isDictionary(value)) return Object.keys(value).length;
  throw new TypeError("this has no length: " + value);
}

/** for item in value: the keys of a dictionary, the items of everything else. */
export function iterate(value: any): any[] {
  if (value !== null && typeof value === "object" && !(Symbol.iterator in value)) return Object.keys(value);
  return [...value];
}

/** value[key], which has to be there. */
export function given<T>(value: T): T {
  if (value === undefined) throw new TypeError("there is no such key");
  return value;
}

/** value.get(key, fallback): nothing, rather than null, where there is none. */
export function get(value: any, key: any, fallback?: any): any {
  if (typeof value?.get === "function") return value.get(key, fallback) ?? undefined;
  return (Object.hasOwn(value, key) ? value[key] : fallback) ?? undefined;
}

/** value.setdefault(key, fallback) */
export function setDefault(value: any, key: any, fallback: any = null): any {
  if (!Object.hasOwn(value, key)) value[key] = fallback;
  return value[key];
}

/** value[index], where a negative index counts from the end. */
export function at(value: any, index: any): any {
  return typeof index === "number" && typeof value?.at === "function" ? value.at(index) : value[index];
}

/** value.pop(key) of a list or a dictionary. */
export function pop(value: any, key: any = -1, ...fallback: any[]): any {
  if (Array.isArray(value)) return value.splice(key, 1)[0];
  if (!Object.hasOwn(value, key) && fallback.length > 0) return fallback[0];
  const found = value[key];
  delete value[key];
  return found;
}

/** value.remove(item) */
export function remove(value: any, item: any): void {
  if (value instanceof Set) {
    value.delete(item);
    return;
  }
  const index = value.findIndex((one: any) => equal(one, item));
  if (index < 0) throw new Error("this is not in the list: " + repr(item));
  value.splice(index, 1);
}

/** value.index(item) */
export function index(value: any, item: any): number {
  const found = typeof value === "string" ? value.indexOf(item) : value.findIndex((one: any) => equal(one, item));
  if (found < 0) throw new Error("this is not in it: " + repr(item));
  return found;
}

/** value.count(item) */
export function count(value: any, item: any): number {
  if (typeof value === "string") return value.split(item).length - 1;
  return [...value].filter((one) => equal(one, item)).length;
}

/** A list or a dictionary of its own, with the same in it. */
export function copy(value: any): any {
  if (Array.isArray(value)) return [...value];
  if (value instanceof Set) return new Set(value);
  return isDictionary(value) ? { ...value } : value;
}

/** a + b of numbers, texts or lists. */
export function add(one: any, other: any): any {
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other];
  if (typeof one === typeof other && (typeof one === "string" || typeof one === "number")) return one + other;
  throw new TypeError("these cannot be added: " + repr(one) + " and " + repr(other));
}

/** a % b, which has the sign of b. */
export function modulo(one: number, other: number): number {
  return ((one % other) + other) % other;
}

/** int(value) */
export function int(value: any): number {
  const number = typeof value === "string" ? Number(value.trim().replaceAll("_", "") || NaN) : Number(value);
  if (!Number.isFinite(number) || (typeof value === "string" && !Number.isInteger(number))) {
    throw new TypeError("this is no whole number: " + repr(value));
  }
  return Math.trunc(number);
}

/** str(value): True, None and lists as Python writes them. */
export function str(value: any): string {
  return typeof value === "string" ? value : repr(value);
}

/** repr(value) */
export function repr(value: any): string {
  if (value === undefined || value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") {
    const mark = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r");
    return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
  }
  if (Array.isArray(value)) return "[" + value.map(repr).join(", ") + "]";
  if (isDictionary(value)) {
    return "{" + Object.entries(value).map(([key, one]) => repr(key) + ": " + repr(one)).join(", ") + "}";
  }
  if (value instanceof Date) throw new TypeError("how Python writes this date is not known");
  // A secret among others: what it puts into a text stands for it.
  return String(value);
}

/** format(value, spec): fill, width, sign, thousands, precision. */
export function format(value: any, spec: string): string {
  const parts = /^(?:(.)?([<>=^]))?([+ -])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([sdxXobeEfF%])?$/.exec(spec);
  if (parts === null) throw new TypeError("this format is not known: " + spec);
  const [, fill, align, sign, alternate, zero, width, thousands, precision, type] = parts;
  const isNumber = typeof value === "number" || (typeof value === "boolean" && type !== undefined && type !== "s");
  let text = isNumber ? formatNumber(Number(value), type, precision, alternate) : str(value);
  if (!isNumber && precision !== undefined) text = text.slice(0, Number(precision));
  if (isNumber && thousands !== undefined) text = text.replace(/^-?\d+/, (digits) => digits.replaceAll(/\B(?=(\d{3})+$)/g, thousands));
  if (isNumber && sign !== undefined && sign !== "-" && !text.startsWith("-")) text = sign + text;
  const missing = Math.max(0, Number(width ?? 0) - [...text].length);
  const filled = (fill ?? (zero === undefined ? " " : "0")).repeat(missing);
  const side = align ?? (zero !== undefined && isNumber ? "=" : isNumber ? ">" : "<");
  if (side === "<") return text + filled;
  if (side === ">") return filled + text;
  if (side === "^") return filled.slice(0, Math.floor(missing / 2)) + text + filled.slice(Math.floor(missing / 2));
  return /^[+ -]/.test(text) ? text[0] + filled + text.slice(1) : filled + text;
}

function formatNumber(value: number, type: string | undefined, precision: string | undefined, alternate?: string): string {
  const bases: Record<string, [number, string]> = { x: [16, "0x"], X: [16, "0X"], o: [8, "0o"], b: [2, "0b"] };
  const base = bases[type ?? ""];
  if (base !== undefined) {
    const digits = (alternate === undefined ? "" : base[1]) + Math.abs(value).toString(base[0]);
    return (value < 0 ? "-" : "") + (type === "X" ? digits.toUpperCase() : digits);
  }
  if (type === "f" || type === "F") return value.toFixed(Number(precision ?? 6));
  if (type === "%") return (value * 100).toFixed(Number(precision ?? 6)) + "%";
  if (type === "e" || type === "E") {
    const text = value.toExponential(Number(precision ?? 6)).replace(/e([+-])(\d)$/, "e$10$2");
    return type === "E" ? text.toUpperCase() : text;
  }
  if (precision !== undefined) throw new TypeError("this format needs a type, such as .2f");
  return String(value);
}

/** text.format(...values, **named) */
export function fill(text: string, values: any[], named: Record<string, any> = {}): string {
  let next = 0;
  return text.replaceAll(/\{\{|\}\}|\{([^{}!:]*)(?:!([rs]))?(?::([^{}]*))?\}/g, (all, name, conversion, spec) => {
    if (name === undefined) return all[0];
    const value = name === "" ? values[next++] : /^\d+$/.test(name) ? values[Number(name)] : named[name];
    if (value === undefined) throw new TypeError("there is no value for " + all);
    const converted = conversion === "r" ? repr(value) : value;
    return spec === undefined || spec === "" ? str(converted) : format(converted, spec);
  });
}

/** text.strip(characters) */
export function strip(text: string, characters: string): string {
  return lstrip(rstrip(text, characters), characters);
}

/** text.lstrip(characters) */
export function lstrip(text: string, characters: string): string {
  let from = 0;
  while (from < text.length && characters.includes(text[from]!)) from++;
  return text.slice(from);
}

/** text.rstrip(characters) */
export function rstrip(text: string, characters: string): string {
  let to = text.length;
  while (to > 0 && characters.includes(text[to - 1]!)) to--;
  return text.slice(0, to);
}

/** text.split(separator, count): at white space without a separator. */
export function split(text: string, separator?: string | null, count = Infinity): string[] {
  const parts: string[] = [];
  let rest = separator === undefined || separator === null ? text.trimStart() : text;
  while (parts.length < count) {
    const match = separator === undefined || separator === null ? /\s+/.exec(rest) : undefined;
    const from = match === undefined ? rest.indexOf(separator!) : match === null ? -1 : match.index;
    if (from < 0) break;
    parts.push(rest.slice(0, from));
    rest = rest.slice(from + (match?.[0].length ?? separator!.length));
  }
  if (separator === undefined || separator === null) return rest === "" ? parts : [...parts, rest];
  return [...parts, rest];
}

/** text.rsplit(separator, count) */
export function rsplit(text: string, separator?: string | null, count = Infinity): string[] {
  const parts = split(text, separator);
  if (separator === undefined || separator === null || parts.length <= count + 1) return parts;
  return [parts.slice(0, parts.length - count).join(separator), ...parts.slice(parts.length - count)];
}

/** text.splitlines() */
export function lines(text: string): string[] {
  if (text === "") return [];
  return text.replace(/(\r\n|\r|\n)$/, "").split(/\r\n|\r|\n/);
}

/** text.startswith(start), which may be several. */
export function startsWith(text: string, start: any): boolean {
  return [start].flat().some((one: string) => text.startsWith(one));
}

/** text.endswith(end), which may be several. */
export function endsWith(text: string, end: any): boolean {
  return [end].flat().some((one: string) => text.endsWith(one));
}

/** text.capitalize() */
export function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

/** text.title() */
export function title(text: string): string {
  return text.toLowerCase().replaceAll(/\p{L}+/gu, (word) => word.slice(0, 1).toUpperCase() + word.slice(1));
}

/** textwrap.dedent(text) */
export function dedent(text: string): string {
  const plain = text.replaceAll(/^[ \t]+$/gm, "");
  const margins = [...plain.matchAll(/^([ \t]*)[^ \t\n]/gm)].map((match) => match[1] ?? "");
  const shared = margins.reduce((one, other) => {
    let same = 0;
    while (same < one.length && one[same] === other[same]) same++;
    return one.slice(0, same);
  }, margins[0] ?? "");
  return plain.replaceAll(new RegExp("^" + shared, "gm"), "");
}

/** range(start, stop, step) */
export function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, index) => start + index * step);
}

/** enumerate(values, start) */
export function enumerate<T>(values: Iterable<T>, start = 0): [number, T][] {
  return [...values].map((value, index) => [start + index, value]);
}

/** zip(...lists) */
export function zip(...lists: Iterable<any>[]): any[] {
  const all = lists.map((list) => [...list]);
  return Array.from({ length: Math.min(...all.map((one) => one.length)) }, (_, index) => all.map((one) => one[index]));
}

/** a < b gives a negative number; lists are compared item by item. */
function compare(one: any, other: any): number {
  if (Array.isArray(one) && Array.isArray(other)) {
    for (let at = 0; at < Math.min(one.length, other.length); at++) {
      const difference = compare(one[at], other[at]);
      if (difference !== 0) return difference;
    }
    return one.length - other.length;
  }
  if (typeof one !== typeof other) throw new TypeError("these cannot be compared: " + repr(one) + " and " + repr(other));
  return one < other ? -1 : one > other ? 1 : 0;
}

/** sorted(values, key=…, reverse=…) */
export function sorted<T>(values: Iterable<T>, options: { key?: (value: any) => any; isReverse?: boolean } = {}): T[] {
  const { key = (value: any) => value, isReverse = false } = options;
  return [...values].sort((one, other) => (isReverse ? -1 : 1) * compare(key(one), key(other)));
}

/** any(values) */
export function any(values: Iterable<any>): boolean {
  return [...values].some(truthy);
}

/** all(values) */
export function all(values: Iterable<any>): boolean {
  return [...values].every(truthy);
}

/** min(values) */
export function min(values: Iterable<any>): any {
  return sorted(values)[0];
}

/** max(values) */
export function max(values: Iterable<any>): any {
  return sorted(values).at(-1);
}

/** sum(values) */
export function sum(values: Iterable<any>): any {
  return [...values].reduce((total, value) => total + value, 0);
}

/** os.environ[name] */
export function env(name: string): string {
  const value = Deno.env.get(name);
  if (value === undefined) throw new Error("the environment variable " + name + " is not set");
  return value;
}

/** os.path.join(...parts) */
export function joinPath(...parts: any[]): string {
  return parts.map(String).reduce((path, part) => {
    if (part.startsWith("/")) return part;
    return path === "" || path.endsWith("/") ? path + part : path + "/" + part;
  });
}

/** os.path.basename(path) */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** os.path.dirname(path) */
export function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf("/") + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, "");
}

/** json.dumps(value, indent=…, sort_keys=…) */
export function json(value: any, indent?: number, isSorted = false): string {
  const escape = (text: string) =>
    JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));
  const write = (one: any, depth: number): string => {
    if (typeof one === "string") return escape(one);
    if (one === undefined || one === null) return "null";
    if (typeof one !== "object") return String(one);
    const isList = Array.isArray(one);
    const keys = isSorted && !isList ? Object.keys(one).sort() : Object.keys(one);
    const items = keys.map((key) => (isList ? "" : escape(key) + ": ") + write(one[key], depth + 1));
    const [open, close] = isList ? "[]" : "{}";
    if (items.length === 0) return open! + close!;
    if (indent === undefined) return open + items.join(", ") + close;
    const line = "\n" + " ".repeat(indent * depth);
    const inner = line + " ".repeat(indent);
    return open + inner + items.join("," + inner) + line + close;
  };
  return write(value, 0);
}

/** **options: names of arguments in snake_case as Drover spells them. */
export function args(options: Record<string, any>): any {
  const camel = (name: string) => name.replaceAll(/(?<=[^_])_+([a-zA-Z0-9])/g, (_all, letter: string) => letter.toUpperCase());
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given.map(([name, value]) => [camel(name), value]));
}
`;

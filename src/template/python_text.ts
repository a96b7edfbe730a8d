/** Writes values as Python does: `str`, `repr`, `json.dumps` and `%` formatting. */

/** What Python's `str` says of a value. */
export function pythonStr(value: unknown): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

/** What Python's `repr` says of a value. */
export function pythonRepr(value: unknown): string {
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null || value === undefined) return "None";
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value !== "object") return String(value);
  const items = entriesOf(value).map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`);
  return `{${items.join(", ")}}`;
}

/** `json.dumps` with sorted keys, and with `<`, `>`, `&` and `'` escaped, as Jinja2's `tojson` does. */
export function pythonJson(value: unknown, indent?: number): string {
  const text = indent === undefined ? compactJson(value) : JSON.stringify(sorted(value), null, indent);
  return text.replaceAll(/[<>&'\u0080-\uffff]/g, (char) => `\\u${hex(char)}`);
}

/**
 * Python's `%` operator on a text.
 *
 * @throws {TypeError} If the text asks for more values than there are, or for an unknown conversion.
 */
export function percentFormat(
  text: string,
  values: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
): string {
  let next = 0;
  const take = (name: string | undefined): unknown => {
    if (name !== undefined && name in named) return named[name];
    if (name !== undefined) throw new TypeError(`format has no value for "${name}"`);
    if (next >= values.length) throw new TypeError("not enough arguments for format string");
    return values[next++];
  };
  const pattern = /%(?:\((\w+)\))?([-+ 0#]*)(\d+|\*)?(?:\.(\d+))?([a-zA-Z%])/g;
  return text.replaceAll(pattern, (...groups) => {
    const [, name, flags, width, precision, kind] = groups as (string | undefined)[];
    if (kind === "%") return "%";
    const fieldWidth = width === "*" ? Number(take(undefined)) : Number(width ?? 0);
    const digits = precision === undefined ? undefined : Number(precision);
    return padded(convert(kind!, take(name), digits), flags ?? "", fieldWidth, kind!);
  });
}

/** The entries of an object or a map. */
export function entriesOf(value: object): [unknown, unknown][] {
  return value instanceof Map ? [...value] : Object.entries(value);
}

function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value);
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = "";
  for (const char of text) {
    if (char === mark || char === "\\") result += `\\${char}`;
    else if (char === "\n") result += "\\n";
    else if (char === "\r") result += "\\r";
    else if (char === "\t") result += "\\t";
    else if (char < " " || char === "\x7f") {
      result += `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
    } else result += char;
  }
  return `${mark}${result}${mark}`;
}

function compactJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(compactJson).join(", ")}]`;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const keys = sortedEntries(value).map(([key, item]) => `${JSON.stringify(key)}: ${compactJson(item)}`);
  return `{${keys.join(", ")}}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(sortedEntries(value).map(([key, item]) => [key, sorted(item)]));
}

function sortedEntries(value: object): [string, unknown][] {
  const entries = entriesOf(value).map(([key, item]): [string, unknown] => [String(key), item]);
  return entries.sort(([one], [other]) => one < other ? -1 : one > other ? 1 : 0);
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, "0");
}

function convert(kind: string, value: unknown, digits: number | undefined): string {
  const number = Number(value);
  switch (kind) {
    case "s":
      return pythonStr(value).slice(0, digits);
    case "r":
      return pythonRepr(value).slice(0, digits);
    case "d":
    case "i":
    case "u":
      if (Number.isNaN(number)) throw new TypeError(`%${kind} format: a number is required`);
      return withDigits(String(Math.trunc(number)), digits ?? 0);
    case "x":
    case "X":
    case "o": {
      const text = withDigits(Math.trunc(number).toString(kind === "o" ? 8 : 16), digits ?? 0);
      return kind === "X" ? text.toUpperCase() : text;
    }
    case "f":
    case "F":
      return number.toFixed(digits ?? 6);
    case "e":
      return number.toExponential(digits ?? 6).replace(/e([+-])(\d)$/, "e$10$2");
    case "g":
      return String(Number(number.toPrecision(digits === 0 ? 1 : digits ?? 6)));
    case "c":
      return typeof value === "number" ? String.fromCodePoint(value) : String(value);
    default:
      throw new TypeError(`unsupported format character "${kind}"`);
  }
}

function withDigits(text: string, digits: number): string {
  const [sign, rest] = text.startsWith("-") ? ["-", text.slice(1)] : ["", text];
  return sign + rest.padStart(digits, "0");
}

function padded(text: string, flags: string, width: number, kind: string): string {
  const numeric = !"src".includes(kind);
  const sign = numeric && !text.startsWith("-")
    ? flags.includes("+") ? "+" : flags.includes(" ") ? " " : ""
    : "";
  const signed = sign + text;
  if (flags.includes("-")) return signed.padEnd(width);
  if (!numeric || !flags.includes("0")) return signed.padStart(width);
  const prefix = /^[-+ ]?/.exec(signed)![0];
  return prefix + signed.slice(prefix.length).padStart(width - prefix.length, "0");
}

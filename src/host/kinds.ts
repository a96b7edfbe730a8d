/** Kinds of arguments: their descriptions, whether a value is of a kind, and what is wrong if it is not. */

import { maskSecrets, Secret, ShellCommand } from "../command/mod.ts";
import { didYouMean } from "../errors/mod.ts";

/** Classes that a description may name. */
export interface KindClasses {
  Date: Date;
  Error: Error;
  Secret: Secret;
  ShellCommand: ShellCommand;
  Uint8Array: Uint8Array;
}

/** A description that has been read. */
export type Kind =
  | { is: "string" | "number" | "boolean" | "null" | "function" | "class" | "object" | "unknown" }
  | { is: "literal"; value: string | number | boolean }
  | { is: "instance"; of: keyof KindClasses }
  | { is: "list"; of: Kind }
  | { is: "tuple"; of: readonly Kind[] }
  | { is: "record"; of: Kind }
  | { is: "union"; of: readonly Kind[] };

/** Why a value is not of its kind. */
export interface Mismatch {
  /** Where in the value: `[2]`, `.port`; empty for the value itself. */
  at: string;
  /** What must be there: `a string`. */
  wanted: string;
  /** What is there: `"no"`, `a list`. Secrets are not shown. */
  found: string;
  hint: string | undefined;
  /** The value itself. */
  value: unknown;
}

const CLASSES = { Date, Error, Secret, ShellCommand, Uint8Array } as const satisfies Record<
  keyof KindClasses,
  unknown
>;
const NAMES = ["string", "number", "boolean", "null", "function", "class", "object", "unknown"] as const;
const TOKEN_REGEXP = /\s*('[^']*'|-?\d+(?:\.\d+)?|\w+|[|()[\]<>,])/y;

/**
 * Reads a description, written as a type of TypeScript: `string | number`, `(string | number)[]`,
 * `Record<string, string>`, `[string, string]`, `'soft' | 'hard'`.
 *
 * @throws {TypeError} If it is none: descriptions are checked by types, so nobody should see it.
 */
export function parseKind(text: string): Kind {
  const tokens = new Tokens(text);
  const kind = parseUnion(tokens);
  tokens.end();
  return kind;
}

/** The words of a description, one after the other. */
class Tokens {
  readonly #text: string;
  readonly #words: string[] = [];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN_REGEXP.lastIndex = 0;
    let end = 0;
    for (let match = TOKEN_REGEXP.exec(text); match !== null; match = TOKEN_REGEXP.exec(text)) {
      this.#words.push(match[1]!);
      end = TOKEN_REGEXP.lastIndex;
    }
    if (end < text.trimEnd().length) throw this.#unreadable();
  }

  take(): string {
    return this.#words[this.#next++] ?? "";
  }

  /** Takes the words if they are next. */
  skip(...words: readonly string[]): boolean {
    if (!words.every((word, index) => this.#words[this.#next + index] === word)) return false;
    this.#next += words.length;
    return true;
  }

  require(word: string): void {
    if (!this.skip(word)) throw this.#unreadable();
  }

  end(): void {
    if (this.#next !== this.#words.length) throw this.#unreadable();
  }

  #unreadable(): TypeError {
    return new TypeError(`"${this.#text}" describes no kind of argument`);
  }
}

function parseUnion(tokens: Tokens): Kind {
  const kinds = [parseList(tokens)];
  while (tokens.skip("|")) kinds.push(parseList(tokens));
  return kinds.length === 1 ? kinds[0]! : { is: "union", of: kinds };
}

function parseList(tokens: Tokens): Kind {
  let kind = parseOne(tokens);
  while (tokens.skip("[", "]")) kind = { is: "list", of: kind };
  return kind;
}

function parseOne(tokens: Tokens): Kind {
  if (tokens.skip("(")) return closedBy(")", tokens, parseUnion(tokens));
  if (tokens.skip("[")) {
    const kinds = [parseUnion(tokens)];
    while (tokens.skip(",")) kinds.push(parseUnion(tokens));
    return closedBy("]", tokens, { is: "tuple", of: kinds });
  }
  if (tokens.skip("Record", "<", "string", ",")) {
    return closedBy(">", tokens, { is: "record", of: parseUnion(tokens) });
  }
  const word = tokens.take();
  const name = NAMES.find((one) => one === word);
  if (name !== undefined) return { is: name };
  if (Object.hasOwn(CLASSES, word)) return { is: "instance", of: word as keyof KindClasses };
  if (word === "true" || word === "false") return { is: "literal", value: word === "true" };
  if (word.startsWith("'")) return { is: "literal", value: word.slice(1, -1) };
  if (/^-?\d/.test(word)) return { is: "literal", value: Number(word) };
  throw new TypeError(`"${word}" is no kind of argument`);
}

function closedBy(word: string, tokens: Tokens, kind: Kind): Kind {
  tokens.require(word);
  return kind;
}

/** What a kind consists of: the members of a union, or the kind alone. */
export function membersOf(kind: Kind): readonly Kind[] {
  return kind.is === "union" ? kind.of : [kind];
}

/** The first thing that keeps a value from being of a kind; nothing if it is. */
export function mismatch(kind: Kind, value: unknown): Mismatch | undefined {
  return isKind(kind, value) ? undefined : explain(kind, value, "", false);
}

function isKind(kind: Kind, value: unknown): boolean {
  switch (kind.is) {
    case "unknown":
      return true;
    case "union":
      return kind.of.some((one) => isKind(one, value));
    // Commands take secrets wherever they take text.
    case "string":
      return typeof value === "string" || value instanceof Secret;
    case "number":
      return typeof value === "number" && !Number.isNaN(value);
    case "boolean":
      return typeof value === "boolean";
    case "null":
      return value === null;
    case "literal":
      return value === kind.value;
    case "function":
    case "class":
      return typeof value === "function";
    case "object":
      return isObject(value) && !Array.isArray(value) && !(value instanceof Secret);
    case "instance":
      return value instanceof CLASSES[kind.of];
    case "list":
      return Array.isArray(value) && value.every((one) => isKind(kind.of, one));
    case "tuple":
      return Array.isArray(value) && value.length === kind.of.length &&
        kind.of.every((one, index) => isKind(one, value[index]));
    case "record":
      return isRecord(value) && Object.values(value).every((one) => isKind(kind.of, one));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Names with values. What keeps its content elsewhere would pass for an empty one. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value) && !ArrayBuffer.isView(value) &&
    ![Map, Set, Date, Secret, ShellCommand, Promise].some((one) => value instanceof one);
}

/** Whether a secret is told from text by those who take values of a kind. */
export function takesSecrets(kind: Kind): boolean {
  if (kind.is === "record" || kind.is === "list") return takesSecrets(kind.of);
  if (kind.is === "union" || kind.is === "tuple") return kind.of.some(takesSecrets);
  return ["instance", "unknown", "object"].includes(kind.is);
}

/** Whether values of a kind may be secret, or hold some. */
function holdsSecrets(kind: Kind): boolean {
  if (kind.is === "instance") return kind.of === "Secret";
  if (kind.is === "record" || kind.is === "list") return holdsSecrets(kind.of);
  return kind.is === "union" && kind.of.some(holdsSecrets);
}

/** Goes down to the part that is wrong, where only one member of the kind could have been meant. */
function explain(kind: Kind, value: unknown, at: string, isSecret: boolean): Mismatch {
  const members = membersOf(kind);
  const hides = isSecret || members.some(holdsSecrets);
  for (const one of members) {
    if (one.is === "list" && Array.isArray(value)) {
      const index = value.findIndex((item) => !isKind(one.of, item));
      return explain(one.of, value[index], `${at}[${index}]`, hides);
    }
    if (one.is === "tuple" && Array.isArray(value) && value.length === one.of.length) {
      const index = one.of.findIndex((item, position) => !isKind(item, value[position]));
      return explain(one.of[index]!, value[index], `${at}[${index}]`, hides);
    }
    if (one.is === "record" && isRecord(value)) {
      const [name, inner] = Object.entries(value).find(([, item]) => !isKind(one.of, item))!;
      return explain(one.of, inner, `${at}.${name}`, hides);
    }
  }
  return {
    at,
    wanted: describeKind(kind),
    found: hides ? sortOf(value) : describeValue(value),
    hint: hintFor(members, value, at !== "", hides),
    value,
  };
}

/** A kind in words: `a string`, `true or false`, `"soft", "hard" or "-"`. */
export function describeKind(kind: Kind): string {
  const words = membersOf(kind).map(describeOne);
  const last = words.pop()!;
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
}

function describeOne(kind: Kind): string {
  switch (kind.is) {
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "unknown":
      return "anything";
    case "object":
      return "an object";
    case "literal":
      return JSON.stringify(kind.value);
    case "instance":
      return INSTANCES[kind.of];
    case "list":
      return `a list${ofMany(kind.of)}`;
    case "tuple":
      return `a list of ${kind.of.length}${kind.of.every(({ is }) => is === "string") ? " strings" : ""}`;
    case "record":
      return `an object${ofMany(kind.of)}`;
    case "union":
      return describeKind(kind);
    default:
      return `a ${kind.is}`;
  }
}

const INSTANCES: Readonly<Record<keyof KindClasses, string>> = {
  Date: "a Date",
  Error: "an Error",
  Secret: "a secret",
  ShellCommand: "a command made by sh",
  Uint8Array: "a Uint8Array",
};

function ofMany(kind: Kind): string {
  const members = membersOf(kind);
  const words = members.flatMap(({ is }) => is === "string" || is === "number" ? [`${is}s`] : []);
  return words.length === 0 ? "" : ` of ${words.join(" or ")}`;
}

/** The longest text of a value that messages show. */
const SHOWN = 60;

/** A value in words: itself if it is simple, else what it is. */
function describeValue(value: unknown): string {
  const isSimple = Array.isArray(value) ? value.every(isScalar) : isScalar(value);
  if (!isSimple) return sortOf(value);
  // Masked first: a secret with a quote in it is spelled otherwise in a literal.
  const masked = Array.isArray(value) ? value.map(maskScalar) : maskScalar(value);
  const text = maskSecrets(Deno.inspect(masked, { breakLength: Infinity }));
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

function isScalar(value: unknown): boolean {
  return value === null || ["string", "number", "boolean", "bigint", "undefined"].includes(typeof value);
}

function maskScalar(value: unknown): unknown {
  return typeof value === "string" ? maskSecrets(value) : value;
}

/** What a value is, without showing it. */
function sortOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (value instanceof Secret) return "a secret";
  if (Array.isArray(value)) return "a list";
  if (isPromise(value)) return "a promise";
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? "Object";
  return name === "Object" ? "an object" : `an object of the class ${name}`;
}

function isPromise(value: unknown): boolean {
  return isObject(value) && typeof (value as { then?: unknown }).then === "function";
}

function hintFor(
  members: readonly Kind[],
  value: unknown,
  isInside: boolean,
  hides: boolean,
): string | undefined {
  const takes = (is: Kind["is"]) => members.some((one) => one.is === is);
  if (isPromise(value)) return "await it first";
  if (value === null || value === undefined) return "leave it out where nothing is wanted";
  if (Array.isArray(value)) return takes("tuple") || isInside ? undefined : "call it once for each";
  if (typeof value === "string") {
    const names = members.flatMap((one) => one.is === "literal" ? [String(one.value)] : []);
    const meant = hides ? undefined : didYouMean(value, names);
    if (meant !== undefined) return meant;
    if (takes("boolean") && BOOLEAN_WORDS.test(value)) return "write true or false, without quotes";
    if (takes("number") && /^-?\d/.test(value)) return "write the number without quotes";
    return takes("list") ? "put it into a list: […]" : undefined;
  }
  return isScalar(value) && takes("string") ? "put it into quotes" : undefined;
}

const BOOLEAN_WORDS = /^(true|false|yes|no|on|off|0|1)$/i;

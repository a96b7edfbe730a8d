/** Reads calls and literals off the text of a module, without running it. What is no literal stays code. */

import { dirname, resolve } from "node:path";
import type { Place } from "../errors/mod.ts";
import { blankModule } from "../inventory/blank_module.ts";

/** A value as it is written; `at` is its offset in the text. */
export type Written =
  & { at: number }
  & (
    | { kind: "text"; text: string }
    | { kind: "list"; items: Written[] }
    /** `isOpen`: it has parts whose names are not written out. */
    | { kind: "object"; entries: ReadonlyMap<string, Written>; isOpen: boolean }
    | { kind: "code"; code: string }
  );

/** A call as it is written. */
export interface WrittenCall {
  at: number;
  args: Written[];
}

/** Values of a host's data key, over all hosts; nothing where they are not known. */
export type DataValues = (key: string) => readonly unknown[] | undefined;

const STRING_REGEXP = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/y;
const KEY_REGEXP = /[\w$]+/y;
const OPENING = "([{";
const CLOSING = ")]}";
/** What may stand behind a literal that is all of a value. */
const AFTER_LITERAL_REGEXP = /^\s*(?:$|[,;)\]}]|as const\b|satisfies\b|\n)/;
/** Loops in loops, names of names: whoever goes deeper is not followed. */
const MOST_STEPS = 20;

/** The text of a module. */
export class WrittenModule {
  /** The text with comments blanked, offsets kept. */
  readonly #plain: string;
  /** The text with comments and strings blanked, offsets kept. */
  readonly code: string;
  /** The same with what stands in `${…}`, which is code too. */
  readonly live: string;

  constructor(readonly file: string, readonly text: string) {
    const { plain, code } = blankModule(text);
    this.#plain = plain;
    this.code = code;
    this.live = plain.replaceAll(/\$\{[^{}]*\}|[^$]+|\$/g, (part, at: number) => {
      return part.startsWith("${") ? part : code.slice(at, at + part.length);
    });
  }

  /** A file's text; one that cannot be read counts as empty. */
  static async open(file: string): Promise<WrittenModule> {
    return new WrittenModule(file, await Deno.readTextFile(file).catch(() => ""));
  }

  place(at: number): Place {
    const before = this.code.slice(0, at).split("\n");
    return { file: this.file, line: before.length, column: before.at(-1)!.length + 1 };
  }

  /** Calls of what a pattern matches, up to its opening bracket. */
  calls(pattern: RegExp): WrittenCall[] {
    const calls = [...this.code.matchAll(new RegExp(`(?<![\\w$.])(?:${pattern.source})\\s*\\(`, "g"))];
    return calls.map(({ 0: { length }, index }) => ({
      at: index,
      args: this.#list(index + length, ")").items,
    }));
  }

  /** The value that begins at an offset. */
  read(at: number): Written {
    return this.#value(at).value;
  }

  #value(from: number): { value: Written; end: number } {
    const at = this.#skipSpace(from);
    const literal = this.#literal(at);
    if (literal !== undefined && AFTER_LITERAL_REGEXP.test(this.code.slice(literal.end, literal.end + 40))) {
      return { value: literal.value, end: this.#endOfCode(literal.end) };
    }
    const end = this.#endOfCode(at);
    return { value: { kind: "code", code: this.#plain.slice(at, end).trim(), at }, end };
  }

  #literal(at: number): { value: Written; end: number } | undefined {
    const string = sticky(STRING_REGEXP, this.#plain, at);
    if (string !== undefined) {
      const text = unquoted(string);
      return text === undefined ? undefined : { value: { kind: "text", text, at }, end: at + string.length };
    }
    if (this.code[at] === "[") {
      const { items, end } = this.#list(at + 1, "]");
      return { value: { kind: "list", items, at }, end };
    }
    return this.code[at] === "{" ? this.#object(at) : undefined;
  }

  #list(from: number, closing: string): { items: Written[]; end: number } {
    const items: Written[] = [];
    let at = this.#skipSpace(from);
    while (at < this.code.length && this.code[at] !== closing) {
      const { value, end } = this.#value(at);
      items.push(value);
      at = this.#skipSpace(this.code[end] === "," ? end + 1 : end);
      if (end < at || this.code[at] === closing) continue;
      break;
    }
    return { items, end: at + 1 };
  }

  #object(start: number): { value: Written; end: number } {
    const entries = new Map<string, Written>();
    let isOpen = false;
    let at = this.#skipSpace(start + 1);
    while (at < this.code.length && this.code[at] !== "}") {
      const string = sticky(STRING_REGEXP, this.#plain, at);
      const key = string === undefined ? sticky(KEY_REGEXP, this.code, at) : unquoted(string);
      const colon = this.#skipSpace(at + (string ?? key ?? "").length);
      const isEntry = key !== undefined && this.code[colon] === ":";
      const { value, end } = isEntry ? this.#value(colon + 1) : this.#value(at);
      if (isEntry) entries.set(key, value);
      else if (value.kind === "code" && value.code === key) entries.set(key, value);
      else if (key !== undefined && this.code[colon] === "(") entries.set(key, value);
      else isOpen = true;
      if (this.code[end] !== "," && this.code[end] !== "}") {
        isOpen = true;
        at = this.#endOfCode(start + 1, "}");
        break;
      }
      at = this.#skipSpace(this.code[end] === "," ? end + 1 : end);
    }
    return { value: { kind: "object", entries, isOpen, at: start }, end: at + 1 };
  }

  /** Where a value ends: at a comma, a semicolon or a bracket that it has not opened. */
  #endOfCode(from: number, only?: string): number {
    let depth = 0;
    for (let at = from; at < this.code.length; at++) {
      const character = this.code[at]!;
      if (depth === 0 && (only === undefined ? ",;)]}".includes(character) : character === only)) return at;
      if (OPENING.includes(character)) depth++;
      else if (CLOSING.includes(character)) depth--;
    }
    return this.code.length;
  }

  #skipSpace(from: number): number {
    let at = from;
    while (at < this.code.length && /\s/.test(this.#plain[at]!)) at++;
    return at;
  }

  /** What a name stands for at an offset: a constant, or each item of the loop that it is the variable of. */
  async #binding(name: string, at: number, data: DataValues, steps: number): Promise<string[] | undefined> {
    const loop = this.#loopOf(name, at);
    if (loop !== undefined) return await this.#items(loop, data, steps);
    const constant = this.#constant(name);
    return constant === undefined ? undefined : await this.texts(constant, data, steps);
  }

  /** The value of `const NAME = …`. */
  #constant(name: string): Written | undefined {
    const pattern = new RegExp(`\\bconst\\s+${escaped(name)}\\b\\s*(?::[^=;]*)?=(?!=)`);
    const match = pattern.exec(this.code);
    return match === null ? undefined : this.read(match.index + match[0].length);
  }

  /** What a loop around an offset goes over, if the name is its variable. */
  #loopOf(name: string, at: number): Written | undefined {
    const before = this.code.slice(0, at);
    const word = escaped(name);
    const statement = new RegExp(`\\bfor\\s*(?:await\\s*)?\\(\\s*(?:const|let|var)\\s+${word}\\s+of\\b`, "g");
    const method = new RegExp(
      `([\\w$.]+|\\])\\s*\\.(?:map|forEach|flatMap)\\((?=\\s*(?:async\\b\\s*)?\\(?\\s*${word}\\b)`,
      "g",
    );
    const statements = [...before.matchAll(statement)].map(({ 0: { length }, index }) => {
      const head = this.#endOfCode(index + length);
      return { from: index + length, end: this.#endOfBody(head + 1), index };
    });
    const methods = [...before.matchAll(method)].map(({ 0: { length }, 1: list, index }) => ({
      from: list === "]" ? this.#openingOf(index) : index,
      end: this.#endOfCode(index + length, ")"),
      index,
    }));
    const around = [...statements, ...methods].filter(({ end }) => end > at);
    const innermost = around.sort((a, b) => a.index - b.index).at(-1);
    return innermost === undefined ? undefined : this.read(innermost.from);
  }

  /** Where the body of a loop ends. */
  #endOfBody(from: number): number {
    const at = this.#skipSpace(from);
    if (this.code[at] === "{") return this.#endOfCode(at + 1, "}");
    const end = this.code.indexOf(";", at);
    return end < 0 ? this.code.length : end;
  }

  /** The bracket that a closing one belongs to. */
  #openingOf(closing: number): number {
    let depth = 0;
    for (let at = closing; at >= 0; at--) {
      if (CLOSING.includes(this.code[at]!)) depth++;
      else if (OPENING.includes(this.code[at]!) && --depth === 0) return at;
    }
    return closing;
  }

  /** The texts that a value may be; nothing if that cannot be told from the text. */
  async texts(written: Written, data: DataValues, steps = 0): Promise<string[] | undefined> {
    if (steps > MOST_STEPS) return undefined;
    if (written.kind === "text") return [written.text];
    if (written.kind !== "code") return undefined;
    const { code, at } = written;
    if (/^[\w$]+$/.test(code)) return await this.#binding(code, at, data, steps + 1);
    if (/^`[^]*`$/.test(code)) return await this.#filled(code.slice(1, -1), at + 1, data, steps + 1);
    return undefined;
  }

  /** The texts of a template literal. */
  async #filled(literal: string, at: number, data: DataValues, steps: number): Promise<string[] | undefined> {
    if (literal.includes("\\")) return undefined;
    let texts = [""];
    let end = 0;
    for (const match of literal.matchAll(/\$\{([^{}]*)\}/g)) {
      const code = match[1]!.trim();
      const inner = await this.texts({ kind: "code", code, at: at + match.index }, data, steps);
      if (inner === undefined) return undefined;
      const between = literal.slice(end, match.index);
      texts = texts.flatMap((text) => inner.map((one) => text + between + one));
      end = match.index + match[0].length;
    }
    const rest = literal.slice(end);
    return rest.includes("${") ? undefined : texts.map((text) => text + rest);
  }

  /** The texts that a loop over a value goes through. */
  async #items(written: Written, data: DataValues, steps: number): Promise<string[] | undefined> {
    if (steps > MOST_STEPS) return undefined;
    if (written.kind === "list") {
      const parts = await Promise.all(written.items.map((item) => this.#item(item, data, steps + 1)));
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    if (written.kind !== "code") return undefined;
    const code = written.code.replace(/\s*\.(?:map|forEach|flatMap)\([^]*$/, "");
    if (code.startsWith("[")) {
      const list = this.#literal(written.at)?.value;
      return list?.kind === "list" && code.endsWith("]")
        ? await this.#items(list, data, steps + 1)
        : undefined;
    }
    const key = /^host\.data\.(?:get\(\s*["'])?([\w$]+)(?:["'][^()]*\))?$/.exec(code)?.[1];
    if (key !== undefined) return textsOf(data(key));
    const listed = /^Object\.keys\(\s*([\w$]+)\s*\)$/.exec(code)?.[1];
    if (listed !== undefined) return this.#keysOf(listed);
    if (!/^[\w$]+$/.test(code)) return undefined;
    const constant = this.#constant(code);
    if (constant !== undefined) return await this.#items(constant, data, steps + 1);
    const imported = await this.#imported(code);
    return imported === undefined ? undefined : await imported.module.#items(imported.value, data, steps + 1);
  }

  async #item(item: Written, data: DataValues, steps: number): Promise<string[] | undefined> {
    if (item.kind !== "code" || !item.code.startsWith("...")) return await this.texts(item, data, steps);
    return await this.#items({ ...item, code: item.code.slice(3).trim() }, data, steps);
  }

  #keysOf(name: string): string[] | undefined {
    const constant = this.#constant(name);
    return constant?.kind === "object" && !constant.isOpen ? [...constant.entries.keys()] : undefined;
  }

  /** The module that a name is imported from, if it is. */
  imports(name: string): string | undefined {
    const pattern = /\bimport\s*\{([^}]*)\}\s*from\s*["']([^"']*)["']/g;
    const found = [...this.#plain.matchAll(pattern)];
    return found.find(([, names]) => names!.split(",").some((one) => one.trim() === name))?.[2];
  }

  /** The file behind `type NAME = typeof import("./…")`. */
  typeImport(name: string): string | undefined {
    const pattern = new RegExp(`\\btype\\s+${escaped(name)}\\s*=\\s*typeof import\\(\\s*["'](\\.[^"']*)["']`);
    const path = pattern.exec(this.#plain)?.[1];
    return path === undefined ? undefined : resolve(dirname(this.file), path);
  }

  /** Files of the project that it imports or exports from. */
  localImports(): string[] {
    const pattern = /\b(?:import|export)\b[^"';]*?["'](\.[^"'\n]*)["']/g;
    return [...this.#plain.matchAll(pattern)].map((match) => resolve(dirname(this.file), match[1]!));
  }

  /** A constant that another file of the project exports. */
  async #imported(name: string): Promise<{ module: WrittenModule; value: Written } | undefined> {
    const path = this.imports(name);
    if (path === undefined || !path.startsWith(".")) return undefined;
    const module = await WrittenModule.open(resolve(dirname(this.file), path));
    const value = module.#constant(name);
    return value === undefined ? undefined : { module, value };
  }

  /** An object, or the constant that is one. */
  object(written: Written): (Written & { kind: "object" }) | undefined {
    const found = written.kind === "code" && /^[\w$]+$/.test(written.code)
      ? this.#constant(written.code)
      : written;
    return found?.kind === "object" ? found : undefined;
  }
}

function textsOf(values: readonly unknown[] | undefined): string[] | undefined {
  if (values === undefined || values.length === 0) return undefined;
  const items = values.flat();
  return items.every((item) => typeof item === "string") ? [...new Set(items)] : undefined;
}

/** A text in its quotes; nothing if what it means is not what is written. */
function unquoted(string: string): string | undefined {
  const text = string.slice(1, -1);
  return text.includes("\\") || (string[0] === "`" && text.includes("${")) ? undefined : text;
}

function sticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function escaped(name: string): string {
  return name.replaceAll("$", "\\$");
}

/** Reads JSON strictly, with the line of mistakes and without accepting a key twice. */

import { DroverError } from "../errors/mod.ts";
import type { SourceText } from "./source_text.ts";

const MAX_DEPTH = 200;

/**
 * The value of a JSON text. `JSON.parse` reports no position for most mistakes and lets the second of two
 * equal keys win silently, which in an inventory loses a whole group.
 *
 * @param label How messages name the file.
 * @throws {DroverError} `E_INVENTORY_SYNTAX`
 */
export function readJson(text: string, label: string, source: SourceText): unknown {
  return new JsonReader(text, label, source).document();
}

class JsonReader {
  readonly #text: string;
  readonly #label: string;
  readonly #source: SourceText;
  #offset: number;

  constructor(text: string, label: string, source: SourceText) {
    this.#text = text;
    this.#label = label;
    this.#source = source;
    this.#offset = text.startsWith("\uFEFF") ? 1 : 0;
  }

  document(): unknown {
    const value = this.#value(0);
    if (this.#peek() !== "") throw this.#error(`expected the end of the file, found ${this.#found()}`);
    return value;
  }

  #value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw this.#error(`values are nested more than ${MAX_DEPTH} deep`);
    const next = this.#peek();
    if (next === "{") return this.#object(depth);
    if (next === "[") return this.#array(depth);
    if (next === '"') return this.#string();
    const token = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
    token.lastIndex = this.#offset;
    const match = token.exec(this.#text);
    if (match === null) throw this.#error(`expected a value, found ${this.#found()}`);
    this.#offset += match[0].length;
    return JSON.parse(match[0]);
  }

  #object(depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    this.#offset++;
    if (this.#accept("}")) return {};
    do {
      if (this.#peek() !== '"') throw this.#error(`expected a key in double quotes, found ${this.#found()}`);
      const start = this.#offset;
      const key = this.#string();
      if (entries.has(key)) throw this.#error(`the key "${key}" is there twice`, start);
      if (!this.#accept(":")) throw this.#error(`expected ":" after "${key}", found ${this.#found()}`);
      entries.set(key, this.#value(depth + 1));
    } while (this.#accept(","));
    if (!this.#accept("}")) throw this.#error(`expected "," or "}", found ${this.#found()}`);
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#offset++;
    if (this.#accept("]")) return items;
    do items.push(this.#value(depth + 1)); while (this.#accept(","));
    if (!this.#accept("]")) throw this.#error(`expected "," or "]", found ${this.#found()}`);
    return items;
  }

  #string(): string {
    const token = /"(?:\\[\s\S]|[^"\\\n])*"/y;
    token.lastIndex = this.#offset;
    const match = token.exec(this.#text);
    if (match === null) throw this.#error("this string has no end");
    try {
      const value: string = JSON.parse(match[0]);
      this.#offset += match[0].length;
      return value;
    } catch {
      throw this.#error("this string holds a character that must be escaped");
    }
  }

  #accept(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#offset++;
    return true;
  }

  /** The next character that is no white space; nothing at the end. */
  #peek(): string {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#offset))) this.#offset++;
    return this.#text.charAt(this.#offset);
  }

  #found(): string {
    const next = this.#peek();
    return next === "" ? "the end of the file" : `"${next}"`;
  }

  #error(message: string, offset = this.#offset): DroverError {
    return new DroverError("E_INVENTORY_SYNTAX", `${this.#label} is no valid JSON: ${message}`, {
      place: this.#source.placeAt(offset),
    });
  }
}

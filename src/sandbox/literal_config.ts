/** Reads a configuration that is nothing but literals without running it: most are, and a thread takes time. */

import { configOptionNames } from "../host/config.ts";

/** Ends the reading: the file says more than literals, and is evaluated instead. */
class NotLiteral extends Error {}

const SPACE_REGEXP = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const EXPORT_REGEXP = /export\s+const\s+([A-Za-z]\w*)\s*=/y;
const NUMBER_REGEXP = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.])/y;
const WORD_REGEXP = /[A-Za-z_$][\w$]*/y;
/** Escapes and line breaks are left to the language. */
const STRING_REGEXP = /"[^"\\\n\r\u2028\u2029]*"|'[^'\\\n\r\u2028\u2029]*'/y;

/**
 * The options that a text of `export const NAME = LITERAL;` sets; nothing if there is anything else in it, so
 * that only what is read here means what it means to the language.
 *
 * @example
 * ```ts
 * readLiterals('export const parallel = 20; // hosts'); // { parallel: 20 }
 * readLiterals("export const parallel = cores();"); // undefined
 * ```
 */
export function readLiterals(text: string): Record<string, unknown> | undefined {
  try {
    return new Reader(text).options();
  } catch (error) {
    if (error instanceof NotLiteral) return undefined;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  options(): Record<string, unknown> {
    const known = new Set(configOptionNames());
    const options = new Map<string, unknown>();
    for (this.#space(); this.#at < this.#text.length; this.#space()) {
      const name = this.#match(EXPORT_REGEXP)?.[1];
      if (name === undefined || !known.has(name) || options.has(name)) throw new NotLiteral();
      options.set(name, this.#value());
      this.#space();
      // Without it, the next line might go on with this one.
      if (!this.#take(";")) throw new NotLiteral();
    }
    return Object.fromEntries(options);
  }

  #value(): unknown {
    this.#space();
    if (this.#take("[")) return this.#list();
    if (this.#take("{")) return this.#record();
    const string = this.#match(STRING_REGEXP)?.[0];
    if (string !== undefined) return string.slice(1, -1);
    const number = this.#match(NUMBER_REGEXP)?.[0];
    if (number !== undefined) return Number(number);
    const word = this.#match(WORD_REGEXP)?.[0];
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    throw new NotLiteral();
  }

  #list(): unknown[] {
    const values: unknown[] = [];
    for (this.#space(); !this.#take("]"); this.#space()) {
      values.push(this.#value());
      this.#separator("]");
    }
    return values;
  }

  #record(): Record<string, unknown> {
    const values = new Map<string, unknown>();
    for (this.#space(); !this.#take("}"); this.#space()) {
      const quoted = this.#match(STRING_REGEXP)?.[0].slice(1, -1);
      const name = quoted ?? this.#match(WORD_REGEXP)?.[0];
      this.#space();
      if (name === undefined || name === "__proto__" || !this.#take(":")) throw new NotLiteral();
      values.set(name, this.#value());
      this.#separator("}");
    }
    return Object.fromEntries(values);
  }

  #separator(end: string): void {
    this.#space();
    if (!this.#take(",") && this.#text[this.#at] !== end) throw new NotLiteral();
  }

  #space(): void {
    this.#match(SPACE_REGEXP);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }
}

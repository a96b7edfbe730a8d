/** Values of INI files of Ansible: Python's literals, and text for everything else. */

/** Thrown where a text is no literal. */
class NoLiteral extends Error {}

/** What a value stands for: `8080` is a number, `True` a boolean, `[1, 2]` a list; `yes` is text. */
export function pythonLiteral(text: string): unknown {
  try {
    return new LiteralReader(text).whole();
  } catch (thrown) {
    if (thrown instanceof NoLiteral) return text;
    throw thrown;
  }
}

const NUMBER_REGEXP =
  /[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?\d(?:_?\d)*\.?(?:[eE][+-]?\d+)?)/y;
const WORDS: Readonly<Record<string, unknown>> = { True: true, False: false, None: null };
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "0": "\0",
  "\n": "",
};

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const value = this.#value();
    this.#space();
    // A comment of Python's may stand behind it.
    if (this.#at < this.#text.length && this.#text[this.#at] !== "#") throw new NoLiteral();
    return value;
  }

  #value(): unknown {
    this.#space();
    const first = this.#text[this.#at];
    if (first === "'" || first === '"') return this.#string(first);
    if (first === "[") return this.#list("]");
    if (first === "(") return this.#list(")");
    if (first === "{") return this.#mapping();
    const word = /[A-Za-z]+/y;
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[0];
    if (found === undefined) return this.#number();
    if (!Object.hasOwn(WORDS, found)) throw new NoLiteral();
    this.#at += found.length;
    return WORDS[found];
  }

  #number(): number {
    NUMBER_REGEXP.lastIndex = this.#at;
    const text = NUMBER_REGEXP.exec(this.#text)?.[0];
    if (text === undefined) throw new NoLiteral();
    const plain = text.replaceAll("_", "");
    // Python takes no leading zeros in whole numbers: 0644 is text.
    if (/^[+-]?0\d/.test(plain) && !/[.eE]/.test(plain) && !/^[+-]?0+$/.test(plain)) throw new NoLiteral();
    const sign = plain.startsWith("-") ? -1 : 1;
    const number = sign * Number(plain.replace(/^[+-]/, ""));
    if (Number.isNaN(number)) throw new NoLiteral();
    this.#at += text.length;
    if (/[\w.]/.test(this.#text[this.#at] ?? "")) throw new NoLiteral();
    return number;
  }

  #string(quote: string): string {
    let value = "";
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const one = this.#text[this.#at]!;
      if (one === quote) {
        this.#at++;
        return value;
      }
      if (one !== "\\") {
        value += one;
        continue;
      }
      const escaped = this.#text[++this.#at] ?? "";
      value += ESCAPES[escaped] ?? `\\${escaped}`;
    }
    throw new NoLiteral();
  }

  #list(end: string): unknown[] {
    const items: unknown[] = [];
    let commas = 0;
    this.#at++;
    while (!this.#takes(end)) {
      items.push(this.#value());
      if (this.#takes(",")) commas++;
      else if (!this.#nextIs(end)) throw new NoLiteral();
    }
    // Brackets around one value are no list.
    return end === ")" && items.length === 1 && commas === 0 ? items[0] as unknown[] : items;
  }

  #mapping(): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#at++;
    while (!this.#takes("}")) {
      const key = this.#value();
      if (!this.#takes(":")) throw new NoLiteral();
      entries.push([String(key), this.#value()]);
      if (!this.#takes(",") && !this.#nextIs("}")) throw new NoLiteral();
    }
    return Object.fromEntries(entries);
  }

  #takes(word: string): boolean {
    if (!this.#nextIs(word)) return false;
    this.#at += word.length;
    return true;
  }

  #nextIs(word: string): boolean {
    this.#space();
    return this.#text.startsWith(word, this.#at);
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }
}

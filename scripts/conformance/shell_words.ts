/** What a POSIX shell reads in a command, so that two spellings of one command are told from two commands. */

/** A command that this reader does not follow: a here-document, `$'…'`, a quote without its end. */
class Unreadable extends Error {}

/** Stands before what has a meaning to the shell, where the same character in quotes would be itself. */
const MEANS = "\0";
const RESERVED = new Set("! { } case do done elif else esac fi for if in then until while".split(" "));
/** After these, no command begins. */
const NO_COMMAND_AFTER = new Set(["case", "for", "in"]);
const OPERATOR = /(?:&&|\|\||;;|<<-?|>>|<&|>&|<>|>\||[|&;<>()\n])/y;

/** Whether a shell reads the same words, expansions and operators in both: `'s/a/b/'` and `s/a/b/`. */
export function readAlike(left: string, right: string): boolean {
  if (left === right) return true;
  const words = readWords(left);
  return words !== undefined && words.join("\n\0") === readWords(right)?.join("\n\0");
}

function readWords(command: string): string[] | undefined {
  try {
    return new Reader(command).read();
  } catch (thrown) {
    if (thrown instanceof Unreadable) return undefined;
    throw thrown;
  }
}

class Reader {
  readonly #text: string;
  readonly #tokens: string[] = [];
  #at: number;
  /** Whether the next word may be a command's name, an assignment before it, or a reserved word. */
  #beginsCommand = true;
  #followsRedirection = false;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  /** All tokens up to the end, or to the parenthesis that ends a `$(…)`. */
  read(end?: ")"): string[] {
    let depth = 0;
    while (true) {
      this.#skip(/(?:[ \t]|\\\n)+/y);
      const next = this.#text[this.#at];
      if (next === undefined && end === undefined) return this.#finished();
      if (next === undefined) throw new Unreadable("a parenthesis that nothing ends");
      if (next === end && depth === 0) return this.#finished();
      if (next === "(") depth += 1;
      if (next === ")") depth -= 1;
      if (next === "#") this.#tokens.push(`comment ${this.#take(/[^\n]*/y)}`);
      else if (!this.#readOperator()) this.#readWord(end !== undefined);
    }
  }

  #finished(): string[] {
    while (this.#tokens.at(-1) === "operator \n") this.#tokens.pop();
    return this.#tokens;
  }

  #readOperator(): boolean {
    const operator = this.#take(OPERATOR);
    if (operator === "") return false;
    if (operator.startsWith("<<")) throw new Unreadable("a here-document");
    const redirects = /[<>]/.test(operator);
    const afterWord = /^(?:word|comment)/.test(this.#tokens.at(-1) ?? "");
    if (operator !== "\n" || afterWord) this.#tokens.push(`operator ${operator}`);
    this.#followsRedirection = redirects;
    if (!redirects) this.#beginsCommand = true;
    return true;
  }

  #readWord(inside: boolean): void {
    const start = this.#at;
    const word = this.#wordText();
    const written = this.#text.slice(start, this.#at);
    if (/^\d+$/.test(written) && /[<>]/.test(this.#text[this.#at] ?? "")) {
      this.#tokens.push(`descriptor ${written}`);
      return;
    }
    const isReserved = RESERVED.has(written) && (this.#beginsCommand || written === "in" || written === "do");
    if (isReserved && inside && written === "case") throw new Unreadable("parentheses that end nothing");
    this.#tokens.push(`${isReserved ? "reserved" : "word"} ${word}`);
    if (this.#followsRedirection) this.#followsRedirection = false;
    else if (isReserved) this.#beginsCommand = !NO_COMMAND_AFTER.has(written);
    else this.#beginsCommand &&= word.includes(`${MEANS}=`);
  }

  /** A word without its quotes. What quotes would have kept from having a meaning is marked. */
  #wordText(): string {
    const start = this.#at;
    let word = "";
    let isSplit = false;
    let hasEmptyQuotes = false;
    while (this.#at < this.#text.length) {
      const next = this.#text[this.#at]!;
      if (/[\s|&;<>()]/.test(next)) break;
      if (next === "'" || next === '"') {
        const quoted = next === "'" ? this.#singleQuoted() : this.#doubleQuoted();
        hasEmptyQuotes ||= quoted === "";
        word += quoted;
      } else if (next === "\\") word += this.#escaped();
      else if (next === "$" || next === "`") {
        const expansion = this.#expansion("unquoted");
        isSplit ||= expansion !== "$";
        word += expansion;
      } else {
        this.#at += 1;
        word += this.#plain(next, this.#text.slice(start, this.#at - 1));
      }
    }
    return hasEmptyQuotes && isSplit ? `${word}${MEANS}''` : word;
  }

  /** A character outside of quotes; `before` is the word up to it, as it is written. */
  #plain(character: string, before: string): string {
    if (/[*?[\]{}]/.test(character)) return MEANS + character;
    if (character === "~" && /(?:^|[=:])$/.test(before)) return MEANS + character;
    const assigns = character === "=" && this.#beginsCommand && /^[A-Za-z_]\w*$/.test(before);
    return assigns && !this.#followsRedirection ? `${MEANS}=` : character;
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end === -1) throw new Unreadable("a quote that nothing ends");
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inner;
  }

  #doubleQuoted(): string {
    this.#at += 1;
    let inner = "";
    while (true) {
      const next = this.#text[this.#at];
      if (next === undefined) throw new Unreadable("a quote that nothing ends");
      if (next === '"') break;
      if (next === "$" || next === "`") inner += this.#expansion("quoted");
      else if (next === "\\" && /[$`"\\\n]/.test(this.#text[this.#at + 1] ?? "")) inner += this.#escaped();
      else {
        inner += next;
        this.#at += 1;
      }
    }
    this.#at += 1;
    return inner;
  }

  /** What a backslash keeps; with a newline, it is nothing. */
  #escaped(): string {
    const kept = this.#text[this.#at + 1] ?? "\\";
    this.#at += 2;
    return kept === "\n" ? "" : kept;
  }

  #expansion(where: "quoted" | "unquoted"): string {
    const inner = this.#expansionText(where);
    return inner === "$" ? inner : `${MEANS}${where} ${inner}${MEANS}.`;
  }

  #expansionText(where: "quoted" | "unquoted"): string {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    if (rest.startsWith("`")) return this.#takeOr(/`(?:[^`\\]|\\[^])*`/y);
    if (rest.startsWith("$((")) return this.#takeOr(/\$\(\((?:[^()]|\([^()]*\))*\)\)/y);
    if (rest.startsWith("$(")) return this.#substitution();
    if (rest.startsWith("${")) return this.#takeOr(/\$\{[^{}'"`\\$]*\}/y);
    if (where === "unquoted" && /^\$['"]/.test(rest)) throw new Unreadable("quotes of other shells");
    return this.#take(/\$(?:[A-Za-z_]\w*|[\d@*#?$!-])?/y);
  }

  #substitution(): string {
    const inner = new Reader(this.#text, this.#at + 2);
    const tokens = inner.read(")");
    this.#at = inner.at + 1;
    return `$(${JSON.stringify(tokens)})`;
  }

  #skip(pattern: RegExp): void {
    this.#take(pattern);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #takeOr(pattern: RegExp): string {
    const found = this.#take(pattern);
    if (found === "") throw new Unreadable("an expansion that this does not follow");
    return found;
  }
}

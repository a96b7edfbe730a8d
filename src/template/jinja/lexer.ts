/** Splits a template into texts and the tokens of its tags, by the rules of Jinja2's own lexer. */

import { SIMPLE_ESCAPES } from "./escapes.ts";
import { SPACE, strip } from "./characters.ts";
import type { JinjaOptions } from "./options.ts";
import { Fault } from "./values.ts";

/** The kinds of tokens. */
export type TokenKind =
  | "text"
  | "variable_begin"
  | "variable_end"
  | "block_begin"
  | "block_end"
  | "name"
  | "string"
  | "integer"
  | "float"
  | "operator"
  | "end";

/** A part of a template. */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  /** Line in the template, from 1. */
  readonly line: number;
}

/** An error in a template's text. */
export class SyntaxFault extends Fault {
  constructor(message: string, readonly line: number, hint?: string) {
    super(message, hint);
  }
}

type Opening = "raw" | "comment" | "block" | "variable" | "line_statement" | "line_comment";
type Ending = "variable_end" | "block_end";

const FLOAT_REGEXP = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[-+]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER_REGEXP = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME_REGEXP = /[\p{L}\p{N}\p{M}_]+/uy;
const STRING_REGEXP = /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const OPERATOR_REGEXP = /\/\/|\*\*|[=!<>]=|[-+/*%~[\](){}<>=.:|,;]/y;
const SPACE_REGEXP = new RegExp(`[${SPACE}]+`, "y");
const CLOSING: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };

/**
 * The tokens of a template.
 *
 * @throws {SyntaxFault} If a tag does not end, or holds what means nothing.
 */
export function tokenize(source: string, options: JinjaOptions): Token[] {
  return new Lexer(source, options).run();
}

class Lexer {
  readonly #source: string;
  readonly #options: JinjaOptions;
  readonly #opening: RegExp;
  readonly #ends: Readonly<Record<"variable" | "block" | "line_statement", RegExp>>;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  /** Whether the text at hand begins a line, for lstrip_blocks. */
  #lineStarting = true;

  constructor(source: string, options: JinjaOptions) {
    const text = source.replaceAll(/\r\n?/g, "\n");
    this.#source = options.keepTrailingNewline ? text : text.replace(/\n$/, "");
    this.#options = options;
    this.#opening = openingPattern(options);
    const [variable, block] = [options.delimiters.variable[1], options.delimiters.block[1]].map(
      RegExp.escape,
    );
    this.#ends = {
      variable: new RegExp(`-${variable}[${SPACE}]*|${variable}`, "y"),
      block: new RegExp(`\\+${block}|-${block}[${SPACE}]*|${block}${this.#trimmed()}`, "y"),
      line_statement: new RegExp(`[${SPACE}]*(?:\\n|$)`, "y"),
    };
  }

  run(): Token[] {
    while (this.#at < this.#source.length) {
      this.#opening.lastIndex = this.#at;
      const match = this.#opening.exec(this.#source);
      if (match === null) {
        this.#addText(this.#source.slice(this.#at));
        break;
      }
      const [kind, tag] = Object.entries(match.groups!).find(([, value]) => value !== undefined)! as [
        Opening,
        string,
      ];
      this.#addStripped(
        this.#source.slice(this.#at, match.index),
        this.#signOf(kind, tag),
        kind !== "variable",
      );
      this.#moveTo(match.index + match[0].length);
      this.#inside(kind);
    }
    this.#push("end", "");
    return this.#tokens;
  }

  #signOf(kind: Opening, tag: string): string {
    if (kind !== "raw") return /[-+]?$/.exec(tag)![0];
    const start = this.#options.delimiters.block[0];
    return /^[-+]/.exec(tag.slice(start.length))?.[0] ?? "";
  }

  #inside(kind: Opening): void {
    switch (kind) {
      case "raw":
        return this.#raw();
      case "comment":
        return this.#comment();
      case "line_comment":
        return this.#moveTo(this.#endOfLine());
      case "variable":
        this.#push("variable_begin", "");
        return this.#code("variable_end", this.#ends.variable);
      case "block":
        this.#push("block_begin", "");
        return this.#code("block_end", this.#ends.block);
      case "line_statement":
        this.#push("block_begin", "");
        return this.#code("block_end", this.#ends.line_statement);
    }
  }

  /** Text before a tag, without the whitespace that the tag takes away. */
  #addStripped(text: string, sign: string, isBlock: boolean): void {
    if (sign === "-") return this.#addText(strip(text, undefined, "right"));
    if (sign === "" && isBlock && this.#options.lstripBlocks) {
      const from = text.lastIndexOf("\n") + 1;
      const blank = strip(text.slice(from), undefined, "both") === "" && text.length > from;
      if ((from > 0 || this.#lineStarting) && blank) return this.#addText(text.slice(0, from));
    }
    this.#addText(text);
  }

  #addText(text: string): void {
    if (text !== "") this.#push("text", text.replaceAll("\n", this.#options.newlineSequence));
  }

  #raw(): void {
    const [start, end] = this.#options.delimiters.block.map((text) => RegExp.escape(text));
    const pattern = new RegExp(
      `${start}([-+]?)[${SPACE}]*endraw[${SPACE}]*(?:\\+${end}|-${end}[${SPACE}]*|${end}${this.#trimmed()})`,
      "g",
    );
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match === null) throw new SyntaxFault("the raw block does not end", this.#line);
    this.#addStripped(this.#source.slice(this.#at, match.index), match[1]!, true);
    this.#moveTo(match.index + match[0].length);
  }

  #comment(): void {
    const end = RegExp.escape(this.#options.delimiters.comment[1]);
    const pattern = new RegExp(`\\+${end}|-${end}[${SPACE}]*|${end}${this.#trimmed()}`, "g");
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match === null) throw new SyntaxFault("the comment does not end", this.#line);
    this.#moveTo(match.index + match[0].length);
  }

  /** The tokens up to the tag's end; inside brackets nothing ends it. */
  #code(ending: Ending, end: RegExp): void {
    const brackets: string[] = [];
    const begun = this.#line;
    while (true) {
      const close = brackets.length === 0 ? this.#match(end) : undefined;
      if (close !== undefined) {
        this.#push(ending, "");
        return this.#moveTo(this.#at + close.length);
      }
      if (this.#at >= this.#source.length) throw new SyntaxFault("the tag does not end", begun);
      this.#token(brackets);
    }
  }

  #token(brackets: string[]): void {
    const space = this.#match(SPACE_REGEXP);
    if (space !== undefined) return this.#moveTo(this.#at + space.length);
    const kinds = [["float", FLOAT_REGEXP], ["integer", INTEGER_REGEXP], ["name", NAME_REGEXP], [
      "string",
      STRING_REGEXP,
    ]] as const;
    for (const [kind, pattern] of kinds) {
      const text = this.#match(pattern);
      if (text === undefined) continue;
      if (kind === "name" && /^[^\p{L}\p{Nl}_]/u.test(text)) {
        throw new SyntaxFault(`"${text}" is no name`, this.#line);
      }
      this.#push(kind, kind === "string" ? this.#unescaped(text.slice(1, -1)) : text);
      return this.#moveTo(this.#at + text.length);
    }
    const operator = this.#match(OPERATOR_REGEXP);
    if (operator === undefined) {
      const char = String.fromCodePoint(this.#source.codePointAt(this.#at)!);
      throw new SyntaxFault(
        `unexpected ${char === "'" || char === '"' ? "text that does not end" : `"${char}"`}`,
        this.#line,
      );
    }
    this.#balance(operator, brackets);
    this.#push("operator", operator);
    this.#moveTo(this.#at + operator.length);
  }

  #balance(operator: string, brackets: string[]): void {
    const closing = CLOSING[operator];
    if (closing !== undefined) brackets.push(closing);
    if (operator !== "}" && operator !== ")" && operator !== "]") return;
    const expected = brackets.pop();
    if (expected === operator) return;
    const more = expected === undefined ? "" : `, expected "${expected}"`;
    throw new SyntaxFault(`unexpected "${operator}"${more}`, this.#line);
  }

  #unescaped(text: string): string {
    return text.replaceAll("\n", this.#options.newlineSequence).replaceAll(
      /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(\r\n|[^]))/g,
      (whole, octal, hex, four, eight, char) => {
        if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
        const code = hex ?? four ?? eight;
        if (code !== undefined) return this.#character(parseInt(code, 16));
        if ("xuUN".includes(char)) {
          throw new SyntaxFault(`"${whole}" is no complete escape in a text`, this.#line);
        }
        return SIMPLE_ESCAPES[char] ?? whole;
      },
    );
  }

  #character(code: number): string {
    if (code > 0x10ffff) throw new SyntaxFault("there is no such character", this.#line);
    return String.fromCodePoint(code);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source)?.[0];
  }

  #trimmed(): string {
    return this.#options.trimBlocks ? "\\n?" : "";
  }

  #endOfLine(): number {
    const end = this.#source.indexOf("\n", this.#at);
    return end < 0 ? this.#source.length : end;
  }

  #push(kind: TokenKind, value: string): void {
    this.#tokens.push({ kind, value, line: this.#line });
  }

  #moveTo(at: number): void {
    for (let next = this.#source.indexOf("\n", this.#at); next >= 0 && next < at;) {
      this.#line++;
      next = this.#source.indexOf("\n", next + 1);
    }
    this.#lineStarting = at > this.#at && this.#source[at - 1] === "\n";
    this.#at = at;
  }
}

/** What begins a tag. At the same place, the longer delimiter wins: `<%=` before `<%`. */
function openingPattern({ delimiters, lineStatementPrefix, lineCommentPrefix }: JinjaOptions): RegExp {
  const tags: { kind: Opening; length: number; pattern: string }[] =
    (["variable", "comment", "block"] as const)
      .map((kind) => ({
        kind,
        length: delimiters[kind][0].length,
        pattern: `${RegExp.escape(delimiters[kind][0])}[-+]?`,
      }));
  if (lineStatementPrefix !== undefined) {
    const pattern = `(?:^|(?<=\\n))[ \\t\\v]*${RegExp.escape(lineStatementPrefix)}[-+]?`;
    tags.push({ kind: "line_statement", length: lineStatementPrefix.length, pattern });
  }
  if (lineCommentPrefix !== undefined) {
    const pattern = `(?:^|(?<=[\\S\\n]))[^\\S\\r\\n]*${RegExp.escape(lineCommentPrefix)}[-+]?`;
    tags.push({ kind: "line_comment", length: lineCommentPrefix.length, pattern });
  }
  const order = ["variable", "line_statement", "line_comment", "comment", "block"];
  tags.sort((one, other) => other.length - one.length || order.indexOf(one.kind) - order.indexOf(other.kind));
  const [start, end] = delimiters.block.map((text) => RegExp.escape(text));
  const raw = `(?<raw>${start}[-+]?[${SPACE}]*raw[${SPACE}]*(?:-${end}[${SPACE}]*|${end}))`;
  return new RegExp([raw, ...tags.map(({ kind, pattern }) => `(?<${kind}>${pattern})`)].join("|"), "g");
}

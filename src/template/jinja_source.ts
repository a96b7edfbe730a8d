/**
 * Prepares Jinja2 source for minijinja: finds its parts, gives them the standard delimiters, and wraps
 * printed expressions so that their values can be written as Python writes them.
 */

/** Delimiters of a template. */
export interface Delimiters {
  variable: readonly [string, string];
  block: readonly [string, string];
  comment: readonly [string, string];
}

/** Jinja2's own. */
export const STANDARD_DELIMITERS: Delimiters = {
  variable: ["{{", "}}"],
  block: ["{%", "%}"],
  comment: ["{#", "#}"],
};

/** An expression that the template prints. */
export interface PrintedExpression {
  text: string;
  /** Line in the template, from 1. */
  line: number;
}

/** A template that is ready for minijinja. */
export interface PreparedSource {
  source: string;
  /** By the number that the printing filter is given. */
  printed: PrintedExpression[];
  /** Names in the template's include, extends and import tags. */
  references: string[];
  /** Whether the template mentions the name `inventory`. */
  mentionsInventory: boolean;
}

/** Name of the filter that prints; two underscores keep it from the names that templates use. */
export const PRINT_FILTER = "__print";
/** Name of the filter that does what `mapping.get(key, fallback)` does. */
export const GET_FILTER = "__get";

const KINDS = ["variable", "block", "comment"] as const;
const RAW_BEGIN_REGEXP = /^\s*raw\s*$/;
const REFERENCE_REGEXP = /^\s*(?:include|extends|import|from)\b/;

/** Prepares a template. What cannot be read is left as it is: minijinja says what is wrong with it. */
export function prepareSource(text: string, delimiters: Delimiters): PreparedSource {
  const source = new SourceBuilder();
  const normal = text.replaceAll(/\r\n?/g, "\n");
  let position = 0;
  while (position < normal.length) {
    const opening = nextOpening(normal, position, delimiters);
    source.text(normal.slice(position, opening?.at));
    if (opening === undefined) break;
    const [start, end] = delimiters[opening.kind];
    const bodyAt = opening.at + start.length;
    const close = opening.kind === "comment"
      ? normal.indexOf(end, bodyAt)
      // Where something is not balanced, the engine shall say so at the nearest end.
      : closingOf(normal, bodyAt, end, normal.indexOf(end, bodyAt));
    if (close < 0) {
      source.verbatim(STANDARD_DELIMITERS[opening.kind][0] + normal.slice(bodyAt));
      break;
    }
    const body = normal.slice(bodyAt, close);
    position = close + end.length;
    if (opening.kind === "comment") source.comment(body);
    else if (opening.kind === "variable") source.variable(body);
    else if (RAW_BEGIN_REGEXP.test(inner(body).text)) {
      position = source.raw(body, normal, position, delimiters.block);
    } else source.block(body);
  }
  return source.finish();
}

class SourceBuilder {
  #source = "";
  #line = 1;
  #mentionsInventory = false;
  readonly #printed: PrintedExpression[] = [];
  readonly #references: string[] = [];

  /** Text between tags. With delimiters of its own, a template may hold the standard ones as text. */
  text(text: string): void {
    this.verbatim(text.replaceAll(/\{[{%#]/g, (start) => `{{ "${start}" }}`));
  }

  verbatim(text: string): void {
    this.#source += text;
    this.#line += text.split("\n").length - 1;
  }

  comment(body: string): void {
    const { left, text, right } = inner(body);
    // The standard end may stand in a comment that is delimited otherwise.
    this.verbatim(`{#${left}${text.replaceAll("#}", "# }")}${right}#}`);
  }

  block(body: string): void {
    const { text } = inner(body);
    this.#note(text);
    if (REFERENCE_REGEXP.test(text)) {
      for (const [, single, double] of text.matchAll(/'([^']*)'|"([^"]*)"/g)) {
        this.#references.push((single ?? double)!);
      }
    }
    this.verbatim(`{%${rewriteGet(body)}%}`);
  }

  /**
   * A printed expression. Strings and numbers print natively (minijinja knows 2.0 from 2, which is lost on
   * the way to JavaScript); everything else goes through the filter. `+` keeps trim_blocks and
   * lstrip_blocks away, which must not see these blocks.
   */
  variable(body: string): void {
    const { left, text, right } = inner(body);
    if (text.trim() === "") return this.verbatim(`{{${body}}}`);
    this.#note(text);
    const number = this.#printed.push({ text: text.trim(), line: this.#line }) - 1;
    // Jinja2 prints nothing for an `if` without `else` that does not hold, strict or not.
    const value = /\bif\b/.test(text) && !/\belse\b/.test(text) ? `(${text}) or ""` : text;
    this.verbatim(
      `{%${left || "+"} with __v = (${rewriteGet(value)}) %}{{ ` +
        `__v if __v is string or __v is number else "None" if __v is none else __v|${PRINT_FILTER}(${number})` +
        ` }}{% endwith ${right || "+"}%}`,
    );
  }

  /** Copies a raw block; returns the position after it. */
  raw(body: string, text: string, at: number, [start, end]: readonly [string, string]): number {
    const ending = new RegExp(
      `${RegExp.escape(start)}([-+]?)\\s*endraw\\s*([-+]?)${RegExp.escape(end)}`,
      "g",
    );
    ending.lastIndex = at;
    const match = ending.exec(text);
    if (match === null) {
      this.verbatim(`{%${body}%}${text.slice(at)}`);
      return text.length;
    }
    this.verbatim(`{%${body}%}${text.slice(at, match.index)}{%${match[1]} endraw ${match[2]}%}`);
    return match.index + match[0].length;
  }

  finish(): PreparedSource {
    return {
      source: this.#source,
      printed: this.#printed,
      references: this.#references,
      mentionsInventory: this.#mentionsInventory,
    };
  }

  #note(code: string): void {
    if (/\binventory\b/.test(code)) this.#mentionsInventory = true;
  }
}

function nextOpening(
  text: string,
  from: number,
  delimiters: Delimiters,
): { kind: typeof KINDS[number]; at: number } | undefined {
  const found = KINDS.map((kind) => ({ kind, at: text.indexOf(delimiters[kind][0], from) }))
    .filter(({ at }) => at >= 0);
  // At the same place, the longer delimiter wins: `<%=` before `<%`.
  found.sort((one, other) =>
    one.at - other.at || delimiters[other.kind][0].length - delimiters[one.kind][0].length
  );
  return found[0];
}

/** Where a tag ends: strings and brackets inside may hold what looks like its end. */
function closingOf(text: string, from: number, end: string, otherwise = -1): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (depth <= 0 && text.startsWith(end, at)) return at;
    if (char === "'" || char === '"') {
      at = endOfString(text, at);
      if (at < 0) break;
    } else if (char === "{" || char === "[" || char === "(") depth++;
    else if (char === "}" || char === "]" || char === ")") depth--;
  }
  return otherwise;
}

function endOfString(text: string, from: number): number {
  const mark = text[from];
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === mark) return at;
  }
  return -1;
}

/** minijinja's `get` takes no fallback: `a.get(b, c)` becomes a filter. */
function rewriteGet(code: string): string {
  let result = code;
  for (let at = result.indexOf(".get("); at >= 0; at = result.indexOf(".get(", at + 1)) {
    const open = at + ".get".length;
    const close = closingOf(result, open + 1, ")");
    if (close < 0 || /^\s*[.[(]/.test(result.slice(close + 1))) continue;
    if (!hasComma(result.slice(open + 1, close))) continue;
    result = `${result.slice(0, at)}|${GET_FILTER}${result.slice(open)}`;
  }
  return result;
}

/** Whether a list of arguments has more than one. */
function hasComma(code: string): boolean {
  return closingOf(code, 0, ",") >= 0;
}

/** A tag's body without its whitespace marks. */
function inner(body: string): { left: string; text: string; right: string } {
  const left = /^[-+]/.exec(body)?.[0] ?? "";
  const rest = body.slice(left.length);
  const right = /[-+]$/.exec(rest)?.[0] ?? "";
  return { left, text: rest.slice(0, rest.length - right.length), right };
}

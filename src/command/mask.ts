/** Hides secrets in texts that people see, however the value is escaped there. */

import { base64At, maskPlaceholders } from "./placeholder.ts";

/** What stands for a secret wherever it is shown. */
export const MASK = "***";

/** Values below this length are hidden only where they stand as a word of their own. */
const SHORT = 4;
/** Characters of the longest value whose escaped forms are looked for while it arrives in pieces. */
const LONGEST_PARTIAL = 300;

/** A part of a text: from `start` up to `end`. */
export interface Span {
  start: number;
  end: number;
}

/** Something to hide, in one of its forms. */
interface Matcher {
  /** What a text has to hold for anything to be found in it. */
  readonly needle: string;
  find(text: string, into: Span[]): void;
  /** Where the end of a text begins that may be the beginning of it; the text's length if there is none. */
  beginsAt(text: string): number;
}

/** Values as they were remembered. */
const remembered = new Set<string>();
const matchers = new Map<string, Matcher>();
/** The same by the first characters of their needles, so that thousands of secrets cost a text no more than one. */
const byStart = new Map<string, Matcher[]>();
/** Characters of a needle that matchers are looked up by. */
const START = 3;
const listeners: ((value: string) => void)[] = [];

/**
 * Makes {@linkcode maskSecrets} hide this text and each of its lines: as it is, escaped, and in base64. Texts of
 * two and three characters are hidden as whole words only, and those of one not at all: too much else would be.
 */
export function rememberSecret(value: string): void {
  if (remembered.has(value)) return;
  const parts = new Set([value.trim(), ...value.split("\n").map((line) => line.trim())]);
  for (const part of parts) if (part.length > 1) addMatchers(part);
  if (parts.size === 1 && parts.has("")) return;
  remembered.add(value);
  for (const listener of listeners) listener(value);
}

/** Calls a function with every secret, those that are known already included. */
export function onSecret(listener: (value: string) => void): void {
  listeners.push(listener);
  for (const value of remembered) listener(value);
}

/** Whether there is anything to mask. */
export function hasSecrets(): boolean {
  return remembered.size > 0;
}

/** Replaces every secret in a text by `***`. */
export function maskSecrets(text: string): string {
  const plain = maskPlaceholders(text);
  return coverSpans(plain, secretSpans(plain));
}

/** The parts of a text that are secret, in their order and none within another. */
export function secretSpans(text: string): Span[] {
  const found: Span[] = [];
  for (const matcher of matchersFor(text)) matcher.find(text, found);
  return merged(found);
}

/** The matchers that may find something in a text. */
function matchersFor(text: string): Set<Matcher> {
  const found = new Set(byStart.get("") ?? []);
  for (let at = 0; at + START <= text.length; at++) {
    for (const matcher of byStart.get(text.slice(at, at + START)) ?? []) {
      if (!found.has(matcher) && text.startsWith(matcher.needle, at)) found.add(matcher);
    }
  }
  return found;
}

/** Puts `***` in the place of parts of a text. */
export function coverSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let shown = "";
  let from = 0;
  for (const { start, end } of spans) {
    shown += text.slice(from, start) + MASK;
    from = end;
  }
  return shown + text.slice(from);
}

/** How much of a text, from its beginning, shows nothing of a secret whatever follows. */
export function settledLength(text: string): number {
  let length = text.length;
  for (const matcher of matchers.values()) length = Math.min(length, matcher.beginsAt(text));
  // What is hidden as a whole must not be cut in two.
  const spans = secretSpans(text);
  for (const { start, end } of spans.toReversed()) if (start < length && length < end) length = start;
  return length;
}

function addMatchers(part: string): void {
  if (matchers.has(part)) return;
  if (part.length < SHORT) return addMatcher(part, wholeWord(part));
  addMatcher(part, exact(part));
  const escaped = loose(part);
  if (escaped !== undefined) addMatcher(`escaped ${part}`, escaped);
  for (const shift of [0, 1, 2]) {
    const encoded = base64At(part, shift);
    if (encoded.length < 8) continue;
    addMatcher(`encoded ${shift} ${part}`, exact(encoded, /[A-Za-z0-9+/=]{0,4}/y));
  }
}

function addMatcher(name: string, matcher: Matcher): void {
  matchers.set(name, matcher);
  const start = matcher.needle.length < START ? "" : matcher.needle.slice(0, START);
  const others = byStart.get(start);
  if (others === undefined) byStart.set(start, [matcher]);
  else others.push(matcher);
}

/** The text itself, wherever it stands; `rest` is what belongs to it behind its end. */
function exact(part: string, rest?: RegExp): Matcher {
  return {
    needle: part,
    find(text, into) {
      for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
        if (rest !== undefined) rest.lastIndex = at + part.length;
        const more = rest?.exec(text)?.[0].length ?? 0;
        into.push({ start: rest === undefined ? at : startOfGroup(text, at), end: at + part.length + more });
      }
    },
    beginsAt: (text) => beginningOf(part, text),
  };
}

/** Where the characters of base64 begin that hold the first bytes of a value. */
function startOfGroup(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < 4 && /[A-Za-z0-9+/]/.test(text[start - 1]!)) start--;
  return start;
}

function wholeWord(part: string): Matcher {
  const regexp = new RegExp(`(?<![\\p{L}\\p{N}_])${literal(part)}(?![\\p{L}\\p{N}_])`, "gu");
  return {
    needle: part,
    find: (text, into) => addMatches(regexp, text, into),
    beginsAt: (text) => beginningOf(part, text),
  };
}

/** The text with whatever quoting and escaping makes of its special characters; nothing if it has none. */
function loose(part: string): Matcher | undefined {
  const tokens = part.match(/[A-Za-z0-9_]|['"\\]+|\r?\n|[\s\S]/gu) ?? [];
  const words = part.match(/[A-Za-z0-9_]+/g) ?? [];
  const plain = tokens.filter((token) => !/^['"\\]/.test(token)).length;
  if (words[0] === part || plain < 3) return undefined;
  const patterns = tokens.map(loosely);
  const regexp = new RegExp(patterns.join(""), "gu");
  const core = words.toSorted((one, other) => other.length - one.length)[0] ?? "";
  const partial = patterns.length > LONGEST_PARTIAL ? undefined : beginningRegexp(patterns);
  // Each character takes up to a dozen when it is escaped.
  const reach = part.length * 12;
  return {
    needle: core,
    find: (text, into) => addMatches(regexp, text, into),
    beginsAt(text) {
      const skipped = Math.max(0, text.length - reach);
      const found = partial?.exec(text.slice(skipped));
      return found ? skipped + found.index : text.length;
    },
  };
}

/** A pattern for one character, or a run of quotes, as it looks in languages that escape it. */
function loosely(token: string): string {
  if (/^\w/.test(token)) return token;
  if (/^['"\\]/.test(token)) return `(?:['"\\\\]|&#3[49];|&quot;|&apos;|%2[27]|%5[cC])+`;
  if (/^\r?\n$/.test(token)) return `(?:\\s|\\\\+[rn]|%0[AaDd])+`;
  const percent = [...new TextEncoder().encode(token)].map((byte) => {
    const digits = byte.toString(16).padStart(2, "0");
    return `%(?:${digits}|${digits.toUpperCase()})`;
  }).join("");
  const entity = ENTITIES[token];
  const spellings = [literal(token), percent, ...(entity === undefined ? [] : [entity])];
  return `\\\\*(?:${spellings.join("|")})`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", " ": "\\+" };

/** Matches at the end of a text what a text of these patterns may begin with. */
function beginningRegexp(patterns: readonly string[]): RegExp {
  const [first = "", ...rest] = patterns.slice(0, -1);
  const tail = rest.reduceRight((inner, pattern) => `(?:${pattern}${inner})?`, "");
  return new RegExp(`${first}${tail}\\\\*$`, "u");
}

/** Where the longest end of a text begins that a part begins with. */
function beginningOf(part: string, text: string): number {
  for (let at = Math.max(0, text.length - part.length + 1); at < text.length; at++) {
    if (text[at] === part[0] && part.startsWith(text.slice(at))) return at;
  }
  return text.length;
}

function addMatches(regexp: RegExp, text: string, into: Span[]): void {
  for (const match of text.matchAll(regexp)) {
    into.push({ start: match.index, end: match.index + match[0].length });
  }
}

/** Spans that overlap are one: of a secret within another nothing is left to see. */
function merged(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const last = result.at(-1);
    if (last !== undefined && span.start < last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

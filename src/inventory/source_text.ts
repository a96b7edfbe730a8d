/** Finds the lines of a data file that its exports and hosts were written on, by looking at its text. */

import { dirname, extname, resolve } from "node:path";
import type { Place } from "../errors/mod.ts";
import { blankModule } from "./blank_module.ts";

const MODULE_EXTENSIONS: ReadonlySet<string> = new Set([".ts", ".js", ".mjs"]);
const MAX_REEXPORTS = 8;

/**
 * The text of a data file. Modules give their exports in alphabetical order and no positions, but the order
 * of groups decides which data wins and errors should name a line; both are read off the text, which is
 * exact for exports and literals and a good guess for the rest.
 */
export class SourceText {
  readonly file: string;
  readonly #text: string;
  /** The text with comments blanked, offsets kept. */
  readonly #plain: string;
  /** The text with comments and strings blanked, offsets kept. */
  readonly #code: string;
  readonly #isModule: boolean;
  readonly #reexports: readonly { offset: number; source: SourceText }[];

  private constructor(file: string, text: string, reexports: { offset: number; source: SourceText }[]) {
    this.file = file;
    this.#text = text;
    this.#isModule = MODULE_EXTENSIONS.has(extname(file));
    const { plain, code } = this.#isModule ? blankModule(text) : { plain: text, code: text };
    this.#plain = plain;
    this.#code = code;
    this.#reexports = reexports;
  }

  /** For text that is already read. */
  static of(file: string, text: string): SourceText {
    return new SourceText(file, text, []);
  }

  /** Reads a module and what it re-exports as a whole. A file that cannot be read counts as empty. */
  static async open(file: string, depth = 0): Promise<SourceText> {
    const text = await Deno.readTextFile(file).catch(() => "");
    const reexports = [];
    for (const match of text.matchAll(/^\s*export\s*\*\s*from\s*["'](\.[^"']*)["']/gm)) {
      if (depth >= MAX_REEXPORTS) break;
      const source = await SourceText.open(resolve(dirname(file), match[1]!), depth + 1);
      reexports.push({ offset: match.index, source });
    }
    return new SourceText(file, text, reexports);
  }

  /** Names of exports in the order that they are written in. */
  inOrder(names: readonly string[]): string[] {
    const positions = new Map(names.map((name) => [name, this.#position(name)]));
    return [...names].sort((left, right) => comparePositions(positions.get(left)!, positions.get(right)!));
  }

  /** Where an export, or a key at the top of a YAML or JSON file, is written. */
  placeOfExport(name: string): Place | undefined {
    const offset = this.#exportOffset(name);
    if (offset !== undefined) return this.placeAt(offset);
    for (const { source } of this.#reexports) {
      const place = source.placeOfExport(name);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Where a host is written within an export; the export's own place when it cannot be found. */
  placeOfLiteral(name: string, literal: string, occurrence = 0): Place | undefined {
    const start = this.#exportOffset(name) ?? 0;
    const found = this.#literalOffsets(literal).filter((offset) => offset >= start);
    const offset = found[occurrence] ?? found[0];
    return offset === undefined ? this.placeOfExport(name) : this.placeAt(offset);
  }

  /** How often each string is written out between an export and the next one. */
  countStrings(name: string): Map<string, number> {
    const counts = new Map<string, number>();
    const start = this.#exportOffset(name);
    if (start === undefined) return counts;
    const next = /\n\s*export\b/g;
    next.lastIndex = start + 1;
    const end = next.exec(this.#code)?.index ?? this.#text.length;
    for (const [, text] of this.#plain.slice(start, end).matchAll(/["'`]([^"'`\n]*)["'`]/g)) {
      counts.set(text!, (counts.get(text!) ?? 0) + 1);
    }
    return counts;
  }

  placeAt(offset: number): Place {
    const before = this.#text.slice(0, offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    return { file: this.file, line: before.split("\n").length, column: offset - lineStart + 1 };
  }

  #position(name: string): number[] {
    const offset = this.#exportOffset(name);
    if (offset !== undefined) return [offset];
    for (const reexport of this.#reexports) {
      const inner = reexport.source.#position(name);
      if (inner[0] !== Infinity) return [reexport.offset, ...inner];
    }
    return [Infinity];
  }

  #exportOffset(name: string): number | undefined {
    const word = escapeRegExp(name);
    if (!this.#isModule) {
      const key = extname(this.file) === ".json"
        ? new RegExp(`"${word}"\\s*:`)
        : new RegExp(`^(["']?)${word}\\1\\s*:`, "m");
      return key.exec(this.#text)?.index;
    }
    if (name === "default") return positionOf(/\bexport\s+default\b/, this.#code);
    const declared = new RegExp(
      `\\bexport\\s+(?:async\\s+)?(?:const|let|var|class|enum|function\\s*\\*?)\\s+${word}(?![\\w$])`,
    );
    return positionOf(declared, this.#code) ??
      // Second declarators, destructuring and `export { name }`: the first mention is the best guess.
      positionOf(new RegExp(`(?<![\\w$.])${word}(?![\\w$])`), this.#code) ??
      positionOf(new RegExp(`["']${word}["']`), this.#plain);
  }

  #literalOffsets(literal: string): number[] {
    const word = escapeRegExp(literal);
    const pattern = this.#isModule || extname(this.file) === ".json"
      ? new RegExp(`(?<=["'\`])${word}(?=["'\`])`, "g")
      : new RegExp(`(?<![\\w.@/-])${word}(?![\\w./-])`, "g");
    return [...this.#plain.matchAll(pattern)].map((match) => match.index);
  }
}

function positionOf(pattern: RegExp, text: string): number | undefined {
  return pattern.exec(text)?.index;
}

function comparePositions(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    if (left[index] !== right[index]) return left[index]! < right[index]! ? -1 : 1;
  }
  return left.length - right.length;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

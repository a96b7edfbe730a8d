/** The `sh` tag: shell commands whose interpolated values are always quoted. */

import { MASK } from "./mask.ts";
import { maskPlaceholders } from "./placeholder.ts";
import { doubleQuote, quote, quotePath } from "./quote.ts";
import { Secret } from "./secret.ts";
import { resolveShellText } from "./shell_text.ts";

/** A piece of a command: text as the shell gets it, and as people may see it. */
interface Piece {
  readonly raw: string;
  readonly shown: string;
}

/** A value that can stand in a `sh` template. */
export type Word =
  | string
  | number
  | bigint
  | Secret
  | ShellCommand
  | undefined
  | null
  | false
  | readonly Word[];

/** A shell command as a value. Build it with the {@linkcode sh} tag. */
export class ShellCommand {
  readonly #piece: Piece;

  private constructor(piece: Piece) {
    this.#piece = piece;
  }

  /**
   * A command that is written already: what the shell receives, and what people may see of it. Values of secrets
   * that the text was made with are quoted as it wants it where they stand.
   *
   * @throws {DroverError} `E_SECRET` if a secret cannot be quoted where it stands, or is no longer whole.
   */
  static of(raw: string, shown: string = raw): ShellCommand {
    return new ShellCommand({ raw: resolveShellText(raw), shown: maskPlaceholders(shown) });
  }

  /** The command as the shell receives it, secrets included. */
  get raw(): string {
    return this.#piece.raw;
  }

  /** The command as people may see it: secrets are `***`. */
  toString(): string {
    return this.#piece.shown;
  }

  /** The command as people may see it. */
  toJSON(): string {
    return this.#piece.shown;
  }
}

/**
 * Builds a shell command. Strings and numbers become one quoted word, arrays become several words,
 * secrets, also those inside of strings, are quoted and masked, other commands are inserted as they are;
 * `undefined`, `null`, `false`
 * and empty arrays leave nothing, not even their space.
 *
 * @throws {TypeError} If a value is of another kind, such as an object or `true`.
 * @example
 * ```ts
 * sh`apt-get install -y ${["nginx", "git"]}`; // apt-get install -y nginx git
 * sh`rm -f ${"/srv/old files"}`; // rm -f '/srv/old files'
 * ```
 */
export function sh(strings: TemplateStringsArray, ...words: Word[]): ShellCommand {
  let raw = "";
  let shown = "";
  let dropSpace = false;
  strings.raw.forEach((_, index) => {
    let text = strings[index] ?? "";
    if (dropSpace && (raw === "" || raw.endsWith(" ")) && text.startsWith(" ")) text = text.slice(1);
    raw += text;
    shown += text;
    if (index >= words.length) return;
    const piece = render(words[index]);
    dropSpace = piece === undefined;
    raw += piece?.raw ?? "";
    shown += piece?.shown ?? "";
  });
  // A value left out at the end leaves the space before it behind.
  return dropSpace && strings.at(-1) === ""
    ? ShellCommand.of(raw.trimEnd(), shown.trimEnd())
    : ShellCommand.of(raw, shown);
}

/**
 * Shell text that is inserted as it stands, without quoting. For texts written by the author of a deploy
 * (a whole command line, a redirection), never for values.
 */
export function raw(text: string): ShellCommand {
  return ShellCommand.of(text);
}

/**
 * A path on a host as one word: quoted, but with `~` and `~user` at its start still standing for a home.
 *
 * @example
 * ```ts
 * sh`cat ${pathWord("~/My Documents/list")}`; // cat ~/'My Documents/list'
 * ```
 */
export function pathWord(path: string): ShellCommand {
  return ShellCommand.of(quotePath(path), quotePath(maskPlaceholders(path)));
}

/** Joins commands with a separator such as `" && "`. */
export function joinCommands(commands: readonly ShellCommand[], separator: string): ShellCommand {
  return ShellCommand.of(
    commands.map((command) => command.raw).join(separator),
    commands.map(String).join(separator),
  );
}

/** The command as one quoted word, for `sh -c ${word}`. */
export function quoteCommand(command: ShellCommand): ShellCommand {
  return ShellCommand.of(quote(command.raw), quote(command.toString()));
}

/** A value as one word in double quotes: `"Jane Doe"`. The shell reads back exactly the value. */
export function doubleQuoted(value: string | Secret): ShellCommand {
  return value instanceof Secret
    ? ShellCommand.of(doubleQuote(value.reveal()), `"${MASK}"`)
    : ShellCommand.of(doubleQuote(value), doubleQuote(maskPlaceholders(value)));
}

function render(word: Word): Piece | undefined {
  if (word === undefined || word === null || word === false) return undefined;
  if (typeof word === "string") return { raw: quote(word), shown: quote(maskPlaceholders(word)) };
  if (typeof word === "number" || typeof word === "bigint") return same(quote(String(word)));
  if (word instanceof Secret) return { raw: quote(word.reveal()), shown: MASK };
  if (word instanceof ShellCommand) {
    return word.raw === "" ? undefined : { raw: word.raw, shown: word.toString() };
  }
  if (Array.isArray(word)) return renderAll(word);
  throw new TypeError(`Cannot put a value of type '${typeof word}' into a command: ${Deno.inspect(word)}`);
}

function renderAll(words: readonly Word[]): Piece | undefined {
  const pieces = words.map(render).filter((piece) => piece !== undefined);
  if (pieces.length === 0) return undefined;
  return {
    raw: pieces.map((piece) => piece.raw).join(" "),
    shown: pieces.map((piece) => piece.shown).join(" "),
  };
}

function same(text: string): Piece {
  return { raw: text, shown: text };
}

/** A stream that text is written to, with what is known about it: colour, width, signs. */

import { type ColorChoice, createStyle, decideColor, type ReadEnv, type Style } from "./color.ts";
import { type Glyphs, glyphsFor } from "./glyphs.ts";

/** Where text goes. */
export interface TextSink {
  write(text: string): void;
}

/** A stream that messages are written to. */
export interface Terminal extends TextSink {
  /** Whether it can redraw what it shows. */
  readonly isTerminal: boolean;
  readonly style: Style;
  readonly glyphs: Glyphs;
  /** Takes the terminal for a question: whatever redraws it waits until the returned function is called. */
  claim(): () => void;
  /** Has a function told when the terminal is claimed (`true`) and free again (`false`). */
  onClaim(listener: (claimed: boolean) => void): void;
  /**
   * Number of columns that text is fitted to, asked anew each time as windows are resized: the terminal's, 80 where
   * it does not tell, no more than `COLUMNS`. Without a terminal `COLUMNS` alone counts, and without that
   * there is no limit.
   */
  width(): number;
}

/** How a terminal is opened. */
export interface TerminalOptions {
  color?: ColorChoice;
  /** Default: the process' environment. */
  env?: ReadEnv;
}

const DEFAULT_WIDTH = 80;

/** A terminal from its parts; tests give a sink and a fixed width. */
export function createTerminal(
  sink: TextSink,
  parts: TerminalOptions & { isTerminal: boolean; width?: () => number },
): Terminal {
  const { color = "auto", env = (name) => Deno.env.get(name), isTerminal, width } = parts;
  const listeners: ((claimed: boolean) => void)[] = [];
  const tell = (claimed: boolean) => listeners.forEach((listener) => listener(claimed));
  return {
    write: (text) => sink.write(text),
    claim() {
      tell(true);
      return () => tell(false);
    },
    onClaim: (listener) => void listeners.push(listener),
    // A dumb terminal cannot move its cursor.
    isTerminal: isTerminal && env("TERM") !== "dumb",
    style: createStyle(decideColor(color, isTerminal, env)),
    glyphs: glyphsFor(env),
    width: () => Math.min(isTerminal ? readWidth(width) : Infinity, readColumns(env)),
  };
}

/** Standard output or standard error as a terminal. */
export function openTerminal(
  stream: typeof Deno.stdout | typeof Deno.stderr,
  options: TerminalOptions = {},
): Terminal {
  return createTerminal(streamSink(stream), {
    ...options,
    isTerminal: stream.isTerminal(),
    width: () => Deno.consoleSize().columns,
  });
}

function readWidth(width: (() => number) | undefined): number {
  try {
    // Some pseudo-terminals say 0.
    return width?.() || DEFAULT_WIDTH;
  } catch {
    return DEFAULT_WIDTH;
  }
}

/** `COLUMNS`, where it is a number that text can be fitted to. */
function readColumns(env: ReadEnv): number {
  const text = env("COLUMNS") ?? "";
  return /^[1-9]\d*$/.test(text) ? Number(text) : Infinity;
}

function streamSink(stream: { writeSync(bytes: Uint8Array): number }): TextSink {
  const encoder = new TextEncoder();
  let broken = false;
  return {
    write(text) {
      let bytes = encoder.encode(text);
      try {
        while (bytes.length > 0 && !broken) bytes = bytes.subarray(stream.writeSync(bytes));
      } catch (error) {
        // Whoever read our messages has gone; that is no reason to stop the run.
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
        broken = true;
      }
    },
  };
}

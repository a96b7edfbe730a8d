/** Tells at which line of which template something went wrong. */

import { SyntaxFault } from "./lexer.ts";
import { Fault } from "./values.ts";

/** What went wrong, and where. */
export class PlacedFault extends Error {
  /** Path of the template; it is known last. */
  file: string | undefined;

  constructor(readonly fault: unknown, readonly line: number) {
    super("", { cause: fault });
  }
}

/** Runs something of a file. */
export function inFile<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const fault = placed(error, error instanceof SyntaxFault ? error.line : 1);
    fault.file ??= file;
    throw fault;
  }
}

/** An error with its line. The innermost line is the one that errors tell. */
export function placed(error: unknown, line: number): PlacedFault {
  return error instanceof PlacedFault ? error : new PlacedFault(readable(error), line);
}

function readable(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  // Where the stack is used up, little can be called.
  return new Fault(
    error.message.startsWith("Maximum call stack")
      ? "it goes too deep: something calls itself"
      : error.message,
  );
}

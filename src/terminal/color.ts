/** Decides whether a stream gets colour, and colours text. */

import { styleText } from "node:util";

/** What `--color` says. */
export type ColorChoice = "auto" | "always" | "never";

/** Reads an environment variable. */
export type ReadEnv = (name: string) => string | undefined;

/** Functions that colour a text, or leave it as it is. */
export interface Style {
  readonly enabled: boolean;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  bold(text: string): string;
  dim(text: string): string;
}

/**
 * Whether a stream gets colour: `--color`, then `FORCE_COLOR`, `NO_COLOR`, `TERM=dumb`, and at last whether
 * it is a terminal. `FORCE_COLOR=0` and `FORCE_COLOR=false` mean no.
 */
export function decideColor(choice: ColorChoice, isTerminal: boolean, env: ReadEnv): boolean {
  if (choice !== "auto") return choice === "always";
  const force = env("FORCE_COLOR");
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  if ((env("NO_COLOR") ?? "") !== "") return false;
  if (env("TERM") === "dumb") return false;
  return isTerminal;
}

/** The colours of a stream. */
export function createStyle(enabled: boolean): Style {
  // The decision has been made: styleText shall not ask the environment again.
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string): string =>
    enabled && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  return {
    enabled,
    red: paint("red"),
    green: paint("green"),
    yellow: paint("yellow"),
    cyan: paint("cyan"),
    bold: paint("bold"),
    dim: paint("dim"),
  };
}

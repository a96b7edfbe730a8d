/** The signs that a terminal can show. */

import type { ReadEnv } from "./color.ts";

/** Signs, in Unicode or in ASCII. */
export interface Glyphs {
  readonly ok: string;
  readonly failed: string;
  readonly unchanged: string;
  readonly skipped: string;
  readonly ellipsis: string;
  readonly dot: string;
  readonly rule: string;
  readonly arrow: string;
  readonly spinner: readonly string[];
}

const UNICODE: Glyphs = {
  ok: "✓",
  failed: "✗",
  unchanged: "=",
  skipped: "-",
  ellipsis: "…",
  dot: "·",
  rule: "──",
  arrow: "→",
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

const ASCII: Glyphs = {
  ok: "ok",
  failed: "x",
  unchanged: "=",
  skipped: "-",
  ellipsis: "...",
  dot: "-",
  rule: "--",
  arrow: "->",
  spinner: ["|", "/", "-", "\\"],
};

/** The signs for a locale: Unicode where it says UTF-8, except on the Linux console, whose font lacks them. */
export function glyphsFor(env: ReadEnv): Glyphs {
  const locale = [env("LC_ALL"), env("LC_CTYPE"), env("LANG")].find((value) => value) ?? "";
  return /utf-?8/i.test(locale) && env("TERM") !== "linux" ? UNICODE : ASCII;
}

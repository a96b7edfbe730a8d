/** Colour, width, glyphs, tables, the live region and prompts; knows nothing of hosts or runs. */

export { type ColorChoice, createStyle, decideColor, type Style } from "./color.ts";
export { type Glyphs, glyphsFor } from "./glyphs.ts";
export { LiveRegion } from "./live_region.ts";
export { createPrompter, type Prompter, type PrompterOptions, type PromptPurpose } from "./prompt.ts";
export { sanitise, sanitiseLine } from "./sanitise.ts";
export { type Column, renderTable } from "./table.ts";
export {
  createTerminal,
  openTerminal,
  type Terminal,
  type TerminalOptions,
  type TextSink,
} from "./terminal.ts";
export { padEnd, padStart, textWidth, truncate, wrap } from "./text.ts";

/** Rows at the end of a terminal that are redrawn in place while lines scroll by above them. */

import type { Terminal } from "./terminal.ts";
import { truncate } from "./text.ts";

const MOST_ROWS = 12;
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** Terminals that know it show everything between the two at once. */
const BEGIN_UPDATE = "\x1b[?2026h";
const END_UPDATE = "\x1b[?2026l";

/** The live rows of a terminal. Where the stream is no terminal, only the lines above are written. */
export class LiveRegion {
  readonly #terminal: Terminal;
  #rows: readonly string[] = [];
  #paused = false;
  /** A process that ends in between leaves the cursor as it found it. */
  readonly #showCursor = () => this.#terminal.write(SHOW_CURSOR);
  /** Lines that wait for the end of a pause. */
  #held: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    terminal.onClaim((claimed) => claimed ? this.pause() : this.resume());
  }

  /** Shows other rows; more than twelve are cut, the last one stays. */
  update(rows: readonly string[]): void {
    if (!this.#terminal.isTerminal) return;
    if (this.#paused) return;
    const cut = rows.length > MOST_ROWS ? [...rows.slice(0, MOST_ROWS - 1), rows.at(-1)!] : rows;
    const width = this.#terminal.width() - 1;
    const fitting = cut.map((row) => truncate(row, width, this.#terminal.glyphs.ellipsis));
    if (sameRows(fitting, this.#rows)) return;
    this.#draw("", fitting);
  }

  /** Writes text (whole lines, without the last line end) above the rows. */
  log(text: string): void {
    if (this.#paused) this.#held.push(text);
    else if (this.#rows.length === 0) this.#terminal.write(`${text}\n`);
    else this.#draw(`${text}\n`, this.#rows);
  }

  /** Takes the rows away, for a prompt or an end. The next update shows rows again. */
  clear(): void {
    if (this.#rows.length > 0) this.#draw("", []);
  }

  /** Takes the rows away until {@linkcode resume}; lines wait until then, too. */
  pause(): void {
    this.clear();
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const text of this.#held.splice(0)) this.log(text);
  }

  #draw(above: string, rows: readonly string[]): void {
    const erase = this.#rows.length === 0 ? "" : `\x1b[${this.#rows.length}A\r\x1b[0J`;
    const cursor = rows.length === 0 ? SHOW_CURSOR : this.#rows.length === 0 ? HIDE_CURSOR : "";
    const drawn = rows.map((row) => `${row}\n`).join("");
    if (cursor === HIDE_CURSOR) globalThis.addEventListener("unload", this.#showCursor);
    if (cursor === SHOW_CURSOR) globalThis.removeEventListener("unload", this.#showCursor);
    this.#terminal.write(`${BEGIN_UPDATE}${erase}${above}${drawn}${cursor}${END_UPDATE}`);
    this.#rows = rows;
  }
}

function sameRows(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((row, index) => row === other[index]);
}

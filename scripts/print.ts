/** What the scripts print: one line at a time, steps with their duration. */

const encoder = new TextEncoder();
const VERB_COLUMN = 12;

/** Prints a line on standard output. */
export function say(line = ""): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

/** Prints a line on standard error. */
export function complain(line: string): void {
  Deno.stderr.writeSync(encoder.encode(`${line}\n`));
}

/** Prints what was done: a right-aligned verb, then the rest. */
export function sayDone(verb: string, rest: string): void {
  say(`${verb.padStart(VERB_COLUMN)} ${rest}`);
}

/** Does a step and prints what was done and how long it took; what `work` returns is appended to the line. */
export async function timed(verb: string, what: string, work: () => Promise<string | void>): Promise<void> {
  const start = performance.now();
  const more = await work();
  sayDone(verb, `${what}${more ? ` ${more}` : ""} (${seconds(start)})`);
}

/** The time since `start` (of `performance.now()`), for people: `12.3 s`. */
export function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

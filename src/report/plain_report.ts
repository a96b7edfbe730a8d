/** The report of `exec` and `fact`: data goes to standard output, and only what went wrong to standard error. */

import type { Problem, RunEvent } from "../engine/events.ts";
import { padEnd, sanitise, sanitiseLine, type Terminal, type TextSink, textWidth } from "../terminal/mod.ts";
import { problemViewOn, renderProblem } from "./problem_view.ts";
import type { Report } from "./report.ts";
import { typedCommand } from "./view.ts";

/** How data and failures are reported. */
export interface PlainReportOptions {
  /** Standard error. */
  terminal: Terminal;
  /** Standard output. */
  out: TextSink;
  /** Whether standard output is shown to a person: remote text is made harmless then. */
  outIsTerminal: boolean;
  /** Names of the hosts. Lines of several hosts say whose they are; the output of one stays as it is. */
  hosts: readonly string[];
  /** Shows facts and commands. Default: 0. */
  verbosity?: number;
}

/** A report without a plan and without results. */
export function createPlainReport(options: PlainReportOptions): Report {
  return new PlainReport(options);
}

class PlainReport implements Report {
  readonly #options: PlainReportOptions;
  readonly #columns: number;
  /** Ends of lines that have not come yet, by host and stream. */
  readonly #partial = new Map<string, string>();

  constructor(options: PlainReportOptions) {
    this.#options = options;
    this.#columns = Math.max(0, ...options.hosts.map(textWidth));
  }

  handle(event: RunEvent): void {
    const verbosity = this.#options.verbosity ?? 0;
    if (event.type === "command.output") this.#output(event.host, event.stream, event.text);
    else if (event.type === "command.finished") this.#flush(event.host);
    else if (event.type === "host.failed") this.#problem(event.problem);
    else if (event.type === "host.log") this.#say(`${event.host}  ${event.text}`);
    else if (event.type === "notice") this.#say([event.host, event.text].filter(Boolean).join("  "));
    else if (event.type === "warning") {
      this.#say(`warning: ${event.text}${event.hint === undefined ? "" : ` (${event.hint})`}`);
    } else if (event.type === "fact.read" && verbosity >= 1) this.#say(`${event.host}  fact ${event.fact}`);
    else if (event.type === "host.backend" && verbosity >= 1) {
      this.#say(`${event.host}  ssh by ${event.backend}: ${event.reason}`);
    } else if (event.type === "command.started" && verbosity >= 2) {
      this.#say(`${event.host}  >>> ${typedCommand(event)}`);
    }
  }

  close(): void {
    for (const host of this.#options.hosts) this.#flush(host);
  }

  #output(host: string, stream: "stdout" | "stderr", text: string): void {
    if (this.#options.hosts.length === 1) return this.#sink(stream).write(this.#clean(stream, text));
    const key = `${host}\n${stream}`;
    const lines = ((this.#partial.get(key) ?? "") + text).split("\n");
    this.#partial.set(key, lines.pop()!);
    for (const line of lines) this.#line(host, stream, line);
  }

  #flush(host: string): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const rest = this.#partial.get(`${host}\n${stream}`) ?? "";
      this.#partial.delete(`${host}\n${stream}`);
      if (rest !== "") this.#line(host, stream, rest);
    }
  }

  #line(host: string, stream: "stdout" | "stderr", line: string): void {
    const { style } = this.#options.terminal;
    const name = padEnd(sanitiseLine(host), this.#columns);
    const shown = this.#isShown(stream) ? style.cyan(name) : name;
    this.#sink(stream).write(`${shown} | ${this.#clean(stream, line)}\n`);
  }

  #problem(problem: Problem): void {
    const { terminal } = this.#options;
    const view = problemViewOn(terminal);
    terminal.write(`${renderProblem(problem, view).join("\n")}\n`);
  }

  #say(text: string): void {
    this.#options.terminal.write(`${sanitise(text)}\n`);
  }

  #sink(stream: "stdout" | "stderr"): TextSink {
    return stream === "stdout" ? this.#options.out : this.#options.terminal;
  }

  #clean(stream: "stdout" | "stderr", text: string): string {
    return this.#isShown(stream) ? sanitise(text) : text;
  }

  #isShown(stream: "stdout" | "stderr"): boolean {
    return stream === "stdout" ? this.#options.outIsTerminal : this.#options.terminal.isTerminal;
  }
}

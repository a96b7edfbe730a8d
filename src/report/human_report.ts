/** The report for people: live rows on a terminal, plain lines anywhere else. */

import type { Problem, RunEvent } from "../engine/events.ts";
import { LiveRegion, sanitise, sanitiseLine, type Terminal } from "../terminal/mod.ts";
import { Activity } from "./activity.ts";
import { renderNext, renderUnfinished } from "./next_view.ts";
import { renderLive } from "./live_view.ts";
import { renderPlan } from "./plan_view.ts";
import type { Report } from "./report.ts";
import { type Failure, renderFailures, renderHosts, renderVerdict } from "./result_view.ts";
import * as steps from "./step_view.ts";
import {
  type Clock,
  count,
  duration,
  fitting,
  labelled,
  showPlace,
  SYSTEM_CLOCK,
  typedCommand,
  type View,
} from "./view.ts";

/** How a run is reported to people. */
export interface HumanReportOptions {
  /** Standard error. */
  terminal: Terminal;
  /**
   * -1 the verdict only, 0 operations, 1 also reasons, facts and full lists, 2 also the commands that are
   * sent, 3 also what hosts print. Default: 0.
   */
  verbosity?: number;
  /** Shows differences of files. Default: no. */
  diff?: boolean;
  /** Shows the stacks of bugs. Default: no. */
  debug?: boolean;
  /** The command line that goes on with some hosts only, with all without any. Default: none is shown. */
  next?: (hosts: readonly string[] | undefined) => string;
  /** Default: the working directory. */
  cwd?: string;
  /** Default: the process' own time. */
  clock?: Clock;
}

const HEARTBEAT_SECONDS = 30;
/** Milliseconds between two looks at the time. */
const LIVE_TICK = 100;
const PLAIN_TICK = 1000;
/** Milliseconds between two drawings of the live rows. */
const DRAW_PAUSE = 50;

/** The report of a run for people, on standard error. */
export function createHumanReport(options: HumanReportOptions): Report {
  return new HumanReport(options);
}

type Finished = RunEvent & { type: "operation.finished" };

class HumanReport implements Report {
  readonly #options: HumanReportOptions;
  readonly #terminal: Terminal;
  readonly #live: boolean;
  readonly #region: LiveRegion;
  readonly #clock: Clock;
  readonly #verbosity: number;
  readonly #activity = new Activity();
  readonly #failures: Failure[] = [];
  /** Exit status by operation and host, for failures that say nothing else. */
  readonly #exits = new Map<string, number>();
  /** What hosts have printed without a line end. */
  readonly #partial = new Map<string, string>();
  #stopTicking: (() => void) | undefined;
  #lastWrite = 0;
  #lastDraw = -Infinity;
  /** What kept hosts from being planned. */
  readonly #planProblems: Problem[] = [];
  #dry = false;
  #applied = false;
  #planned = false;
  /** Seconds that connecting took. */
  #connecting = 0;

  constructor(options: HumanReportOptions) {
    const { terminal } = options;
    this.#options = options;
    this.#terminal = terminal;
    this.#verbosity = options.verbosity ?? 0;
    this.#live = terminal.isTerminal && this.#verbosity >= 0;
    this.#region = new LiveRegion(terminal);
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  handle(event: RunEvent): void {
    const now = this.#clock.now();
    const operation = event.type === "operation.done"
      ? this.#activity.running.get(event.operation)
      : undefined;
    const failure = event.type === "operation.finished" ? this.#noteFailure(event) : undefined;
    this.#activity.note(event, now);
    if (event.type === "run.started") this.#startTicking(now);
    if (event.type === "run.finished") return this.#finish(event);
    if (event.type === "host.failed" && event.phase === "plan") this.#planProblems.push(event.problem);
    if (this.#verbosity < 0) return;
    if (event.type === "operation.finished") this.#showFinished(event, failure);
    else if (operation !== undefined && event.type === "operation.done") {
      if (this.#live) this.#write([steps.doneRow(operation, event.seconds, this.#view())]);
    } else this.#show(event);
    this.#redraw(now);
  }

  close(): void {
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    this.#region.clear();
  }

  #show(event: RunEvent): void {
    const view = this.#view();
    const { style } = view;
    switch (event.type) {
      case "run.started": {
        this.#dry = event.dry;
        const size = `${count(event.hosts.length, "host")} in ${count(event.groups, "group")}`;
        return this.#write([
          steps.headLine("Loaded", `${sanitiseLine(event.inventory)}: ${size}`, undefined, view, this.#live),
        ]);
      }
      case "host.failed":
        return this.#write(this.#hostFailed(event.host, event.phase, event.problem, view));
      case "host.backend": {
        if (this.#verbosity < 1) return;
        const text = `${sanitiseLine(event.host)}  ${event.backend}: ${sanitiseLine(event.reason)}`;
        return this.#write([steps.sayLine("SSH", text, style.dim)]);
      }
      case "hosts.ready": {
        const text = `${event.connected} of ${count(event.connected + event.failed, "host")}`;
        this.#connecting = event.seconds;
        return this.#write([steps.headLine("Connected", text, event.seconds, view, this.#live)]);
      }
      case "fact.read": {
        if (this.#verbosity < 1 || (event.cached && this.#verbosity < 2)) return;
        const args = Object.entries(event.args).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
        const text = [event.fact, ...args, event.cached ? "(known)" : ""].filter(Boolean).join(" ");
        this.#write([steps.sayLine("Fact", `${sanitiseLine(event.host)}  ${text}`, style.dim)]);
        if (this.#verbosity >= 2 && !event.cached) this.#writeHost(event.host, `>>> ${event.command}`, view);
        return;
      }
      case "host.log":
        return this.#writeHost(event.host, event.text, view);
      case "notice": {
        const host = event.host === undefined ? "" : `${sanitiseLine(event.host)}  `;
        return this.#write([steps.sayLine("Notice", host + event.text, style.cyan)]);
      }
      case "warning": {
        const place = event.place === undefined ? "" : `\nat ${showPlace(event.place, view.cwd)}`;
        const hint = event.hint === undefined ? "" : `\nhint: ${event.hint}`;
        return this.#write([steps.sayLine("Warning", event.text + place + hint, style.yellow)]);
      }
      case "plan.ready": {
        this.#planned = true;
        this.#activity.phase = "end";
        const hosts = this.#activity.hosts - this.#activity.unreachable;
        const planning = Math.max(0, event.seconds - this.#connecting);
        const read = steps.headLine("Read", count(event.facts, "fact"), planning, view, this.#live);
        this.#write([read]);
        // A plan alone is followed by the failures at once.
        if (!this.#dry) this.#write(this.#renderFailures(this.#planProblems));
        return this.#write(renderPlan(event.plan, hosts, event.seconds, view));
      }
      case "apply.started":
        this.#applied = true;
        return this.#write([""]);
      case "command.started": {
        if (this.#verbosity < 2) return;
        return this.#writeHost(event.host, `>>> ${sanitise(typedCommand(event))}`, view);
      }
      case "command.output":
        return this.#output(event, view);
      case "command.finished":
        if (event.exitStatus !== undefined) {
          this.#exits.set(`${event.operation} ${event.host}`, event.exitStatus);
        }
        for (const stream of ["stdout", "stderr"]) {
          this.#flush(`${event.host} ${stream}`, event.host);
        }
        return;
      case "operation.retry":
        return this.#write([steps.sayLine("Retry", retryText(event), style.yellow)]);
    }
  }

  #hostFailed(host: string, phase: "connect" | "plan" | "apply", problem: Problem, view: View): string[] {
    // The operation that failed has told already.
    if (this.#failures.some((failure) => isSame(failure.problem, problem))) return [];
    const word = phase === "connect" ? "Unreachable" : "FAILED";
    const hint = problem.hint === undefined ? "" : `\nhint: ${problem.hint}`;
    const text = `${sanitiseLine(host)}  ${sanitiseLine(problem.message)}${hint}`;
    return [steps.sayLine(word, text, (word) => view.style.bold(view.style.red(word)))];
  }

  #noteFailure(event: Finished): steps.FailureNote | undefined {
    const { outcome, operation, host, problem } = event;
    if (outcome !== "failed" && outcome !== "ignored") return undefined;
    const failure = { problem, exitStatus: this.#exits.get(`${operation} ${host}`) };
    if (problem !== undefined && outcome === "failed") {
      this.#failures.push({ problem, operation: labelled(event.label, event.name) });
    }
    return failure;
  }

  #showFinished(event: Finished, failure: steps.FailureNote | undefined): void {
    const view = this.#view();
    if (!this.#live) return this.#write(steps.outcomeLines(event, failure, view));
    if (failure !== undefined) this.#write(steps.failureLines(event, failure, view));
    else if (event.nested) this.#write([steps.nestedRow(event, view)]);
    if (view.verbosity < 1) return;
    for (const noop of event.noops) this.#writeHost(event.host, view.style.dim(sanitiseLine(noop)), view);
  }

  #output(event: RunEvent & { type: "command.output" }, view: View): void {
    if (this.#verbosity < 3) return;
    const key = `${event.host} ${event.stream}`;
    const text = (this.#partial.get(key) ?? "") + event.text;
    const end = text.lastIndexOf("\n");
    this.#partial.set(key, text.slice(end + 1));
    if (end >= 0) this.#writeHost(event.host, sanitise(text.slice(0, end)), view);
  }

  #flush(key: string, host: string): void {
    const rest = this.#partial.get(key) ?? "";
    this.#partial.delete(key);
    if (rest !== "") this.#writeHost(host, sanitise(rest), this.#view());
  }

  #finish(event: RunEvent & { type: "run.finished" }): void {
    this.close();
    const view = this.#view();
    if (this.#live) this.#write(this.#unfinishedRows(view));
    const rest = [...this.#activity.running.values()];
    for (const operation of rest) this.#activity.running.delete(operation.id);
    this.#write(this.#renderFailures(event.problems));
    const well = event.problems.length === 0 &&
      event.hosts.every((host) => host.state === "done" && host.failed === 0);
    const settled = well && (event.outcome === "planned" || event.outcome === "done");
    // A plan that went well has had its own last line.
    if (settled && this.#planned && !this.#applied && this.#verbosity >= 0) return;
    const lines = this.#applied && this.#verbosity >= 0 ? ["", ...renderHosts(event.hosts, view)] : [];
    if (lines.length === 0 && event.problems.length > 0) lines.push("");
    if (this.#verbosity >= 0) lines.push(...this.#renderRest(event, view));
    this.#write([...lines, renderVerdict(event, view)]);
  }

  /** What is left to do, and how to go on with it. */
  #renderRest(
    { hosts, unfinished = [] }: RunEvent & { type: "run.finished" },
    view: View,
  ): string[] {
    const bad = hosts.filter(({ state, failed }) => state !== "done" || failed > 0).map(({ host }) => host);
    if (!this.#applied || bad.length === 0) return [];
    const { next } = this.#options;
    const limit = bad.length === hosts.length ? undefined : bad;
    const lines = renderUnfinished(unfinished, view);
    return next === undefined ? lines : [...lines, ...renderNext(next(limit), view), ""];
  }

  /** Rows of operations that hosts went through at their own pace: nobody has said that they are done. */
  #unfinishedRows(view: View): string[] {
    const now = this.#clock.now();
    return [...this.#activity.running.values()]
      .filter(({ outcomes }) => outcomes.size > 0)
      .map((operation) => steps.doneRow(operation, (now - operation.since) / 1000, view));
  }

  #renderFailures(problems: readonly Problem[]): string[] {
    const failures = problems.map((problem): Failure => {
      const found = this.#failures.find((failure) => isSame(failure.problem, problem));
      return { problem, operation: found?.operation };
    });
    return renderFailures(failures, this.#view(), this.#options.debug ?? false);
  }

  #tick(): void {
    const now = this.#clock.now();
    for (const note of this.#activity.slowNotes(now)) {
      this.#write([steps.slowLine(note, this.#view(), this.#live)]);
    }
    if (this.#live) this.#redraw(now);
    else if (now - this.#lastWrite >= HEARTBEAT_SECONDS * 1000) this.#beat(now);
  }

  /** A sign of life, for those who end jobs that are silent. */
  #beat(now: number): void {
    const activity = this.#activity;
    const running = [...activity.running.values()].map((operation) => sanitiseLine(operation.label));
    const text = activity.phase === "connect"
      ? `connecting, ${activity.connected} of ${activity.hosts} done`
      : activity.phase === "plan"
      ? "planning"
      : running.length > 0
      ? `${running.join(", ")}, ${activity.done} of ${count(activity.operations, "operation")} done`
      : undefined;
    if (text === undefined) return;
    const silence = duration((now - this.#lastWrite) / 1000);
    this.#write([steps.sayLine("Waiting", `${text}, nothing new for ${silence}`, this.#view().style.dim)]);
  }

  #startTicking(now: number): void {
    this.#lastWrite = now;
    if (this.#verbosity < 0 || this.#stopTicking !== undefined) return;
    this.#stopTicking = this.#clock.every(this.#live ? LIVE_TICK : PLAIN_TICK, () => this.#tick());
  }

  /** Draws the live rows, not for every one of a thousand events; but when none are left, they go at once. */
  #redraw(now: number): void {
    if (!this.#live) return;
    const isIdle = this.#activity.phase === "end";
    if (!isIdle && now - this.#lastDraw < DRAW_PAUSE) return;
    this.#lastDraw = now;
    this.#region.update(renderLive(this.#activity, now, this.#view()));
  }

  #writeHost(host: string, text: string, view: View): void {
    this.#write(
      text.split("\n").map((line) => steps.hostLine(host, sanitise(stripTrailingReturn(line)), view)),
    );
  }

  #write(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#lastWrite = this.#clock.now();
    this.#region.log(lines.join("\n"));
  }

  #view(): View {
    return {
      style: this.#terminal.style,
      glyphs: this.#terminal.glyphs,
      ...fitting(this.#terminal, this.#verbosity),
      verbosity: this.#verbosity,
      diff: this.#options.diff ?? false,
      hostColumns: this.#activity.hostColumns,
      cwd: this.#options.cwd ?? Deno.cwd(),
    };
  }
}

function isSame(one: Problem, other: Problem): boolean {
  return one === other ||
    (one.host === other.host && one.code === other.code && one.message === other.message &&
      one.detail === other.detail);
}

function retryText(event: RunEvent & { type: "operation.retry" }): string {
  const delay = event.delaySeconds > 0 ? ` in ${event.delaySeconds}s` : "";
  const reason = event.problem === undefined ? "" : `: ${sanitiseLine(event.problem.message)}`;
  const attempt = `attempt ${event.attempt} of ${event.of}${delay}`;
  return `${sanitiseLine(event.host)}  ${sanitiseLine(event.label)}, ${attempt}${reason}`;
}

function stripTrailingReturn(line: string): string {
  return line.replace(/\r$/, "");
}

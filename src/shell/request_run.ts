/** One request on its way: what is sent for it, what came back, how it ended. */

import { messageOf } from "../errors/mod.ts";
import { OutputBuffer } from "./output.ts";
import type { PortError, Privilege, Request, RequestResult } from "./port.ts";
import { evidence, portError } from "./process.ts";
import type { ShellTask } from "./task.ts";

type Bytes = Uint8Array<ArrayBuffer>;
/** Receives output while it arrives; `last` with the end of each stream that has printed something. */
export type Report = ((stream: "stdout" | "stderr", text: string, last: boolean) => void) | undefined;

/** What the runner wants to know of a task. */
export interface TaskHooks {
  started(group: number): void;
  ended(): void;
  /** What it prints is of no use any more: it is to be ended, whatever it does. */
  useless(): void;
}

/** How much of a request's output is kept. */
export interface OutputLimit {
  /** Bytes of each stream. */
  bytes: number;
  /** Whether a part of the output is worth nothing, so that what prints more is ended. */
  whole: boolean;
}

/** How a task is run. */
export interface TaskWay {
  /** Whether its input is a stream that nothing follows. */
  streaming: boolean;
  /** Whether it gets an escalation of its own. */
  alone: boolean;
}

/** The common part of all requests. */
export abstract class RequestRun {
  timedOut = false;
  /** Whether an operation begins here. */
  boundary = false;
  #outcome: RequestResult["outcome"] | undefined;
  #status: number | undefined;
  #error: PortError | undefined;
  #startedAt = 0;
  #seconds = 0;
  protected readonly stdout: OutputBuffer;
  protected readonly stderr: OutputBuffer;
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  readonly #limit: OutputLimit;
  #hooks: TaskHooks | undefined;
  #cutOff = false;
  readonly #report: Report;
  /** Streams of which something was reported, and not yet their end. */
  readonly #reported = new Set<"stdout" | "stderr">();

  constructor(readonly request: Request, limit: OutputLimit, report: Report) {
    this.stdout = new OutputBuffer(limit.bytes);
    this.stderr = new OutputBuffer(limit.bytes);
    this.#limit = limit;
    this.#report = report;
  }

  get privilege(): Privilege {
    return this.request.options.privilege;
  }

  get timeout(): number | undefined {
    return this.request.options.timeout;
  }

  /** Whether it wants a session of its own, whose input is data. */
  get streams(): boolean {
    return false;
  }

  get readsLocally(): boolean {
    return false;
  }

  get writesLocally(): boolean {
    return false;
  }

  /** Whether it may run in one process group with others of its kind. */
  protected shares(): boolean {
    return false;
  }

  /** Whether it runs only where the batch was stopped before it. */
  get onStop(): boolean {
    return this.request.kind === "command" && this.request.onStop === true;
  }

  /** What its text needs to have been defined. */
  protected get setup(): string | undefined {
    return undefined;
  }

  /** Whether it can be sent. */
  get prepared(): boolean {
    return this.#outcome === undefined;
  }

  /** Whether it has run, if only in part. */
  get begun(): boolean {
    return this.#startedAt !== 0;
  }

  get succeeded(): boolean {
    return this.#outcome === "success";
  }

  /** What logs of an escalation for this request alone show. */
  get shownCommand(): string {
    return `: drover ${this.request.kind}`;
  }

  /** Text that goes before {@linkcode RequestRun.shownCommand}, if that is really the command. */
  protected get textBeforeShown(): string | undefined {
    return undefined;
  }

  /** Reads what has to be read on this machine. Refuses the request when that fails. */
  async prepare(): Promise<void> {}

  /** Makes the text, or refuses the request where that is not possible. */
  protected tryText(make: () => string): string {
    try {
      const text = make();
      if (text.includes("\0")) throw new TypeError("A command cannot hold a NUL character");
      return text;
    } catch (error) {
      this.refuse(portError("E_COMMAND", messageOf(error)));
      return "";
    }
  }

  protected abstract text(): string;
  protected stdin(_streaming: boolean): Bytes | undefined {
    return this.request.options.stdin === undefined ? undefined : new Uint8Array(this.request.options.stdin);
  }
  protected get codes(): readonly number[] {
    return [0];
  }

  task(hooks: TaskHooks, way: TaskWay): ShellTask {
    this.#hooks = hooks;
    // What was taken along when another request was killed is run again.
    this.stdout.clear();
    this.stderr.clear();
    const before = way.alone ? this.textBeforeShown : undefined;
    return {
      text: before ?? this.text(),
      audited: before !== undefined,
      boundary: this.boundary,
      onStop: this.onStop,
      shares: this.shares(),
      setup: this.setup,
      codes: this.codes,
      stdin: this.stdin(way.streaming),
      output: (stream, bytes) => this.output(stream, bytes),
      started: (group) => {
        this.#startedAt = performance.now();
        hooks.started(group);
      },
      ended: () => {
        this.#seconds = this.#startedAt === 0 ? 0 : (performance.now() - this.#startedAt) / 1000;
        hooks.ended();
      },
    };
  }

  protected output(stream: "stdout" | "stderr", bytes: Bytes): void | Promise<void> {
    this[stream].push(bytes);
    if (this.#limit.whole && this[stream].dropped > 0) this.cutOff();
    this.#tell(stream, this.#decoders[stream].decode(bytes, { stream: true }));
  }

  /** Whether it was ended by us: for its time, or for printing too much. */
  get killed(): boolean {
    return this.timedOut || this.#cutOff;
  }

  /** Ends what runs: nothing more that it prints is wanted. */
  protected cutOff(): void {
    if (this.#cutOff) return;
    this.#cutOff = true;
    this.#hooks?.useless();
  }

  #tell(stream: "stdout" | "stderr", text: string): void {
    if (text === "") return;
    this.#reported.add(stream);
    this.#report?.(stream, text, false);
  }

  /** Nothing more will be reported. */
  #endReport(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const text = this.#decoders[stream].decode();
      if (text !== "" || this.#reported.has(stream)) this.#report?.(stream, text, true);
    }
    this.#reported.clear();
  }

  /** It ended by itself, or was killed by us. */
  async finish(status: number, cancelled: boolean): Promise<void> {
    this.#endReport();
    if (cancelled) return this.cancel();
    if (this.timedOut) return this.#timeOut();
    if (this.#cutOff) return this.fail(this.#tooMuch());
    this.#status = status;
    this.#outcome = this.codes.includes(status) ? "success" : "failure";
    await Promise.resolve();
  }

  protected fail(error: PortError, outcome: RequestResult["outcome"] = "failure"): void {
    this.#outcome = outcome;
    this.#error = error;
  }

  #timeOut(): void {
    this.#outcome = "timeout";
    this.#error = portError(
      "E_TIMEOUT",
      `It did not finish within ${this.timeout} seconds and was killed`,
      "Raise _timeout, or see in its output what it waits for",
    );
  }

  #tooMuch(): PortError {
    const most = this.#limit.bytes / 1024 / 1024;
    return portError(
      "E_OUTPUT",
      `It printed more than ${most} MiB, which is the limit for answers, and was ended`,
      "facts are for answers; files.get fetches whole files",
    );
  }

  refuse(error: PortError): void {
    this.#outcome ??= "refused";
    this.#error ??= error;
  }

  lose(error: PortError): void {
    this.#endReport();
    if (this.timedOut) return this.#timeOut();
    if (this.#cutOff) return this.fail(this.#tooMuch());
    this.#outcome = "lost";
    this.#error = error;
  }

  skip(): void {
    this.#outcome ??= "skipped";
  }

  cancel(): void {
    if (this.#outcome !== undefined) return;
    this.#endReport();
    this.#outcome = "cancelled";
    this.#error = portError("E_CANCELLED", "It was killed because the run was interrupted");
  }

  result(): RequestResult {
    const ended = this.#outcome === "success" || this.#outcome === "failure";
    return {
      outcome: this.#outcome ?? "lost",
      ...(ended && this.#status !== undefined ? { exitStatus: this.#status } : {}),
      stdout: this.stdout.take(),
      stderr: this.stderr.take(),
      droppedBytes: this.stdout.dropped + this.stderr.dropped,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      seconds: this.#seconds,
    };
  }

  /** What the far side said on stderr, as evidence. */
  protected complaint(): string {
    return evidence(new TextDecoder().decode(this.stderr.take())).replace(/^drover: /gm, "");
  }
}

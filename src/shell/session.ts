/** A long-lived shell on a host that runs batches of commands, one batch at a time. */

import { type Frame, FrameReader, newMark } from "./framing.ts";
import { readStream } from "./reading.ts";
import type { Connector, Process, ProcessEnd } from "./process.ts";
import { isPortError, portError, within } from "./process.ts";
import type { PortError } from "./port.ts";
import { batchStart, BOUNDARY, encode, groupLine, ON_STOP, prelude, runLine } from "./script.ts";
import { portionsOf, type ShellTask, type ShellTaskEnd } from "./task.ts";
import { TaskQueue } from "./task_queue.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A shell inside the session's first one, under another user. */
interface Level {
  /** Mark of the frames that report its end. */
  outerToken: string;
  /** Mark of the shell around it. */
  outerMark: string;
}

/** What a waiting caller may hear from a starting shell. */
export interface Greeting {
  /** The shell answered. */
  ready(): void;
  /** Something asks for a password: with our own prompt, or the text of another. */
  asked(prompt: string | undefined): void;
  /** The escalating program ended. */
  ended(status: number): void;
  /** The whole session ended. */
  closed(): void;
}

const TAIL_SIZE = 16 * 1024;

/** Seconds for what a process has said to arrive, once it was ended by force. */
const LAST_WORDS = 1;

/**
 * One process of the connector with a shell in it: `sh`, or a program that becomes one. It is started and greeted,
 * runs batches, may be left to shells of other users inside the first, and ends. Create it with
 * {@linkcode Session.open}.
 */
export class Session {
  readonly #connector: Connector;
  readonly #process: Process;
  readonly #writer: WritableStreamDefaultWriter<Bytes>;
  readonly #out: FrameReader;
  readonly #err: FrameReader;
  #mark = newMark();
  #shellPid = 0;
  readonly #tasks = new TaskQueue();
  /** Resolved when the task of {@linkcode Session.runLast} has begun, or the session has ended. */
  readonly #begun = Promise.withResolvers<void>();
  /** Resolved when nobody waits for the process any more, although it may not be read to its end. */
  readonly #abandoned = Promise.withResolvers<void>();
  #levels: Level[] = [];
  #greeting: Greeting | undefined;
  #greetingText = "";
  #stderrTail = "";
  #tailDecoder = new TextDecoder();
  #answered = false;
  /** Streams on which a new shell has not answered yet: what comes there belongs to nobody. */
  #mute = new Set<"stdout" | "stderr">();
  #waited: number | undefined;
  #code = 0;
  #open = true;
  readonly #finished: Promise<void>;
  readonly #ready: Promise<PortError | undefined>;

  private constructor(connector: Connector, process: Process, seconds: number) {
    this.#connector = connector;
    this.#process = process;
    this.#writer = process.stdin.getWriter();
    this.#out = new FrameReader(this.#mark, {
      data: (bytes) => this.#outData(bytes),
      frame: (frame) => this.#outFrame(frame),
    });
    this.#err = new FrameReader(this.#mark, {
      data: (bytes) => this.#errData(bytes),
      frame: (frame) => this.#errFrame(frame),
    });
    this.#finished = Promise.race([this.#readAll(), this.#abandoned.promise]);
    this.#ready = this.#begin(seconds);
  }

  /** Starts a shell. Resolves when it has answered. */
  static async open(connector: Connector, seconds: number): Promise<Session | PortError> {
    const session = await Session.start(connector, seconds);
    return isPortError(session) ? session : await session.ready ?? session;
  }

  /**
   * Starts a shell without waiting for its answer. What is run meanwhile follows the greeting in the same round
   * trip; it is lost if there is no shell.
   */
  static async start(
    connector: Connector,
    seconds: number,
    words: readonly string[] = ["sh"],
  ): Promise<Session | PortError> {
    try {
      return new Session(connector, await connector.spawn(words), seconds);
    } catch (error) {
      if (isPortError(error)) return error;
      return portError("E_SPAWN", error instanceof Error ? error.message : String(error));
    }
  }

  /** Resolves when the shell has answered, or to why there is none. */
  get ready(): Promise<PortError | undefined> {
    return this.#ready;
  }

  /** Whether commands can be sent. */
  get open(): boolean {
    return this.#open;
  }

  /** Whether a shell has ever answered. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Whether a process of an earlier command still lives, which makes the session unusable. */
  get hasLeftovers(): boolean {
    return this.#tasks.hasLeftovers;
  }

  /** Process id of the shell over there. */
  get shellPid(): number {
    return this.#shellPid;
  }

  /** How many shells stand inside the first. */
  get depth(): number {
    return this.#levels.length;
  }

  /** Resolves when the process has ended and everything of it is read, or nobody waits for that any more. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /** Runs tasks one after the other; one write, one round trip. Never rejects. */
  run(tasks: readonly ShellTask[], stopOnFailure: boolean, drained = false): Promise<ShellTaskEnd[]> {
    const parts: (string | Bytes)[] = [batchStart(stopOnFailure, drained)];
    const ends: Promise<ShellTaskEnd>[] = [];
    for (const portion of portionsOf(tasks)) {
      const queued = portion.map((task) => ({ ...task, ...this.#tasks.add(task, portion.length > 1) }));
      ends.push(...queued.map(({ end }) => end));
      if (queued[0]?.boundary) parts.push(BOUNDARY);
      if (queued[0]?.onStop) parts.push(ON_STOP);
      if (queued.length > 1) parts.push(groupLine(this.#mark, queued, stopOnFailure));
      else for (const one of queued) parts.push(...this.#lineOf(one));
    }
    this.#write(...parts);
    if (!this.#open) this.#tasks.loseAll();
    return Promise.all(ends);
  }

  #lineOf(task: ShellTask & { sequence: number; input?: string }): (string | Bytes)[] {
    const line = runLine({ ...task, mark: this.#mark, text: `${task.setup ?? ""}${task.text}` });
    return typeof line === "string" ? [line] : line;
  }

  /**
   * Replaces the shell for good by one that reads the rest of the stream as data. No shell ever reads this
   * session's input again. Rejects nothing; the end tells.
   */
  runLast(task: ShellTask, input: AsyncIterable<Bytes>): Promise<ShellTaskEnd> {
    const started = (group: number): void => {
      this.#begun.resolve();
      task.started?.(group);
    };
    const { sequence, end } = this.#tasks.add({ ...task, started }, false);
    const line = this.#lineOf({ ...task, sequence, input: "<&5" });
    // The shell reads its input in blocks: it must have seen the whole line before the data comes, and
    // nothing but the command may read afterwards. The frame that reports its process group says that both hold.
    this.#write(`F=0;X=0;H=0;exec 5<&0 </dev/null;`, ...line, ";exit\n");
    void this.#feed(input);
    if (!this.#open) this.#tasks.loseAll();
    return end;
  }

  /** Sends a line to the shell and reports what it and its children say, until the caller is content. */
  converse(line: string, token: string, greeting: Greeting): void {
    this.#levels.push({ outerToken: token, outerMark: this.#mark });
    this.#out.setMark(token);
    this.#err.setMark(token);
    this.#greetingText = "";
    this.#greeting = greeting;
    this.#write(line);
  }

  /** Writes a line to whatever reads the session's input: the answer to a prompt. */
  answer(line: string): void {
    this.#greetingText += "\n";
    this.#write(line);
  }

  /** What the far side has said on stderr since {@linkcode Session.converse}. */
  get heard(): string {
    return this.#greetingText;
  }

  /** Ends a conversation that failed; the shell around is the one that answers again. */
  retreat(): void {
    const level = this.#levels.pop();
    this.#greeting = undefined;
    if (level === undefined) return;
    this.#out.setMark(level.outerMark);
    this.#err.setMark(level.outerMark);
    this.#mark = level.outerMark;
  }

  /** Teaches the new innermost shell our prelude. */
  async settle(seconds: number): Promise<boolean> {
    this.#mark = newMark();
    this.#out.setMark(this.#mark);
    this.#err.setMark(this.#mark);
    const answer = this.#greet();
    this.#write(prelude(this.#mark));
    return (await within(seconds, answer, "late" as const)) === "ready";
  }

  /** Leaves the innermost shell for the one around it. */
  async leave(seconds: number): Promise<boolean> {
    const level = this.#levels.at(-1);
    if (level === undefined) return true;
    this.#out.setMark(level.outerToken);
    this.#err.setMark(level.outerToken);
    const left = new Promise<boolean>((resolve) => {
      this.#greeting = {
        ready: () => {},
        asked: () => {},
        ended: () => resolve(true),
        closed: () => resolve(false),
      };
    });
    this.#write("exit\n");
    if (!(await within(seconds, left, false))) return false;
    this.retreat();
    return this.#open;
  }

  /** Ends the shell by ending its input; after a while by force. */
  async close(seconds: number): Promise<void> {
    this.#open = false;
    this.#endInput();
    if (await within(seconds, this.#finished.then(() => true), false)) return;
    this.destroy();
    await this.#abandon();
  }

  /** Ends our end of it and what waits for it; over there, something may hold its streams for long. */
  async #abandon(): Promise<void> {
    const ended = this.#process.status.then(() => true);
    if (!await within(2, ended, false)) {
      this.#signal("SIGKILL");
      await within(1, ended, false);
    }
    await within(LAST_WORDS, this.#finished, undefined);
    this.#closed();
    this.#tasks.loseAll();
    this.#abandoned.resolve();
  }

  /** Ends our end of it at once. */
  destroy(): void {
    this.#open = false;
    this.#endInput();
    this.#signal("SIGTERM");
  }

  /** Why the session ended. */
  async explain(): Promise<PortError> {
    const end: ProcessEnd = {
      code: this.#code,
      stderr: this.#stderrTail,
      answered: this.#answered,
      ...(this.#waited === undefined ? {} : { waited: this.#waited }),
    };
    return await this.#connector.explain(end);
  }

  async #begin(seconds: number): Promise<PortError | undefined> {
    const answer = this.#greet();
    this.#write(prelude(this.#mark));
    const result = await within(seconds, answer, "late" as const);
    if (result === "ready") return undefined;
    if (result === "late") this.#waited = seconds;
    this.destroy();
    await this.#abandon();
    return await this.explain();
  }

  #greet(): Promise<"ready" | "closed"> {
    this.#mute = new Set(["stdout", "stderr"]);
    return new Promise((resolve) => {
      let half = false;
      const settle = (answer: "ready" | "closed"): void => {
        this.#greeting = undefined;
        resolve(answer);
      };
      this.#greeting = {
        // Both streams report: what came before on either belongs to nobody.
        ready: () => half ? settle("ready") : (half = true),
        asked: () => {},
        ended: () => settle("closed"),
        closed: () => settle("closed"),
      };
    });
  }

  #write(...parts: (string | Bytes)[]): void {
    const bytes = parts.map((part) => typeof part === "string" ? encode(part) : part);
    const whole = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of bytes) {
      whole.set(part, offset);
      offset += part.length;
    }
    // A write fails when the process is gone, which the readers notice by themselves.
    this.#writer.write(whole).catch(() => {});
  }

  async #feed(input: AsyncIterable<Bytes>): Promise<void> {
    try {
      await this.#begun.promise;
      for await (const chunk of input) await this.#writer.write(chunk);
    } catch {
      // The far side ended early, or the local file broke off: what it received is too short, and it says so.
    } finally {
      this.#open = false;
      this.#endInput();
    }
  }

  #endInput(): void {
    this.#writer.close().catch(() => {});
  }

  #signal(signal: "SIGTERM" | "SIGKILL"): void {
    try {
      this.#process.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  async #readAll(): Promise<void> {
    const [status] = await Promise.all([
      this.#process.status,
      readStream(this.#process.stdout, this.#out).finally(() => this.#closed()),
      readStream(this.#process.stderr, this.#err),
    ]);
    this.#code = status.code;
    this.#closed();
    this.#tasks.loseAll();
    this.#endInput();
  }

  #closed(): void {
    this.#open = false;
    this.#begun.resolve();
    this.#greeting?.closed();
  }

  #outData(bytes: Bytes): void | Promise<void> {
    if (this.#mute.has("stdout")) return;
    return this.#tasks.output("stdout", bytes);
  }

  #errData(bytes: Bytes): void | Promise<void> {
    this.#remember(bytes);
    if (this.#mute.has("stderr")) return;
    return this.#tasks.output("stderr", bytes);
  }

  #remember(bytes: Bytes): void {
    const text = this.#tailDecoder.decode(bytes.subarray(-TAIL_SIZE), { stream: true });
    this.#stderrTail = (this.#stderrTail + text).slice(-TAIL_SIZE);
    if (this.#greeting === undefined) return;
    this.#greetingText = (this.#greetingText + text).slice(-TAIL_SIZE);
    const line = this.#greetingText.slice(this.#greetingText.lastIndexOf("\n") + 1);
    if (/\S[:?]\s*$/.test(line)) this.#greeting.asked(line.trim());
  }

  #outFrame(frame: Frame): void {
    const { letter, numbers: [first = 0] } = frame;
    if (letter === "r") return this.#isReady("stdout", first);
    if (letter === "x") return this.#greeting?.ended(first);
    this.#tasks.outFrame(frame);
  }

  #errFrame(frame: Frame): void {
    if (frame.letter === "r") return this.#isReady("stderr", 0);
    if (frame.letter === "w") return this.#greeting?.asked(undefined);
    this.#tasks.errFrame(frame);
  }

  #isReady(stream: "stdout" | "stderr", pid: number): void {
    this.#mute.delete(stream);
    if (pid > 0) this.#shellPid = pid;
    if (!this.#answered) {
      this.#answered = true;
      this.#process.answered?.();
    }
    this.#greeting?.ready();
  }
}

/** The tasks that a shell was sent, in their order: whose output comes, which have begun and how they end. */

import type { Frame } from "./framing.ts";
import type { ShellTask, ShellTaskEnd } from "./task.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A task that has not ended. */
interface Queued {
  task: ShellTask;
  sequence: number;
  /** Whether it runs in one process group with others. */
  shared: boolean;
  /** Known once stdout has told; its stderr may still be on the way. */
  status?: number;
  /** Whether the shell that it shared ended in the middle of it. */
  broken?: boolean;
  outDone: boolean;
  errDone: boolean;
  resolve(end: ShellTaskEnd): void;
}

/**
 * Follows the tasks of one shell through the frames on its two streams. A task ends when both streams have told so:
 * each has its own order, and only both together say that all output has come. The frames are those of the prelude
 * in `script.ts`.
 */
export class TaskQueue {
  /** By their number and in their order. */
  readonly #tasks = new Map<number, Queued>();
  #sequence = 0;
  /** Process group of the task that runs. */
  #group = 0;
  #hasLeftovers = false;

  /** Whether a process of a task that has ended still lives. */
  get hasLeftovers(): boolean {
    return this.#hasLeftovers;
  }

  /**
   * Adds a task that is about to be sent.
   *
   * @param shared Whether it runs in one process group with its neighbours.
   * @returns The number by which frames name it, and how it ends.
   */
  add(task: ShellTask, shared: boolean): { sequence: number; end: Promise<ShellTaskEnd> } {
    const sequence = ++this.#sequence;
    const end = new Promise<ShellTaskEnd>((resolve) => {
      this.#tasks.set(sequence, { task, sequence, shared, outDone: false, errDone: false, resolve });
    });
    return { sequence, end };
  }

  /** Hands output to the task that it is of. A returned promise holds the stream back. */
  output(stream: "stdout" | "stderr", bytes: Bytes): void | Promise<void> {
    const isOpen = stream === "stdout"
      ? ({ outDone }: Queued) => !outDone
      : ({ errDone }: Queued) => !errDone;
    return this.#first(isOpen)?.task.output(stream, bytes);
  }

  /** Takes a frame of stdout; those that are not about tasks mean nothing here. */
  outFrame({ letter, numbers: [first = 0, second = 0, third = 0] }: Frame): void {
    if (letter === "p") return this.#begin(first);
    if (letter === "g") return this.#endShell(first, second, third);
    const queued = this.#tasks.get(first);
    if (queued === undefined) return;
    if (letter === "k") return this.#settle(queued, { kind: second === 1 ? "left" : "skipped" });
    if (letter !== "e") return;
    if (third === 1) this.#hasLeftovers = true;
    this.#endOut(queued, second);
    const next = this.#tasks.get(first + 1);
    if (queued.shared && next?.shared) next.task.started?.(this.#group);
  }

  /** Takes a frame of stderr. */
  errFrame({ letter, numbers: [first = 0] }: Frame): void {
    const own = this.#tasks.get(first);
    const ended = letter === "g" ? this.#upTo(first) : letter === "e" && own !== undefined ? [own] : [];
    for (const queued of ended) {
      queued.errDone = true;
      if (queued.outDone) this.#settle(queued, exitOf(queued));
    }
  }

  /** Ends all tasks: the shell is gone. */
  loseAll(): void {
    const all = [...this.#tasks.values()];
    this.#tasks.clear();
    for (const queued of all) {
      queued.task.ended?.();
      queued.resolve(queued.status === undefined ? { kind: "lost" } : exitOf(queued));
    }
  }

  #begin(group: number): void {
    // Signals go to this number: 1 stands for everything that runs there.
    if (group <= 1) return;
    this.#group = group;
    this.#first(({ outDone }) => !outDone)?.task.started?.(group);
  }

  #endOut(queued: Queued, status: number): void {
    queued.status = status;
    queued.outDone = true;
    queued.task.ended?.();
    if (queued.errDone) this.#settle(queued, exitOf(queued));
  }

  /** The shell that several tasks shared has ended; normally all of them have answered. */
  #endShell(last: number, status: number, flag: number): void {
    if (flag === 1) this.#hasLeftovers = true;
    const open = this.#upTo(last).filter(({ outDone }) => !outDone);
    // The first of them has ended the shell, if it was begun.
    const [begun] = flag < 2 ? open.splice(0, 1) : [];
    if (begun !== undefined) {
      begun.broken = true;
      this.#endOut(begun, status);
    }
    for (const queued of open) this.#settle(queued, { kind: flag === 3 ? "skipped" : "left" });
  }

  #settle(queued: Queued, end: ShellTaskEnd): void {
    this.#tasks.delete(queued.sequence);
    queued.resolve(end);
  }

  #first(wanted: (queued: Queued) => boolean): Queued | undefined {
    for (const queued of this.#tasks.values()) if (wanted(queued)) return queued;
    return undefined;
  }

  #upTo(last: number): Queued[] {
    const found: Queued[] = [];
    for (const queued of this.#tasks.values()) {
      if (queued.sequence > last) break;
      found.push(queued);
    }
    return found;
  }
}

function exitOf({ status = 0, broken }: Queued): ShellTaskEnd {
  return broken ? { kind: "exit", status, broken } : { kind: "exit", status };
}

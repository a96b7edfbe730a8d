/** What a session runs: texts, and how they ended. */

import { groupsOf } from "./script.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A text to run in a session. */
export interface ShellTask {
  text: string;
  /** What the text needs to have been defined before it; the same text for all tasks of a kind. */
  setup?: string | undefined;
  codes: readonly number[];
  stdin?: Bytes | undefined;
  /** Whether the command that the session was opened for follows the text. */
  audited?: boolean;
  /** Whether the batch may end before it, when it is drained. */
  boundary?: boolean;
  /** Whether it may share a process group with its neighbours of the kind: it leaves nothing and has no input. */
  shares?: boolean;
  /** Whether it runs only where the batch was stopped before it. */
  onStop?: boolean;
  /** Receives output; a returned promise holds the stream back. */
  output(stream: "stdout" | "stderr", bytes: Bytes): void | Promise<void>;
  /** Called when the process group of the command is known. */
  started?(group: number): void;
  ended?(): void;
}

/**
 * How a {@linkcode ShellTask} ended. `left` was not begun, because processes of an earlier one live on. With
 * `broken`, the shell that it shared with others ended in the middle of it.
 */
export type ShellTaskEnd =
  | { kind: "exit"; status: number; broken?: boolean }
  | { kind: "skipped" }
  | { kind: "left" }
  | { kind: "lost" };

/** Neighbours that may share a process group, together. */
export function portionsOf(tasks: readonly ShellTask[]): ShellTask[][] {
  const portions: ShellTask[][] = [];
  let sharing: ShellTask[] = [];
  for (const task of tasks) {
    if (!task.shares || task.boundary || task.onStop !== sharing[0]?.onStop) {
      portions.push(...groupsOf(sharing));
      sharing = [];
    }
    if (task.shares) sharing.push(task);
    else portions.push([task]);
  }
  return [...portions, ...groupsOf(sharing)];
}

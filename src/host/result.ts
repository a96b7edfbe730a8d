/** What an operation call returns: a guess while planning, the truth once the operation has run. */

import { DroverError } from "../errors/mod.ts";

/** How an operation ended on a host. */
export interface Completion {
  outcome: "changed" | "unchanged" | "failed" | "skipped";
  /** Whether a command has changed the host; one that failed may come after one that has. */
  changed: boolean;
  stdout: string;
  stderr: string;
  /** How often it was tried again. */
  retries: number;
}

// What the engine tells results, and deploys do not.

/** Tells a result what the plan found. */
export let planResult: (result: OperationResult, willChange: boolean, maxRetries: number) => void;

/** Tells a result how its operation ended. */
export let completeResult: (result: OperationResult, completion: Completion) => void;

/** The result of one operation on one host. */
export class OperationResult {
  /** The operation's label. */
  readonly name: string;
  #willChange = false;
  #maxRetries = 0;
  #completion: Completion | undefined;

  readonly #onRead: (result: OperationResult) => void;

  static {
    planResult = (result, willChange, maxRetries) => {
      result.#willChange = willChange;
      result.#maxRetries = maxRetries;
    };
    completeResult = (result, completion) => {
      result.#completion = completion;
    };
  }

  /**
   * @param onRead Told whenever somebody looks at what will become, or has become, of the operation.
   * @internal
   */
  constructor(name: string, onRead: (result: OperationResult) => void = () => {}) {
    this.name = name;
    this.#onRead = onRead;
  }

  /**
   * Whether the plan says that the operation will change the host, or may do so: where that depends on earlier changes
   * or on a condition.
   */
  get willChange(): boolean {
    this.#onRead(this);
    return this.#willChange;
  }

  /**
   * Whether it changed the host, once it has run; before that, whether the plan says that it will. An operation
   * that failed has changed the host where one of its commands had ended well.
   */
  get changed(): boolean {
    this.#onRead(this);
    return this.#completion === undefined ? this.#willChange : this.#completion.changed;
  }

  /** Whether the operation has had its turn on this host. */
  isComplete(): boolean {
    this.#onRead(this);
    return this.#completion !== undefined;
  }

  /**
   * Whether it ran and changed the host, also where it failed after a command that had ended well. Usable as
   * `_if: result` or `_if: result.didChange`.
   */
  readonly didChange = (): boolean => this.#completed().changed;

  /** Whether it ran and left the host as it was, was skipped, or failed at its first command. */
  readonly didNotChange = (): boolean => !this.didChange();

  /** Whether it ran without a failure, also when there was nothing to do. */
  readonly didSucceed = (): boolean => this.#completed().outcome !== "failed";

  /** Whether it failed, also when the failure was ignored. */
  readonly didError = (): boolean => this.#completed().outcome === "failed";

  /** Whether a command was run. */
  get executed(): boolean {
    this.#onRead(this);
    const outcome = this.#completion?.outcome;
    return outcome === "changed" || outcome === "failed";
  }

  /** Standard output of all its commands. */
  get stdout(): string {
    return this.#completed().stdout;
  }

  /** Standard error of all its commands. */
  get stderr(): string {
    return this.#completed().stderr;
  }

  /** Standard output as lines. */
  get stdoutLines(): string[] {
    return lines(this.stdout);
  }

  /** Standard error as lines. */
  get stderrLines(): string[] {
    return lines(this.stderr);
  }

  /** How often it was tried again. */
  get retryAttempts(): number {
    this.#onRead(this);
    return this.#completion?.retries ?? 0;
  }

  /** How often it may be tried again. */
  get maxRetries(): number {
    return this.#maxRetries;
  }

  /** Whether it was tried more than once. */
  get wasRetried(): boolean {
    return this.retryAttempts > 0;
  }

  /** Whether an attempt after the first one succeeded. */
  get retrySucceeded(): boolean {
    return this.wasRetried && this.didSucceed();
  }

  #completed(): Completion {
    this.#onRead(this);
    if (this.#completion !== undefined) return this.#completion;
    throw new DroverError("E_RESULT_EARLY", `"${this.name}" has not run yet, so its result is not known`, {
      hint: "use it in _if of a later operation, in a function given to func.call, or ask willChange",
    });
  }
}

/** A condition that holds when any of the operations changed the host. */
export function anyChanged(...results: OperationResult[]): () => boolean {
  return () => results.some((result) => result.didChange());
}

/** A condition that holds when all of the operations changed the host. */
export function allChanged(...results: OperationResult[]): () => boolean {
  return () => results.every((result) => result.didChange());
}

function lines(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

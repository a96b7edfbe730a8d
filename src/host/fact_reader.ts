/** Reads a host's facts through the port: those asked together travel together, each is read once. */

import { maskSecrets } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import type { CommandRequest, HostPort, RunOptions, RunResult } from "../shell/port.ts";
import { type AnyFact, MISSING_PROGRAM } from "./fact.ts";
import { withoutPasswords } from "./fact_memory.ts";

interface Pending {
  script: string;
  options: RunOptions;
  settle(result: RunResult): void;
}

/** A fact as it is asked. */
export interface FactQuestion {
  fact: AnyFact;
  args: object;
  options: RunOptions;
}

/** A fact that is being read. */
export interface FactRead extends FactQuestion {
  /** The command, which may still hold secrets that are masked when it is shown. */
  command: string;
  /** Whether it was read before. */
  cached: boolean;
}

/** Told about every fact that is read, for reports and for the memory. */
export type FactListener = (read: FactRead) => void;

let lastBatch = 0;

/** A batch number that no other batch of this process has. */
export function nextBatchId(): number {
  return ++lastBatch;
}

/** The facts of one host. */
export class FactReader {
  readonly #port: HostPort;
  readonly #hostName: string;
  readonly #onRead: FactListener;
  readonly #cache = new Map<string, Promise<RunResult>>();
  #pending: Pending[] = [];

  constructor(port: HostPort, hostName: string, onRead: FactListener) {
    this.#port = port;
    this.#hostName = hostName;
    this.#onRead = onRead;
  }

  /** Forgets everything that was read: the host has changed. */
  invalidate(): void {
    this.#cache.clear();
  }

  /**
   * The value of a fact.
   *
   * @throws {DroverError} `E_FACT` if its command fails, `E_FACT_PARSE` if its output cannot be read.
   */
  async read(fact: AnyFact, args: object, options: RunOptions): Promise<unknown> {
    const command = fact.fullCommand(args);
    const { key, effective } = this.#question(fact, command.raw, options);
    const cached = this.#cache.get(key);
    this.#onRead({ fact, args, options, command: String(command), cached: cached !== undefined });
    const first = await (cached ?? this.#ask(key, command.raw, effective));
    // Somebody else's question may have failed for reasons of its own, as a read ahead of time.
    const again = cached !== undefined && !isAnswered(first);
    const result = again ? await (this.#cache.get(key) ?? this.#ask(key, command.raw, effective)) : first;
    return this.#value(fact, args, String(command), result);
  }

  /** Reads a fact ahead of being asked for it. What comes of it matters only to those who ask. */
  prefetch(fact: AnyFact, args: object, options: RunOptions): void {
    const script = fact.fullCommand(args).raw;
    const { key, effective } = this.#question(fact, script, options);
    if (!this.#cache.has(key)) void this.#ask(key, script, effective);
  }

  /** The request that reads a fact, for those who send it along with other requests. */
  requestFor({ fact, args, options }: FactQuestion): CommandRequest {
    const script = fact.fullCommand(args).raw;
    return { kind: "command", script, options: this.#question(fact, script, options).effective };
  }

  /** Keeps the answer to a request of {@linkcode requestFor}. */
  learn({ fact, args, options }: FactQuestion, result: RunResult): void {
    if (!isAnswered(result)) return;
    const { key } = this.#question(fact, fact.fullCommand(args).raw, options);
    this.#cache.set(key, Promise.resolve(result));
  }

  #question(fact: AnyFact, script: string, options: RunOptions): { key: string; effective: RunOptions } {
    const effective = { ...options, shell: fact.shell ?? options.shell };
    return { key: JSON.stringify([script, cacheable(effective)]), effective };
  }

  #ask(key: string, script: string, options: RunOptions): Promise<RunResult> {
    const answer = new Promise<RunResult>((resolve) => {
      this.#pending.push({ script, options, settle: resolve });
    });
    this.#cache.set(key, answer);
    void answer.then((result) => {
      // What never got an answer is asked again.
      if (!isAnswered(result) && this.#cache.get(key) === answer) this.#cache.delete(key);
    });
    // Code that runs in the same turn may ask for more: all of it goes out in one write.
    if (this.#pending.length === 1) setTimeout(() => this.#flush(), 0);
    return answer;
  }

  async #flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const results = await this.#port.run(this.#hostName, {
      id: nextBatchId(),
      lane: "facts",
      stopOnFailure: false,
      live: false,
      requests: pending.map(({ script, options }) => ({ kind: "command", script, options })),
    });
    pending.forEach((one, index) => one.settle(results[index]!));
  }

  #value(fact: AnyFact, args: object, command: string, result: RunResult): unknown {
    const text = new TextDecoder().decode(result.stdout);
    if (result.outcome === "success") return this.#process(fact, args, command, text);
    const stderr = new TextDecoder().decode(result.stderr);
    // The user may be created later in the same run.
    if (isUnknownUser(result, stderr)) return fact.default?.(args);
    throw new DroverError("E_FACT", `Cannot read fact ${fact.name}: ${explain(result)}`, {
      host: this.#hostName,
      detail: maskSecrets([`command: ${command}`, stderr.trim()].filter(Boolean).join("\n")),
      hint: result.error?.hint,
    });
  }

  #process(fact: AnyFact, args: object, command: string, text: string): unknown {
    const lines = text === "" ? [] : (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
    const nothing = lines.length === 0 || (lines.length === 1 && lines[0] === MISSING_PROGRAM);
    if (nothing && fact.default !== undefined) return fact.default(args);
    if (nothing && (text !== "" || fact.default === undefined && lines.length > 0)) return undefined;
    try {
      return fact.process(lines, args);
    } catch (cause) {
      if (cause instanceof DroverError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DroverError("E_FACT_PARSE", `Cannot understand the output of fact ${fact.name}: ${reason}`, {
        host: this.#hostName,
        detail: maskSecrets(`command: ${command}\n${lines.slice(0, 10).join("\n")}`),
        cause,
      });
    }
  }
}

/** Whether the command ran to its end, well or not. */
function isAnswered({ outcome }: RunResult): boolean {
  return outcome === "success" || outcome === "failure";
}

/** What tells two reads of one command apart. Passwords do not: they lead to the same place. */
function cacheable(options: RunOptions): unknown {
  const { shell, chdir, env, successExitCodes } = options;
  const { doas, dzdo, sudo, su } = withoutPasswords(options.privilege);
  return [doas, dzdo, sudo, su, shell, chdir, env, successExitCodes];
}

function isUnknownUser(result: RunResult, stderr: string): boolean {
  if (result.error?.code === "E_USER_UNKNOWN") return true;
  return /^(sudo: unknown user|su: user .* does not exist|doas: unknown user)/m.test(stderr);
}

function explain(result: RunResult): string {
  if (result.error !== undefined) return result.error.message;
  return `its command exited ${result.exitStatus ?? "without a status"}`;
}

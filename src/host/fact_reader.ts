/** Reads a host's facts through the port: those asked together travel together, each is read once. */

import type { HostPort, Request, RequestResult, RunOptions } from "../shell/port.ts";
import { apart, type Bundle, bundlesOf } from "./bundle.ts";
import type { Epochs } from "./epochs.ts";
import type { AnyFact } from "./fact.ts";
import { factValue, watched } from "./fact_value.ts";
import { type Question, questionOf, waitsLonger } from "./question.ts";
import type { ReadSet } from "./read_set.ts";

/** A fact that is being read. */
export interface FactRead {
  question: Question;
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

/** An answer, or the wait for it, and the host's epoch when it was asked. */
interface Known {
  question: Question;
  epoch: number;
  answer: Promise<RequestResult>;
  /** The answer, once it is there. */
  result?: RequestResult;
}

interface Pending {
  question: Question;
  settle(result: RequestResult): void;
}

/** Requests that read ahead, and what becomes of their results. */
export interface Ahead {
  requests: Request[];
  learn(results: readonly RequestResult[]): void;
}

/** The facts of one host. */
export class FactReader {
  readonly #port: HostPort;
  readonly #hostName: string;
  readonly #onRead: FactListener;
  readonly #epochs: Epochs;
  readonly #known = new Map<string, Known>();
  #pending: Pending[] = [];

  /** @param epochs What was asked before the host's epoch rose is asked again. */
  constructor(port: HostPort, hostName: string, onRead: FactListener, epochs: Epochs) {
    this.#port = port;
    this.#hostName = hostName;
    this.#onRead = onRead;
    this.#epochs = epochs;
  }

  /**
   * The value of a fact.
   *
   * @param limit Seconds that an answer may take where neither the options nor the fact itself say it.
   * @param reads Where it is noted that a plan rests on it.
   * @throws {DroverError} `E_FACT` if its command fails, `E_FACT_TIMEOUT` if it takes too long, `E_FACT_PARSE` if
   *   its output cannot be read.
   */
  async read(
    fact: AnyFact,
    args: object,
    options: RunOptions,
    limit: number,
    reads?: ReadSet,
  ): Promise<unknown> {
    const question = questionOf(fact, args, options, limit);
    const reading = reads?.ask(this.#hostName, question);
    const known = this.#current(question);
    this.#onRead({ question, cached: known !== undefined });
    const first = await (known ?? this.#ask(question));
    // Somebody else's question may have failed for reasons of its own, as a read ahead of time.
    const again = known !== undefined && !isAnswered(first);
    const result = again ? await (this.#current(question) ?? this.#ask(question)) : first;
    if (reading !== undefined) reading.answer = result;
    const value = factValue(this.#hostName, question, result);
    const passing = fact.shared?.passing;
    if (reading === undefined || passing === undefined) return value;
    return watched(value, passing, () => reading.whole = true);
  }

  /** Reads a fact ahead of being asked for it. What comes of it matters only to those who ask. */
  prefetch(fact: AnyFact, args: object, options: RunOptions, limit: number): void {
    const question = questionOf(fact, args, options, limit);
    if (this.#current(question) === undefined) void this.#ask(question);
  }

  /**
   * Requests that answer questions, for those who send them along with others.
   *
   * @param onStop Asks only where the batch was stopped before.
   */
  ahead(questions: readonly Question[], onStop = false): Ahead {
    const byKey = new Map(questions.map((question) => [question.key, question]));
    const bundles = bundlesOf([...byKey.values()]);
    return {
      requests: bundles.map(({ request }) => onStop ? { ...request, onStop } : request),
      learn: (results) =>
        bundles.forEach((bundle, index) => {
          bundle.take(results[index]!)?.forEach((one, at) => this.learn(bundle.questions[at]!, one));
        }),
    };
  }

  /** Keeps an answer that the host has given just now. */
  learn(question: Question, result: RequestResult): void {
    if (!isSettled(result)) return;
    this.#known.set(question.key, { question, epoch: this.#epoch, answer: Promise.resolve(result), result });
  }

  /** What the host is known to answer now; nothing where it would have to be asked. */
  answerTo({ key }: Question): RequestResult | undefined {
    const known = this.#known.get(key);
    if (known?.epoch !== this.#epoch || known.result?.outcome === "timeout") return undefined;
    return known.result;
  }

  get #epoch(): number {
    return this.#epochs.of(this.#hostName);
  }

  #current(question: Question): Promise<RequestResult> | undefined {
    const known = this.#known.get(question.key);
    if (known?.epoch !== this.#epoch) return undefined;
    const givenUp = known.result?.outcome === "timeout" && waitsLonger(question, known.question);
    return givenUp ? undefined : known.answer;
  }

  #ask(question: Question): Promise<RequestResult> {
    const answer = new Promise<RequestResult>((settle) => this.#pending.push({ question, settle }));
    const known: Known = { question, epoch: this.#epoch, answer };
    this.#known.set(question.key, known);
    void answer.then((result) => {
      known.result = result;
      // What never got an answer is asked again.
      if (!isSettled(result) && this.#known.get(question.key) === known) this.#known.delete(question.key);
    });
    // Code that runs in the same turn may ask for more: all of it goes out in one write.
    if (this.#pending.length === 1) setTimeout(() => this.#flush(), 0);
    return answer;
  }

  async #flush(): Promise<void> {
    const waiting = new Map(this.#pending.map((one) => [one.question, one.settle]));
    this.#pending = [];
    const left = await this.#send(bundlesOf([...waiting.keys()]), waiting);
    if (left.length > 0) await this.#send(left, waiting);
  }

  /** Sends bundles; gives those questions that have to be asked one by one. */
  async #send(
    bundles: readonly Bundle[],
    waiting: ReadonlyMap<Question, (result: RequestResult) => void>,
  ): Promise<Bundle[]> {
    const results = await this.#port.run(this.#hostName, {
      id: nextBatchId(),
      lane: "facts",
      stopOnFailure: false,
      live: false,
      requests: bundles.map(({ request }) => request),
    });
    return bundles.flatMap((bundle, index) => {
      const answers = bundle.take(results[index]!);
      if (answers === undefined) return apart(bundle, results[index]!);
      bundle.questions.forEach((question, at) => waiting.get(question)!(answers[at]!));
      return [];
    });
  }
}

/** Whether the command ran to its end, well or not. */
function isAnswered({ outcome }: RequestResult): boolean {
  return outcome === "success" || outcome === "failure";
}

/** Whether asking again would tell no more: what took too long once is not waited for by everybody who asks. */
function isSettled(result: RequestResult): boolean {
  return isAnswered(result) || result.outcome === "timeout";
}

/** What a deploy asks of a host: noted for later runs, and what earlier runs noted is asked ahead. */

import type { Privilege, RunOptions } from "../shell/port.ts";
import { type AnyFact, definedFacts } from "./fact.ts";
import type { FactQuestion } from "./question.ts";
import {
  mayBeRemembered,
  parseQuestion,
  type RememberedFact,
  sorted,
  textOf,
  withoutPasswords,
} from "./remembered_fact.ts";

/** At most so many questions of a host are kept. */
const MOST_QUESTIONS = 20_000;

/**
 * So many questions are asked before the deploy has asked any of those that are remembered: what a memory costs
 * that is altogether wrong.
 */
const AT_ONCE = 1000;

/** Questions to be asked as one user, which go out together. */
interface Bucket {
  /** All of them, by their text. */
  known: ReadonlyMap<string, RememberedFact>;
  /** Those that were not asked yet. */
  waiting: Map<string, RememberedFact>;
  begun: boolean;
}

/**
 * The questions of one host. What a memory says is asked ahead only as a user that this run is known to become:
 * the login user and the one of configuration and data at once, any other when the deploy itself has asked
 * something as that very user. So a memory never asks for a password, and no sudo on the host ever reports an
 * attempt that the deploy would not have made.
 */
export class FactMemory {
  readonly #readDefaults: () => RunOptions;
  readonly #ask: (question: FactQuestion) => void;
  readonly #asked = new Map<string, RememberedFact>();
  readonly #buckets = new Map<string, Bucket>();
  #keptDefaults: RunOptions | undefined;
  #keptOptionsKey: string | undefined;
  #keptKey: string | undefined;

  /**
   * @param defaults How the host is asked by default, before the deploy has begun.
   * @param ask Asks a question ahead; called before the question that the deploy asks goes out.
   */
  constructor(defaults: () => RunOptions, ask: (question: FactQuestion) => void) {
    this.#readDefaults = defaults;
    this.#ask = ask;
  }

  /** The questions that the deploy has asked in this run and that may be kept, by their text. */
  get asked(): ReadonlyMap<string, RememberedFact> {
    return this.#asked;
  }

  /** Takes what earlier runs asked, and asks what needs nothing that is not known yet. */
  recall(remembered: readonly RememberedFact[]): void {
    const byPrivilege = new Map<string, Map<string, RememberedFact>>();
    for (const one of remembered.slice(0, MOST_QUESTIONS)) {
      const text = textOf(one);
      if (text === undefined) continue;
      const key = one.privilege === undefined ? this.#defaultKey : keyOf(one.privilege);
      const questions = byPrivilege.get(key) ?? new Map<string, RememberedFact>();
      byPrivilege.set(key, questions.set(text, one));
    }
    for (const [key, known] of byPrivilege) {
      this.#buckets.set(key, { known, waiting: new Map(known), begun: false });
    }
    this.#begin(this.#defaults.privilege);
    this.#begin({});
  }

  /** Notes what the deploy asks, and lets what is remembered for the same user travel with it. */
  note(question: FactQuestion): void {
    const text = this.#keep(question);
    const { privilege } = question.options;
    const bucket = this.#buckets.get(keyOf(privilege));
    if (bucket === undefined) return;
    if (text !== undefined) bucket.waiting.delete(text);
    if (text !== undefined && bucket.known.has(text)) this.#send(bucket, privilege, bucket.waiting.size);
    else this.#begin(privilege);
  }

  /** Asks nothing more ahead: the host has changed. */
  stop(): void {
    this.#buckets.clear();
  }

  get #defaults(): RunOptions {
    return this.#keptDefaults ??= this.#readDefaults();
  }

  get #defaultOptionsKey(): string {
    return this.#keptOptionsKey ??= optionsKey(this.#defaults);
  }

  get #defaultKey(): string {
    return this.#keptKey ??= keyOf(this.#defaults.privilege);
  }

  #begin(privilege: Privilege): void {
    const bucket = this.#buckets.get(keyOf(privilege));
    if (bucket !== undefined && !bucket.begun) this.#send(bucket, privilege, AT_ONCE);
  }

  #send(bucket: Bucket, privilege: Privilege, count: number): void {
    bucket.begun = true;
    for (const [text, { fact: name, args, chdir }] of [...bucket.waiting].slice(0, count)) {
      const fact = definedFacts().get(name);
      // The module of the deploy that defines it may not be loaded yet.
      if (fact === undefined) continue;
      bucket.waiting.delete(text);
      if (!isAskable(fact, args)) continue;
      this.#ask({
        fact,
        args,
        options: { ...this.#defaults, privilege, ...(chdir === undefined ? {} : { chdir }) },
      });
    }
  }

  /** Keeps a question, unless it cannot be asked the same way without keeping what is nobody's business. */
  #keep({ fact, args, options }: FactQuestion): string | undefined {
    const defaults = this.#defaults;
    const { chdir, privilege } = options;
    if (fact.remember === undefined || fact.remember === false) return undefined;
    if (optionsKey(options) !== this.#defaultOptionsKey) return undefined;
    if (chdir === undefined && defaults.chdir !== undefined) return undefined;
    const question = parseQuestion({
      fact: fact.name,
      args: sorted(args),
      ...(keyOf(privilege) === this.#defaultKey ? {} : { privilege: withoutPasswords(privilege) }),
      ...(chdir === defaults.chdir ? {} : { chdir }),
    });
    if (question === undefined || !mayBeRemembered(fact, question.args)) return undefined;
    const text = textOf(question);
    if (text === undefined || this.#asked.size >= MOST_QUESTIONS) return text;
    this.#asked.set(text, question);
    return text;
  }
}

/** What makes two users the same. */
function keyOf(privilege: Privilege): string {
  return JSON.stringify(withoutPasswords(privilege));
}

/** What else tells one way of asking from another. */
function optionsKey({ env, timeout, shell, pty, successExitCodes }: RunOptions): string {
  return JSON.stringify([env, timeout, shell, pty, successExitCodes]);
}

/** A fact may find something wrong with arguments of the right kinds. */
function isAskable(fact: AnyFact, args: Readonly<Record<string, unknown>>): boolean {
  if (!mayBeRemembered(fact, args)) return false;
  try {
    fact.fullCommand(args);
    return true;
  } catch {
    return false;
  }
}

/** The answers to an operation's questions, as a fixture tells them. */

import { namesHere } from "../../src/errors/mod.ts";
import type { AnyFact } from "../../src/host/mod.ts";
import { isAskedBy, isTable, type Parameter, snakeCase } from "./names.ts";
import { answerOwnQuestion } from "./own_questions.ts";
import { toFactValue } from "./values.ts";

/**
 * The facts of one fixture. It tells what pyinfra asks in its case. A question beside these is one that only we ask:
 * its answer is what the told facts say about it, or that nothing is there.
 */
export class GivenAnswers {
  /** Which questions the fixture does not tell of, for whoever wonders where commands come from. */
  readonly untold: string[] = [];
  readonly #facts: Readonly<Record<string, unknown>>;
  readonly #signatures: Readonly<Record<string, Parameter[]>>;

  constructor(facts: Readonly<Record<string, unknown>>, signatures: Readonly<Record<string, Parameter[]>>) {
    this.#facts = facts;
    this.#signatures = signatures;
  }

  async answer(fact: AnyFact, args: Record<string, unknown>): Promise<unknown> {
    const [theirs, told] =
      Object.entries(this.#facts).find(([name]) => namesHere(name).includes(fact.name)) ?? [];
    if (theirs !== undefined) {
      const answer = find(told, args, this.#parameters(theirs, fact));
      if (answer !== undefined) return emptyLike(fact, args, answer.value) ?? toFactValue(answer.value);
    }
    const own = await answerOwnQuestion(fact, args, this.#facts);
    if (own !== undefined) return own.value;
    const asked = Object.entries(args).filter(([, value]) => value !== undefined);
    const shown = asked.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");
    this.untold.push(`? nothing is told of ${fact.name}${shown && ` with ${shown}`}`);
    return fact.default?.(args);
  }

  /** What the fact takes: as the signatures say, or else as it takes it here. */
  #parameters(theirs: string, fact: AnyFact): Parameter[] {
    return this.#signatures[theirs] ??
      Object.keys(fact.parameters ?? {}).map((name) => ({ name: snakeCase(name) }));
  }
}

/** What is told: a value for the question, or one for every question. */
function find(
  told: unknown,
  args: Record<string, unknown>,
  parameters: readonly Parameter[],
): { value: unknown } | undefined {
  if (parameters.length === 0) return { value: told };
  const isEmpty = typeof told === "object" && told !== null && Object.keys(told).length === 0;
  if (isEmpty && !Array.isArray(told)) return undefined;
  if (!isTable(told, parameters.map(({ name }) => name))) return { value: told };
  const key = Object.keys(told).find((one) => isAskedBy(one, args, parameters));
  return key === undefined ? undefined : { value: told[key] };
}

/** `{}` stands for any empty collection in the fixtures: the fact knows what kind of it it gives. */
function emptyLike(fact: AnyFact, args: Record<string, unknown>, given: unknown): unknown {
  const isEmpty = typeof given === "object" && given !== null && Object.keys(given).length === 0;
  return isEmpty && Array.isArray(fact.default?.(args)) ? [] : undefined;
}

/** A fact as it is asked: its command, how it runs, and what tells it apart from other questions. */

import type { ShellCommand } from "../command/mod.ts";
import type { RunOptions } from "../shell/port.ts";
import type { AnyFact } from "./fact.ts";
import { withoutPasswords } from "./remembered_fact.ts";

/** A fact, its arguments and how it is asked. */
export type FactQuestion = Pick<Question, "fact" | "args" | "options">;

/** One question to a host. */
export interface Question {
  readonly fact: AnyFact;
  readonly args: object;
  /** How its command runs: as whom, where, in which shell. */
  readonly options: RunOptions;
  readonly command: ShellCommand;
  /** Seconds that the answer may take; without it, it is waited for without end. */
  readonly timeout: number | undefined;
  /** The same for questions that have the same answer. */
  readonly key: string;
  /** What the options add to the key: questions that differ here cannot be answered by one program. */
  readonly manner: string;
}

/**
 * A fact with its arguments, as a question.
 *
 * @param limit Seconds that an answer may take where neither the options nor the fact itself say it.
 */
export function questionOf(fact: AnyFact, args: object, given: RunOptions, limit: number): Question {
  const options = fact.shell === undefined ? given : { ...given, shell: fact.shell };
  const command = fact.fullCommand(args);
  const manner = JSON.stringify(mannerOf(options));
  const timeout = options.timeout ?? bound(fact.timeout ?? limit);
  return { fact, args, options, command, timeout, manner, key: `${manner}\n${command.raw}` };
}

/** Whether a question waits longer than another one. */
export function waitsLonger(question: Question, other: Question): boolean {
  return (question.timeout ?? Infinity) > (other.timeout ?? Infinity);
}

function bound(seconds: number): number | undefined {
  return seconds > 0 ? seconds : undefined;
}

/** What tells two reads of one command apart. Passwords do not: they lead to the same place. */
function mannerOf(options: RunOptions): unknown {
  const { shell, chdir, env, successExitCodes } = options;
  const { doas, dzdo, sudo, su } = withoutPasswords(options.privilege);
  return [doas, dzdo, sudo, su, shell, chdir, env, successExitCodes];
}

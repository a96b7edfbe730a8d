/** Guards: what travels in front of planned commands, so that they run only where the plan still holds. */

import { type GuardRequest, type Probe, probeOutput, type RequestResult } from "../shell/port.ts";
import { fromBinary, groupsOf, newMark, sharedOf, toBinary } from "./bundle.ts";
import { digestsOf } from "./digest.ts";
import type { Question } from "./question.ts";
import type { Reading } from "./read_set.ts";

/** A probe and the bytes that it printed when the plan was made. */
interface Expected {
  probe: Probe;
  output: Uint8Array[];
}

/** Whether an answer can be compared on the host: one that failed, was too long or needed input cannot. */
export function isComparable({ question: { options }, answer }: Reading): boolean {
  return answer?.outcome === "success" && answer.droppedBytes === 0 && options.stdin === undefined &&
    !options.pty;
}

/** Guards for what plans have read of one host, one for each user that the questions were asked as. */
export function guardsOf(readings: readonly Reading[]): GuardRequest[] {
  const byPrivilege = new Map<string, Reading[]>();
  for (const reading of unique(readings)) {
    const key = JSON.stringify(reading.question.options.privilege);
    byPrivilege.set(key, [...byPrivilege.get(key) ?? [], reading]);
  }
  return [...byPrivilege.values()].map(guardOf);
}

/** Each question once; looked at as a whole if one reading did. */
function unique(readings: readonly Reading[]): Reading[] {
  const byKey = new Map<string, Reading>();
  for (const reading of readings) {
    const found = byKey.get(reading.question.key);
    byKey.set(reading.question.key, found?.whole ? found : reading);
  }
  return [...byKey.values()];
}

function guardOf(readings: readonly Reading[]): GuardRequest {
  const answers = new Map(readings.map((reading) => [reading.question, reading.answer!]));
  const exact = (question: Question) => exactly(question, answers.get(question)!);
  const whole = readings.filter((one) => one.whole || sharedOf(one.question) === undefined);
  const groups = groupsOf(readings.filter((one) => !whole.includes(one)).map(({ question }) => question));
  const all = [
    ...whole.map(({ question }) => exact(question)),
    // What is asked by itself and counts as a whole is quicker by its own command.
    ...groups.map((group) =>
      group.length === 1 && sharedOf(group[0]!)!.lasting === undefined
        ? exact(group[0]!)
        : lastingOf(group, answers)
    ),
  ];
  const questions = readings.map(({ question }) => question);
  const options = questions[0]!.options;
  const timeout = Math.max(...questions.map((question) => question.timeout ?? Infinity));
  const { timeout: _, ...shared } = { ...options, successExitCodes: [0] };
  return {
    kind: "guard",
    probes: all.map(({ probe }) => probe),
    expected: digestsOf(all.flatMap(({ output }) => output)),
    options: timeout === Infinity ? shared : { ...shared, timeout },
  };
}

function exactly({ command, options }: Question, answer: RequestResult): Expected {
  return {
    probe: { script: command.raw, options },
    output: probeOutput(answer.stdout, answer.exitStatus ?? 0),
  };
}

/** One program for all of them, which prints what lasts of each answer. */
function lastingOf(group: readonly Question[], answers: ReadonlyMap<Question, RequestResult>): Expected {
  const shared = sharedOf(group[0]!)!;
  const mark = newMark();
  const script = shared.command(group.map(({ args }) => args), { mark, lasting: true }).raw;
  const lasting = group.map((question) => {
    const answer = toBinary(answers.get(question)!.stdout);
    return shared.lasting?.(answer, question.args) ?? answer;
  });
  return {
    probe: { script, options: group[0]!.options },
    output: probeOutput(fromBinary(shared.join(lasting, mark)), 0),
  };
}

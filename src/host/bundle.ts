/** Puts questions together that one program can answer, and takes the answer apart again. */

import { Buffer } from "node:buffer";
import type { CommandRequest, RequestResult } from "../shell/port.ts";
import type { SharedProgram } from "./fact.ts";
import type { Question } from "./question.ts";

/** Questions that travel as one request. */
export interface Bundle {
  questions: readonly Question[];
  request: CommandRequest;
  /** The result of each question; nothing where they have to be asked one by one. */
  take(result: RequestResult): RequestResult[] | undefined;
}

/** Characters of commands that one program answers for, at most: its text has to fit into an argument. */
const MOST_TEXT = 24_000;

/** All questions, those together that one program can answer. The order is that of the first of each bundle. */
export function bundlesOf(questions: readonly Question[]): Bundle[] {
  return groupsOf(questions).map((group) => group.length > 1 ? together(group) : alone(group[0]!));
}

/** Seconds that a question gets at least whose answer was waited for in vain, together with others. */
const SECOND_PATIENCE = 5;

/**
 * The questions of a bundle one by one, after what came of it. Those that were waited for share as much time again:
 * where a disk does not answer, none of its files does.
 */
export function apart({ questions }: Bundle, { outcome }: RequestResult): Bundle[] {
  return questions.map((question) => {
    if (outcome !== "timeout" || question.timeout === undefined) return alone(question);
    return alone(question, Math.max(question.timeout / questions.length, SECOND_PATIENCE));
  });
}

/** A question by itself. */
function alone(question: Question, timeout = question.timeout): Bundle {
  return {
    questions: [question],
    request: requestFor(question, question.command.raw, timeout),
    take: (result) => [result],
  };
}

/** Questions that share a program and the way it runs, in portions that fit. */
export function groupsOf(questions: readonly Question[]): Question[][] {
  const groups: Question[][] = [];
  const open = new Map<string, { group: Question[]; room: number }>();
  for (const question of questions) {
    const key = programOf(question);
    const size = question.command.raw.length;
    const found = key === undefined ? undefined : open.get(key);
    if (found !== undefined && size <= found.room) {
      found.group.push(question);
      found.room -= size;
      continue;
    }
    const group = [question];
    groups.push(group);
    if (key !== undefined) open.set(key, { group, room: MOST_TEXT - size });
  }
  return groups;
}

/** The program that a question shares with others; nothing for one that stands alone. */
export function sharedOf(question: Question): SharedProgram<object> | undefined {
  const shared = question.fact.shared as SharedProgram<object> | undefined;
  return shared?.group(question.args) === undefined ? undefined : shared;
}

/** A random word that separates the answers of one program. */
export function newMark(): string {
  return `drover${crypto.randomUUID().replaceAll("-", "")}`;
}

/** Bytes as a binary string, one character for each. */
export function toBinary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** A binary string as bytes. */
export function fromBinary(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

function programOf(question: Question): string | undefined {
  const group = (question.fact.shared as SharedProgram<object> | undefined)?.group(question.args);
  const { stdin, pty } = question.options;
  if (group === undefined || stdin !== undefined || pty) return undefined;
  return JSON.stringify([group, question.manner, question.timeout]);
}

function together(questions: readonly Question[]): Bundle {
  const shared = sharedOf(questions[0]!)!;
  const mark = newMark();
  const script = shared.command(questions.map(({ args }) => args), { mark, lasting: false }).raw;
  const take = (result: RequestResult) => {
    if (result.outcome !== "success" || result.droppedBytes > 0) return undefined;
    const answers = shared.split(toBinary(result.stdout), mark, questions.length);
    return answers?.map((answer) => answered(fromBinary(answer), 0, result.seconds / questions.length));
  };
  return { questions, request: requestFor(questions[0]!, script), take };
}

/** The result of a question that was answered as a part of something else. */
function answered(stdout: Uint8Array, exitStatus: number, seconds: number): RequestResult {
  return { outcome: "success", exitStatus, stdout, stderr: new Uint8Array(), droppedBytes: 0, seconds };
}

function requestFor(
  { options, ...question }: Question,
  script: string,
  timeout = question.timeout,
): CommandRequest {
  const limited = timeout === undefined ? options : { ...options, timeout };
  return { kind: "command", script, options: limited, reads: true };
}

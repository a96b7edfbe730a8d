/** The value of a fact: made from a host's answer once, and the same for everybody who asks. */

import { maskSecrets } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { MAX_ANSWER, type RequestResult } from "../shell/port.ts";
import { MISSING_PROGRAM } from "./fact.ts";
import type { Question } from "./question.ts";

/** Values by the answer that they were made from, the fact and its arguments. */
const made = new WeakMap<RequestResult, Map<string, unknown>>();

/**
 * The value that an answer means. Nobody can change it: others are given the same one.
 *
 * @throws {DroverError} `E_FACT` if the command failed, `E_FACT_TIMEOUT` if it took too long, `E_FACT_PARSE` if its
 *   output cannot be read.
 */
export function factValue(host: string, question: Question, result: RequestResult): unknown {
  const known = made.get(result) ?? new Map<string, unknown>();
  const key = `${question.fact.name}\n${JSON.stringify(question.args)}`;
  if (known.has(key)) return known.get(key);
  const value = frozen(evaluate(host, question, result));
  made.set(result, known.set(key, value));
  return value;
}

/** The value with a notice for those who look at certain properties of it, at any depth. */
export function watched(value: unknown, names: readonly string[], looked: () => void): unknown {
  if (!isPlainObject(value)) return value;
  const view: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const get = () => (looked(), inner);
    if (names.includes(name)) Object.defineProperty(view, name, { enumerable: true, get });
    else view[name] = watched(inner, names, looked);
  }
  return Object.freeze(view);
}

function evaluate(host: string, question: Question, result: RequestResult): unknown {
  const { fact, args, command } = question;
  const text = new TextDecoder().decode(result.stdout);
  if (result.droppedBytes > 0) throw tooMuch(host, fact.name);
  if (result.outcome === "success") return process(host, { fact, args, command }, text);
  const stderr = new TextDecoder().decode(result.stderr);
  // The user may be created later in the same run.
  if (isUnknownUser(result, stderr)) return fact.default?.(args);
  const detail = maskSecrets([`command: ${command}`, stderr.trim()].filter(Boolean).join("\n"));
  if (result.outcome === "timeout") throw tooLong(host, question, detail);
  throw new DroverError("E_FACT", `Cannot read fact ${fact.name}: ${explain(result)}`, {
    host,
    detail,
    hint: result.error?.hint,
  });
}

function tooLong(host: string, { fact, options, timeout = 0 }: Question, detail: string): DroverError {
  const seconds = `${timeout} second${timeout === 1 ? "" : "s"}`;
  const message = `Cannot read fact ${fact.name}: its command did not end within ${seconds} and was killed`;
  const general = "--fact-timeout or config.factTimeout allows all facts more, _timeout this one";
  const own = "_timeout allows it more";
  const hint = options.timeout === undefined && fact.timeout === undefined ? general : own;
  return new DroverError("E_FACT_TIMEOUT", message, { host, detail, hint });
}

/** A value that is made of a part of the output would be wrong. */
function tooMuch(host: string, fact: string): DroverError {
  const most = MAX_ANSWER / 1024 / 1024;
  return new DroverError(
    "E_FACT",
    `Cannot read fact ${fact}: its command printed more than ${most} MiB, which is the limit for answers`,
    { host, hint: "facts are for answers; files.get fetches whole files" },
  );
}

function process(
  host: string,
  { fact, args, command }: Pick<Question, "fact" | "args" | "command">,
  text: string,
): unknown {
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
      host,
      detail: maskSecrets(`command: ${command}\n${lines.slice(0, 10).join("\n")}`),
      cause,
    });
  }
}

function isUnknownUser(result: RequestResult, stderr: string): boolean {
  if (result.error?.code === "E_USER_UNKNOWN") return true;
  return /^(sudo: unknown user|su: user .* does not exist|doas: unknown user)/m.test(stderr);
}

function explain(result: RequestResult): string {
  if (result.error !== undefined) return result.error.message;
  return `its command exited ${result.exitStatus ?? "without a status"}`;
}

/** Lists and plain objects all the way down; other objects know how to look after themselves. */
function frozen(value: unknown): unknown {
  if (Array.isArray(value)) value.forEach(frozen);
  else if (isPlainObject(value)) Object.values(value).forEach(frozen);
  else return value;
  return Object.freeze(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

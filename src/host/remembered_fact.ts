/** A question that was asked of a host, as it is kept: names and arguments, never values. */

import { readParameters } from "./parameters.ts";
import { hasSecrets, maskSecrets } from "../command/mod.ts";
import type { Privilege } from "../shell/port.ts";
import { isOfKind } from "./remembered_arguments.ts";
import type { AnyFact } from "./fact.ts";

/** A question that was asked. It can be written as JSON as it is, always with the same text. */
export interface RememberedFact {
  /** `module.Fact`. */
  fact: string;
  args: Record<string, unknown>;
  /** As whom it was asked, without passwords; absent for what configuration and data say of the host. */
  privilege?: Privilege;
  /** The directory in which it was asked; absent for what configuration and data say. */
  chdir?: string;
}

/** Characters of the longest question that is kept. */
const MOST_CHARACTERS = 128 * 1024;

/** A question's text, which tells it from all others; nothing if it may not be kept. */
export function textOf(question: RememberedFact): string | undefined {
  const text = JSON.stringify(question);
  return text.length > MOST_CHARACTERS || holdsSecret(question) ? undefined : text;
}

/**
 * Checks one value of a file or a message: nothing if it is no question. Facts are looked up only when they are
 * asked, so that a question of a fact which is not loaded is none the worse.
 */
export function parseQuestion(value: unknown): RememberedFact | undefined {
  if (!isRecord(value) || typeof value.fact !== "string" || !isPlain(value.args)) return undefined;
  if (value.chdir !== undefined && typeof value.chdir !== "string") return undefined;
  const privilege = value.privilege === undefined ? undefined : parsePrivilege(value.privilege);
  if (value.privilege !== undefined && privilege === undefined) return undefined;
  return {
    fact: value.fact,
    args: sorted(value.args),
    ...(privilege === undefined ? {} : { privilege }),
    ...(value.chdir === undefined ? {} : { chdir: value.chdir }),
  };
}

/** Checks what was read from a file: whatever is no list of questions is nothing. */
export function parseRemembered(value: unknown): RememberedFact[] {
  if (!Array.isArray(value)) return [];
  return value.map(parseQuestion).filter((one) => one !== undefined);
}

/** Whether a fact may be asked with these arguments although the deploy has not asked for it yet. */
export function mayBeRemembered(fact: AnyFact, args: Readonly<Record<string, unknown>>): boolean {
  const kinds = fact.remember;
  if (kinds === undefined || kinds === false) return false;
  const required = [...readParameters(fact.parameters ?? {}).values()].filter((one) => !one.optional);
  return Object.keys(args).every((name) => Object.hasOwn(kinds, name)) &&
    required.every(({ name }) => args[name] !== undefined) &&
    Object.entries(kinds).every(([name, kind]) => isOfKind(args[name], kind));
}

/** The same privilege without the passwords that lead to it, its parts always in the same order. */
export function withoutPasswords({ doas, dzdo, sudo, su }: Privilege): Privilege {
  return {
    ...(doas === undefined ? {} : { doas: pick(doas, ["user"]) }),
    ...(dzdo === undefined ? {} : { dzdo: pick(dzdo, ["user"]) }),
    ...(sudo === undefined ? {} : { sudo: pick(sudo, ["user", "login", "preserveEnv"]) }),
    ...(su === undefined ? {} : { su: { user: su.user, ...pick(su, ["login", "preserveEnv", "shell"]) } }),
  };
}

/** The arguments that are given, in the order of their names. */
export function sorted(args: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).filter(([, value]) => value !== undefined).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

function parsePrivilege(value: unknown): Privilege | undefined {
  if (!isRecord(value)) return undefined;
  const { doas, dzdo, sudo, su } = value;
  const parts = [doas, dzdo, sudo, su].filter((part) => part !== undefined);
  const plain = parts.every((part) =>
    isRecord(part) && Object.values(part).every((one) => typeof one === "string" || typeof one === "boolean")
  );
  if (!plain || (su !== undefined && typeof (su as Record<string, unknown>).user !== "string")) {
    return undefined;
  }
  return withoutPasswords(value as Privilege);
}

/** Text inside of JSON is escaped, so each is looked at by itself. */
function holdsSecret(value: unknown): boolean {
  if (!hasSecrets()) return false;
  if (typeof value === "string") return maskSecrets(value) !== value;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, inner]) => holdsSecret(name) || holdsSecret(inner));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value comes back from JSON as it went: texts, numbers, booleans and lists of them. */
function isPlain(value: unknown): value is Record<string, unknown> {
  const isScalar = (one: unknown) => ["string", "number", "boolean"].includes(typeof one);
  return isRecord(value) &&
    Object.values(value).every((one) =>
      one === undefined || isScalar(one) || (Array.isArray(one) && one.every(isScalar))
    );
}

function pick<T extends object, K extends keyof T>(value: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    names.filter((name) => value[name] !== undefined).map((name) => [name, value[name]]),
  ) as Pick<T, K>;
}

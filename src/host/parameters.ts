/** The arguments of operations and facts: one description for types, checks and the command line. */

import { DroverError, type Place } from "../errors/mod.ts";
import { type Kind, type KindClasses, mismatch, parseKind } from "./kinds.ts";

/**
 * Describes each argument by its kind, written as a type of TypeScript; an optional one ends in `?`. The type
 * checker compares names, kinds and what is optional with the arguments' interface.
 *
 * - `string`, `number`, `boolean`, `null`, `function`, `class`, `object`, `unknown`
 * - `Date`, `Error`, `Secret`, `ShellCommand`, `Uint8Array`. A secret is accepted wherever a string is.
 * - `'soft' | 'hard'`: these and nothing else. A union of more than six texts is described as `string`.
 * - `string[]`, `(string | number)[]`, `[string, string]`, `Record<string, string>`
 *
 * @example
 * ```ts
 * interface MotdArgs { text: string; mode?: string | number; present?: boolean; lines?: readonly string[] }
 * const parameters: ParameterKinds<MotdArgs> = {
 *   text: "string",
 *   mode: "string | number?",
 *   present: "boolean?",
 *   lines: "string[]?",
 * };
 * ```
 */
export type ParameterKinds<A extends object> = {
  readonly [K in keyof A & string]-?: Record<never, never> extends Pick<A, K>
    ? Around<"", Described<A[K]>, "?">
    : Described<A[K]>;
};

/** Descriptions by names, where only their machinery matters. */
export type AnyParameters = Readonly<Record<string, string>>;

/** All ways to describe a type: the members of a union may stand in any order. */
/** @ignore */
type Described<T> = unknown extends T ? "unknown" : AnyOrder<Members<Exclude<T, undefined>>>;

/** The ways to describe one member of a union. */
interface Member<Spelled> {
  spelled: Spelled;
}

/** Each member of a union by itself. `boolean` is one of them, not two. */
type Members<T> =
  | (boolean extends T ? Member<"boolean"> : MemberOf<Extract<T, boolean>>)
  | (IsMany<Extract<T, string>> extends true ? Member<"string"> : MemberOf<Extract<T, string>>)
  | MemberOf<Exclude<T, boolean | string>>;

type MemberOf<T> = T extends unknown ? Member<Spelled<T>> : never;

type Spelled<T> = T extends null ? "null"
  : T extends string ? string extends T ? "string" : `'${T}'`
  : T extends number ? number extends T ? "number" : `${T}`
  : T extends boolean ? `${T}`
  : T extends KindClasses[keyof KindClasses] ? ClassName<T>
  : T extends readonly unknown[] ? List<T>
  : T extends (...args: never) => unknown ? "function"
  : T extends abstract new (...args: never) => unknown ? "class"
  : string extends keyof T ? Around<"Record<string, ", Described<T[string & keyof T]>, ">">
  : "object";

type ClassName<T> = { [K in keyof KindClasses]: T extends KindClasses[K] ? K : never }[keyof KindClasses];

type List<T extends readonly unknown[]> = number extends T["length"]
  ? Around<"", Grouped<Described<T[number]>>, "[]">
  : Around<"[", Tuple<T>, "]">;

type Tuple<T extends readonly unknown[]> = T extends readonly [infer One] ? Described<One>
  : T extends readonly [infer One, ...infer Rest]
    ? Around<"", Described<One>, ", "> extends infer Start ? Around<Start, Tuple<Rest>, ""> : never
  : never;

type Grouped<T> = T extends `${string} | ${string}` ? `(${T})` : T;

/**
 * Text around each of some texts. The compiler need not know beforehand that they are texts.
 *
 * @ignore
 */
type Around<Start, T, End> = [Start, T, End] extends [string, string, string]
  ? `${Start & string}${T & string}${End & string}`
  : never;

/** `a | b | c` in each order. */
type AnyOrder<T, All = T> = [T] extends [never] ? never
  : T extends Member<infer One>
    ? [Exclude<All, T>] extends [never] ? One : Around<Around<"", One, " | ">, AnyOrder<Exclude<All, T>>, "">
  : never;

/** One member of a union, whichever. */
type AnyOneOf<T> = (T extends unknown ? (value: () => T) => void : never) extends (value: infer F) => void
  ? F extends () => infer One ? One : never
  : never;

/** Whether a union has more than six members: the orders of more would be too many. */
type IsMany<T, Seen extends readonly unknown[] = []> = [T] extends [never] ? false
  : Seen["length"] extends 6 ? true
  : IsMany<Exclude<T, AnyOneOf<T>>, [...Seen, unknown]>;

/** The descriptions of a definition, where it is not known of which arguments. */
export function anyParameters(definition: { parameters?: unknown }): AnyParameters | undefined {
  return definition.parameters as AnyParameters | undefined;
}

/** One argument of an operation or a fact. */
export interface ReadParameter {
  name: string;
  optional: boolean;
  kind: Kind;
}

const read = new WeakMap<AnyParameters, ReadonlyMap<string, ReadParameter>>();

/** The arguments that are described, by name and in their order. Each description is read once. */
export function readParameters(parameters: AnyParameters): ReadonlyMap<string, ReadParameter> {
  const known = read.get(parameters);
  if (known !== undefined) return known;
  const made = new Map(
    Object.entries(parameters).map(([name, text]) => {
      const optional = text.endsWith("?");
      return [name, { name, optional, kind: parseKind(optional ? text.slice(0, -1) : text) }];
    }),
  );
  read.set(parameters, made);
  return made;
}

/** Names of the arguments in their order, an optional one with `?`. */
export function parameterNames(parameters: AnyParameters): string[] {
  return Object.entries(parameters).map(([name, text]) => text.endsWith("?") ? `${name}?` : name);
}

/**
 * Checks that those arguments that are described are of their kinds. `undefined` is not given.
 *
 * @param name What they are for: `files.file`, `fact files.File`.
 * @param place The line of the call.
 * @param originOf Says where a value is from, in words; nothing if nobody knows.
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkKinds(
  name: string,
  args: object,
  parameters: AnyParameters,
  place: Place | undefined,
  originOf: (value: unknown, argument: string) => string | undefined = () => undefined,
): void {
  const known = readParameters(parameters);
  for (const [key, value] of Object.entries(args)) {
    const kind = known.get(key)?.kind;
    const wrong = kind === undefined || value === undefined ? undefined : mismatch(kind, value);
    if (wrong === undefined) continue;
    const { at, wanted, found } = wrong;
    const origin = originOf(wrong.value, /\.([^.[\]]+)$/.exec(at)?.[1] ?? key);
    const hints = [origin, wrong.hint].filter((one) => one !== undefined);
    throw new DroverError("E_ARGUMENT", `${name}: ${key}${at} must be ${wanted}: it is ${found}`, {
      hint: hints.length === 0 ? undefined : hints.join("; "),
      place,
    });
  }
}

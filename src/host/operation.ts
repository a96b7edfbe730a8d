/** Operations: wanted states and actions, as functions that yield commands. */

import { maskSecrets, Secret } from "../command/mod.ts";
import { argumentHint, didYouMean, DroverError, type Place } from "../errors/mod.ts";
import { GLOBAL_ARGUMENTS, type GlobalArguments, splitArguments } from "./arguments.ts";
import { callSite } from "./call_site.ts";
import type { Steps } from "./called_operation.ts";
import { currentScope, type Effect, type FileDiff, requireScope } from "./context.ts";
import {
  type AnyParameters,
  anyParameters,
  checkKinds,
  type ParameterKinds,
  parameterNames,
  readParameters,
} from "./parameters.ts";
import { describeOrigin } from "./data_origin.ts";
import { resolveArguments } from "./resolved_arguments.ts";
import type { OperationResult } from "./result.ts";
import { normalSubject, type Subject } from "./subject.ts";

export type { CalledOperation, Foreign, Steps } from "./called_operation.ts";

/** The body of an operation. Yielding nothing means that there is nothing to do. */
export type OperationBody<A extends object> = (args: A) => Steps;

/** What is known of an operation beside its body. */
export interface OperationOptions<A extends object> {
  /**
   * The kind of each argument, in the order of `drover INVENTORY module.op VALUE key=value`. Calls are checked
   * against them, and words of the command line become values of these kinds. Without them, anything is accepted.
   */
  parameters?: ParameterKinds<A>;
  /**
   * Arguments that the body gets as they were written. In the texts of all others, secrets are replaced by their values
   * before; here they still stand sealed, so that shell text made with `raw`, or yielded as text, gets each value
   * quoted.
   */
  asWritten?: readonly (keyof A & string)[];
  /** `false` where the operation acts every time it is called. */
  idempotent?: boolean;
}

/** An operation: call it in a deploy. Its own arguments and the global ones go into one object. */
export interface Operation<A extends object> {
  (
    ...args: Record<never, never> extends A ? [args?: A & GlobalArguments] : [args: A & GlobalArguments]
  ): Promise<OperationResult>;
  /** `module.operation`. */
  readonly operationName: string;
  /** The kinds of its arguments in their order; nothing if they were not given. */
  readonly parameters: AnyParameters | undefined;
  /** Whether it has nothing to do the second time. */
  readonly idempotent: boolean;
  /** The bare steps, for use inside another operation: `yield* files.file.steps({ path })`. */
  steps(args: A): Steps;
}

/** An operation of any type, where only its machinery matters. */
// deno-lint-ignore no-explicit-any -- an operation's arguments are contravariant: only `any` holds them all
export type AnyOperation = Operation<any>;

const registry = new Map<string, AnyOperation>();

/**
 * Defines an operation.
 *
 * @example
 * ```ts
 * interface MotdArgs { text: string }
 * export const motd = operation<MotdArgs>("my.motd", async function* ({ text }) {
 *   const lines = await host.getFact(facts.files.FileContents, { path: "/etc/motd" });
 *   if (lines?.join("\n") === text) return host.noop("the message is already set");
 *   yield upload({ content: `${text}\n` }, "/etc/motd");
 * });
 * ```
 */
export function operation<A extends object = Record<never, never>>(
  name: string,
  body: OperationBody<A>,
  options: OperationOptions<A> = {},
): Operation<A> {
  const { idempotent = true, asWritten = [] } = options;
  const parameters = anyParameters(options);
  const description = { parameters, asWritten };
  const definedAt = callSite();
  checkNames(name, parameters, definedAt);
  const own = definedAt !== undefined;
  function call(args: A & GlobalArguments = {} as A & GlobalArguments): Promise<OperationResult> {
    const place = callSite();
    const scope = requireScope(name);
    if (scope.operation !== undefined) throw calledInside(name, place);
    const { own: given, globals } = splitArguments<A>(args);
    checkArguments(name, given, parameters, place);
    const resolved = resolveArguments(given, description, place);
    const steps = () => body(resolved);
    const foreign = holdsFunction(given) ? "anything" : own ? "files" : "nothing";
    return scope.sink.call({
      operation: name,
      idempotent,
      args: shownArguments(given),
      globals: globals.name === undefined ? globals : { ...globals, name: maskSecrets(globals.name) },
      place,
      foreign,
      steps,
    });
  }
  const made = Object.assign(call, {
    operationName: name,
    parameters,
    idempotent,
    steps(args: A): Steps {
      checkArguments(name, args, parameters, undefined);
      return actingOnly(body(resolveArguments(args, description, undefined)));
    },
  });
  registry.set(name, made);
  return made;
}

/** What an operation tells that it changes inside of another one counts only if it has something to do. */
async function* actingOnly(steps: Steps): Steps {
  const changed = currentScope()?.operation?.subjects.changed;
  const before = changed?.length ?? 0;
  let acts = false;
  for await (const step of steps) {
    acts = true;
    yield step;
  }
  if (!acts && changed !== undefined) changed.length = before;
}

/**
 * Steps of another operation that come along with what is done anyway: what they decide about does not decide whether
 * the running operation does something.
 */
export async function* incidental(steps: Steps): Steps {
  const decided = currentScope()?.operation?.subjects.decided;
  const before = decided?.length ?? 0;
  yield* steps;
  if (decided !== undefined) decided.length = before;
}

/** Lets an operation be called by another name, too, such as one that it has had before. */
export function operationAlias(name: string, operation: AnyOperation): void {
  registry.set(name, operation);
}

/** All operations that are defined, by `module.operation`; by each name that an operation has. */
export function definedOperations(): ReadonlyMap<string, AnyOperation> {
  return registry;
}

/** Tells what the running operation does to its object; plans show it as `+`, `~` or `-`. */
export function effect(kind: Effect): void {
  currentScope()?.operation?.note({ kind: "effect", effect: kind });
}

/** Gives the running operation's plan a difference to show, where differences are wanted. */
export function showDiff(diff: FileDiff): void {
  const scope = currentScope();
  if (scope?.config.diff) scope.operation?.note({ kind: "diff", diff });
}

/**
 * Tells what the running operation decides about, and changes if it has something to do. In a plan, a later
 * operation that decides about the same depends on it.
 *
 * @example
 * ```ts
 * export const zone = operation<{ zone: string }>("my.zone", async function* ({ zone }) {
 *   touches({ kind: "dns zone", name: zone });
 *   …
 * });
 * ```
 */
export function touches(...subjects: Subject[]): void {
  restsOn(...subjects);
  alters(...subjects);
}

/** Tells what the running operation decides about without changing it; see {@linkcode touches}. */
export function restsOn(...subjects: Subject[]): void {
  const decided = currentScope()?.operation?.subjects.decided;
  for (const subject of subjects) decided?.push(normalSubject(subject));
}

/** Tells what the running operation changes without deciding about it; see {@linkcode touches}. */
export function alters(...subjects: Subject[]): void {
  const changed = currentScope()?.operation?.subjects.changed;
  for (const subject of subjects) changed?.push(normalSubject(subject));
}

/**
 * Checks that arguments have names that exist and are of their kinds, and that none is missing.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkArguments(
  name: string,
  args: object,
  parameters: AnyParameters | undefined,
  place: Place | undefined,
): void {
  if (parameters === undefined) return;
  const known = readParameters(parameters);
  for (const key of Object.keys(args)) {
    if (known.has(key)) continue;
    const meant = didYouMean(key, [...known.keys(), ...GLOBAL_ARGUMENTS]);
    const hint = [meant, argumentHint(name, key)].filter((one) => one !== undefined).join(" ") ||
      listed([...known.keys()]);
    throw new DroverError("E_ARGUMENT", `${name} has no argument "${key}"`, { hint, place });
  }
  const given = args as Record<string, unknown>;
  const missing = [...known.values()].filter((one) => !one.optional && given[one.name] === undefined);
  if (missing.length > 0) {
    const names = missing.map((one) => `"${one.name}"`).join(", ");
    const hint = listed(parameterNames(parameters));
    throw new DroverError("E_ARGUMENT", `${name} needs the argument ${names}`, { hint, place });
  }
  const data = currentScope()?.host.data;
  const originOf = data && ((value: unknown, argument: string) => describeOrigin(data, value, argument));
  checkKinds(name, args, parameters, place, originOf);
}

/** An operation never gets a global argument: one of its own under such a name would always be missing. */
function checkNames(name: string, parameters: AnyParameters | undefined, place: Place | undefined): void {
  const taken = Object.keys(parameters ?? {}).find((key) => key === "name" || key.startsWith("_"));
  if (taken === undefined) return;
  throw new DroverError("E_ARGUMENT", `${name} cannot have an argument of its own called "${taken}"`, {
    hint: taken === "name"
      ? '"name" is the label of every operation; call it after what it names, such as "user"'
      : "names that begin with _ are global arguments",
    place,
  });
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "it takes no arguments" : `its arguments are ${names.join(", ")}`;
}

/** Whether a function stands anywhere in a value. Objects of classes are their own affair. */
function holdsFunction(value: unknown, depth = 0): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null || depth > 8) return false;
  if (Array.isArray(value)) return value.some((inner) => holdsFunction(inner, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).some((inner) => holdsFunction(inner, depth + 1));
}

/** Arguments as a label may show them. */
function shownArguments(args: object): Record<string, unknown> {
  const shown = (value: unknown): unknown =>
    typeof value === "string"
      ? maskSecrets(value)
      : value instanceof Secret
      ? maskSecrets(String(value))
      : Array.isArray(value)
      ? value.map(shown)
      : value;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, shown(value)]));
}

function calledInside(name: string, place: Place | undefined): DroverError {
  return new DroverError("E_NESTED_CALL", `${name} is called inside another operation`, {
    hint: `write: yield* ${name}.steps({ … })`,
    place,
  });
}

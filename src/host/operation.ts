/** Operations: wanted states and actions, as functions that yield commands. */

import { didYouMean, DroverError, type Place } from "../errors/mod.ts";
import { GLOBAL_ARGUMENTS, type GlobalArguments, splitArguments } from "./arguments.ts";
import { callSite } from "./call_site.ts";
import type { Steps } from "./called_operation.ts";
import { currentScope, type Effect, type FileDiff, requireScope } from "./context.ts";
import type { OperationResult } from "./result.ts";

export type { CalledOperation, Steps } from "./called_operation.ts";

/** The body of an operation. Yielding nothing means that there is nothing to do. */
export type OperationBody<A extends object> = (args: A) => Steps;

/** Names of an operation's arguments, an optional one with `?` at its end. */
export type Parameter<A extends object> = {
  [K in keyof A & string]-?: Record<never, never> extends Pick<A, K> ? `${K}?` : K;
}[keyof A & string];

/** What is known of an operation beside its body. */
export interface OperationOptions<A extends object> {
  /**
   * The arguments in their order, for `drover INVENTORY module.op VALUE key=value` and for telling
   * mistyped names. Without them, anything is accepted.
   */
  parameters?: readonly Parameter<A>[];
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
  /** The arguments in their order, an optional one with `?`; nothing if they were not given. */
  readonly parameters: readonly string[] | undefined;
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
  const { parameters, idempotent = true } = options;
  function call(args: A & GlobalArguments = {} as A & GlobalArguments): Promise<OperationResult> {
    const place = callSite();
    const scope = requireScope(name);
    if (scope.operation !== undefined) throw calledInside(name, place);
    const { own, globals } = splitArguments<A>(args);
    checkArguments(name, own, parameters, place);
    const steps = () => body(own);
    const record = own as Record<string, unknown>;
    return scope.sink.call({ operation: name, idempotent, args: record, globals, place, steps });
  }
  const made = Object.assign(call, {
    operationName: name,
    parameters,
    idempotent,
    steps(args: A): Steps {
      checkArguments(name, args, parameters, undefined);
      return body(args);
    },
  });
  registry.set(name, made);
  return made;
}

/** All operations that are defined, by `module.operation`. */
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
 * Checks the names of arguments and that none is missing.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkArguments(
  name: string,
  args: object,
  parameters: readonly string[] | undefined,
  place: Place | undefined,
): void {
  if (parameters === undefined) return;
  const known = parameters.map((parameter) => parameter.replace(/\?$/, ""));
  for (const key of Object.keys(args)) {
    if (known.includes(key)) continue;
    const hint = didYouMean(key, [...known, ...GLOBAL_ARGUMENTS]) ??
      `its arguments are ${known.join(", ")}`;
    throw new DroverError("E_ARGUMENT", `${name} has no argument "${key}"`, { hint, place });
  }
  const given = args as Record<string, unknown>;
  const missing = parameters.filter((one) => !one.endsWith("?") && given[one] === undefined);
  if (missing.length === 0) return;
  throw new DroverError(
    "E_ARGUMENT",
    `${name} needs the argument ${missing.map((one) => `"${one}"`).join(", ")}`,
    {
      hint: `its arguments are ${parameters.join(", ")}`,
      place,
    },
  );
}

function calledInside(name: string, place: Place | undefined): DroverError {
  return new DroverError("E_NESTED_CALL", `${name} is called inside another operation`, {
    hint: `write: yield* ${name}.steps({ … })`,
    place,
  });
}

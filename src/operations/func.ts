/** Operations that run code of the deploy when their turn comes. */

import { FunctionCall } from "../command/mod.ts";
import { type Operation, operation } from "../host/mod.ts";

/** Arguments of {@linkcode call}. */
// deno-lint-ignore no-explicit-any -- a function is called with whatever arguments belong to it
export interface CallArgs<A extends readonly any[] = readonly any[]> {
  /** What to call. Plans show its name. */
  function: (...args: A) => unknown;
  /** What to call it with. */
  args?: A;
}

/** Arguments of {@linkcode raiseException}. */
export interface RaiseExceptionArgs {
  /** The error to throw, or its class. */
  // deno-lint-ignore no-explicit-any -- each class of errors has a constructor of its own
  exception: Error | (new (...args: any[]) => Error);
  /** What the class is constructed with. */
  args?: readonly unknown[];
}

/**
 * Calls a function when the operation's turn comes, between the commands of the operations around it.
 * Operations that are called inside run at once, and results of earlier operations can be read. An exception
 * or the result `false` fails the operation. It counts as a change each time.
 *
 * @example
 * ```ts
 * await func.call({
 *   name: "Wait until the balancer has seen us",
 *   function: async () => {
 *     await server.shell({ commands: ["balancer join"] });
 *   },
 * });
 * ```
 */
export const call: Operation<CallArgs> = operation<CallArgs>(
  "func.call",
  async function* ({ function: run, args = [] }) {
    yield new FunctionCall(() => run(...args), run.name || "function");
  },
  { parameters: { function: "function", args: "unknown[]?" }, asWritten: ["args"], idempotent: false },
);

/**
 * Throws an error when the operation's turn comes, which fails it.
 *
 * @example
 * ```ts
 * await func.raiseException({ exception: new Error("the migration must be done by hand"), _if: outdated });
 * ```
 */
export const raiseException: Operation<RaiseExceptionArgs> = operation<RaiseExceptionArgs>(
  "func.raiseException",
  async function* ({ exception, args = [] }) {
    const raise = () => {
      throw typeof exception === "function" ? new exception(...args) : exception;
    };
    yield new FunctionCall(raise, `throw ${typeof exception === "function" ? exception.name : exception}`);
  },
  { parameters: { exception: "Error | class", args: "unknown[]?" }, idempotent: false },
);

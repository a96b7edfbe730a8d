/** Functions that stand in a fixture by their names, and what they are called with. */

import type { FunctionCall } from "../../src/command/mod.ts";

/** How a fixture's arguments name a function. */
const NAME = "__func__";

/** The functions of one fixture. */
export class FixtureFunctions {
  #calls: { name: string; args: unknown[] }[] = [];

  /**
   * Puts a function in the place of `"__func__"`. It is called as here: positional arguments are a list, and
   * keyword arguments one object behind them.
   */
  give(folder: string, args: Record<string, unknown>): Record<string, unknown> {
    if (!Object.values(args).includes(NAME)) return args;
    const { data, args: positional, ...own } = args;
    const list = [...(positional as unknown[] | undefined) ?? [], ...(data === undefined ? [] : [data])];
    const stand = folder === "python.raise_exception" ? this.#exception() : this.#function(NAME);
    const named = Object.entries(own).map(([key, value]) => [key, value === NAME ? stand : value]);
    return { ...Object.fromEntries(named), ...(list.length === 0 ? {} : { args: list }) };
  }

  /** A call as a fixture has it: name, positional arguments, keyword arguments. */
  async spell(call: FunctionCall): Promise<unknown[]> {
    this.#calls = [];
    // The function is called here and only here: no other step may have run it.
    await Promise.resolve().then(call.run).catch(() => {});
    const [made] = this.#calls;
    if (made === undefined) return [call.label, [], {}];
    const last = made.args.at(-1);
    const hasKeywords = typeof last === "object" && last !== null && !Array.isArray(last);
    return [made.name, hasKeywords ? made.args.slice(0, -1) : made.args, hasKeywords ? last : {}];
  }

  #function(name: string): (...args: unknown[]) => void {
    const record = (args: unknown[]) => void this.#calls.push({ name, args });
    return Object.defineProperty((...args: unknown[]) => record(args), "name", { value: name });
  }

  /** The fixtures call the step that throws `raise_exc`. */
  #exception(): new (...args: unknown[]) => Error {
    const record = this.#function("raise_exc");
    return class extends Error {
      constructor(...args: unknown[]) {
        super(NAME);
        record(...args);
      }
    };
  }
}

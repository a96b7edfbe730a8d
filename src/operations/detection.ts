/** Finds out which of several programs a host has. */

import { Which } from "../facts/server/mod.ts";
import { host } from "../host/mod.ts";

/**
 * The first of some programs that the host has. All are asked for in one round trip.
 *
 * @example
 * ```ts
 * const downloader = await firstProgram(["curl", "wget"]);
 * ```
 */
export async function firstProgram<P extends string>(programs: readonly P[]): Promise<P | undefined> {
  return await firstTrue(programs.map((command) => [command, host.getFact(Which, { command })]));
}

/** The first name whose question is answered by something; questions behind it may fail unheard. */
export async function firstTrue<N extends string>(
  questions: readonly (readonly [N, Promise<unknown>])[],
): Promise<N | undefined> {
  for (const [, answer] of questions) answer.catch(() => {});
  for (const [name, answer] of questions) if (await answer) return name;
  return undefined;
}

/** Puts the values of secrets into arguments before an operation or a fact sees them. */

import { hasSecrets, resolveValues } from "../command/mod.ts";
import { DroverError, type Place } from "../errors/mod.ts";
import { callSite } from "./call_site.ts";
import { takesSecrets } from "./kinds.ts";
import { type AnyParameters, readParameters } from "./parameters.ts";

/** How the arguments of an operation or a fact are described. */
export interface ArgumentsDescription {
  parameters: AnyParameters | undefined;
  /** Arguments that are handed over with their secrets still sealed. */
  asWritten: readonly string[];
}

/**
 * Arguments whose texts are what the host is to get, so that they can be compared with what the host has. A secret
 * that stands by itself becomes text where the argument takes nothing but text.
 *
 * @param place The line of the call; by default it is looked for where something is wrong.
 * @throws {DroverError} `E_SECRET` if a part of a secret was cut off or changed.
 */
export function resolveArguments<A extends object>(
  args: A,
  { parameters, asWritten }: ArgumentsDescription,
  place: Place | undefined,
): A {
  if (!hasSecrets()) return args;
  const known = parameters === undefined ? undefined : readParameters(parameters);
  const resolved = Object.entries(args).map(([name, value]) => {
    if (asWritten.includes(name)) return [name, value];
    const kind = known?.get(name)?.kind;
    const reveal = kind !== undefined && !takesSecrets(kind);
    return [name, atPlace(() => resolveValues(value, { reveal }), place)];
  });
  return Object.fromEntries(resolved) as A;
}

function atPlace<T>(resolve: () => T, place: Place | undefined): T {
  try {
    return resolve();
  } catch (error) {
    throw error instanceof DroverError ? error.with({ place: place ?? callSite() }) : error;
  }
}

/** The fact that a question is about, and what is said where it is about none. */

import { readFileSync } from "node:fs";
import { didYouMean, DroverError, type Place, renamedHint } from "../errors/mod.ts";
import { callSite } from "./call_site.ts";
import { type AnyFact, definedFacts, factByName } from "./fact.ts";

/**
 * The fact itself, or the one of that name.
 *
 * @throws {DroverError} `E_FACT_NAME` for what is no fact, such as the `undefined` of a name that is mistyped.
 */
export function requireFact(which: unknown): AnyFact {
  if (typeof which === "string") return factByName(which);
  if (isFact(which)) return which;
  const place = callSite();
  const written = place === undefined ? undefined : askedAt(place);
  throw new DroverError(
    "E_FACT_NAME",
    `${written ?? "What getFact was given"} is no fact: it is ${kindOf(which)}`,
    {
      place,
      hint: written === undefined ? undefined : meantFact(written),
    },
  );
}

function isFact(value: unknown): value is AnyFact {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "fact";
}

function kindOf(value: unknown): string {
  if (typeof value === "function" && "operationName" in value) return `the operation ${value.operationName}`;
  if (typeof value === "object" && value !== null && Symbol.toStringTag in value) {
    return value instanceof Promise ? "a promise" : "a whole module";
  }
  return Deno.inspect(value, { depth: 0, breakLength: Infinity, strAbbreviateSize: 40 });
}

/** The words of a question: `server.Kernl` of `host.getFact(server.Kernl)`. */
function askedAt({ file, line, column }: Place): string | undefined {
  try {
    const lines = readFileSync(file, "utf8").split("\n").slice(line - 1, line + 2);
    return /^getFact\(\s*([\w$]+(?:\.[\w$]+)*)/.exec(lines.join("\n").slice(column - 1))?.[1];
  } catch {
    return undefined;
  }
}

function meantFact(written: string): string | undefined {
  const [name, module] = written.split(".").toReversed();
  if (module === undefined && !/^[A-Z]/.test(written)) return undefined;
  const renamed = module && renamedHint(`${module}.${name}`, definedFacts());
  if (renamed) return renamed;
  const names = [...definedFacts().keys()].map((one) => one.split(".") as [string, string]);
  const siblings = names.filter(([own]) => own === module).map(([, fact]) => fact);
  const meant = didYouMean(name!, siblings.length > 0 ? siblings : names.map(([, fact]) => fact));
  return meant ?? (siblings.length > 0 ? `there is no such fact in "drover/facts/${module}"` : undefined);
}

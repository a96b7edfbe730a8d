/** What facts a deploy asked of a host: names and arguments, never values, so that the next run reads them at once. */

import { maskSecrets } from "../command/mod.ts";
import type { Privilege, RunOptions } from "../shell/port.ts";
import { type AnyFact, definedFacts } from "./fact.ts";

/** A fact that was asked. It can be written as JSON as it is. */
export interface RememberedFact {
  /** `module.Fact`. */
  fact: string;
  args: Record<string, unknown>;
  /** As whom it was read, without passwords. */
  privilege: Privilege;
  shell: string | null;
  chdir?: string;
}

/** At most so many facts of a host are remembered. */
const MOST_FACTS = 2000;

/** The facts that a host was asked in this run. */
export class FactMemory {
  readonly #facts = new Map<string, RememberedFact>();

  /** Everything that was noted. */
  get facts(): RememberedFact[] {
    return [...this.#facts.values()];
  }

  /** Notes a fact, unless it cannot be asked the same way without keeping what is nobody's business. */
  note(fact: AnyFact, args: object, options: RunOptions, defaults: RunOptions): void {
    if (this.#facts.size >= MOST_FACTS || !isPlain(args)) return;
    if (
      JSON.stringify(options.env) !== JSON.stringify(defaults.env) || options.timeout !== defaults.timeout
    ) return;
    const remembered: RememberedFact = {
      fact: fact.name,
      args: { ...args },
      privilege: withoutPasswords(options.privilege),
      shell: options.shell,
      ...(options.chdir === undefined ? {} : { chdir: options.chdir }),
    };
    const text = JSON.stringify(remembered);
    if (maskSecrets(text) === text) this.#facts.set(text, remembered);
  }
}

/**
 * A remembered fact as it can be asked now; nothing if it does not exist any more.
 *
 * @param passwords The privilege that holds the passwords which the host's data give, if any.
 */
export function recall(
  remembered: RememberedFact,
  defaults: RunOptions,
  passwords: Privilege,
): { fact: AnyFact; args: object; options: RunOptions } | undefined {
  const fact = definedFacts().get(remembered.fact);
  if (fact === undefined) return undefined;
  const { privilege, shell, chdir, args } = remembered;
  const { chdir: _, ...base } = defaults;
  const options: RunOptions = {
    ...base,
    privilege: withPasswords(privilege, passwords),
    shell,
    ...(chdir === undefined ? {} : { chdir }),
  };
  return { fact, args, options };
}

/**
 * Checks what was read from a file: whatever is no list of remembered facts is nothing.
 * A memory that is wrong costs a wasted read, so shapes are checked and meanings are not.
 */
export function parseRemembered(value: unknown): RememberedFact[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_FACTS).filter((one): one is RememberedFact =>
    typeof one === "object" && one !== null && typeof one.fact === "string" && isPlain(one.args) &&
    isPlain(one.privilege) && (one.shell === null || typeof one.shell === "string") &&
    (one.chdir === undefined || typeof one.chdir === "string")
  );
}

/** The same privilege without the passwords that lead to it. */
export function withoutPasswords({ doas, dzdo, sudo, su }: Privilege): Privilege {
  const { password: _sudo, ...bareSudo } = sudo ?? {};
  const { password: _su, ...bareSu } = su ?? { user: "" };
  return {
    ...(doas === undefined ? {} : { doas }),
    ...(dzdo === undefined ? {} : { dzdo }),
    ...(sudo === undefined ? {} : { sudo: bareSudo }),
    ...(su === undefined ? {} : { su: bareSu }),
  };
}

function withPasswords({ sudo, su, ...rest }: Privilege, known: Privilege): Privilege {
  const password = (from: { password?: string } | undefined) =>
    from?.password === undefined ? {} : { password: from.password };
  return {
    ...rest,
    ...(sudo === undefined ? {} : { sudo: { ...sudo, ...password(known.sudo) } }),
    ...(su === undefined ? {} : { su: { ...su, ...password(known.su) } }),
  };
}

/** Whether a value comes back from JSON as it went. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((inner) =>
    inner === undefined || inner === null || ["string", "number", "boolean"].includes(typeof inner) ||
    (Array.isArray(inner) ? inner.every((one) => typeof one !== "object") : isPlain(inner))
  );
}

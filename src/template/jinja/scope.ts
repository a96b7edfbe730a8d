/** The variables that a part of a template sees. */

import { NO_SYMBOLS, type Symbols } from "./symbols.ts";
import type { Value } from "./values.ts";

/** Variables, and those of what is around. */
export class Scope {
  readonly #variables = new Map<string, Value>();

  /** `symbols` are those of the body that runs in it; `outermost` where that is a template or a block. */
  constructor(
    readonly parent?: Scope,
    readonly symbols: Symbols = NO_SYMBOLS,
    readonly outermost = false,
  ) {}

  /** A variable of its own; nothing where there is none. */
  own(name: string): Value | undefined {
    return this.#variables.get(name);
  }

  get(name: string): Value | undefined {
    const value = this.own(name);
    if (value !== undefined) return value;
    const hidden = this.symbols.setFirst.has(name) && !this.#isMentionedAround(name);
    return hidden ? undefined : this.parent?.get(name);
  }

  /** Where what is around mentions a variable, it is that one which is meant until it is set here. */
  #isMentionedAround(name: string): boolean {
    for (let scope: Scope | undefined = this.outermost ? undefined : this.parent; scope !== undefined;) {
      if (scope.symbols.mentioned.has(name) || scope.own(name) !== undefined) return true;
      scope = scope.outermost ? undefined : scope.parent;
    }
    return false;
  }

  set(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  ownNames(): string[] {
    return [...this.#variables.keys()];
  }

  names(): string[] {
    return [...this.ownNames(), ...(this.parent?.names() ?? [])];
  }
}

/** Variables that are made when they are first asked for. */
export class GivenScope extends Scope {
  constructor(parent: Scope, readonly given: readonly string[], readonly make: (name: string) => Value) {
    super(parent);
  }

  override own(name: string): Value | undefined {
    const known = super.own(name);
    if (known !== undefined || !this.given.includes(name)) return known;
    const value = this.make(name);
    this.set(name, value);
    return value;
  }

  override ownNames(): string[] {
    return [...this.given];
  }
}

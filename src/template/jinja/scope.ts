/** The variables that a part of a template sees. */

import type { Value } from "./values.ts";

/** Variables, and those of what is around. */
export class Scope {
  readonly #variables = new Map<string, Value>();

  constructor(readonly parent?: Scope) {}

  /** A variable of its own; nothing where there is none. */
  own(name: string): Value | undefined {
    return this.#variables.get(name);
  }

  get(name: string): Value | undefined {
    const value = this.own(name);
    return value === undefined ? this.parent?.get(name) : value;
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

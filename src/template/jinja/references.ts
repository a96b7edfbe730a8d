/** What templates see of blocks and of other templates: `self`, `super` and imported ones. */

import { basename } from "node:path";
import type { Scope } from "./scope.ts";
import { Fault, PyObject, Undefined, type Value } from "./values.ts";
import { str } from "./printing.ts";

/** A block that can be printed: `super()`, `self.title()`. */
export class BlockReference extends PyObject {
  readonly typeName = "BlockReference";

  constructor(readonly render: () => Value, readonly above: () => Value) {
    super();
  }

  override truth(): boolean {
    return true;
  }

  override attribute(name: string): Value | undefined {
    return name === "super" ? this.above() : undefined;
  }

  override call(): Value {
    return this.render();
  }
}

/** `self`. */
export class TemplateReference extends PyObject {
  readonly typeName = "TemplateReference";

  constructor(readonly block: (name: string) => Value) {
    super();
  }

  override repr(): string {
    throw new Fault(
      "a TemplateReference cannot be printed",
      '"self" is the template itself, whatever the data says; give the variable another name',
    );
  }

  override truth(): boolean {
    return true;
  }

  override attribute(name: string): Value | undefined {
    return this.block(name);
  }
}

/** An imported template: what its top level defines. Names that begin with `_` are its own. */
export class Module extends PyObject {
  readonly typeName = "TemplateModule";

  constructor(
    readonly file: string,
    readonly scope: Scope,
    readonly hidden: ReadonlySet<string>,
    readonly body: Value,
  ) {
    super();
  }

  override str(): string {
    return str(this.body);
  }

  override truth(): boolean {
    return true;
  }

  override attribute(name: string): Value | undefined {
    return this.names().includes(name) ? this.scope.own(name) : undefined;
  }

  override names(): string[] {
    return this.scope.ownNames().filter((name) => !name.startsWith("_") && !this.hidden.has(name));
  }

  /** What `from … import` takes. */
  exported(name: string): Value {
    const value = this.attribute(name);
    if (value !== undefined) return value;
    const message = `"${basename(this.file)}" defines no "${name}"`;
    return new Undefined({ path: name, key: name, candidates: () => this.names(), message });
  }
}

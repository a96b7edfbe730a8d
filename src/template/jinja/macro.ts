/** Macros, and the bodies of call blocks. */

import type { MacroDefinition } from "./syntax.ts";
import { type Arguments, Fault, PyObject, Tuple, Undefined, type Value } from "./values.ts";
import { Dict } from "./dict.ts";
import { repr } from "./printing.ts";

/** The variables that a macro's body starts with; those that are undefined take the parameter's default. */
export type MacroVariables = ReadonlyMap<string, Value | undefined>;

/** A macro that can be called. */
export class Macro extends PyObject {
  readonly typeName = "Macro";

  constructor(readonly definition: MacroDefinition, readonly run: (variables: MacroVariables) => Value) {
    super();
  }

  override repr(): string {
    const { name } = this.definition;
    return `<Macro ${name === undefined ? "anonymous" : repr(name)}>`;
  }

  override truth(): boolean {
    return true;
  }

  override attribute(name: string): Value | undefined {
    const { definition: { name: own, parameters, uses } } = this;
    if (name === "name") return own ?? null;
    if (name === "arguments") return Tuple.holding(parameters.map((parameter) => parameter.name));
    if (name === "catch_kwargs") return uses.has("kwargs");
    if (name === "catch_varargs") return uses.has("varargs");
    return name === "caller" ? uses.has("caller") : undefined;
  }

  override call({ positional, named }: Arguments): Value {
    const { parameters, uses } = this.definition;
    const left = new Map(named);
    const variables = new Map<string, Value | undefined>();
    parameters.forEach(({ name }, index) => {
      const inOrder = index < positional.length;
      variables.set(name, inOrder ? positional[index] : left.get(name));
      if (!inOrder) left.delete(name);
    });
    if (uses.has("caller") && !variables.has("caller")) {
      const none = new Undefined({
        path: "caller",
        message: "there is no caller: the macro is not called by a call block",
      });
      variables.set("caller", left.get("caller") ?? none);
      left.delete("caller");
    }
    if (uses.has("kwargs")) variables.set("kwargs", new Dict(left));
    else this.#refuseNamed(left);
    const rest = positional.slice(parameters.length);
    if (uses.has("varargs")) variables.set("varargs", Tuple.holding(rest));
    else if (rest.length > 0) {
      throw new Fault(
        `the macro takes ${parameters.length} argument${
          parameters.length === 1 ? "" : "s"
        }, not ${positional.length}`,
      );
    }
    return this.run(variables);
  }

  #refuseNamed(left: ReadonlyMap<string, Value>): void {
    const [name] = left.keys();
    if (name === undefined) return;
    const taken = this.definition.parameters.some((parameter) => parameter.name === name);
    throw new Fault(
      name === "caller"
        ? "the macro does not call its caller, and cannot stand in a call block"
        : taken
        ? `the argument "${name}" is given twice`
        : `the macro has no argument "${name}"`,
    );
  }
}

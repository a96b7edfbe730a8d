/** `_precondition` and `_postcondition`: commands around an operation's own that decide whether it succeeds. */

import { ShellCommand, StepWithOptions } from "../command/mod.ts";
import type { CommandCondition, GlobalArguments } from "./arguments.ts";
import { currentScope } from "./context.ts";
import type { Steps } from "./operation.ts";

/** A command that has to exit 0, whatever exit statuses and input the operation gives its own commands. */
export class ConditionStep extends StepWithOptions {
  constructor(readonly kind: "precondition" | "postcondition", readonly command: ShellCommand) {
    super(command, { successExitCodes: [0], stdin: "" });
  }

  /** As plans and errors show it. */
  override toString(): string {
    return `${this.kind}: ${this.command}`;
  }
}

/**
 * An operation's steps between its conditions: the first of its steps is preceded by its preconditions, the last
 * followed by its postconditions. Steps stop at the first that fails, so a precondition that fails keeps the
 * others from running. Without any step there is nothing to check.
 */
export function withConditions(
  steps: () => Steps,
  globals: Pick<GlobalArguments, "_precondition" | "_postcondition" | "_ignoreErrors" | "_continueOnError">,
): () => Steps {
  const before = conditionSteps("precondition", globals._precondition);
  const after = conditionSteps("postcondition", globals._postcondition);
  if (before.length === 0 && after.length === 0) return steps;
  return async function* () {
    let begun = false;
    for await (const step of steps()) {
      if (!begun) {
        begun = true;
        yield* before;
        // Otherwise the operation's own commands would run in spite of a precondition that failed.
        if (globals._ignoreErrors && globals._continueOnError) await currentScope()?.operation?.flush();
      }
      yield step;
    }
    if (begun) yield* after;
  };
}

function conditionSteps(
  kind: ConditionStep["kind"],
  condition: CommandCondition | undefined,
): ConditionStep[] {
  if (condition === undefined) return [];
  if (typeof condition === "string") return [new ConditionStep(kind, ShellCommand.of(condition.trim()))];
  if (condition instanceof ShellCommand) return [new ConditionStep(kind, condition)];
  return condition.flatMap((one) => conditionSteps(kind, one));
}

/** What could not be carried over: a comment with its lines, and names that are lost with it. */

import { type Statement, Untranslatable } from "./ast.ts";
import { type Body, sourceOf } from "./body.ts";
import { type Output } from "./context.ts";
import { mutatedNames, targetNames } from "./declarations.ts";
import { type Doc, HARD } from "./layout.ts";
import { everyStatement } from "./project.ts";

/** Notes what has been written up to here; the function that it gives goes back to that. */
export function markOf(output: Output): () => void {
  const { todos, notes, converted } = output;
  const lengths = [todos.length, notes.length, converted.length] as const;
  const before: Output = {
    ...output,
    drover: new Set(output.drover),
    droverTypes: new Set(output.droverTypes),
    renamed: new Set(output.renamed),
    operations: new Set(output.operations),
    files: new Map([...output.files].map(([file, names]) => [file, new Map(names)])),
  };
  return () => {
    Object.assign(output, before);
    [todos.length, notes.length, converted.length] = lengths;
  };
}

/** Leaves a statement as a comment, and all that it makes as lost. */
export function writeTodo(statement: Statement, { message, span }: Untranslatable, body: Body): Doc {
  const { module, output, scope } = body;
  const source = sourceOf(statement, body);
  output.todos.push({ file: module.path, line: span.line, reason: message, source });
  for (const name of namesOf(statement)) scope.lose(name, `line ${statement.span.line}`);
  const lines = source.split("\n").map((line) => `//   ${line}`.trimEnd());
  return [`// TODO (${module.path}:${span.line}): ${message}`, ...lines].flatMap((line, index): Doc[] =>
    index === 0 ? [line] : [HARD, line]
  );
}

/** The names that a statement makes, or whose values it changes. */
function namesOf(statement: Statement): string[] {
  const made = [...everyStatement([statement])].flatMap((one) =>
    one.kind === "assign"
      ? one.targets.flatMap(targetNames)
      : one.kind === "for" || one.kind === "update"
      ? targetNames(one.target)
      : one.kind === "function"
      ? [one.name]
      : []
  );
  const opaque = statement.kind === "other" ? namesInText(statement) : [];
  return [...new Set([...made, ...mutatedNames([statement]), ...opaque])];
}

/** Of a statement that was not read in detail, such as `try`, what it assigns is found in its text. */
function namesInText(statement: Statement & { text?: string }): string[] {
  const text = statement.text ?? "";
  return [
    ...text.matchAll(
      /^[ \t]*(?:class|def)[ \t]+(\w+)|^[ \t]*(\w+)[ \t]*(?:[+*/|-]?=(?!=)|\.(?:append|extend|update)\()/gm,
    ),
  ].map(([, defined, assigned]) => defined ?? assigned!);
}

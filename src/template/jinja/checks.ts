/** Finds filters and tests that do not exist before anything is rendered, as Jinja2 does. */

import { SyntaxFault } from "./lexer.ts";
import type { Node } from "./syntax.ts";

/** What filters and tests there are; each tells of a name that is missing why it cannot be had. */
export interface KnownNames {
  hasFilter(name: string): boolean;
  hasTest(name: string): boolean;
  unknownFilter(name: string): { message: string; hint: string | undefined };
  unknownTest(name: string): { message: string; hint: string | undefined };
}

/** Statements whose bodies Jinja2 checks even where they stand in an `if`. */
const CHECKED = ["macro", "call_block", "filter_block", "set_block", "with", "autoescape", "block", "for"];

/**
 * Looks for names in a template. In an `if`, what does not exist is an error only where it is reached: the
 * condition may be that it exists.
 *
 * @throws {SyntaxFault} For the first filter or test that does not exist.
 */
export function checkNames(part: unknown, known: KnownNames, conditional = false): void {
  if (Array.isArray(part)) return part.forEach((item) => checkNames(item, known, conditional));
  if (typeof part !== "object" || part === null) return;
  const node = part as Partial<Node>;
  if (!conditional && node.kind === "filter" && !known.hasFilter(node.name!)) {
    const { message, hint } = known.unknownFilter(node.name!);
    throw new SyntaxFault(message, node.line!, hint);
  }
  if (!conditional && node.kind === "test" && !known.hasTest(node.name!)) {
    const { message, hint } = known.unknownTest(node.name!);
    throw new SyntaxFault(message, node.line!, hint);
  }
  const inner = node.kind === "if" || node.kind === "conditional" ||
    conditional && !CHECKED.includes(node.kind ?? "");
  Object.values(part).forEach((item) => checkNames(item, known, inner));
}

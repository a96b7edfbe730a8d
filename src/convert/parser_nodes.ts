/** The parser's tree of a Python file, and small questions about it. */

import { parser } from "@lezer/python";

/** A node of the parser's tree. */
export type ParserNode = ReturnType<typeof parser.parse>["topNode"];

/** The tree of a file; what is no Python is in it as errors. */
export function parseTree(text: string): ParserNode {
  return parser.parse(text).topNode;
}

/** The nodes directly inside another one. */
export function childrenOf(node: ParserNode): ParserNode[] {
  const children: ParserNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** Whether a node is `and`, `or` or `not`. */
export function isBoolean(node: ParserNode): boolean {
  const first = node.firstChild;
  if (node.name === "UnaryExpression") return first?.name === "not";
  return node.name === "BinaryExpression" && ["and", "or"].includes(first?.nextSibling?.name ?? "");
}

/** Groups of nodes between separators; the last is left out where nothing follows. */
export function split(nodes: readonly ParserNode[], separator: string): ParserNode[][] {
  const groups: ParserNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === separator) groups.push([]);
    else groups.at(-1)!.push(node);
  }
  return groups;
}

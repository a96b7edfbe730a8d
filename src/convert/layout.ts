/** Lays out code: what fits stays on one line, what does not is broken at its outermost brackets. */

/** A piece of code and where it may be broken. */
export type Doc =
  | string
  | readonly Doc[]
  /** Broken all at once, or not at all. */
  | { readonly group: Doc; readonly isBroken?: boolean }
  | { readonly indent: Doc }
  /** A line break where the group is broken, and this text where it is not. */
  | { readonly line: string; readonly broken?: string }
  /** A line break in any case. */
  | { readonly hard: true }
  /** Text whose own lines stay where they are, as those of a template literal. */
  | { readonly raw: string };

/** A line break in any case. */
export const HARD: Doc = { hard: true };

const INDENT = 2;

/** The text of a document. */
export function render(doc: Doc, width = 100): string {
  let out = "";
  let column = 0;
  const write = (text: string) => {
    out += text;
    const at = text.lastIndexOf("\n");
    column = at < 0 ? column + text.length : text.length - at - 1;
  };
  const newline = (indent: number) => {
    out = out.replace(/[ \t]+$/, "");
    write(`\n${" ".repeat(indent)}`);
  };
  const visit = (part: Doc, indent: number, isFlat: boolean): void => {
    if (typeof part === "string") return write(part);
    if (Array.isArray(part)) return part.forEach((one) => visit(one, indent, isFlat));
    if ("group" in part) {
      const fits = !part.isBroken && !hasHard(part.group) && flatLength(part.group) <= width - column;
      return visit(part.group, indent, fits);
    }
    if ("indent" in part) return visit(part.indent, indent + INDENT, isFlat);
    if ("raw" in part) return write(part.raw);
    if ("hard" in part) return newline(indent);
    if (!("line" in part)) return;
    if (isFlat) return write(part.line);
    write(part.broken ?? "");
    newline(indent);
  };
  visit(doc, 0, false);
  return out;
}

/** A list between brackets, with a comma behind each item. */
export function bracketed(
  open: string,
  items: readonly Doc[],
  close: string,
  options: { padding?: string; isBroken?: boolean } = {},
): Doc {
  if (items.length === 0) return `${open}${close}`;
  const { padding = "", isBroken = false } = options;
  const separated = items.flatMap((item, index): Doc[] => index === 0 ? [item] : [",", { line: " " }, item]);
  return {
    group: [open, { indent: [{ line: padding }, ...separated] }, { line: padding, broken: "," }, close],
    isBroken,
  };
}

/** A comment above an item. */
export function withComments(comments: readonly string[], item: Doc): Doc {
  return comments.length === 0
    ? item
    : [...comments.flatMap((text): Doc[] => [`// ${text}`.trim(), HARD]), item];
}

/** Parts with something between them. */
export function joined(parts: readonly Doc[], separator: Doc): Doc[] {
  return parts.flatMap((part, index) => index === 0 ? [part] : [separator, part]);
}

function hasHard(doc: Doc): boolean {
  if (typeof doc === "string") return false;
  if (Array.isArray(doc)) return doc.some(hasHard);
  if ("group" in doc) return doc.isBroken === true || hasHard(doc.group);
  if ("indent" in doc) return hasHard(doc.indent);
  if ("raw" in doc) return doc.raw.includes("\n");
  return "hard" in doc;
}

function flatLength(doc: Doc): number {
  if (typeof doc === "string") return doc.length;
  if (Array.isArray(doc)) return doc.reduce<number>((sum, part) => sum + flatLength(part), 0);
  if ("group" in doc) return flatLength(doc.group);
  if ("indent" in doc) return flatLength(doc.indent);
  if ("raw" in doc) return doc.raw.length;
  return "line" in doc ? doc.line.length : 0;
}

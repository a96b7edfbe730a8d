/** What the arguments of a fact have to be for its question to be asked before the deploy asks it. */

/**
 * What an argument has to be. Texts are single lines that no program takes for an option; paths are never those
 * of devices and the kernel's own files, which may have no end.
 *
 * - `line`, `path`, `number`, `boolean`: one value
 * - `lines`, `paths`: one or a list of them
 * - `unset`: not given, or `false`: the argument names a program or is read as shell text
 * - a function: whether the value will do
 */
export type ArgumentKind =
  | "line"
  | "lines"
  | "path"
  | "paths"
  | "number"
  | "boolean"
  | "unset"
  | ((value: unknown) => boolean);

/** Every argument of a fact with what it has to be; `{}` for a fact that has none. */
export type RememberedArguments<A extends object> = { readonly [K in keyof A]-?: ArgumentKind };

/** Longest text, in characters. */
const MOST_CHARACTERS = 4096;

const OUTSIDE_REGEXP = /^\/+(?:dev|proc|sys)(?:\/|$)|(?:^|\/)\.\.(?:\/|$)/;

/** Whether a value is what an argument has to be. An optional argument may always be left out. */
export function isOfKind(value: unknown, kind: ArgumentKind): boolean {
  if (typeof kind === "function") return kind(value);
  if (value === undefined) return true;
  switch (kind) {
    case "unset":
      return value === false;
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    case "line":
      return isLine(value);
    case "path":
      return isPath(value);
    case "lines":
      return Array.isArray(value) ? value.every(isLine) : isLine(value);
    case "paths":
      return Array.isArray(value) ? value.every(isPath) : isPath(value);
  }
}

/** Whether a value is a text of one line that is no option. */
export function isLine(value: unknown): value is string {
  return typeof value === "string" && value.length <= MOST_CHARACTERS && !/[\n\r\0]|^-/.test(value);
}

function isPath(value: unknown): boolean {
  return isLine(value) && !OUTSIDE_REGEXP.test(value);
}

/** Puts the values of secrets into shell text that is written already, each quoted for the place that it stands in. */

import { DroverError } from "../errors/mod.ts";
import { hasPlaceholders, placeholdersIn } from "./placeholder.ts";
import { quote } from "./quote.ts";
import { resolveWith } from "./resolve.ts";

/** What a place in shell text is to the shell. */
type Place = "plain" | "single" | "double" | "unclear";

/** A value of these characters means the same in every place. */
const PLAIN_REGEXP = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Shell text with the values of the secrets that it was made with. A value stays one value: the shell reads it as
 * it is, between quotes and without them.
 *
 * @throws {DroverError} `E_SECRET` if it stands where its characters cannot be quoted, as in a here-document.
 * @example
 * ```ts
 * resolveShellText(`mysql -p${secret("it's")}`); // mysql -p'it'"'"'s'
 * resolveShellText(`echo "PW=${secret("a$b")}"`); // echo "PW=a\$b"
 * ```
 */
export function resolveShellText(text: string): string {
  if (!hasPlaceholders()) return text;
  const places = placesOf(text, placeholdersIn(text));
  return resolveWith(text, ({ start, written }) => {
    if (PLAIN_REGEXP.test(written)) return written;
    const place = places.get(start) ?? "unclear";
    if (written.includes("\0") || place === "unclear") throw unquotable();
    if (place === "plain") return quote(written);
    if (place === "single") return written.replaceAll("'", `'"'"'`);
    return written.replaceAll(/[\\"$`]/g, "\\$&");
  });
}

/** Reads shell text up to its last placeholder. What it cannot be sure of is unclear from there on. */
function placesOf(text: string, found: readonly { start: number; end: number }[]): Map<number, Place> {
  const ends = new Map(found.map(({ start, end }) => [start, end]));
  const places = new Map<number, Place>();
  const open: Place[] = ["plain"];
  const last = found.at(-1)?.start ?? -1;
  for (let at = 0; at <= last; at++) {
    const place = open.at(-1)!;
    const end = ends.get(at);
    if (end !== undefined) {
      places.set(at, place);
      at = end - 1;
      continue;
    }
    const skipped = place === "unclear" ? 0 : step(text, at, place, open);
    // A backslash in front of a placeholder would be the value's, and a value may end a comment.
    if (found.some(({ start }) => at < start && start <= at + skipped)) open.push("unclear");
    else at += skipped;
  }
  return places;
}

/** Notes what a character opens or closes; gives the number of characters behind it that belong to it. */
function step(text: string, at: number, place: Place, open: Place[]): number {
  const character = text[at]!;
  if (place === "single") {
    if (character === "'") open.pop();
    return 0;
  }
  if (character === "\\") return 1;
  if (place === "plain" && character === "#" && isWordStart(text, at)) {
    return /.*/y.exec(text.slice(at))![0].length;
  }
  const parameter = /^\$\{\w+\}/.exec(text.slice(at, at + 80));
  if (parameter !== null) return parameter[0].length - 1;
  if (isUnclear(text, at, place)) open.push("unclear");
  else if (character === '"') place === "double" ? open.pop() : open.push("double");
  else if (character === "'" && place === "plain") open.push("single");
  else if (character === "(" && (place === "plain" || text[at - 1] === "$")) open.push("plain");
  else if (character === ")" && place === "plain" && open.length > 1) open.pop();
  return 0;
}

/** Backquotes, `${…-…}`, `$'…'` and here-documents have rules of their own, and `case` has a lone bracket. */
function isUnclear(text: string, at: number, place: Place): boolean {
  const rest = text.slice(at, at + 3);
  if (rest.startsWith("`") || rest.startsWith("${")) return true;
  if (place !== "plain") return false;
  return rest.startsWith("$'") || (rest.startsWith("<<") && rest !== "<<<" && text[at - 1] !== "<") ||
    (isWordStart(text, at) && /^case\s/.test(text.slice(at, at + 5)));
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[\s;&|(]/.test(text[at - 1]!);
}

function unquotable(): DroverError {
  return new DroverError("E_SECRET", "A secret cannot be quoted where it stands in a shell command", {
    hint: "make the command with sh`…`, or hand the value over with _env or _stdin",
  });
}

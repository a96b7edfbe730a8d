/** Makes links of addresses in a text, as Jinja2's `urlize` does. */

/** How links are made. */
export interface LinkStyle {
  /** Longest address that is shown whole. */
  limit: number | undefined;
  target: string | undefined;
  rel: string;
  /** What links begin with too, such as `tel:`. */
  schemes: readonly string[];
}

const W = "[\\p{L}\\p{N}_%-]";
const HTTP_REGEXP = new RegExp(
  `^(?:(?:https?://|www\\.)(?:(?:${W}+\\.)+)?(?:[a-z]{2,63}|xn--[\\p{L}\\p{N}_%]{2,59})` +
    `|(?:${W}{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)` +
    `|https?://(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\]))` +
    `(?::\\d{1,5})?(?:[/?#]\\S*)?$`,
  "iu",
);
const EMAIL_REGEXP = /^\S+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$/u;
const PAIRS = [["(", ")"], ["<", ">"], ["&lt;", "&gt;"]] as const;

/** A text, already escaped, with links in it. */
export function urlize(text: string, style: LinkStyle): string {
  return text.split(/(\s+)/).map((word) => linked(word, style)).join("");
}

function linked(word: string, style: LinkStyle): string {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? "";
  const rest = word.slice(head.length);
  const tail = /(?:[)>.,\n]|&gt;)+$/.exec(rest)?.[0] ?? "";
  const [middle, end] = balanced(rest.slice(0, rest.length - tail.length), tail);
  return head + link(middle, style) + end;
}

/** Gives brackets at the end back to an address that opens them. */
function balanced(middle: string, tail: string): [string, string] {
  let [inside, outside] = [middle, tail];
  for (const [open, close] of PAIRS) {
    const opened = count(inside, open);
    if (opened <= count(inside, close)) continue;
    for (let left = Math.min(opened, count(outside, close)); left > 0; left--) {
      const at = outside.indexOf(close) + close.length;
      inside += outside.slice(0, at);
      outside = outside.slice(at);
    }
  }
  return [inside, outside];
}

function link(text: string, { limit, target, rel, schemes }: LinkStyle): string {
  const attributes = (rel === "" ? "" : ` rel="${rel}"`) +
    (target === undefined ? "" : ` target="${target}"`);
  if (HTTP_REGEXP.test(text)) {
    const address = /^https?:\/\//.test(text) ? text : `https://${text}`;
    const shown = limit !== undefined && text.length > limit ? `${text.slice(0, limit)}...` : text;
    return `<a href="${address}"${attributes}>${shown}</a>`;
  }
  if (text.startsWith("mailto:") && EMAIL_REGEXP.test(text.slice("mailto:".length))) {
    return `<a href="${text}">${text.slice("mailto:".length)}</a>`;
  }
  if (!text.startsWith("www.") && !text.includes(":") && EMAIL_REGEXP.test(text)) {
    return `<a href="mailto:${text}">${text}</a>`;
  }
  const scheme = schemes.find((one) => text !== one && text.startsWith(one));
  return scheme === undefined ? text : `<a href="${text}"${attributes}>${text}</a>`;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

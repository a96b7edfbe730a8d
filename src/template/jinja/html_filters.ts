/** Jinja2's filters for HTML, URLs and JSON. */

import { type Native, takes } from "./callables.ts";
import { SPACE, strip } from "./characters.ts";
import { flag, optionalText, optionalWhole, textArgument } from "./conversions.ts";
import { Dict } from "./dict.ts";
import { listOf } from "./operators.ts";
import { escape, str, toJson } from "./printing.ts";
import { Fault, isText, iterate, Markup, PyObject, textOf, Undefined, type Value } from "./values.ts";
import { urlize } from "./urlize.ts";

/** The filters by name. */
export const HTML_FILTERS: Readonly<Record<string, Native>> = {
  e: takes([], escape),
  escape: takes([], escape),
  forceescape: takes([], (value) => escape(str(value))),
  safe: takes([], (value) => isText(value) ? new Markup(textOf(value)) : new Markup(str(value))),
  striptags: takes([], (value) => stripTags(str(value))),
  tojson: takes(["indent?"], (value, { indent = null }) => {
    const space = indent === null
      ? undefined
      : isText(indent)
      ? textOf(indent)
      : " ".repeat(optionalWhole(indent)!);
    return new Markup(toJson(value, space));
  }),
  urlencode: takes([], urlEncode),
  urlize: takes(
    ["trim_url_limit?", "nofollow?", "target?", "rel?", "extra_schemes?"],
    (value, { trim_url_limit, nofollow, target, rel, extra_schemes = null }, surroundings) => {
      const relations = new Set([
        ...(optionalText(rel) ?? "").split(/\s+/),
        flag(nofollow) ? "nofollow" : "",
        "noopener",
      ]);
      relations.delete("");
      const text = urlize(escape(value).text, {
        limit: optionalWhole(trim_url_limit),
        target: optionalText(target),
        rel: [...relations].sort().join(" "),
        schemes: extra_schemes === null ? [] : listOf(extra_schemes).map(textArgument),
      });
      return surroundings.autoescape ? new Markup(text) : text;
    },
  ),
  xmlattr: takes(["autospace?"], (value, { autospace = true }, surroundings) => {
    if (!(value instanceof Dict)) throw new Fault("it needs a dictionary");
    const parts = value.entries()
      .filter(([, item]) => item !== null && !(item instanceof Undefined))
      .map(([key, item]) => {
        if (/[\s/>=]/.test(textArgument(key))) throw new Fault(`"${str(key)}" is no name of an attribute`);
        return `${escape(key).text}="${escape(item).text}"`;
      });
    const text = (flag(autospace) && parts.length > 0 ? " " : "") + parts.join(" ");
    return surroundings.autoescape ? new Markup(text) : text;
  }),
};

const SPACE_REGEXP = new RegExp(`[${SPACE}]+`);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\xa0",
};

function stripTags(text: string): string {
  const bare = text.replaceAll(/<!--.*?-->/gs, "").replaceAll(/<.*?>/gs, "");
  const spaced = strip(bare, undefined, "both").split(SPACE_REGEXP).join(" ");
  return spaced.replaceAll(/&(#x[\da-f]+|#\d+|\w+);?/gi, (whole, name: string) => {
    if (/^#x/i.test(name)) return String.fromCodePoint(parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    const char = whole.endsWith(";") ? ENTITIES[name] : undefined;
    if (char === undefined) {
      throw new Fault(`the entity "${whole}" is not supported`, "write the character itself");
    }
    return char;
  });
}

function urlEncode(value: Value): string {
  if (isText(value) || !isIterable(value)) return percentEncode(str(value)).replaceAll("%2F", "/");
  const pairs = value instanceof Dict ? value.entries() : listOf(value).map(listOf);
  return pairs.map((pair) => {
    if (pair.length !== 2) throw new Fault("it needs a text, a dictionary or pairs");
    return pair.map((part) => percentEncode(str(part!)).replaceAll("%20", "+")).join("=");
  }).join("&");
}

function isIterable(value: Value): value is Value[] | PyObject {
  if (Array.isArray(value)) return true;
  if (!(value instanceof PyObject)) return false;
  iterate(value);
  return true;
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

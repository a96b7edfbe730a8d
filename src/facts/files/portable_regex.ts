/** Tells regular expressions that mean the same to every `grep` and `sed` from those that may not. */

/** What stands for itself after a backslash. Other characters are operators to one program or another. */
const ESCAPED = String.raw`\\[.[\]*^$\\/\-":,;=!#%&@~]`;
/** One of some characters, classes and digits; a range of letters depends on the host's language. */
const ITEM = String
  .raw`(?:0-9|\[:(?:alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit):\]|[^\]\[\\-])`;
const BRACKET = String.raw`\[\^?(?![:.=])(?:-?${ITEM}+|\]${ITEM}*|-)-?\]`;
const BOUNDS = String.raw`\d{1,2}(?:,(?:\d{1,2})?)?`;
/** A part of an extended expression between bars. */
const BRANCH = String.raw`(?:\^(?:ar?)*\$?|(?:ar?)+\$?|\$)`;

/** How a kind of expressions is read. */
interface Syntax {
  /** One token; the name of its group is its kind. */
  token: RegExp;
  /** What may stand between parentheses, in kinds of tokens, with the parentheses. */
  group: RegExp;
  /** The same for the whole expression. */
  whole: RegExp;
}

const BASIC: Syntax = {
  token: new RegExp(
    String
      .raw`(?<atom>${ESCAPED}|${BRACKET}|[^\\[*^$])|(?<repeat>\*|\\\{${BOUNDS}\\\})|\\(?<paren>[()])|(?<anchor>[\^$])`,
    "y",
  ),
  group: /\((?:ar?)+\)/g,
  whole: /^\^?(?:ar?)*\$?$/,
};
const EXTENDED: Syntax = {
  token: new RegExp(
    String
      .raw`(?<atom>${ESCAPED}|\\[+?(){}|]|${BRACKET}|[^\\[*^$+?(){}|])|(?<repeat>[*+?]|\{${BOUNDS}\})|(?<paren>[()|])|(?<anchor>[\^$])`,
    "y",
  ),
  group: new RegExp(String.raw`\(${BRANCH}(?:\|${BRANCH})*\)`, "g"),
  whole: new RegExp(String.raw`^${BRANCH}(?:\|${BRANCH})*$`),
};

/**
 * Whether POSIX says what a pattern means and all programs agree: it is not empty, all ASCII, has no references
 * and no extensions such as `\+` and `\w`, repeats nothing twice, and has anchors only at its ends.
 */
export function isPortableRegex(pattern: string, extended: boolean): boolean {
  if (!/^[\t\x20-\x7e]+$/.test(pattern)) return false;
  const { token, group, whole } = extended ? EXTENDED : BASIC;
  let rest = kindsOf(pattern, token);
  while (rest?.includes("(")) {
    const shorter = rest.replaceAll(group, "a");
    if (shorter === rest) return false;
    rest = shorter;
  }
  return rest !== undefined && whole.test(rest);
}

/** A letter for each token: `a` for an atom, `r` for a repetition, the others for themselves. */
function kindsOf(pattern: string, token: RegExp): string | undefined {
  let kinds = "";
  for (let position = 0; position < pattern.length; position = token.lastIndex) {
    token.lastIndex = position;
    const groups = token.exec(pattern)?.groups;
    if (groups === undefined) return undefined;
    kinds += groups.atom !== undefined
      ? "a"
      : groups.repeat !== undefined
      ? "r"
      : groups.paren ?? groups.anchor;
  }
  return kinds;
}

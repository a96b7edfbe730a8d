/** Which spellings of a command the conformance runner takes for one; a real shell is the judge. */

import { strictEqual } from "node:assert/strict";
import { readAlike } from "../../scripts/conformance/shell_words.ts";

const ALIKE: readonly (readonly [string, string])[] = [
  [`words 's/a/b/'`, `words s/a/b/`],
  [`words "s/a/b/" 'it'"'"'s'`, `words s/a/b/ it\\'s`],
  [`words a\\ b`, `words "a b"`],
  [`words "\\$x \\" \\\\ \\n"`, `words '$x " \\ \\n'`],
  [`words   a \\\n  b`, `words a b`],
  [`words ''`, `words ""`],
  [`words a''b`, `words ab`],
  [`words "a $x"`, `words a\\ "$x"`],
  [`words "$(words 'b' c)"`, `words "$(words b  "c")"`],
  [`words one=1.0~rc1 if="x"`, `words 'one=1.0~rc1' 'if=x'`],
  [`words a &&\nwords b`, `words a && words b`],
  [`words a\n\n\nwords b\n`, `words a\nwords b`],
  [`y='1 2' words "$y"`, `y="1 2" words "$y"`],
  [`if true; then words 'a'; fi`, `if true; then words a; fi`],
  [`words a 2>'/dev/null'`, `words a 2>/dev/null`],
  [`words 'é' "\${x}"`, `words é "\${x}"`],
  [`words a$`, `words 'a$'`],
  [`words a#b '#c'`, `words 'a#b' "#c"`],
  [`>/dev/null words a; words 'b'`, `> '/dev/null' words a; words b`],
];

const DIFFERENT: readonly (readonly [string, string])[] = [
  [`words $x`, `words '$x'`],
  [`words $x`, `words "$x"`],
  [`words "$x"`, `words "\\$x"`],
  [`words /*`, `words '/*'`],
  [`words ~`, `words '~'`],
  [`words a ''`, `words a`],
  [`words a b`, `words 'a b'`],
  [`words a; words b`, `words 'a;' words b`],
  [`words a | cat`, `words a '|' cat`],
  [`words a # b`, `words a '#' b`],
  [`words a # b`, `words a`],
  [`words \`words x\``, `words '\`words x\`'`],
  [`words a 2>/dev/null`, `words a 2 >/dev/null`],
  [`y=1 words "$y"`, `'y=1' words "$y"`],
  [`words a && words b`, `words a || words b`],
  [`words a & wait`, `words a && wait`],
  [`if true; then words a; fi`, `'if' true; then words a; fi`],
  [`words $x""`, `words $x`],
  [`words "a\nb"`, `words "a b"`],
  [`words $((1 + 1))`, `words '$((1 + 1))'`],
];

/** Not read: only the same text is the same command. */
const UNREAD: readonly (readonly [string, string])[] = [
  [`cat <<X\n'a'\nX`, `cat <<X\na\nX`],
  [`words $'a'`, `words '$a'`],
  [`words 'a`, `words a`],
  [`words $(case x in x) words 'a';; esac)`, `words $(case x in x) words a;; esac)`],
  [`words "\${x:-'a'}"`, `words "\${x:-a}"`],
];

async function printed(command: string): Promise<string> {
  const script = `x='p  q'; words() { printf '<%s>' "$#" "$@"; echo; }; ${command}`;
  const { stdout, code } = await new Deno.Command("sh", {
    args: ["-c", script],
    stdin: "null",
    stderr: "null",
  })
    .output();
  return `${code} ${new TextDecoder().decode(stdout)}`;
}

for (const [left, right] of ALIKE) {
  Deno.test(`alike: ${left} and ${right}`, async () => {
    strictEqual(readAlike(left, right), true);
    strictEqual(await printed(left), await printed(right), "the shell reads them alike");
  });
}

for (const [left, right] of DIFFERENT) {
  Deno.test(`different: ${left} and ${right}`, () => strictEqual(readAlike(left, right), false));
}

for (const [left, right] of UNREAD) {
  Deno.test(`compared as texts: ${left} and ${right}`, () => {
    strictEqual(readAlike(left, right), false);
    strictEqual(readAlike(left, left), true);
  });
}

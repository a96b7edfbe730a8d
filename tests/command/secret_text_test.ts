/** Secrets inside of texts: what reaches a shell, what is shown, and what is refused. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  maskSecrets,
  quote,
  raw,
  resolveShellText,
  resolveValues,
  reveal,
  Secret,
  secret,
  sh,
  upload,
} from "../../src/command/mod.ts";

const E_SECRET = { code: "E_SECRET" };

/** Values of passwords as they are, with everything that a language may take for its own. */
const value = fc.string({ unit: "grapheme", minLength: 4, maxLength: 24 })
  .filter((text) => !text.includes("\0") && /\S{4}/.test(text) && text.isWellFormed());

async function printed(script: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script], stdout: "piped" }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("a text that is made with a secret carries its value, and shows ***", () => {
  const password = secret("s3cr3t-w0rd");
  const text = `PW=${password}\n`;
  assert.equal(text.includes("s3cr3t"), false);
  assert.equal(maskSecrets(text), "PW=***\n");
  assert.equal(reveal(text), "PW=s3cr3t-w0rd\n");
  assert.equal(reveal(secret(`[${password}]`)), "[s3cr3t-w0rd]");
  const command = sh`echo ${`PW=${password} x`}`;
  assert.equal(command.raw, "echo 'PW=s3cr3t-w0rd x'");
  assert.equal(String(command), "echo 'PW=*** x'");
  assert.deepEqual(upload({ content: text }, "/x").source, {
    kind: "bytes",
    bytes: new TextEncoder().encode("PW=s3cr3t-w0rd\n"),
  });
});

Deno.test("a secret keeps its value in JSON, in YAML's quotes and in URLs", () => {
  const value = `a"b\\c\nd&é /x`;
  const hidden = secret(value);
  const json = JSON.stringify({ password: hidden, dsn: `pg://u:${hidden}@h` });
  assert.deepEqual(JSON.parse(reveal(json)), { password: value, dsn: `pg://u:${value}@h` });
  assert.equal(JSON.parse(JSON.parse(reveal(JSON.stringify(json)))).password, value);
  assert.equal(
    reveal(`https://u:${encodeURIComponent(String(hidden))}@h`),
    `https://u:${encodeURIComponent(value)}@h`,
  );
  const query = new URLSearchParams({ password: String(hidden) }).toString();
  assert.equal(new URLSearchParams(reveal(query)).get("password"), value);
  for (const shown of [json, query]) assert.match(maskSecrets(shown), /\*\*\*/);
});

Deno.test("a secret that was cut, escaped or converted is refused, whatever was done to it", () => {
  const text = `PW=${secret("s3cr3t-w0rd")}`;
  const bytes = new TextEncoder().encode(text);
  const changed: Record<string, string> = {
    cut: text.slice(0, -9),
    "cut in front": text.slice(9),
    middle: text.slice(10, 20),
    upper: text.toUpperCase(),
    lower: text.toLowerCase(),
    reversed: [...text].reverse().join(""),
    "for SQL": text.replaceAll("'", "''"),
    "for HTML": text.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
    "for regular expressions": text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    letters: text.replaceAll(/[^\w=]/g, ""),
    base64: bytes.toBase64(),
    "base64 behind others": new TextEncoder().encode(`user:${text}`).toBase64(),
    "base64 behind two": new TextEncoder().encode(`us:${text}`).toBase64(),
    hex: bytes.toHex(),
  };
  for (const [how, one] of Object.entries(changed)) {
    assert.throws(() => quote(one), E_SECRET, how);
    assert.throws(() => sh`echo ${one}`, E_SECRET, how);
    assert.throws(() => raw(`echo ${one}`), E_SECRET, how);
    assert.throws(() => upload({ content: one }, "/x"), E_SECRET, how);
    assert.throws(() => resolveValues({ list: [one] }), E_SECRET, how);
    assert.throws(() => secret(one), E_SECRET, how);
  }
});

Deno.test("other texts are never taken for pieces of secrets", () => {
  void `${secret("s3cr3t-w0rd")}`;
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => reveal(text) === text));
  for (const text of ["\ue0b0\uf8ff", "%EF%BB%BF", "PW=***", "\u{100000}"]) assert.equal(reveal(text), text);
});

Deno.test("a secret in shell text is one value, in quotes and without", async () => {
  await fc.assert(
    fc.asyncProperty(value, async (text) => {
      const hidden = secret(text);
      const script =
        `printf '%s\\n' ${hidden} -p${hidden} "a ${hidden} $(printf %s 'x'${hidden})" 'b ${hidden}'\n` +
        `# it's a comment\nprintf '%s\\n' "\${PWD#*}" >/dev/null; printf '%s' "$HOME" >/dev/null`;
      const raw = resolveShellText(script);
      assert.equal(await printed(raw), `${text}\n-p${text}\na ${text} x${text}\nb ${text}\n`);
      assert.equal(maskSecrets(raw).includes(text), false);
    }),
    { numRuns: 40 },
  );
});

Deno.test("a secret in shell text that cannot be quoted where it stands is refused", () => {
  const hidden = secret(`it's $a "b"`);
  const plain = secret("hunter22");
  for (
    const [before, after] of [["cat <<EOF\n", "\nEOF"], ["`echo ", "`"], ['"${x:-', '}"'], ["$'", "'"], [
      "echo \\",
      "",
    ], ["# ", ""]]
  ) {
    assert.throws(() => resolveShellText(`${before}${hidden}${after}`), E_SECRET, before);
    assert.equal(resolveShellText(`${before}${plain}${after}`), `${before}hunter22${after}`);
  }
});

Deno.test("values are hidden in every form that quoting and escaping give them", () => {
  const text = `pa"ss'w.o$r\\d[1]&\nline two`;
  void secret(text);
  const escapes: Record<string, string> = {
    plain: text,
    quoted: quote(text),
    "quoted twice": quote(quote(text)),
    json: JSON.stringify(text),
    regexp: text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    uri: encodeURIComponent(text),
    html: text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    base64: new TextEncoder().encode(`user:${text}`).toBase64(),
    "second line": "line two",
  };
  for (const [how, shown] of Object.entries(escapes)) {
    const masked = maskSecrets(`x ${shown} y`);
    assert.doesNotMatch(masked, /w.*o.*r|line|two|bGluZSB/, `${how}: ${masked}`);
    assert.match(masked, /^x .*\*\*\*/s, how);
  }
});

Deno.test("a secret that holds another one, or overlaps with it, is hidden whole", () => {
  for (const one of ["abcdef", "xabcdefy", "efgh-ijkl"]) void secret(one);
  assert.equal(maskSecrets("1 xabcdefy 2 abcdef 3 abcdefgh-ijkl 4"), "1 *** 2 *** 3 *** 4");
});

Deno.test("short secrets are hidden as words, and with the line that they are put into", () => {
  const pin = secret("739");
  const one = secret("q");
  assert.equal(maskSecrets("the pin 739, not 17391"), "the pin ***, not 17391");
  assert.equal(reveal(`key=${one};x${pin}`), "key=q;x739");
  assert.equal(maskSecrets("found: key=q;x739"), "found: ***");
});

Deno.test("resolveValues() goes through lists and objects and leaves alone what holds no secret", () => {
  const hidden = secret("s3cr3t-w0rd");
  const plain = { list: ["a", { b: 1 }], date: new Date(0) };
  assert.equal(resolveValues(plain), plain);
  const given = { env: { PW: `a ${hidden}` }, list: [["x"], [`${hidden}`]], hidden };
  const made = resolveValues(given);
  assert.deepEqual([made.env, made.list], [{ PW: "a s3cr3t-w0rd" }, [["x"], ["s3cr3t-w0rd"]]]);
  assert.ok(made.hidden instanceof Secret);
  assert.equal(made.list[0], given.list[0]);
  const round: Record<string, unknown> = { a: `${hidden}` };
  round.self = round;
  assert.equal(resolveValues(round).a, "s3cr3t-w0rd");
});

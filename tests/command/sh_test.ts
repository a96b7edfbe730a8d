import assert from "node:assert/strict";
import fc from "fast-check";
import { maskSecrets, quote, raw, secret, sh } from "../../src/command/mod.ts";

Deno.test("quote() leaves plain words alone and quotes all others", () => {
  assert.equal(quote("/etc/motd"), "/etc/motd");
  assert.equal(quote(""), "''");
  assert.equal(quote("a b"), "'a b'");
  assert.equal(quote("it's"), `'it'"'"'s'`);
  assert.throws(() => quote("a\0b"), TypeError);
});

Deno.test("quote() carries any word through a real shell", async () => {
  const word = fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => !text.includes("\0"));
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), async (words) => {
      const script = `for word in ${words.map(quote).join(" ")}; do printf '%s\\0' "$word"; done`;
      const { stdout } = await new Deno.Command("sh", { args: ["-c", script], stdout: "piped" }).output();
      assert.deepEqual(new TextDecoder().decode(stdout).split("\0").slice(0, -1), words);
    }),
    { numRuns: 60 },
  );
});

Deno.test("sh`…` quotes values, spreads arrays and drops what is not there", () => {
  assert.equal(sh`rm -f ${"/srv/old files"}`.raw, "rm -f '/srv/old files'");
  assert.equal(sh`apt-get install -y ${["nginx", "git"]}`.raw, "apt-get install -y nginx git");
  assert.equal(sh`apt-get ${undefined} install ${false} -y ${[]} x`.raw, "apt-get install -y x");
  assert.equal(sh`useradd ${[["-u", 5], undefined, "--", "bob"]}`.raw, "useradd -u 5 -- bob");
  assert.equal(sh`ls ${null}`.raw, "ls");
  assert.equal(sh`${raw("cd /tmp && ls")} | wc ${"-l"}`.raw, "cd /tmp && ls | wc -l");
});

Deno.test("sh`…` keeps backslashes of the template as JavaScript reads them", () => {
  assert.equal(sh`printf '%s\\n' ${"a"}`.raw, "printf '%s\\n' a");
});

Deno.test("sh`…` refuses values that have no meaning as words", () => {
  // @ts-expect-error an object is no word
  assert.throws(() => sh`echo ${{ a: 1 }}`, /type 'object'/);
  // @ts-expect-error neither is true
  assert.throws(() => sh`echo ${true}`, /type 'boolean'/);
});

Deno.test("secret() is used by commands and shown by nothing", () => {
  const command = sh`mysql -p${secret("hunter22")} -e ${"select 1"}`;
  assert.equal(command.raw, "mysql -phunter22 -e 'select 1'");
  assert.equal(String(command), "mysql -p*** -e 'select 1'");
  assert.equal(JSON.stringify({ command }), `{"command":"mysql -p*** -e 'select 1'"}`);
  assert.equal(Deno.inspect(secret("hunter22")), "***");
  assert.equal(maskSecrets("the password is hunter22!"), "the password is ***!");
});

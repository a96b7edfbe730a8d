/** Lines, text and blocks in files of this machine. */

import assert from "node:assert/strict";
import type { DroverError } from "../../src/errors/mod.ts";
import type { AnyOperation } from "../../src/host/mod.ts";
import { files } from "../../src/operations/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";
import { type Machine, onEachUserland, settle, withMachine } from "../support/userlands.ts";

/** A file with this content. */
async function fileWith({ dir }: Machine, content: string, name = "conf"): Promise<string> {
  const path = `${dir}/${name}`;
  await Deno.writeTextFile(path, content);
  return path;
}

const ODD_LINES = [
  "plain",
  "it's",
  'say "hi"',
  "back\\slash \\n \\t",
  "-n",
  "-e x",
  "$HOME `id` $(id)",
  "a/b/c",
  "50% & more",
  "ünï ☃",
  "* * * * * [x] ^y$ a.b",
  "{a,b} (c) | d ? +",
];

onEachUserland("files.line appends lines of any kind, once, and removes them", async (machine) => {
  const path = `${machine.dir}/made by line`;
  for (const line of ODD_LINES) {
    for (const extendedRegex of [false, true]) {
      await settle(machine, files.line, { path, line, escapeRegexCharacters: true, extendedRegex });
    }
  }
  assert.equal(await Deno.readTextFile(path), `${ODD_LINES.join("\n")}\n`);
  for (const line of ODD_LINES) {
    await settle(machine, files.line, { path, line, escapeRegexCharacters: true, present: false });
  }
  assert.equal(await Deno.readTextFile(path), "");
});

onEachUserland("files.line never appends to a last line without an end", async (machine) => {
  const path = await fileWith(machine, "first\nlast");
  await settle(machine, files.line, { path, line: "new" });
  assert.equal(await Deno.readTextFile(path), "first\nlast\nnew\n");
  const empty = await fileWith(machine, "", "empty");
  await settle(machine, files.line, { path: empty, line: "new", ensureNewline: true });
  assert.equal(await Deno.readTextFile(empty), "new\n");
});

onEachUserland("files.line replaces matching lines", async (machine) => {
  const path = await fileWith(machine, "#PermitRootLogin yes\nPort 22\n");
  await settle(machine, files.line, {
    path,
    line: "^#?PermitRootLogin .*$",
    replace: "PermitRootLogin no",
    extendedRegex: true,
  });
  await settle(machine, files.line, { path, line: "^Port ", replace: "Port 2222" });
  await settle(machine, files.line, { path, line: "^Missing", replace: "Missing a.b*c /x/ & [y]" });
  assert.equal(
    await Deno.readTextFile(path),
    "PermitRootLogin no\nPort 2222\nMissing a.b*c /x/ & [y]\n",
  );
  await settle(machine, files.line, { path, line: "\\(Port\\) 2222", replace: "\\1 = 1/2 & 3" });
  assert.equal((await Deno.readTextFile(path)).split("\n")[1], "Port = 1/2 & 3");
});

onEachUserland("files.line appends what its pattern matches, without its anchors", async (machine) => {
  const path = `${machine.dir}/appended`;
  const lines = ["^both$", "^begins", "ends$", "a.b", "^* x", "x$y"];
  for (const line of lines) await settle(machine, files.line, { path, line });
  await settle(machine, files.line, { path, line: "^(one)$", escapeRegexCharacters: true });
  await settle(machine, files.line, { path, line: "^(two)$" });
  await settle(machine, files.line, { path, line: "^$" });
  assert.equal(
    await Deno.readTextFile(path),
    "both\nbegins\nends\na.b\n* x\nx$y\n^(one)$\n(two)\n\n",
  );
});

onEachUserland("files.line refuses a pattern that would be appended on every run", async (machine) => {
  const path = await fileWith(machine, "# Port 22\n");
  const refused: [line: string, extendedRegex?: boolean][] = [
    ["^# *Port 2*$"],
    ["Port [0-9]\\+"],
    ["a\\.b"],
    ["^0 3 * * * run$"],
    ["["],
    ["a+b", true],
    ["^(a|b)$", true],
    ["a{2}", true],
  ];
  for (const [line, extendedRegex] of refused) {
    await assert.rejects(machine.host.apply(files.line, { path, line, extendedRegex }), {
      code: "E_ARGUMENT",
      message: `files.line: line "${line}" would not match itself once it is appended`,
    });
    await settle(machine, files.line, { path, line, extendedRegex, escapeRegexCharacters: true });
    await settle(machine, files.line, {
      path,
      line,
      extendedRegex,
      escapeRegexCharacters: true,
      present: false,
    });
  }
  assert.equal(await Deno.readTextFile(path), "# Port 22\n");
});

onEachUserland("files.line with alternatives means whole lines", async (machine) => {
  const path = await fileWith(machine, "one a\nb two\nthree\n");
  await settle(machine, files.line, { path, line: "a|b", present: false, extendedRegex: true });
  assert.equal(await Deno.readTextFile(path), "three\n");

  const replaced = async (
    before: string,
    args: { line: string; replace: string; extendedRegex?: boolean },
  ) => {
    await Deno.writeTextFile(path, before);
    await settle(machine, files.line, { path, ...args });
    return await Deno.readTextFile(path);
  };
  const text = "apple b\na\nb\n";
  assert.equal(await replaced(text, { line: "^a|b$", replace: "x", extendedRegex: true }), "apple b\nx\nx\n");
  assert.equal(await replaced(text, { line: "^a\\|b$", replace: "x" }), "apple b\nx\nx\n");
  assert.equal(await replaced("1 foo 2\n3 bar 4\n", { line: "foo\\|bar", replace: "y" }), "y\ny\n");
  assert.equal(
    await replaced("1 b 2\n3 a 4\n", { line: "(a)|(b)", replace: "<\\1\\2>", extendedRegex: true }),
    "<b>\n<a>\n",
  );
  assert.equal(
    await replaced("1 b 2\n", { line: "^1 [(|] 2|\\(", replace: "z", extendedRegex: true }),
    "1 b 2\nz\n",
  );
});

onEachUserland("files.line refuses what would change a file on every run", async (machine) => {
  const path = await fileWith(machine, "a\n");
  await assert.rejects(machine.host.apply(files.line, { path, line: "^a", replace: "a\\nb" }), {
    code: "E_ARGUMENT",
    message: "files.line: replace spans several lines",
  });
  await settle(machine, files.line, { path, line: "^a", replace: "a\\\\nb" });
  assert.equal(await Deno.readTextFile(path), "a\\nb\n");
  if (machine.userland === "busybox") return;
  await Deno.writeTextFile(path, "a\0b\nc\n");
  for (const line of ["b", "c"]) {
    await assert.rejects(machine.host.apply(files.line, { path, line: `^${line}`, replace: "c" }), {
      code: "E_REMOTE_PATH",
      message: `${path} is no text in the language of the host`,
    });
  }
  assert.equal(await Deno.readTextFile(path), "a\0b\nc\n");
});

onEachUserland("files.line edits a file in another encoding", async (machine) => {
  const path = `${machine.dir}/latin`;
  await Deno.writeFile(path, Uint8Array.of(0xe9, 0x0a));
  await using host = await LocalHost.connect({ _env: { LC_ALL: "C" } });
  await host.apply(files.line, { path, line: "^new" });
  assert.deepEqual((await host.apply(files.line, { path, line: "^new" })).commands, []);
  assert.deepEqual(await Deno.readFile(path), Uint8Array.of(0xe9, 0x0a, 0x6e, 0x65, 0x77, 0x0a));
});

onEachUserland("files.line expands variables on the host when asked", async (machine) => {
  const path = `${machine.dir}/expanded`;
  await settle(machine, files.line, { path, line: 'home="$HOME"', interpolateVariables: true });
  assert.equal(await Deno.readTextFile(path), `home="${Deno.env.get("HOME")}"\n`);
  const replacement = { path, line: "^glob=", replace: 'glob="$HOME/*.d" [a]', interpolateVariables: true };
  await settle(machine, files.line, replacement);
  await settle(machine, files.line, { ...replacement, line: "^never matches" });
  assert.equal((await Deno.readTextFile(path)).split("\n")[1], `glob="${Deno.env.get("HOME")}/*.d" [a]`);
  await settle(machine, files.line, {
    path,
    line: 'glob="$HOME/',
    present: false,
    interpolateVariables: true,
  });
  await settle(machine, files.replace, {
    path,
    text: '"$HOME"',
    replace: "$PATH/#",
    interpolateVariables: true,
  });
  assert.match(await Deno.readTextFile(path), /^home=\/[^"]*#\n$/);
  const literal = { path, line: "cost $HOME", interpolateVariables: true, escapeRegexCharacters: true };
  await assert.rejects(machine.host.apply(files.line, literal), { code: "E_ARGUMENT" });
});

onEachUserland("edits go through links and keep owner, mode and what stands beside", async (machine) => {
  const path = await fileWith(machine, "a\nb\n");
  await Deno.chmod(path, 0o640);
  const link = `${machine.dir}/link`;
  await Deno.symlink("conf", link);
  await settle(machine, files.line, { path: link, line: "a", replace: "A" });
  await settle(machine, files.replace, { path: link, text: "b", replace: "B" });
  await settle(machine, files.block, { path: link, content: "in the block" });
  await settle(machine, files.line, { path: link, line: "tail" });
  assert.ok((await Deno.lstat(link)).isSymlink);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o640);
  assert.equal(
    await Deno.readTextFile(path),
    "A\nB\n# BEGIN PYINFRA BLOCK\nin the block\n# END PYINFRA BLOCK\ntail\n",
  );
  assert.deepEqual(await namesIn(machine), ["conf", "link"]);
});

onEachUserland("backups", async (machine) => {
  const path = await fileWith(machine, "a\n");
  await settle(machine, files.line, { path, line: "b", backup: "old" });
  assert.equal(await Deno.readTextFile(`${path}.old`), "a\n");
  await machine.host.apply(files.replace, { path, text: "b", replace: "c", backup: ".older" });
  assert.equal(await Deno.readTextFile(`${path}.older`), "a\nb\n");
  await settle(machine, files.block, { path, content: "x", backup: true });
  const names = await namesIn(machine);
  assert.equal(names.length, 4);
  assert.match(names[1]!, /^conf\.\d{8}T\d{6}\.\d{3}Z$/);
  await settle(machine, files.line, { path: `${machine.dir}/none`, line: "b", backup: true });
});

onEachUserland("files.replace replaces text of any kind", async (machine) => {
  const path = await fileWith(machine, 'a/b it\'s "x" & $HOME 100%\n');
  const replacements = [
    ["a/b", "c/d"],
    ["it's", "it is"],
    ['"x"', "'y'"],
    ["' &", "'+&&"],
    ["\\$HOME", "`id`"],
    ["100%", "back\\\\slash"],
  ];
  for (const [text, replace] of replacements) await settle(machine, files.replace, { path, text, replace });
  assert.equal(await Deno.readTextFile(path), "c/d it is 'y'+&& `id` back\\slash\n");
});

onEachUserland("files.replace: flags, groups, no match, same text", async (machine) => {
  const path = await fileWith(machine, "Foo foo foo\n");
  await settle(machine, files.replace, { path, text: "foo", replace: "bar", flags: ["g", "I"] });
  assert.equal(await Deno.readTextFile(path), "bar bar bar\n");
  await settle(machine, files.replace, {
    path,
    text: "^(bar) (bar)",
    replace: "\\2-\\1",
    extendedRegex: true,
  });
  await settle(machine, files.replace, { path, text: "nothing", replace: "x" });
  assert.deepEqual(await settle(machine, files.replace, { path, text: "bar", replace: "bar" }), []);
  await settle(machine, files.replace, { path, match: "bar-bar", replace: "two\nlines" });
  assert.equal(await Deno.readTextFile(path), "two\nlines bar\n");
});

onEachUserland("files.replace and files.line refuse what each run would change again", async (machine) => {
  const refused: [before: string, args: Record<string, unknown>, hint: RegExp][] = [
    ["a\n", { text: "a", replace: "aa" }, /let it match what it becomes/],
    ["a b\n", { text: "a", replace: "aa", flags: ["g"] }, /^bind the pattern/],
    ["x & y\n", { text: "&", replace: "&&" }, /let it match what it becomes/],
    ["foo foo\n", { text: "foo", replace: "bar" }, /flags: \["g"\]/],
    ["foo foo foo\n", { text: "foo", replace: "bar", flags: "2" }, /flags: \["g"\]/],
    ["bar bar bar\n", { text: "\\(bar\\) \\(bar\\)", replace: "\\2-\\1" }, /flags: \["g"\]/],
    ["key\n", { text: "(k)ey", replace: "\\1ey\\1ey", extendedRegex: true }, /let it match/],
    ["Key\n", { text: "key", replace: "KEYS", flags: "gI" }, /let it match/],
    ["a\n", { text: "$", replace: " end" }, /let it match/],
    ["a\n", { text: "^", replace: "# " }, /let it match/],
  ];
  for (const [before, args, hint] of refused) {
    const path = await fileWith(machine, before);
    await assert.rejects(machine.host.apply(files.replace, { path, ...args }), (error: DroverError) => {
      assert.equal(error.code, "E_UNSETTLED", JSON.stringify(args));
      assert.match(error.hint ?? "", hint, JSON.stringify(args));
      return true;
    });
    assert.equal(await Deno.readTextFile(path), before);
  }
  const path = await fileWith(machine, "x=1\n");
  await assert.rejects(
    machine.host.apply(files.line, { path, line: "^\\(x.*\\)$", replace: "\\1;" }),
    { code: "E_UNSETTLED", message: `files.line would change ${path} again in each run` },
  );
  assert.equal(await Deno.readTextFile(path), "x=1\n");
});

onEachUserland("what matches its own replacement settles where it may", async (machine) => {
  const settled: [before: string, args: Record<string, unknown>, after: string][] = [
    ["a\n", { text: "aa*", replace: "aa" }, "aa\n"],
    ["a b a\n", { text: "aa*", replace: "aa", flags: ["g"] }, "aa b aa\n"],
    ["foo foo\n", { text: "foo", replace: "bar", flags: ["g"] }, "bar bar\n"],
    ["a\n", { text: "\\( end\\)*$", replace: " end" }, "a end\n"],
    ["a\n", { text: "^(# )?", replace: "# ", extendedRegex: true }, "# a\n"],
    ["port 22\n", { text: "port .*", replace: "port 2222" }, "port 2222\n"],
    ["KEY=1\n", { text: "key=.*", replace: "key=2", flags: "I" }, "key=2\n"],
    ["x\n", { text: "x", replace: "[&]" }, "[&]\n"],
  ];
  for (const [before, args, after] of settled) {
    const path = await fileWith(machine, before);
    await settle(machine, files.replace, { path, ...args });
    assert.equal(await Deno.readTextFile(path), after, JSON.stringify(args));
  }
});

onEachUserland("files.line appends what it would have replaced a line by", async (machine) => {
  const replacements: [replace: string, written: string][] = [
    ["C:\\\\dir", "C:\\dir"],
    ["a\\.b \\& c & d", "a.b & c & d"],
    ["tab\\there", "tab\there"],
    ["\\]\\", "]\\"],
  ];
  for (const [replace, written] of replacements) {
    const path = await fileWith(machine, "old=1\n");
    await settle(machine, files.line, { path, line: "^old=.*", replace });
    assert.equal(await Deno.readTextFile(path), `${written}\n`);
    await settle(machine, files.line, { path, line: "^missing=.*", replace });
    await Deno.writeTextFile(path, "other\n");
    await settle(machine, files.line, { path, line: "^missing=.*", replace });
    assert.equal(await Deno.readTextFile(path), `other\n${written}\n`);
  }
  const path = await fileWith(machine, "other\n");
  await settle(machine, files.line, { path, line: "/", replace: "a/&", flags: "p" });
});

onEachUserland("with the flag I, files.line finds what sed finds", async (machine) => {
  const path = await fileWith(machine, "PermitRootLogin yes\nOther\n");
  const args = { path, line: "^permitrootlogin .*$", replace: "PermitRootLogin no", flags: "I" };
  await settle(machine, files.line, args);
  assert.equal(await Deno.readTextFile(path), "PermitRootLogin no\nOther\n");
  await settle(machine, files.line, { path, line: "OTHER", flags: ["I"] });
  assert.equal(await Deno.readTextFile(path), "PermitRootLogin no\nOther\n");
  await settle(machine, files.line, { path, line: "OTHER", flags: ["I"], present: false });
  assert.equal(await Deno.readTextFile(path), "PermitRootLogin no\n");
  await settle(machine, files.line, { path, line: "[N]ew", replace: "new", flags: ["I"] });
  assert.equal(await Deno.readTextFile(path), "PermitRootLogin no\nnew\n");
});

onEachUserland("files.block: places, changes, and removal", async (machine) => {
  const path = await fileWith(machine, "one\ntwo\nthree");
  const place = (name: string) => ({ path, marker: `# {mark} ${name} a/b.* [x]` });
  await settle(machine, files.block, { ...place("end"), content: "e1\ne2" });
  await settle(machine, files.block, { ...place("start"), content: ["s"], before: true, after: true });
  await settle(machine, files.block, { ...place("before"), content: "b", line: "^t[wx]o$", before: true });
  await settle(machine, files.block, { ...place("after"), content: "a", line: "o/e|two", after: true });
  const block = (name: string, ...lines: string[]) =>
    [`# BEGIN ${name} a/b.* [x]`, ...lines, `# END ${name} a/b.* [x]`].join("\n");
  assert.equal(
    await Deno.readTextFile(path),
    `${block("start", "s")}\none\n${block("before", "b")}\ntwo\n${block("after", "a")}\nthree\n${
      block("end", "e1", "e2")
    }\n`,
  );
  await settle(machine, files.block, { ...place("before"), content: ODD_LINES, line: "^one", after: true });
  assert.ok((await Deno.readTextFile(path)).includes(`one\n${block("before", ...ODD_LINES)}\ntwo`));
  for (const name of ["end", "start", "before", "after"]) {
    await settle(machine, files.block, { ...place(name), present: false });
  }
  assert.equal(await Deno.readTextFile(path), "one\ntwo\nthree\n");
});

onEachUserland("files.block: a new file, an empty block, doubled and unfinished ones", async (machine) => {
  const path = `${machine.dir}/new file`;
  await settle(machine, files.block, { path, content: "$HOME `id`" });
  assert.equal(await Deno.readTextFile(path), "# BEGIN PYINFRA BLOCK\n$HOME `id`\n# END PYINFRA BLOCK\n");
  await settle(machine, files.block, { path, content: "" });
  assert.equal(await Deno.readTextFile(path), "# BEGIN PYINFRA BLOCK\n# END PYINFRA BLOCK\n");
  await settle(machine, files.block, { path, present: false });
  assert.equal(await Deno.readTextFile(path), "");

  await Deno.writeTextFile(path, "# BEGIN PYINFRA BLOCK\nours?\n");
  await settle(machine, files.block, { path, content: "x" });
  assert.equal(
    await Deno.readTextFile(path),
    "# BEGIN PYINFRA BLOCK\nours?\n# BEGIN PYINFRA BLOCK\nx\n# END PYINFRA BLOCK\n",
  );
  await settle(machine, files.block, { path, present: false });
  assert.equal(await Deno.readTextFile(path), "# BEGIN PYINFRA BLOCK\nours?\n");

  const one = "# BEGIN PYINFRA BLOCK\n1\n# END PYINFRA BLOCK\n";
  await Deno.writeTextFile(path, `${one}between\n${one}`);
  await settle(machine, files.block, { path, content: "2" });
  assert.equal(await Deno.readTextFile(path), `${one.replace("1", "2")}between\n`);
});

onEachUserland("differences are shown when wanted", async (machine) => {
  const path = await fileWith(machine, "a\nb\n");
  const diffOf = async (operation: AnyOperation, args: Record<string, unknown>) => {
    const { notes } = await machine.host.apply(operation, { path, ...args });
    return notes.flatMap((note) => note.kind === "diff" ? [note.diff] : []);
  };
  assert.deepEqual(await diffOf(files.line, { line: "c" }), [
    { path, before: "a\nb\n", after: "a\nb\nc\n" },
  ]);
  assert.deepEqual(await diffOf(files.line, { line: "b", present: false }), [
    { path, before: "a\nb\nc\n", after: "a\nc\n" },
  ]);
  assert.deepEqual(await diffOf(files.replace, { text: "a", replace: "x" }), [
    { path, before: "a\nc\n", after: "x\nc\n" },
  ]);
  assert.deepEqual(await diffOf(files.block, { content: "1" }), [
    { path, before: "x\nc\n", after: "x\nc\n# BEGIN PYINFRA BLOCK\n1\n# END PYINFRA BLOCK\n" },
  ]);
}, { diff: true });

Deno.test({
  name: "a mount point is written over, because nothing can take its place",
  ignore: requirement("mount"),
  fn: () => withMachine("system", {}, editMountPoint),
});

async function editMountPoint(machine: Machine): Promise<void> {
  const source = await fileWith(machine, "a\nb\n", "source");
  const dir = await Deno.makeTempDir({ prefix: "drover-mount-" });
  const path = `${dir}/hosts`;
  await Deno.writeTextFile(path, "");
  await new Deno.Command("mount", { args: ["--bind", source, path] }).output();
  try {
    await settle(machine, files.line, { path, line: "a", replace: "A", backup: "bak" });
    await settle(machine, files.block, { path, content: "x" });
    assert.equal(await Deno.readTextFile(path), "A\nb\n# BEGIN PYINFRA BLOCK\nx\n# END PYINFRA BLOCK\n");
    assert.equal(await Deno.readTextFile(`${path}.bak`), "a\nb\n");
  } finally {
    await new Deno.Command("umount", { args: [path] }).output();
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("bad arguments of edits are told apart", async () => {
  const attempt = (operation: AnyOperation, args: Record<string, unknown>) =>
    collectSteps(operation, { path: "x", ...args }, { facts: () => undefined });
  await assert.rejects(attempt(files.line, { line: "" }), /line is empty/);
  await assert.rejects(attempt(files.line, { line: "a\nb" }), /several lines/);
  await assert.rejects(attempt(files.line, { line: "a", backup: "../x" }), /backup cannot be/);
  await assert.rejects(attempt(files.line, { line: "a", replace: "b", flags: "w /etc/x" }), /no flags/);
  await assert.rejects(attempt(files.replace, { text: "a" }), /"replace"/);
  await assert.rejects(attempt(files.replace, { replace: "a" }), /"text"/);
  await assert.rejects(attempt(files.block, {}), /"content"/);
  await assert.rejects(attempt(files.block, { content: "a", marker: "# x" }), /\{mark\}/);
  await assert.rejects(attempt(files.block, { content: "# END PYINFRA BLOCK" }), /must not hold a marker/);
  const both = { content: "a", line: "x", before: true, after: true };
  await assert.rejects(attempt(files.block, both), /either/);
});

async function namesIn({ dir }: Machine): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name).sort();
}

onEachUserland("edits of files with the longest names, and their backups", async (machine) => {
  const { dir } = machine;
  const path = `${dir}/${"ä".repeat(127)}x`;
  await Deno.writeTextFile(path, "a\nb\n");
  await settle(machine, files.replace, { path, text: "a", replace: "c" });
  await settle(machine, files.line, { path, line: "^b$", replace: "d", backup: "old" });
  await settle(machine, files.block, { path, content: "e", backup: true });
  await settle(machine, files.directory, { path, force: true });
  const names = (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name);
  assert.equal(names.length, 4, `${names}`);
});

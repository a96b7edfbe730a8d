import assert from "node:assert/strict";
import { join } from "node:path";
import { convert } from "../../src/convert/convert.ts";
import { denoCheck } from "../project/deno_check.ts";
import { say } from "../../scripts/print.ts";
import { project } from "../support/cli.ts";
import { requirement } from "../support/skip.ts";
import { EXPRESSIONS, SETUP } from "./corpus.ts";

const PROJECTS = new URL("./projects/", import.meta.url).pathname;
const ROOT = new URL("../../", import.meta.url).pathname;

/** The Python files of a sample, by path. */
async function samples(name: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(join(PROJECTS, name, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else if (path.endsWith(".py")) texts.set(path, await Deno.readTextFile(join(PROJECTS, name, path)));
    }
  };
  await walk("");
  return texts;
}

async function projectNames(): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(PROJECTS), ({ name }) => name)).sort();
}

/** A single deploy, converted. */
async function one(python: string, more: Record<string, string> = {}) {
  const conversion = await convert(new Map(Object.entries({ "deploy.py": python, ...more })));
  const file = conversion.files.find(({ from }) => from === "deploy.py");
  return { text: conversion.texts.get("deploy.ts") ?? "", todos: file?.todos ?? [], file, conversion };
}

const HEAD = "from pyinfra import host\nfrom pyinfra.operations import apt, files, server, systemd, python\n";

Deno.test("at least four fifths of the operation calls of all samples come over, and all of it type-checks", async (t) => {
  const names = await projectNames();
  assert.ok(names.length >= 12, `${names.length} samples`);
  const sum = { converted: 0, left: 0, missing: 0 };
  const directory = await Deno.makeTempDir({ prefix: "drover-convert-" });
  try {
    const files: string[] = [];
    for (const name of names) {
      const { files: converted, broken, texts } = await convert(await samples(name));
      assert.deepEqual(broken, []);
      for (const { calls } of converted) {
        for (const key of ["converted", "left", "missing"] as const) sum[key] += calls[key];
      }
      for (const [path, text] of texts) {
        const file = join(directory, name, path);
        await Deno.mkdir(join(file, ".."), { recursive: true });
        await Deno.writeTextFile(file, text);
        files.push(file);
      }
    }
    const share = sum.converted / (sum.converted + sum.left);
    say(
      `${sum.converted} of ${sum.converted + sum.left} calls came over (${(share * 100).toFixed(1)} %), ` +
        `${sum.missing} are of modules that Drover does not have`,
    );
    assert.ok(sum.converted >= 150, "the samples are large enough to say something");
    assert.ok(share >= 0.8, `${share}`);
    await t.step("deno check", async () => {
      const imports = Object.fromEntries(
        [["drover", "mod.ts"], ["drover/operations", "operations/mod.ts"], ["drover/facts", "facts/mod.ts"]]
          .map(([specifier, file]) => [specifier, `${ROOT}src/${file}`]),
      );
      await Deno.writeTextFile(join(directory, "deno.json"), JSON.stringify({ imports }));
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["check", "--quiet", "--no-lock", "--config", join(directory, "deno.json"), ...files],
        env: { NO_COLOR: "1" },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test({
  name: "converted expressions have the values that Python gives them",
  ignore: requirement("python3"),
  fn: comparesWithPython,
});

async function comparesWithPython(): Promise<void> {
  const program = `${SETUP}\nresults = []\n${
    EXPRESSIONS.map((text) => `value = ${text}\nresults.append(repr(value))`).join("\n")
  }\n`;
  const asked = await new Deno.Command("python3", { args: ["-c", `${program}\nprint(json.dumps(results))`] })
    .output();
  assert.ok(asked.success, new TextDecoder().decode(asked.stderr));
  const wanted: string[] = JSON.parse(new TextDecoder().decode(asked.stdout));

  const source = `${SETUP}\nresults = []\n${
    EXPRESSIONS.map((text, index) => `value_${index} = ${text}\nresults.append(repr(value_${index}))`).join(
      "\n",
    )
  }\n`;
  const { conversion, text, todos } = await one(source, { "use.py": "from deploy import results\n" });
  assert.deepEqual(todos.map(({ line, reason }) => `${line}: ${reason}`), []);
  const directory = await Deno.makeTempDir({ prefix: "drover-convert-" });
  try {
    for (const [path, content] of conversion.texts) await Deno.writeTextFile(join(directory, path), content);
    const { results } = await import(`file://${directory}/deploy.ts`);
    // A tuple is a list in TypeScript, and a set that was sorted is one as well.
    const alike = (shown: string) => shown.replaceAll("(", "[").replaceAll(")", "]");
    for (const [index, expression] of EXPRESSIONS.entries()) {
      assert.equal(alike(results[index]), alike(wanted[index]!), `${expression}\n${text}`);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a converted deploy plans on this machine, and type-checks with the declarations beside it", async () => {
  await using here = await project();
  for (const [path, text] of await samples("files_everything")) await here.write(`theirs/${path}`, text);
  await here.write("theirs/files/motd", "hello\n");
  await here.write("theirs/files/names.txt", "a\nb\n");
  await here.write("theirs/inventory.py", 'here = ["@local"]\n');
  const converted = await here.drover("convert", "theirs");
  assert.equal(converted.status, 1, converted.stderr);
  assert.match(
    converted.stderr,
    /deploy\.py:\d+ {2}Drover has no operation files\.rsync; did you mean "files\.sync"\?/,
  );
  assert.match(
    converted.stderr,
    /Written 2 files and 2 other files in theirs-drover: 20 of 21 calls of operations came over/,
  );
  const checked = await denoCheck(join(here.path, "theirs-drover"), "inventory.ts", "deploy.ts");
  assert.equal(checked.status, 0, checked.stderr);
  const planned = await here.drover(
    "inventory.ts",
    "deploy.ts",
    "--chdir",
    "theirs-drover",
    "--dry",
    "--allow-run=sh",
  );
  assert.equal(planned.status, 0, planned.stderr);
  assert.match(planned.stderr, /Plan: \d+ changes on 1 host/);
});

Deno.test("what is left stays as a comment with its lines, and nothing that needs it comes over", async () => {
  const { text, todos } = await one(`${HEAD}
secret = vault.read("x")
files.put(src=secret, dest="/etc/secret")
other = files.file(path="/a")
if secret:
    server.shell(commands=["true"])
systemd.service(service="a", running=True, _if=other.did_change)
`);
  assert.deepEqual(todos.map(({ line }) => line), [4, 5, 7]);
  assert.match(
    text,
    /\/\/ TODO \(deploy\.py:5\): secret did not come over \(line 4\)\n\/\/ {3}files\.put\(src=secret/,
  );
  assert.match(text, /\/\/ {3}if secret:\n\/\/ {7}server\.shell/);
  assert.match(text, /await systemd\.service\(\{ service: "a", running: true, _if: other\.didChange \}\)/);
  assert.doesNotMatch(text, /^(?!\/\/).*secret/m);
});

Deno.test("what would mean something else is not carried over", async (t) => {
  const cases: Record<string, string> = {
    "global": "def f():\n    global x\n    x = 1\n",
    "generators": "def f():\n    yield 1\n",
    "defaults that are kept between calls": "def f(seen=[]):\n    seen.append(1)\n",
    "keys that are numbers": 'ports = {80: "http", 22: "ssh"}\n',
    "floats in texts": 'server.shell(commands=[f"echo {1 / 2}"])\n',
    "identities": 'x = "a"\ny = "b"\nz = x is y\n',
    "unknown operands": "def f(a, b):\n    return a * b\n",
    "slices with a step": 'x = "abcdef"[::2]\n',
    "an unknown method": 'x = "abc".translate("x")\n',
    "regular expressions": 'import re\nx = re.sub("a", "b", "c")\n',
    "a list that is spread into an operation": 'server.shell(*["true"])\n',
    "an argument that does not exist": 'files.file(path="/a", colour="red")\n',
    "a global argument that does not exist": 'files.file(path="/a", _sudos=True)\n',
    "positions that differ": 'files.put("a", "/b", None, None, None, True, True, False, True)\n',
    "booleans as conditions": 'a = files.file(path="/a")\nfiles.file(path="/b", _if=a.changed)\n',
    "loops with else": "for x in [1]:\n    pass\nelse:\n    pass\n",
    "classes": "class A:\n    pass\n",
    "own operations": "from pyinfra.api import operation\n@operation()\ndef f():\n    return 1\n",
    "what runs as a program": 'if __name__ == "__main__":\n    server.shell(commands=["true"])\n',
    "functions in the style of pyinfra 2": "def f(state, host):\n    pass\npython.call(function=f)\n",
    "keys of sorted that wait":
      "from pyinfra.facts.server import Home\nx = sorted(['a'], key=lambda u: host.get_fact(Home, user=u))\n",
    "star imports": "from os import *\n",
    "a lambda of a loop": "for n in [1, 2]:\n    python.call(function=lambda: print(n))\n",
  };
  for (const [name, python] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { todos, text } = await one(HEAD + python);
      assert.ok(todos.length > 0, text);
    });
  }
});

Deno.test("names, positions and global arguments are spelled as Drover has them", async () => {
  const { text, todos } = await one(`import pyinfra.operations.apt as packages
from pyinfra.operations.files import put as upload
from pyinfra.operations import python
from pyinfra import host
from pyinfra.facts import server as facts_of_server

packages.packages(["vim"], True, cache_time=60, _sudo=True, _sudo_user="root", _ignore_errors=True)
upload("a", "/b", mode=None)
python.raise_exception(ValueError, args=["no"])
new = host.get_fact(facts_of_server.Which, "vim", _sudo=True)
class_ = host.data.get("a_key", {"other_key": None})
`);
  assert.deepEqual(todos, []);
  assert.match(
    text,
    /packages: \["vim"\],\n {2}present: true,\n {2}cacheTime: 60,\n {2}_sudo: true,\n {2}_sudoUser: "root",\n {2}_ignoreErrors: true/,
  );
  assert.match(text, /files\.put\(\{ src: "a", dest: "\/b" \}\)/);
  assert.match(text, /func\.raiseException\(\{ exception: Error, args: \["no"\] \}\)/);
  assert.match(
    text,
    /new_: any = await host\.getFact\(facts\.server\.Which, \{ command: "vim", _sudo: true \}\)/,
  );
  assert.match(text, /host\.data\.get\("a_key", \{ other_key: null \}\)/);
});

Deno.test("groups and data keep their names, whatever TypeScript thinks of them", async () => {
  const { texts } = await convert(
    new Map([
      [
        "inventory.py",
        'static = ["a"]\nhost = [("b", {"class": 1})]\ndescription = "not a group"\nmixed = [1, "x"]\n',
      ],
      ["group_data/static.py", "new = True\nnothing = None\n_sudo = True\n__hidden = 1\n"],
    ]),
  );
  assert.match(texts.get("inventory.ts")!, /export \{ static_ as static \};\nexport \{ host_ as host \};/);
  assert.doesNotMatch(texts.get("inventory.ts")!, /export const (description|mixed)/);
  assert.match(
    texts.get("group_data/static.ts")!,
    /export const nothing = null;\nexport const _sudo = true;/,
  );
  assert.match(texts.get("group_data/static.ts")!, /export \{ new_ as new \};/);
});

Deno.test("the guide shows what becomes of its deploy", async () => {
  const page = await Deno.readTextFile(`${ROOT}docs/from_pyinfra.md`);
  const [, python = ""] = /^```py\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const [, shown = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const { text, todos } = await one(python);
  assert.deepEqual(todos, []);
  assert.equal(text, shown);
});

Deno.test("arguments by any name reach operations, and variables of templates keep their names", async () => {
  const { text, todos } = await one(`${HEAD}
def ensure(name, shell=None, **options):
    server.user(user=name, shell=shell, **options)

ensure("a", _sudo=True, ensure_home=False)
ensure(name="b")
files.template(src="a.j2", dest="/a", first_name="x", **host.data.dict())
`);
  assert.deepEqual(todos, []);
  assert.match(text, /function ensure\(name: any, shell\?: any, options: Record<string, any> = \{\}\)/);
  assert.match(
    text,
    /await ensure\("a", undefined, \{ _sudo: true, ensure_home: false \}\);\nawait ensure\("b"\);/,
  );
  assert.match(text, /server\.user\(\{ user: name, shell, \.\.\.py\.args\(options\) \}\)/);
  assert.match(text, /data: \{ first_name: "x", \.\.\.host\.data\.toObject\(\) \}/);
});

Deno.test("blocks with a condition or global arguments come over", async () => {
  const { text, todos } = await one(`${HEAD}
with host.arguments(_sudo=True, _env={"A": 1}):
    with host.when(lambda: host.name != ""):
        made = files.file(path="/a")
systemd.service(service="a", reloaded=True, _if=made.did_change)
`);
  assert.deepEqual(todos, []);
  assert.match(
    text,
    /await host\.arguments\(\{ _sudo: true, _env: \{ A: "1" \} \}, async \(\) => \{\n {2}await host\.when\(/,
  );
  assert.match(text, /^let made: any;$/m);
});

Deno.test("files beside the Python come along, and templates that read facts are told", async () => {
  await using here = await project({
    "theirs/deploy.py": "from pyinfra.operations import files\nfiles.template(src='t/a.j2', dest='/a')\n",
    "theirs/t/a.j2": "port 80\n{{ host.get_fact(Which) }}\n",
    "theirs/__pycache__/deploy.cpython-312.pyc": "x",
    "theirs/.git/config": "x",
    "theirs/venv/pyvenv.cfg": "",
    "theirs/venv/lib/thing.py": "x = 1\n",
    "deno.json": "{}",
  });
  const { status, stderr } = await here.drover("convert", "theirs", "--out", "new/place");
  assert.equal(status, 1, stderr);
  assert.match(stderr, /t\/a\.j2:2 {2}templates cannot read facts/);
  assert.match(stderr, /Written 1 file and 1 other file in new\/place: 1 of 1 calls of operations came over/);
  assert.equal(await here.read("new/place/t/a.j2"), "port 80\n{{ host.get_fact(Which) }}\n");
  for (const path of [".git", "venv", "__pycache__", "deno.json"]) {
    assert.equal(await here.exists(`new/place/${path}`), false, path);
  }
});

Deno.test("drover convert says what is wrong with what it is given", async (t) => {
  await using here = await project({
    "empty/nothing.txt": "",
    "one/deploy.py": "x = 1\n",
    "old/deploy.py": 'from pyinfra.operations import server\nprint "hello"\n',
    "wrong/deploy.py": "def f(:\n    pass\n",
    "wrong/fine.py": "x = 1\n",
    "note.txt": "",
    "blank/deploy.py": "",
    "deep/deploy.py": `x = ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`,
  });
  await here.write("binary/deploy.py", "x\0y");
  await Deno.mkdir(join(here.path, "large"));
  await Deno.writeTextFile(join(here.path, "large/deploy.py"), "x = 1\n".repeat(300_000));
  await Deno.mkdir(join(here.path, "latin"));
  await Deno.writeFile(join(here.path, "latin/deploy.py"), new Uint8Array([0x78, 0xe9, 0x0a]));
  const cases: [string, string[], number, RegExp][] = [
    ["no path", [], 64, /E_USAGE.*convert needs a directory or a file/],
    ["two paths", ["one", "two"], 64, /takes one path, not also "two"/],
    ["an unknown flag", ["one", "--outs", "x"], 64, /no option "--outs"[\s\S]*did you mean "--out"/],
    ["a flag without its value", ["one", "--out"], 64, /--out needs a directory/],
    ["a path that is not there", ["onr"], 65, /There is no file or directory "onr"[\s\S]*did you mean "one"/],
    ["no Python", ["empty"], 65, /There is no Python file in "empty"/],
    ["no Python file", ["note.txt"], 65, /"note\.txt" is no Python file/],
    ["itself", ["one", "--out", "one"], 64, /--out is the directory that is converted/],
    ["Python 2", ["old"], 65, /deploy\.py:2 {2}print is a statement of Python 2 here/],
    ["a syntax error", ["wrong"], 65, /deploy\.py:1 {2}this is no valid Python: def f\(:/],
    ["a binary file", ["binary"], 65, /deploy\.py {2}is no text/],
    ["another encoding", ["latin"], 65, /deploy\.py {2}is no text in UTF-8/],
    [
      "what is nested without end",
      ["deep"],
      65,
      /deploy\.py:1 {2}this is (nested too deeply|no valid Python: x = \[{75}…\n)/,
    ],
    ["an empty file", ["blank"], 0, /Written 1 file/],
    ["a huge file", ["large"], 65, /deploy\.py {2}is 1758 KiB: too much/],
  ];
  for (const [name, words, status, message] of cases) {
    await t.step(name, async () => {
      const ended = await here.drover("convert", ...words);
      assert.match(ended.stderr, message);
      assert.equal(ended.status, status, ended.stderr);
    });
  }
  await t.step("the other files of a project are written", async () => {
    assert.ok(await here.exists("wrong-drover/fine.ts"));
    assert.equal(await here.exists("wrong-drover/deploy.ts"), false);
  });
  await t.step("nothing is overwritten without --force, and links are not written through", async () => {
    assert.equal((await here.drover("convert", "one/deploy.py")).status, 0);
    await here.write("one/deploy.ts", "mine");
    const refused = await here.drover("convert", "one/deploy.py");
    assert.equal(refused.status, 65);
    assert.match(refused.stderr, /E_CONVERT_EXISTS[\s\S]*deploy\.ts[\s\S]*--force/);
    assert.equal(await here.read("one/deploy.ts"), "mine");
    await Deno.remove(join(here.path, "one/deploy.ts"));
    await Deno.symlink(join(here.path, "note.txt"), join(here.path, "one/deploy.ts"));
    assert.equal((await here.drover("convert", "one/deploy.py", "--force")).status, 0);
    assert.equal(await here.read("note.txt"), "");
    assert.match(await here.read("one/deploy.ts"), /const x = 1/);
  });
  await t.step("--json and --help", async () => {
    const { stdout, status } = await here.drover("convert", "one/deploy.py", "--force", "--json");
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout).calls, { converted: 0, left: 0, missing: 0 });
    assert.match((await here.drover("convert", "--help")).stdout, /^Usage: drover convert PATH/);
  });
});

/** The conformance runner, on fixtures of a module that only this test has. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { dirname } from "node:path";
import { readFilter } from "../../scripts/conformance/cases.ts";
import { operationNames } from "../../scripts/conformance/names.ts";
import { reportLines } from "../../scripts/conformance/report.ts";
import type { CaseResult } from "../../scripts/conformance/result.ts";
import { type Divergence, runConformance } from "../../scripts/conformance/run.ts";
import { toFactValue } from "../../scripts/conformance/values.ts";
import "./sample_module.ts";

const SIGNATURES = {
  facts: {
    "sample.Size": [{ name: "path" }, { name: "unit", default: "'c'" }, { name: "deep", default: "False" }],
    "sample.Login": [],
    "files.FindInFile": [{ name: "path" }, { name: "pattern" }, {
      name: "interpolate_variables",
      default: "False",
    }],
    "files.Link": [{ name: "path" }],
  },
  operations: {
    "sample.shrink_file": [
      { name: "path" },
      { name: "max_size", default: "0" },
      { name: "since", default: "None" },
      { name: "names", default: "()" },
      { name: "user_name", default: "None" },
    ],
    "systemd.service": [{ name: "service" }],
    "sample.enter": [{ name: "password" }],
    "sample.ask": [{ name: "pattern" }],
    "sample.forward": [{ name: "other_kwargs", default: "None" }],
    "sample.send": [{ name: "src" }, { name: "data", rest: true }],
    "postgresql.sample_sql": [{ name: "args", rest: true }, { name: "kwargs", rest: true }],
    "sample.toggle": [{ name: "on", default: "False" }],
    "python.sample_call": [{ name: "function" }, { name: "kwargs", rest: true }],
  },
};

/** Fixtures by their paths: values are written as JSON, texts as they are. */
type Fixtures = Record<string, unknown>;

interface Options {
  only?: string[];
  divergences?: Divergence[];
}

async function run(fixtures: Fixtures, { only = [], divergences = [] }: Options = {}): Promise<CaseResult[]> {
  const directory = await Deno.makeTempDir({ prefix: "drover-conformance-" });
  try {
    for (const [name, content] of Object.entries({ "signatures.json": SIGNATURES, ...fixtures })) {
      await Deno.mkdir(dirname(`${directory}/${name}`), { recursive: true });
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    return await runConformance(directory, { selected: readFilter(only), divergences });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Runs one fixture; gives its outcome and the aspects in which it differs. */
async function judge(folder: string, fixture: unknown, options?: Options): Promise<string> {
  const [result] = await run({ [`${folder}/one.json`]: fixture }, options);
  return [result!.outcome, ...result!.differences.map(({ aspect }) => aspect)].join(" ");
}

const SHRINK = "operations/sample.shrink_file";
const KEY = "deep=True, path=/x, unit=c";

Deno.test("facts: command, program and value are compared, as far as the fixture tells them", async () => {
  const size = {
    arg: ["/x y", "w"],
    command: "wc -w '/x y'",
    requires_command: "wc",
    output: ["7 /x"],
    fact: 7,
  };
  const folder = "facts/sample.Size";
  strictEqual(await judge(folder, size), "passed");
  strictEqual(await judge(folder, { arg: "/x", output: "7\n8", fact: 7 }), "passed");
  strictEqual(await judge(folder, { arg: { path: "/x" }, output: [], fact: null }), "passed");
  strictEqual(await judge(folder, { ...size, command: "wc" }), "failed command");
  strictEqual(await judge(folder, { ...size, requires_command: "cw", fact: 8 }), "failed requires value");
  strictEqual(await judge(folder, { arg: { file_name: "/x" }, fact: null }), "failed error");
});

Deno.test("facts: sets, dates, keys and secrets are spelled as in the fixtures", async () => {
  const login = {
    command: { raw: "login --token hush", masked: "login --token ***" },
    output: ["2024-05-06T07:08:09Z", "b", "a"],
    fact: { last_login: "2024-05-06T09:08:09+02:00", user_names: ["a", "b"] },
  };
  strictEqual(await judge("facts/sample.Login", login), "passed");
  const asWritten = { ...login, fact: { lastLogin: login.fact.last_login, user_names: ["a", "b"] } };
  strictEqual(await judge("facts/sample.Login", asWritten), "passed", "keys that are in camelCase there");
  const misspelled = { ...login, fact: { lastlogin: login.fact.last_login, user_names: ["a", "b"] } };
  strictEqual(await judge("facts/sample.Login", misspelled), "failed value");
  strictEqual(
    await judge("facts/sample.Login", { ...login, command: "login --token 'hush'" }),
    "passed",
    "what is secret here need not be there",
  );
  strictEqual(
    await judge("facts/sample.Login", { ...login, command: { raw: "login hush", masked: "login ***" } }),
    "failed command",
  );
  const shownHere = { command: { raw: "wc -c /x", masked: "wc -c ***" }, arg: "/x", output: ["7"], fact: 7 };
  strictEqual(await judge("facts/sample.Size", shownHere), "failed command");
});

Deno.test("operations: positional and named arguments, facts by all their arguments", async () => {
  const fixture = {
    args: ["/x", 5],
    kwargs: { user_name: "me", names: ["set:", "it's", "b"], since: "datetime:2020-01-02T03:04:05" },
    facts: { "sample.Size": { [KEY]: 9 } },
    commands: [
      `shrink 2020-01-02T03:04:05.000Z 'it'"'"'s' b /x`,
      { command: "own /x", _sudo_user: "me" },
    ],
  };
  strictEqual(await judge(SHRINK, fixture), "passed");
  strictEqual(await judge(SHRINK, { ...fixture, commands: fixture.commands.slice(0, 1) }), "failed commands");
  strictEqual(
    await judge(SHRINK, { ...fixture, commands: fixture.commands.toReversed() }),
    "failed commands",
  );
  strictEqual(await judge(SHRINK, { ...fixture, facts: {} }), "failed commands", "nothing is there");
  const keyed = (key: string) => judge(SHRINK, { ...fixture, facts: { "sample.Size": { [key]: 9 } } });
  strictEqual(await keyed("path=/x"), "failed commands", "what a key leaves out is at its default");
  strictEqual(await keyed("deep=True, path=/x"), "passed");
  strictEqual(await keyed("deep=True, path=/x, unit=w"), "failed commands");
  strictEqual(await keyed("deep=True, path=/y, unit=c"), "failed commands");
  strictEqual(
    await judge(SHRINK, { ...fixture, facts: { "sample.Size": 9 } }),
    "passed",
    "for each question",
  );
  strictEqual(await judge(SHRINK, { ...fixture, kwargs: { maximum: 1 } }), "failed error");
});

Deno.test("operations: paths and contents by their prefixes", async () => {
  const facts = { "sample.Size": { [KEY]: 9 } };
  strictEqual(await judge(SHRINK, { args: ["path:/x"], facts, commands: ["shrink /x"] }), "passed");
  // Content comes as bytes, which this operation refuses.
  const content = { args: ["io:/x"], exception: { name: "OperationTypeError" } };
  strictEqual(await judge(SHRINK, content), "passed");
});

Deno.test("operations: arguments of other operations have their names here", async () => {
  const fixture = { kwargs: { other_kwargs: { the_port: 80 } }, commands: ["other thePort=80"] };
  strictEqual(await judge("operations/sample.forward", fixture), "passed");
});

Deno.test("operations: doing nothing needs a reason", async () => {
  const at = (size: number) => ({ args: ["/x", 5], facts: { "sample.Size": { [KEY]: size } }, commands: [] });
  strictEqual(await judge(SHRINK, { ...at(3), noop_description: "in other words" }), "passed");
  strictEqual(await judge(SHRINK, at(3)), "passed");
  strictEqual(await judge(SHRINK, at(0)), "failed noop");
  const changing = { ...at(9), commands: ["shrink /x"], noop_description: "small" };
  strictEqual(await judge(SHRINK, changing), "failed noop");
});

Deno.test("operations: exceptions by their meaning, never by accident", async () => {
  const exception = (...names: string[]) => ({ exception: { names, message: "in other words" } });
  strictEqual(await judge(SHRINK, { args: [["/x"]], ...exception("OperationTypeError") }), "passed");
  strictEqual(await judge(SHRINK, { args: ["/x", -1], ...exception("OperationError") }), "passed");
  strictEqual(await judge(SHRINK, { args: ["/x", -1], ...exception("ValueError") }), "failed exception");
  strictEqual(await judge(SHRINK, { args: ["/x", 2000], ...exception("OperationError") }), "failed error");
  strictEqual(
    await judge(SHRINK, { args: ["/x", 1000], ...exception("OperationError") }),
    "failed exception",
    "an error of the host, not of the operation",
  );
  const works = { args: ["/x"], facts: { "sample.Size": { [KEY]: 9 } } };
  strictEqual(await judge(SHRINK, { ...works, ...exception("OperationError") }), "failed exception");
  const misspelled = { args: ["/x"], kwargs: { maximum: 1 }, ...exception("OperationError") };
  strictEqual(await judge(SHRINK, misspelled), "failed error");
  const missing = { args: ["nowhere"], ...exception("OSError", "IOError") };
  strictEqual(await judge("operations/sample.send", missing), "passed");
});

Deno.test("operations: commands are compared as a shell reads them, secrets in their raw text", async () => {
  const folder = "operations/sample.enter";
  const enter = (...commands: unknown[]) => judge(folder, { args: ["it's"], commands });
  strictEqual(await enter(`enter --password 'it'"'"'s' s/a/b/`), "passed");
  strictEqual(await enter(`enter --password it\\'s 's/a/b/'`), "passed");
  strictEqual(await enter({ raw: `enter --password "it's" s/a/b/`, masked: "enter *** s/a/b/" }), "passed");
  strictEqual(await enter([`enter --password "it's" s/a/b/`, "enter *** s/a/b/"]), "passed");
  strictEqual(await enter(`enter --password "it's" "$(s/a/b/)"`), "failed commands");
  strictEqual(await enter(`enter --password its s/a/b/`), "failed commands");
  strictEqual(await enter({ command: `enter --password "it's" s/a/b/`, _sudo: true }), "failed commands");
  const bare = { args: ["/x"], facts: { "sample.Size": { [KEY]: 9 } } };
  strictEqual(await judge(SHRINK, { ...bare, commands: ["'shrink' '/x'"] }), "passed");
  const masked = { ...bare, commands: [{ raw: "shrink /x", masked: "shrink ***" }] };
  strictEqual(await judge(SHRINK, masked), "failed commands", "what is secret there is secret here");
});

Deno.test("operations: in nested modules, and in modules that are named otherwise here", async () => {
  strictEqual(await judge("operations/sample.nested.rotate_all", { commands: ["rotate --all"] }), "passed");
  strictEqual(await judge("operations/sample.nested.rotate", {}), "not implemented");
  deepStrictEqual(operationNames("freebsd.pkg.install").includes("freebsd.pkgInstall"), true);
  deepStrictEqual(operationNames("sample.two_parts.rotate_all"), [
    "sample.twoParts.rotateAll",
    "sample.twoPartsRotateAll",
  ]);
});

Deno.test("operations: an alias takes what the operation takes that it stands for", async () => {
  const fixture = {
    args: ["select 1"],
    kwargs: { psql_user: "app" },
    commands: ["psql -U app -c 'select 1'"],
  };
  strictEqual(await judge("operations/postgresql.sample_sql", fixture), "passed");
  const misspelled = { args: ["select 1"], kwargs: { psql_name: "app" }, commands: [] };
  strictEqual(await judge("operations/postgresql.sample_sql", misspelled), "failed error");
});

Deno.test("operations: texts are true or false as Python takes them", async () => {
  const toggle = (on: unknown, command: string) =>
    judge("operations/sample.toggle", { kwargs: { on }, commands: [command] });
  strictEqual(await toggle("true", "switch on"), "passed");
  strictEqual(await toggle("", "switch off"), "passed");
  strictEqual(await toggle("true", "switch off"), "failed commands");
});

Deno.test("operations: what we refuse and they accept can be so on purpose, a bug or a lost host cannot", async () => {
  const refused = { args: ["/x", -1], facts: {}, commands: [] };
  strictEqual(await judge(SHRINK, refused), "failed exception");
  strictEqual(await judge(SHRINK, refused, divergence(["exception"])), "diverging exception");
  const lost = { args: ["/x", 1000], facts: {}, commands: [] };
  strictEqual(await judge(SHRINK, lost, divergence(["exception"])), "failed error");
});

Deno.test("operations: questions that only we ask are answered from what is told, or with nothing", async () => {
  const ask = (facts: Record<string, unknown>, ...words: string[]) =>
    judge("operations/sample.ask", { args: ["^[*]"], facts, commands: [["asked", ...words].join(" ")] });
  strictEqual(await ask({}, "nothing 0 nothing none none none"), "passed");
  const find = (lines: unknown, path = "/etc/security/limits.conf") => ({
    "files.FindInFile": { [`interpolate_variables=False, path=${path}, pattern=^.*nofile`]: lines },
  });
  const limits = ["* soft nofile 5", "root hard nofile 6"];
  strictEqual(await ask(find(limits), `'* soft nofile 5' 2 nothing none none none`), "passed");
  strictEqual(await ask(find(limits), `'root hard nofile 6' 2 nothing none none none`), "failed commands");
  const size = { "sample.Size": { "deep=False, path=/x, unit=c": 4 } };
  strictEqual(await ask(size, "nothing 0 4 none none none"), "passed", "an argument that is only ours");
  strictEqual(await ask(find([""]), `'' 0 nothing none none none`), "passed", "some line");
  strictEqual(await ask(find(null), "nothing 0 nothing none none none"), "passed");
  strictEqual(await ask(find(limits, "/etc/other"), "nothing 0 nothing none none none"), "passed");
  const link = { "files.Link": { "path=/etc/x": { link_target: "/y" }, "path=/nowhere": null } };
  strictEqual(await ask(link, "nothing 0 nothing other none there"), "passed");
});

Deno.test("operations: a chain that removes its temporary file is the commands that it consists of", async () => {
  const edit = "sed -i.old 's/ && /;/' _tempfile_ && rm -f _tempfile_.old";
  const rebuild = (...commands: string[]) => judge("operations/sample.rebuild", { commands });
  strictEqual(await rebuild("list > _tempfile_", edit, "crontab _tempfile_"), "passed");
  strictEqual(await rebuild("list > _tempfile_", "crontab _tempfile_"), "failed commands");
  strictEqual(await rebuild(`list > _tempfile_ && ${edit}`, "crontab _tempfile_"), "failed commands");
});

Deno.test("operations: names on the host keep their underscores, fields of records lose them", () => {
  const value = toFactValue({
    my_user: { home_dir: "/x", group: "a" },
    other: { home_dir: "/y", group: "b" },
  });
  deepStrictEqual(value, {
    my_user: { homeDir: "/x", group: "a" },
    other: { homeDir: "/y", group: "b" },
  });
  strictEqual((toFactValue({ my_service: true }) as Record<string, boolean>)["my_service"], true);
});

Deno.test("operations: uploads, downloads, secrets, local files, more arguments as data", async () => {
  const sent = (content: string) => [
    ["upload", "/dir/file", "_tempfile_"],
    "chown me:us _tempfile_",
    "chmod 600 _tempfile_",
    ["upload", content, "/copy"],
    ["download", "/remote", "/local"],
  ];
  const login = (words = "") => ({ raw: `login --token hush${words}`, masked: `login --token ***${words}` });
  const fixture = (content: string | null) => ({
    args: ["dir/file"],
    local_files: { dirs: { dir: { files: { file: content } } } },
  });
  const folder = "operations/sample.send";
  strictEqual(await judge(folder, { ...fixture("text"), commands: [...sent("text"), login()] }), "passed");
  strictEqual(
    await judge(folder, { ...fixture(null), commands: [...sent("_test_data_"), login()] }),
    "passed",
  );
  const more = {
    ...fixture("text"),
    kwargs: { the_port: 80 },
    commands: [...sent("text"), login(" the_port=80")],
  };
  strictEqual(await judge(folder, more), "passed");
});

Deno.test("operations: functions are called with their arguments", async () => {
  const folder = "operations/python.sample_call";
  const fixture = { args: ["__func__", 1, "b"], kwargs: { c: true } };
  strictEqual(await judge(folder, { ...fixture, commands: [["__func__", [1, "b"], { c: true }]] }), "passed");
  strictEqual(
    await judge(folder, { ...fixture, commands: [["__func__", [1], { c: true }]] }),
    "failed commands",
  );
  strictEqual(await judge(folder, { args: ["__func__"], commands: [["__func__", [], {}]] }), "passed");
});

Deno.test("what is not there yet, or for other platforms, is no failure", async () => {
  strictEqual(await judge("operations/sample.other", { args: [] }), "not implemented");
  strictEqual(await judge("facts/sample.Other", {}), "not implemented");
  strictEqual(await judge(SHRINK, { require_platform: ["Windows"] }), "skipped");
  const missing = { args: ["/managed"], facts: {}, commands: [] };
  strictEqual(await judge(SHRINK, missing), "not implemented", "the manager's module is missing");
});

Deno.test("YAML is read like JSON, and a key that is repeated counts at its last place", async () => {
  const results = await run({
    "facts/sample.Size/yaml.yaml": "arg: /x\ncommand: wc\ncommand: wc -c /x\noutput: ['3']\nfact: 3\n",
    "facts/sample.Size/json.json":
      '{"arg": "/y", "arg": "/x", "command": "wc -c /x", "output": ["3"], "fact": 3}',
    "facts/sample.Size/README.md": "not a fixture",
  });
  deepStrictEqual(results.map(({ name, outcome }) => [name, outcome]), [
    ["facts/sample.Size/json", "passed"],
    ["facts/sample.Size/yaml", "passed"],
  ]);
});

const CHANGING = { args: ["/x"], facts: { "sample.Size": { [KEY]: 9 } }, commands: ["shorten /x"] };

function divergence(inWhat: Divergence["in"], name = "operations/sample.shrink_file/one"): Options {
  return { divergences: [{ fixtures: [name], in: inWhat, reason: "ours is better" }] };
}

/** A unit of which nothing is told, so that nobody knows what should be done. */
const UNTOLD = { args: ["x.service"], facts: {}, commands: [] };
const unit = (inWhat: Divergence["in"]) => divergence(inWhat, "operations/systemd.service/one");

Deno.test("a divergence excuses what it names, only that, and only as long as it is true", async () => {
  strictEqual(await judge(SHRINK, CHANGING, divergence(["commands"])), "diverging commands");
  strictEqual(await judge(SHRINK, CHANGING, divergence(["commands"], `${SHRINK}/*`)), "diverging commands");
  strictEqual(await judge(SHRINK, CHANGING, divergence(["commands"], `${SHRINK}/other`)), "failed commands");
  strictEqual(await judge(SHRINK, CHANGING, divergence(["noop"])), "failed commands noop");
  const same = { ...CHANGING, commands: ["shrink /x"] };
  strictEqual(await judge(SHRINK, same, divergence(["commands"])), "failed commands");
  strictEqual(await judge("operations/systemd.service", UNTOLD, unit(["commands"])), "failed facts commands");
  strictEqual(await judge("operations/systemd.service", UNTOLD, unit(["facts"])), "diverging facts");
  const bug = { ...CHANGING, args: ["/x", 2000] };
  strictEqual(await judge(SHRINK, bug, divergence(["commands"])), "failed error");
});

const SOME: Fixtures = {
  "facts/sample.Size/good.json": { arg: "/x", output: ["3"], fact: 3 },
  "operations/sample.other/add.json": {},
  "operations/sample.shrink_file/one.json": CHANGING,
  "operations/sample.shrink_file/two.json": { ...CHANGING, commands: ["shrink /x\nfast", "more"] },
  "operations/sample.shrink_file/windows.json": { require_platform: ["Windows"] },
};

Deno.test("the report: a table, how fixtures differ, and the counts in its last line", async () => {
  const results = await run(SOME, divergence(["commands"]));
  deepStrictEqual(reportLines(results, { verbose: false }), [
    "✗ operations/sample.shrink_file/two",
    "",
    "module        passed  failed  diverging  not implemented",
    "sample             1       1          1                1",
    "",
    "1 of the passed ones diverge on purpose: tests/conformance/divergences.ts",
    "1 for other platforms left out",
    "-v shows how they fail",
    "2 passed, 1 failed, 1 not implemented",
  ]);
  deepStrictEqual(reportLines(results, { verbose: true }).slice(0, 15), [
    "",
    "≠ operations/sample.shrink_file/one",
    "  ours is better",
    "  commands:",
    "    - $ shorten /x",
    "    + $ shrink /x",
    "          ^",
    "",
    "✗ operations/sample.shrink_file/two",
    "  commands:",
    "      $ shrink /x",
    "    -   fast",
    "    - $ more",
    "",
    "module        passed  failed  diverging  not implemented",
  ]);
});

Deno.test("a filter names modules, folders and fixtures", async () => {
  const names = async (...only: string[]) => (await run(SOME, { only })).map(({ name }) => name);
  strictEqual((await names("sample")).length, 5);
  strictEqual((await names("sam")).length, 0);
  deepStrictEqual(await names("sample.Size", "sample.other/add"), [
    "facts/sample.Size/good",
    "operations/sample.other/add",
  ]);
  deepStrictEqual(await names("operations/*/tw*"), ["operations/sample.shrink_file/two"]);
});

Deno.test("the script exits with 1 when a fixture fails, and tells how to call it", async () => {
  const script = new URL("../../scripts/conformance.ts", import.meta.url).pathname;
  const start = async (...args: string[]) => {
    const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", script, ...args] });
    const { code, stdout, stderr } = await command.output();
    return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  };
  const directory = await Deno.makeTempDir({ prefix: "drover-conformance-" });
  try {
    await Deno.writeTextFile(`${directory}/signatures.json`, JSON.stringify(SIGNATURES));
    await Deno.mkdir(`${directory}/facts/server.Arch`, { recursive: true });
    const fixture = JSON.stringify({ command: "uname", output: ["x86_64"], fact: "x86_64" });
    await Deno.writeTextFile(`${directory}/facts/server.Arch/one.json`, fixture);
    const failing = await start(directory);
    strictEqual(failing.code, 1);
    match(failing.text, /✗ facts\/server\.Arch\/one\n(.*\n)*0 passed, 1 failed, 0 not implemented\n$/);
    const filtered = await start(directory, "--only", "files", "-v");
    deepStrictEqual([filtered.code, filtered.text.trimEnd().split("\n").at(-1)], [
      0,
      "0 passed, 0 failed, 0 not implemented",
    ]);
    strictEqual((await start()).code, 64);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

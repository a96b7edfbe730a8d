/** YAML and JSON inventories, and files that cannot be read. */

import assert from "node:assert/strict";
import { dataOf, groupsOf, names, Project } from "./project.ts";

const TYPESCRIPT = `
export const web = ["web-01", ["web-02", { ssh_user: "deploy", ssh_port: 2222 }]];
export const web_data = { workers: 4, list: [1, 2] };
export const db = [["db-01", "db-02"], { size: 1 }];
export const _sudo = true;
export const color = "red";
export const ports = [80, 443];
export const targets = ["web-01", "web-02", "@local"];
`;

const YAML = `
web:
  - web-01
  - [web-02, { ssh_user: deploy, ssh_port: 2222 }]
web_data: { workers: 4, list: [1, 2] }
db:
  - [db-01, db-02]
  - size: 1
_sudo: true
color: red
ports: [80, 443]
targets: [web-01, web-02, "@local"]
`;

const JSON_TEXT = JSON.stringify({
  web: ["web-01", ["web-02", { ssh_user: "deploy", ssh_port: 2222 }]],
  web_data: { workers: 4, list: [1, 2] },
  db: [["db-01", "db-02"], { size: 1 }],
  _sudo: true,
  color: "red",
  ports: [80, 443],
  targets: ["web-01", "web-02", "@local"],
});

Deno.test("the same inventory in TypeScript, JavaScript, YAML and JSON", async () => {
  await using project = await Project.with({
    "ts/prod.ts": TYPESCRIPT,
    "js/prod.js": TYPESCRIPT,
    "mjs/prod.mjs": TYPESCRIPT,
    "yaml/prod.yaml": YAML,
    "yml/prod.yml": YAML,
    "json/prod.json": JSON_TEXT,
  });
  const seen = [];
  for (const extension of ["ts", "js", "mjs", "yaml", "yml", "json"]) {
    const loaded = await project.load(`${extension}/prod.${extension}`);
    seen.push({
      groups: groupsOf(loaded),
      selected: names(loaded.selected),
      data: names(loaded.inventory.hosts).map((name) => [name, dataOf(loaded, name)]),
      warnings: loaded.warnings,
    });
  }
  for (const one of seen) assert.deepEqual(one, seen[0]);
  assert.deepEqual(seen[0]!.groups.db, ["db-01", "db-02"]);
  assert.deepEqual(Object.fromEntries(seen[0]!.data)["web-02"], {
    ssh_user: "deploy",
    ssh_port: 2222,
    workers: 4,
    list: [1, 2],
    _sudo: true,
    color: "red",
    ports: [80, 443],
  });
});

Deno.test("YAML: hosts as mappings with one key, merge keys, lists of other mappings", async () => {
  await using project = await Project.with({
    "inventory.yaml": `
defaults: &defaults
  ssh_user: deploy
web:
  - web-01: { <<: *defaults, id: 1 }
  - web-02:
  - - web-03
    - id: 3
users:
  - name: alice
  - name: bob
default: a value
empty: []
`,
  });
  const loaded = await project.load("inventory.yaml");
  assert.deepEqual(groupsOf(loaded).web, ["web-01", "web-02", "web-03"]);
  assert.deepEqual(groupsOf(loaded).empty, []);
  assert.deepEqual(dataOf(loaded, "web-01"), {
    ssh_user: "deploy",
    id: 1,
    defaults: { ssh_user: "deploy" },
    users: [{ name: "alice" }, { name: "bob" }],
    default: "a value",
  });
});

Deno.test("an empty YAML file is an inventory without hosts", async () => {
  await using project = await Project.with({ "inventory.yaml": "# nothing yet\n" });
  assert.deepEqual(names((await project.load("inventory.yaml")).inventory.hosts), []);
});

Deno.test("mistakes in YAML and JSON name the line", async (t) => {
  const table: [file: string, text: string, code: string, message: string, at: string | undefined][] = [
    [
      "a.yaml",
      "web:\n  - a\nweb:\n  - b\n",
      "E_INVENTORY_SYNTAX",
      "a.yaml is no valid YAML: map keys must be unique",
      "a.yaml:3:1",
    ],
    [
      "b.yaml",
      "web: [a, b\n",
      "E_INVENTORY_SYNTAX",
      "b.yaml is no valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]",
      "b.yaml:2:1",
    ],
    [
      "c.yaml",
      "web: [a]\npassword: !vault abc\n",
      "E_INVENTORY_SYNTAX",
      "c.yaml is no valid YAML: unresolved tag: !vault",
      "c.yaml:2:11",
    ],
    [
      "d.yaml",
      "- a\n- b\n",
      "E_INVENTORY_SHAPE",
      "d.yaml must be a mapping of names to values",
      "d.yaml:1:1",
    ],
    [
      "e.yaml",
      "web:\n  - a\n  - web-02: 5\n",
      "E_INVENTORY_HOST",
      `web[1] of e.yaml is no host: it is { "web-02": 5 }`,
      "e.yaml:3:5",
    ],
    [
      "f.yaml",
      "web:\n  - a\n  - b\n  - a\n",
      "E_INVENTORY_DUPLICATE",
      `web[2] of f.yaml is "a" again`,
      "f.yaml:4:5",
    ],
    [
      "g.yaml",
      "web: [a]\n---\nweb: [b]\n",
      "E_INVENTORY_SYNTAX",
      "g.yaml is no valid YAML: source contains multiple documents; please use YAML.parseAllDocuments()",
      "g.yaml:2:1",
    ],
    [
      "h.yaml",
      "web: *nowhere\n",
      "E_INVENTORY_SYNTAX",
      "h.yaml is no valid YAML: unresolved alias (the anchor must be set before the alias): nowhere",
      "h.yaml:1:1",
    ],
    [
      "a.json",
      '{\n  "web": ["a"],\n  "web": ["b"]\n}',
      "E_INVENTORY_SYNTAX",
      'a.json is no valid JSON: the key "web" is there twice',
      "a.json:3:3",
    ],
    [
      "b.json",
      '{\n  "web": ["a",]\n}',
      "E_INVENTORY_SYNTAX",
      'b.json is no valid JSON: expected a value, found "]"',
      "b.json:2:15",
    ],
    [
      "c.json",
      '{\n  web: ["a"]\n}',
      "E_INVENTORY_SYNTAX",
      'c.json is no valid JSON: expected a key in double quotes, found "w"',
      "c.json:2:3",
    ],
    [
      "d.json",
      '{"web": ["a"]',
      "E_INVENTORY_SYNTAX",
      'd.json is no valid JSON: expected "," or "}", found the end of the file',
      "d.json:1:14",
    ],
    [
      "e.json",
      '{"web": ["a}\n',
      "E_INVENTORY_SYNTAX",
      "e.json is no valid JSON: this string has no end",
      "e.json:1:10",
    ],
    [
      "f.json",
      '{"x": 01}',
      "E_INVENTORY_SYNTAX",
      'f.json is no valid JSON: expected a value, found "0"',
      "f.json:1:7",
    ],
    [
      "g.json",
      '{"x": 1} 2',
      "E_INVENTORY_SYNTAX",
      'g.json is no valid JSON: expected the end of the file, found "2"',
      "g.json:1:10",
    ],
    ["h.json", '["a"]', "E_INVENTORY_SHAPE", "h.json must be a mapping of names to values", "h.json:1:1"],
    [
      "i.json",
      '{"web": [\n  "a",\n  ["b", 5]\n]}',
      "E_INVENTORY_HOST",
      'web[1] of i.json is no host: the data of "b" must be an object, it is 5',
      "i.json:3:5",
    ],
  ];
  for (const [file, text, code, message, at] of table) {
    await t.step(`${file}: ${message}`, async () => {
      await using project = await Project.with({ [file]: text });
      const found = await project.failure(file);
      assert.deepEqual([found.code, found.message, found.at], [code, message, at]);
    });
  }
});

Deno.test("a module that fails: the user's line and message, and no frame of ours", async (t) => {
  const files = {
    "syntax.ts": "export const web = [\n  'a'\n  'b'\n];\n",
    "missing.ts": `import { x } from "./lib/nowhere.ts";\nexport const web = x;\n`,
    "package.ts": `\nimport _ from "no-such-package-here";\nexport const web = _;\n`,
    "name.ts": `import { nope } from "./lib/lib.ts";\nexport const web = nope;\n`,
    "throws.ts": `import { hosts } from "./lib/lib.ts";\n\nexport const web = hosts(undefined);\n`,
    "plain.ts": `throw "a string";\n`,
    "rejects.ts": `export const web = Promise.reject(new Error("no answer"));\n`,
    "later.ts": `const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
export const slow = wait(20);
export const web = wait(5).then(() => { throw new Error("late"); });\n`,
    "default.ts": `export default () => {\n  throw new RangeError("too many");\n};\n`,
    "ambient.ts": `import { host } from "drover";\nexport const web = [host.name];\n`,
    "generator.ts":
      `export const web = (function* () {\n  yield "a";\n  throw new Error("half way");\n})();\n`,
    "lib/lib.ts": `export function hosts(list: string[]) {\n  return list.map((one) => one);\n}\n`,
  };
  await using project = await Project.with(files);
  const table: [file: string, code: string, message: string | RegExp, at: string | undefined][] = [
    [
      "syntax.ts",
      "E_INVENTORY_LOAD",
      /^syntax\.ts cannot be loaded: Syntax error: expected ','/,
      "syntax.ts:3:3",
    ],
    [
      "missing.ts",
      "E_INVENTORY_LOAD",
      `missing.ts cannot be loaded: Module not found "${project.path("lib/nowhere.ts")}"`,
      "missing.ts:1:19",
    ],
    [
      "package.ts",
      "E_INVENTORY_LOAD",
      `package.ts cannot be loaded: There is no module "no-such-package-here"`,
      "package.ts:2:15",
    ],
    [
      "name.ts",
      "E_INVENTORY_LOAD",
      'name.ts cannot be loaded: "./lib/lib.ts" exports no "nope"',
      "name.ts:1:10",
    ],
    [
      "throws.ts",
      "E_INVENTORY_LOAD",
      "throws.ts cannot be loaded: Cannot read properties of undefined (reading 'map')",
      "lib/lib.ts:2:15",
    ],
    ["plain.ts", "E_INVENTORY_LOAD", 'plain.ts cannot be loaded: it threw "a string"', undefined],
    ["rejects.ts", "E_INVENTORY_LOAD", "rejects.ts cannot be loaded: no answer", "rejects.ts:1:35"],
    ["later.ts", "E_INVENTORY_LOAD", "later.ts cannot be loaded: late", "later.ts:3:47"],
    ["default.ts", "E_INVENTORY_LOAD", "default.ts cannot be loaded: too many", "default.ts:2:9"],
    ["generator.ts", "E_INVENTORY_LOAD", "generator.ts cannot be loaded: half way", "generator.ts:3:9"],
    [
      "ambient.ts",
      "E_NO_HOST",
      "host can only be used while Drover runs a deploy for a host",
      "ambient.ts:2:26",
    ],
  ];
  for (const [file, code, message, at] of table) {
    await t.step(file, async () => {
      const found = await project.failure(file);
      assert.equal(found.code, code);
      if (typeof message === "string") assert.equal(found.message, message);
      else assert.match(found.message, message);
      assert.equal(found.at, at);
      assert.doesNotMatch(`${found.message}${found.detail}`, /src\/inventory|\[\d+m/);
    });
  }
  await t.step("the frames on the way", async () => {
    const { detail } = await project.failure("throws.ts");
    assert.match(detail!, /lib\.ts:2:15\nat .*throws\.ts:3:20$/);
  });
});

Deno.test("the inventory is imported once", async () => {
  await using project = await Project.with({
    "inventory.ts": `globalThis.droverLoads = (globalThis.droverLoads ?? 0) + 1; export const web = ["a"];`,
  });
  await project.load("inventory.ts");
  assert.equal((globalThis as { droverLoads?: number }).droverLoads, 1);
});

/** Where data comes from and which value wins. */

import { layersOf } from "../../src/host/mod.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDataPairs, parseValue } from "../../src/inventory/mod.ts";
import { dataOf, failureOf, Project } from "./project.ts";

/** Every place that can give `x` a value for host `h`, the strongest first. */
const PLACES: [source: string, write: (parts: Parts) => void][] = [
  ["--ssh-user", (parts) => parts.overrides.ssh_user = "--ssh-user"],
  ["--data", (parts) => parts.data.push("ssh_user=--data")],
  ["inventory.ts zulu (host)", (parts) => parts.zuluHost = `["h", { ssh_user: "inventory.ts zulu (host)" }]`],
  ["inventory.ts web (host)", (parts) => parts.webHost = `["h", { ssh_user: "inventory.ts web (host)" }]`],
  ["inventories/host_data/h.yaml", (parts) => parts.files["host_data/h.yaml"] = ""],
  ["deploys/host_data/h.ts", (parts) => parts.files["../deploys/host_data/h.ts"] = ""],
  ["host_data/h.json", (parts) => parts.files["../host_data/h.json"] = ""],
  ["more/zulu.ts", (parts) => parts.files["../more/zulu.ts"] = ""],
  ["inventories/group_data/zulu.ts", (parts) => parts.files["group_data/zulu.ts"] = ""],
  ["deploys/group_data/zulu.ts", (parts) => parts.files["../deploys/group_data/zulu.ts"] = ""],
  ["group_data/zulu.ts", (parts) => parts.files["../group_data/zulu.ts"] = ""],
  [
    "inventory.ts zulu_data",
    (parts) => parts.exports.push(`zulu_data = { ssh_user: "inventory.ts zulu_data" }`),
  ],
  ["inventory.ts zulu", (parts) => parts.zuluPair = `{ ssh_user: "inventory.ts zulu" }`],
  ["group_data/web.ts", (parts) => parts.files["../group_data/web.ts"] = ""],
  ["inventory.ts webData", (parts) => parts.exports.push(`webData = { ssh_user: "inventory.ts webData" }`)],
  ["group_data/inventory.ts", (parts) => parts.files["../group_data/inventory.ts"] = ""],
  [
    "inventory.ts inventory_data",
    (parts) => parts.exports.push(`inventory_data = { ssh_user: "inventory.ts inventory_data" }`),
  ],
  ["group_data/all.ts", (parts) => parts.files["../group_data/all.ts"] = ""],
  [
    "inventory.ts all_data",
    (parts) => parts.exports.push(`all_data = { ssh_user: "inventory.ts all_data" }`),
  ],
  ["inventory.ts", (parts) => parts.exports.push(`ssh_user = "inventory.ts"`)],
];

interface Parts {
  overrides: Record<string, unknown>;
  data: string[];
  webHost: string;
  zuluHost: string;
  zuluPair: string | undefined;
  exports: string[];
  files: Record<string, string>;
}

async function winner(chosen: readonly number[]): Promise<{ value: unknown; source: string | undefined }> {
  const parts: Parts = {
    overrides: {},
    data: [],
    webHost: `"h"`,
    zuluHost: `"h"`,
    zuluPair: undefined,
    exports: [],
    files: {},
  };
  for (const index of chosen) PLACES[index]![1](parts);
  const lists = `export const web = [${parts.webHost}];
    export const zulu = ${
    parts.zuluPair === undefined ? `[${parts.zuluHost}]` : `[[${parts.zuluHost}], ${parts.zuluPair}]`
  };
    export const alpha = ["other"]; export const alpha_data = { ssh_user: "never" };`;
  const files = Object.entries(parts.files).map(([name]) => {
    const path = name.startsWith("../") ? name.slice(3) : `inventories/${name}`;
    const text = path.endsWith(".ts")
      ? `export const ssh_user = ${JSON.stringify(path)};`
      : JSON.stringify({ ssh_user: path });
    return [path, text];
  });
  await using project = await Project.with({
    "inventories/inventory.ts": lists + parts.exports.map((one) => `export const ${one};`).join("\n"),
    "more/.keep": "",
    ...Object.fromEntries(files),
  });
  const loaded = await project.load("inventories/inventory.ts", {
    deployDirectories: [project.path("deploys")],
    groupData: ["more"],
    data: parts.data,
    overrides: parts.overrides,
  });
  const host = loaded.inventory.getHost("h");
  return { value: host.data.get("ssh_user"), source: layersOf(host).find("ssh_user")?.source };
}

Deno.test("precedence: each place wins over all that are weaker, and says so", async (t) => {
  for (const [index, [source]] of PLACES.entries()) {
    await t.step(source, async () => {
      const weaker = PLACES.map((_, other) => other).slice(index);
      const found = await winner(weaker);
      const inFolder = source.replace(/^inventory\.ts/, "inventories/inventory.ts");
      assert.deepEqual(found, { value: source, source: inFolder });
    });
  }
});

Deno.test("precedence: of any places together the strongest wins", async () => {
  const some = fc.subarray(PLACES.map((_, index) => index), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(some, async (chosen) => {
      assert.equal((await winner(chosen)).value, PLACES[Math.min(...chosen)]![0]);
    }),
    { numRuns: 40 },
  );
});

Deno.test("merging: for random tuples, groups and globals the last definition wins, key by key", async () => {
  const key = fc.constantFrom("a", "b", "c");
  const data = fc.dictionary(key, fc.integer(), { maxKeys: 3 });
  const group = fc.record({ member: fc.boolean(), tuple: fc.option(data), data: fc.option(data) });
  await fc.assert(
    fc.asyncProperty(fc.array(group, { maxLength: 5 }), data, async (groups, globals) => {
      const inventory: Record<string, unknown> = { targets: ["h"], ...globals };
      for (const [index, { member, tuple, data }] of groups.entries()) {
        inventory[`g${index}`] = member ? [tuple === null ? "h" : ["h", tuple]] : ["other"];
        if (data !== null) inventory[`g${index}_data`] = data;
      }
      await using project = await Project.with({ "inventory.json": JSON.stringify(inventory) });
      const own = groups.filter((group) => group.member);
      const expected = {
        ...globals,
        ...Object.assign({}, ...own.map((group) => group.data ?? {})),
        ...Object.assign({}, ...own.map((group) => group.tuple ?? {})),
      };
      assert.deepEqual(dataOf(await project.load("inventory.json"), "h"), expected);
    }),
    { numRuns: 60 },
  );
});

Deno.test("group_data files: every format, default exports, functions, hidden names, helpers", async () => {
  await using project = await Project.with({
    "inventory.ts": `export const web = ["a"];`,
    "group_data/web.ts": `
      import { shared } from "./_shared.ts";
      export const list = ["strings", "are data here"];
      export const _sudo = true;
      export const __hidden = 1;
      export const greet = (name: string) => "hello " + name;
      export const from = shared;
      export const promised = Promise.resolve(7);
      export const unset = undefined;`,
    "group_data/_shared.ts": `export const shared = "shared";`,
    "group_data/all.yaml": "colour: blue\nunset: from all\ndefault: 5\n",
    "group_data/inventory.js": "export default { size: 3, __x: 1 };",
    "group_data/README.md": "not data",
    "group_data/types.d.ts": "export {};",
  });
  const loaded = await project.load("inventory.ts");
  const { greet, ...rest } = dataOf(loaded, "a");
  assert.equal((greet as (name: string) => string)("you"), "hello you");
  assert.deepEqual(rest, {
    list: ["strings", "are data here"],
    _sudo: true,
    from: "shared",
    promised: 7,
    colour: "blue",
    unset: "from all",
    default: 5,
    size: 3,
  });
  assert.deepEqual(loaded.warnings, []);
});

Deno.test("group_data of connector groups, and files for hosts of connectors", async () => {
  await using project = await Project.with({
    "group_data/@docker.yaml": "container: true\n",
    "group_data/@podman.yaml": "container: 2\n",
    "host_data/@docker/debian:12.yaml": "image: debian\n",
    "host_data/web-01.example.com.ts": "export const id = 1;",
  });
  const loaded = await project.load("@docker/debian:12,web-01.example.com,@local");
  assert.deepEqual(dataOf(loaded, "@docker/debian:12"), { container: true, image: "debian" });
  assert.deepEqual(dataOf(loaded, "web-01.example.com"), { id: 1 });
  assert.deepEqual(dataOf(loaded, "@local"), {});
  assert.deepEqual(loaded.warnings, []);
});

Deno.test("--group-data: directories and single files, later ones override, per key", async () => {
  await using project = await Project.with({
    "inventory.ts": `export const web = ["a"];`,
    "group_data/web.ts": `export const x = 1, y = 1, z = 1;`,
    "extra/web.yaml": "y: 2\nz: 2\n",
    "one/web.json": '{ "z": 3 }',
    "one/web.ini": "",
  });
  const loaded = await project.load("inventory.ts", { groupData: ["extra", "one/web.json"] });
  assert.deepEqual(dataOf(loaded, "a"), { x: 1, y: 2, z: 3 });
  const missing = await project.failure("inventory.ts", { groupData: ["extr"] });
  assert.deepEqual([missing.code, missing.message, missing.hint], [
    "E_GROUP_DATA",
    `There is no file or directory "extr" for --group-data`,
    `did you mean "extra"?`,
  ]);
  const format = await project.failure("inventory.ts", { groupData: ["one/web.ini"] });
  assert.equal(format.message, `--group-data "one/web.ini" must end in .ts, .js, .mjs, .yaml, .yml, .json`);
});

Deno.test("data files of groups and hosts that do not exist: a warning, and they are not opened", async () => {
  await using project = await Project.with({
    "inventory.ts": `export const web_servers = ["web-01"];`,
    "group_data/web_server.ts": `throw new Error("opened");`,
    "host_data/web-1.ts": `throw new Error("opened");`,
    "group_data/unrelated.ts": "",
  });
  const { warnings } = await project.load("inventory.ts");
  assert.deepEqual(warnings.map(({ text, hint }) => [text, hint]), [
    [
      `group_data/unrelated.ts is not used, because there is no group "unrelated"`,
      "its name must be that of a group",
    ],
    [
      `group_data/web_server.ts is not used, because there is no group "web_server"`,
      `did you mean "web_servers"?`,
    ],
    [`host_data/web-1.ts is not used, because there is no host "web-1"`, `did you mean "web-01"?`],
  ]);
});

Deno.test("data files for other inventories beside this one need no warning", async () => {
  await using project = await Project.with({
    "inventories/production.ts": `export const web = ["a"];`,
    "inventories/staging.ts": `export const cache = ["staging-01"];`,
    "group_data/staging.ts": "",
    "group_data/cache.ts": "",
    "group_data/production.ts": "export const x = 1;",
    "host_data/staging-01.ts": "",
  });
  const loaded = await project.load("inventories/production.ts");
  assert.deepEqual(loaded.warnings, []);
  assert.deepEqual(dataOf(loaded, "a"), { x: 1 });
});

Deno.test("data files that fail", async () => {
  await using project = await Project.with({
    "inventory.ts": `export const web = ["a"];`,
    "group_data/web.ts": `import { host } from "drover";\nexport const x = host.name;`,
  });
  const ambient = await project.failure("inventory.ts");
  assert.deepEqual([ambient.code, ambient.at], ["E_NO_HOST", "group_data/web.ts:2:23"]);
  await using other = await Project.with({
    "inventory.ts": `export const web = ["a"];`,
    "group_data/web.ts": `\nexport default ["a"];`,
  });
  const list = await other.failure("inventory.ts");
  assert.deepEqual([list.code, list.message, list.at], [
    "E_INVENTORY_DATA",
    "The default export of group_data/web.ts must be an object",
    "group_data/web.ts:2:1",
  ]);
});

Deno.test("connector data: types, secrets and near misses", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      import { secret } from "drover";
      export const web = [["a", { ssh_password: secret("hunter22"), ssh_usr: "x" }]];
      export const ssh_port = 22;
      export const ssh_mystery_option_of_ours = 1;`,
  });
  const { warnings } = await project.load("inventory.ts");
  assert.deepEqual(warnings, [{
    text: `"ssh_usr" in inventory.ts web (host) means nothing to the ssh connector`,
    hint: `did you mean "ssh_user"?`,
  }]);
  const found = await project.failure("inventory.ts", { data: ["ssh_password=1234"] });
  assert.deepEqual([found.code, found.message, found.hint], [
    "E_INVENTORY_DATA",
    `Data "ssh_password" of host a must be a string: it is of type number, from --data`,
    `write --data 'ssh_password="…"' to give text that looks like something else`,
  ]);
});

Deno.test("connector data: passwords of several lines are refused, and not shown", async () => {
  const failure = async (values: string) => {
    await using project = await Project.with({
      "inventory.ts": `
        import { secret } from "drover";
        export const web = [["a", { ${values} }]];`,
    });
    return await project.failure("inventory.ts");
  };
  const origin = "from inventory.ts web (host)";
  for (const name of ["ssh_password", "ssh_key_password", "_sudoPassword", "_su_password"]) {
    const found = await failure(`${name}: "hunter22\\nid"`);
    assert.equal(found.code, "E_INVENTORY_DATA");
    assert.equal(found.message, `Data "${name}" of host a holds a line break, ${origin}`);
  }
  const nul = await failure(`ssh_password: secret("hunter22\\0")`);
  assert.equal(nul.message, `Data "ssh_password" of host a holds a NUL byte, ${origin}`);
});

Deno.test("values on the command line", () => {
  const table: [text: string, value: unknown][] = [
    ["true", true],
    ["TRUE", true],
    ["False", false],
    ["8080", 8080],
    ["-5", -5],
    ["+5", 5],
    ["0", 0],
    ["-0", 0],
    ["0644", "0644"],
    ["12345678901234567890", "12345678901234567890"],
    ["1.5", 1.5],
    ["1.2.3", "1.2.3"],
    ["null", null],
    ["[80, 443]", [80, 443]],
    ['{"a": true}', { a: true }],
    ['"true"', "true"],
    ["plain text", "plain text"],
    ["", ""],
    ["{broken", "{broken"],
    ["a=b", "a=b"],
  ];
  for (const [text, value] of table) assert.deepEqual(parseValue(text), value, text);
});

Deno.test("--data pairs", async () => {
  assert.deepEqual(parseDataPairs(["a=1", "b=x=y", "c=", "a=2"]), { a: 2, b: "x=y", c: "" });
  for (const pair of ["port", "=5", ""]) {
    const { code, message } = await failureOf("", () => parseDataPairs([pair]));
    assert.deepEqual([code, message], ["E_DATA_PAIR", `--data must be given as key=value: it is "${pair}"`]);
  }
});

Deno.test("what hosts share cannot be changed by one of them, wherever it comes from", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      export const web = ["web-01", "web-02"];
      export const web_data = { group: [{ a: 1 }] };
      export const all_data = { everyone: { list: [1] } };
      export const global = { list: [1] };
      export class Port { constructor(readonly number: number) {} }
      export const helpers = { double: (value: number) => value * 2, port: new Port(80) };`,
    "group_data/web.yaml": "yaml: { list: [1] }\n",
    "group_data/all.json": `{ "json": { "list": [1] } }`,
    "group_data/inventory.ts": "export const ts = { list: [1] };",
    "host_data/web-01.yaml": "own: { list: [1] }\n",
  });
  const { inventory } = await project.load("inventory.ts", { data: ['line={"list":[1]}'] });
  const [one, two] = [inventory.getHost("web-01"), inventory.getHost("web-02")];
  assert.throws(() => one.data.group.push({ a: 2 }), { code: "E_DATA_CONSTANT" });
  assert.throws(() => one.data.group[0].a = 2, TypeError);
  for (const key of ["everyone", "global", "yaml", "json", "ts", "own", "line"]) {
    assert.throws(() => one.data[key].list.push(2), {
      message: `host.data.${key}.list cannot be changed in place`,
    });
    assert.throws(() => one.data[key].list = [], TypeError, key);
  }
  assert.equal(one.data.helpers.double(2), 4);
  assert.equal(one.data.helpers.port.constructor.name, "Port");
  one.data.group = [...one.data.group, { a: 2 }];
  assert.deepStrictEqual(one.data.group, [{ a: 1 }, { a: 2 }]);
  assert.deepStrictEqual(two.data.group, [{ a: 1 }]);
});

Deno.test("data by where it belongs: hosts, groups, all, command line", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      export const web = [["web-01", { own: 1, port: 1 }], "web-02"];
      export const web_data = { port: 2, workers: 4 };
      export const eu = ["web-01"];
      export const eu_data = { port: 3, region: "eu" };
      export const empty = [];
      export const empty_data = { alone: true };
      export const all_data = { everyone: 1, port: 4 };
      export const port = 5;
      export const name = "shop";`,
    "group_data/web.yaml": "workers: 8\nfrom_file: true\n",
    "group_data/inventory.yaml": "environment: test\n",
    "host_data/web-01.yaml": "from_host_file: 1\n",
  });
  const { inventory } = await project.load("inventory.ts", {
    data: ["port=9"],
    overrides: { ssh_user: "me" },
  });
  const [one, two] = [inventory.getHost("web-01"), inventory.getHost("web-02")];
  assert.deepEqual(one.hostData, { own: 1, port: 1, from_host_file: 1 });
  assert.deepEqual(inventory.getHostData("web-01"), one.hostData);
  assert.deepEqual(two.hostData, {});
  const web = { port: 2, workers: 8, from_file: true };
  assert.deepEqual(two.groupData, { ...web, environment: "test" });
  assert.deepEqual(one.groupData, { ...web, environment: "test", port: 3, region: "eu" });
  assert.deepEqual(inventory.getGroupData("web"), web);
  assert.deepEqual(inventory.getGroupData("empty"), { alone: true });
  assert.deepEqual(inventory.getGroupData("inventory"), { environment: "test" });
  assert.deepEqual(inventory.getGroupsData(["web", "eu"]), { ...web, port: 3, region: "eu" });
  assert.deepEqual(inventory.getData(), { everyone: 1, port: 4, name: "shop" });
  assert.deepEqual(inventory.getOverrideData(), { port: 9, ssh_user: "me" });
  assert.equal(one.data.port, 9);
  assert.throws(() => inventory.getGroupData("wbe"), { code: "E_GROUP_NAME", hint: `did you mean "web"?` });
  assert.throws(() => inventory.getHostData("web-03"), { code: "E_HOST_NAME" });
});

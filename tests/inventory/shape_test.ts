/** What the exports of an inventory file mean. */

import assert from "node:assert/strict";
import { dataOf, groupsOf, names, Project } from "./project.ts";

async function load(text: string, word = "inventory.ts") {
  await using project = await Project.with({ [word]: text });
  return await project.load(word);
}

async function failure(text: string, word = "inventory.ts") {
  await using project = await Project.with({ [word]: text });
  return await project.failure(word);
}

Deno.test("groups stand in the order that they are written in, not in that of the alphabet", async () => {
  const loaded = await load(`
    // "alpha" is only mentioned here: export const alpha
    const zulu = ["z"], bravo = ["b"];
    export const mike = ["m"];
    export { zulu, bravo };
    export const pattern = /["'\`]export const alpha = 1/.test("x");
    export const alpha = ["a"];
    export const targets = [];
  `);
  assert.deepEqual(Object.keys(loaded.inventory.groups), [
    "zulu",
    "bravo",
    "mike",
    "alpha",
    "inventory",
    "all",
  ]);
  assert.deepEqual(names(loaded.inventory.hosts), ["z", "b", "m", "a"]);
  assert.deepEqual(loaded.selected, []);
});

Deno.test("exports of other files keep their order where they are re-exported", async () => {
  await using project = await Project.with({
    "inventory.ts":
      `export * from "./lib/base.ts";\nexport const aa = ["h"];\nexport const aa_data = { who: "aa" };`,
    "lib/base.ts":
      `export const zz = ["h"];\nexport const yy = ["h"];\nexport const yy_data = { who: "yy", yy: true };`,
  });
  const loaded = await project.load("inventory.ts");
  assert.deepEqual(Object.keys(groupsOf(loaded)), ["zz", "yy", "aa", "inventory", "all"]);
  assert.deepEqual(dataOf(loaded, "h"), { who: "aa", yy: true });
});

Deno.test("targets are the hosts to work on and no group; others stay visible", async () => {
  const loaded = await load(`
    export const web = ["web-01", "web-02"];
    export const db = ["db-01"];
    export const targets = ["web-02", "@local"];
  `);
  assert.deepEqual(names(loaded.selected), ["web-02", "@local"]);
  assert.deepEqual(names(loaded.inventory.hosts), ["web-02", "@local", "web-01", "db-01"]);
  assert.deepEqual(groupsOf(loaded), {
    web: ["web-01", "web-02"],
    db: ["db-01"],
    "@local": ["@local"],
    inventory: ["web-02", "@local", "web-01", "db-01"],
    all: ["web-02", "@local", "web-01", "db-01"],
  });
});

Deno.test("data of targets is data of the hosts in it, below that of groups", async () => {
  const loaded = await load(`
    export const web = ["a"];
    export const web_data = { x: "web" };
    export const x = "global", y = "global";
    export const targets = [["a", "b"], { x: "pair" }];
    export const targets_data = { x: "targets", y: "targets" };
    export const other = ["c"];
  `);
  assert.deepEqual(dataOf(loaded, "a"), { x: "web", y: "targets" });
  assert.deepEqual(dataOf(loaded, "b"), { x: "targets", y: "targets" });
  assert.deepEqual(dataOf(loaded, "c"), { x: "global", y: "global" });
});

Deno.test("all overrides the complete list of hosts, with data for all", async () => {
  const loaded = await load(`
    export const web = ["web-01", "web-02", "web-03"];
    export const all = [["web-02", "web-01"], { color: "blue", size: 1 }];
    export const all_data = { size: 2 };
    export const color = "global";
  `);
  assert.deepEqual(groupsOf(loaded), {
    web: ["web-01", "web-02"],
    inventory: ["web-02", "web-01"],
    all: ["web-02", "web-01"],
  });
  assert.deepEqual(dataOf(loaded, "web-01"), { color: "blue", size: 2 });
  assert.deepEqual(loaded.warnings.map((warning) => warning.text), [
    `"web" names hosts that are not in "all": web-03`,
  ]);
});

Deno.test("the group of the file's name can be defined", async () => {
  const loaded = await load(
    `export const production = ["a"]; export const other = ["b"]; export const production_data = { x: 1 };`,
    "production.ts",
  );
  assert.deepEqual(groupsOf(loaded), { production: ["a"], other: ["b"], all: ["a", "b"] });
  assert.deepEqual(dataOf(loaded, "a"), { x: 1 });
  assert.deepEqual(dataOf(loaded, "b"), {});
});

Deno.test("the group of the file's name may have data without being defined", async () => {
  const loaded = await load(`export const web = ["a"]; export const stagingData = { x: 1 };`, "staging.ts");
  assert.deepEqual(dataOf(loaded, "a"), { x: 1 });
});

Deno.test("names that begin with an underscore", async () => {
  const loaded = await load(`
    export const web = ["a"];
    export const _sudo = true;
    export const _env = { A: "b" };
    export const _stdin = ["line one", "line two"];
    export const __internal = ["never a host"];
  `);
  assert.deepEqual(dataOf(loaded, "a"), {
    _sudo: true,
    _env: { A: "b" },
    _stdin: ["line one", "line two"],
  });
  assert.deepEqual(names(loaded.inventory.hosts), ["a"]);
});

Deno.test("what is data: everything that is no list of hosts; functions and undefined are none", async () => {
  const loaded = await load(`
    export const web = ["a"];
    export const ports = [80, 443];
    export const users = [{ name: "alice" }];
    export const matrix = [["x", 5], ["y", 6]];
    export const tags = new Map([["k", "v"]]);
    export const codes = new Set([1, 2]);
    export const bytes = new Uint8Array([1]);
    export const nothing = null;
    export const missing = Deno.env.get("DROVER_TEST_NOT_SET");
    export function helper() { return 1; }
    export class Thing {}
    export const form_data = { unlike: "any group" };
  `);
  const { tags, codes, bytes, ...rest } = dataOf(loaded, "a");
  assert.ok(tags instanceof Map && codes instanceof Set && bytes instanceof Uint8Array);
  assert.deepEqual(rest, {
    ports: [80, 443],
    users: [{ name: "alice" }],
    matrix: [["x", 5], ["y", 6]],
    nothing: null,
    form_data: { unlike: "any group" },
  });
  assert.deepEqual(loaded.warnings, []);
  assert.equal(loaded.inventory.getHost("a").data.get("missing", "fallback"), "fallback");
});

Deno.test("lists from promises, sets, generators and async generators", async () => {
  const loaded = await load(`
    function* some() { yield "g-01"; yield ["g-02", { x: 1 }]; }
    async function* more() { yield "h-01"; }
    export const promised = Promise.resolve(["p-01"]);
    export const waited = await Promise.resolve(["w-01"]);
    export const unique = new Set(["s-01"]);
    export const generated = some();
    export const streamed = more();
    export const numbers = (function* () { yield 1; })();
    export const empty = [];
  `);
  assert.deepEqual(groupsOf(loaded), {
    promised: ["p-01"],
    waited: ["w-01"],
    unique: ["s-01"],
    generated: ["g-01", "g-02"],
    streamed: ["h-01"],
    empty: [],
    inventory: ["p-01", "w-01", "s-01", "g-01", "g-02", "h-01"],
    all: ["p-01", "w-01", "s-01", "g-01", "g-02", "h-01"],
  });
  assert.deepEqual(dataOf(loaded, "g-02"), { x: 1, numbers: [1] });
});

Deno.test("a host in several groups: its tuples are merged, later wins, and order of targets does not count", async () => {
  const loaded = await load(`
    export const web = [["h", { x: "web", only_web: 1, shared: { a: 1 } }]];
    export const db = [["h", { x: "db", shared: { b: 2 } }]];
    export const targets = [...db, ...web];
  `);
  assert.deepEqual(dataOf(loaded, "h"), { x: "db", only_web: 1, shared: { b: 2 } });
  assert.deepEqual(groupsOf(loaded).all, ["h"]);
});

Deno.test("a host's tuple holds although --limit names another group", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      export const web = ["h"];
      export const db = [["h", { slot: 1 }]];`,
  });
  const loaded = await project.load("inventory.ts", { limit: ["web"] });
  assert.deepEqual(dataOf(loaded, "h"), { slot: 1 });
});

Deno.test("[hosts, data] gives a group its data; camelCase names do too", async () => {
  const loaded = await load(`
    export const web = [["a", ["b", { x: "host" }]], { x: "pair", y: "pair" }];
    export const webData = { y: "webData" };
    export const cacheServers = ["c"];
    export const cacheServersData = { x: "cache" };
    export const nobody = [[], { z: 1 }];
  `);
  assert.deepEqual(dataOf(loaded, "a"), { x: "pair", y: "webData" });
  assert.deepEqual(dataOf(loaded, "b"), { x: "host", y: "webData" });
  assert.deepEqual(dataOf(loaded, "c"), { x: "cache" });
  assert.deepEqual(groupsOf(loaded).nobody, []);
});

Deno.test("a default export: an object of the same shape, a list, or a function that returns one", async (t) => {
  for (
    const [title, text] of [
      ["object", `export default { web: ["a", "b"], web_data: { x: 1 }, targets: ["a"], color: "red" };`],
      [
        "object beside exports",
        `export const web = ["a", "b"]; export const color = "red";
        export default { web_data: { x: 1 }, targets: Promise.resolve(["a"]) };`,
      ],
      [
        "list",
        `export const web = ["a", "b"]; export const web_data = { x: 1 }; export const color = "red";
        export default ["a"];`,
      ],
      [
        "function",
        `export default async function () {
        return { web: ["a", "b"], web_data: { x: 1 }, targets: ["a"], color: "red" };
      }`,
      ],
    ] as const
  ) {
    await t.step(title, async () => {
      const loaded = await load(text);
      assert.deepEqual(groupsOf(loaded).web, ["a", "b"]);
      assert.deepEqual(names(loaded.selected), ["a"]);
      assert.deepEqual(dataOf(loaded, "b"), { x: 1, color: "red" });
    });
  }
});

Deno.test("file.ts:function names a function that returns groups or hosts", async () => {
  await using project = await Project.with({
    "hosts.ts": `
      export const ignored = ["never"];
      export async function staging() {
        return { web: ["a", "b"], db: [["c"], { size: 1 }], color: "red" };
      }
      export const listed = () => ["x", ["y", { n: 1 }]];
      export const constant = ["k"];
      export const nonsense = () => 5;`,
    "group_data/staging.ts": `export const env = "staging";`,
  });
  const staging = await project.load("hosts.ts:staging");
  assert.equal(staging.name, "staging");
  assert.deepEqual(groupsOf(staging), {
    web: ["a", "b"],
    db: ["c"],
    staging: ["a", "b", "c"],
    all: ["a", "b", "c"],
  });
  assert.deepEqual(dataOf(staging, "c"), { size: 1, color: "red", env: "staging" });
  assert.deepEqual(names((await project.load("hosts.ts:listed")).selected), ["x", "y"]);
  assert.deepEqual(names((await project.load("hosts.ts:constant")).selected), ["k"]);
  assert.deepEqual(await project.failure("hosts.ts:stagin"), {
    code: "E_INVENTORY_SHAPE",
    message: `hosts.ts exports no function "stagin"`,
    hint: `did you mean "staging"?`,
    detail: undefined,
    at: undefined,
  });
  const { message, at } = await project.failure("hosts.ts:nonsense");
  assert.equal(message, "nonsense() of hosts.ts must return groups or a list of hosts: it returned 5");
  assert.equal(at, "hosts.ts:8:7");
  assert.equal((await project.failure("host.ts:staging")).hint, `did you mean "hosts.ts"?`);
});

Deno.test("user and port in a name", async () => {
  const loaded = await load(`
    export const web = [
      "deploy@web-01:2222", "web-02:22", "me@web-03", ["web-04:1", { ssh_port: 9 }],
      "fe80::1%eth0", "[::1]:2200", "root@::2", "@docker/debian:12", "first.last@corp@web-05",
    ];
  `);
  assert.deepEqual(groupsOf(loaded).web, [
    "web-01",
    "web-02",
    "web-03",
    "web-04",
    "fe80::1%eth0",
    "::1",
    "::2",
    "@docker/debian:12",
    "web-05",
  ]);
  assert.deepEqual(dataOf(loaded, "web-01"), { ssh_user: "deploy", ssh_port: 2222 });
  assert.deepEqual(dataOf(loaded, "web-02"), { ssh_port: 22 });
  assert.deepEqual(dataOf(loaded, "web-03"), { ssh_user: "me" });
  assert.deepEqual(dataOf(loaded, "web-04"), { ssh_port: 9 });
  assert.deepEqual(dataOf(loaded, "::1"), { ssh_port: 2200 });
  assert.deepEqual(dataOf(loaded, "::2"), { ssh_user: "root" });
  assert.deepEqual(dataOf(loaded, "web-05"), { ssh_user: "first.last@corp" });
  assert.deepEqual(dataOf(loaded, "@docker/debian:12"), {});
});

const HOST = `a host is a name such as "web-01" or a pair such as ["web-01", { ssh_user: "deploy" }]`;
const DATA = "if the list is data, put it into an object or into group_data/all";

Deno.test("mistakes name file, export, index and line", async (t) => {
  const table: [
    title: string,
    text: string,
    code: string,
    message: string,
    hint: string | undefined,
    at: string | undefined,
  ][] = [
    [
      "malformed tuple",
      `export const web = [\n  "web-01",\n  ["web-02", 5],\n];`,
      "E_INVENTORY_HOST",
      `web[1] of inventory.ts is no host: the data of "web-02" must be an object, it is 5`,
      `${HOST}; ${DATA}`,
      "inventory.ts:3:5",
    ],
    [
      "object among names",
      `export const web = ["web-01", { name: "web-02" }, "web-03"];`,
      "E_INVENTORY_HOST",
      `web[1] of inventory.ts is no host: it is { name: "web-02" }`,
      `${HOST}; ${DATA}`,
      "inventory.ts:1:1",
    ],
    [
      "hole in a list",
      `export const web = ["web-01", undefined];`,
      "E_INVENTORY_HOST",
      `web[1] of inventory.ts is no host: it is undefined`,
      `${HOST}; ${DATA}`,
      "inventory.ts:1:1",
    ],
    [
      "one tuple, not in a list",
      `export const web = ["web-01", { ssh_user: "deploy" }];`,
      "E_INVENTORY_HOST",
      `web[1] of inventory.ts is no host: it is { ssh_user: "deploy" }`,
      `${HOST}; if it is one host with data, put it into a list: [["web-01", …]]`,
      "inventory.ts:1:1",
    ],
    [
      "number in targets",
      `export const targets = ["a", 5];`,
      "E_INVENTORY_HOST",
      `targets[1] of inventory.ts is no host: it is 5`,
      HOST,
      "inventory.ts:1:1",
    ],
    [
      "targets not a list",
      `\nexport const targets = "web-01";`,
      "E_INVENTORY_SHAPE",
      `"targets" in inventory.ts must be a list of hosts: it is "web-01"`,
      `write a list of hosts: ${HOST}`,
      "inventory.ts:2:1",
    ],
    [
      "all as data",
      `export const all = { x: 1 };`,
      "E_INVENTORY_SHAPE",
      `"all" in inventory.ts must be a list of hosts: it is { x: 1 }`,
      `data of all hosts is written as "all_data"`,
      "inventory.ts:1:1",
    ],
    [
      "empty name",
      `export const web = ["a", ""];`,
      "E_INVENTORY_HOST",
      `web[1] of inventory.ts is no host: a host's name is empty`,
      HOST,
      "inventory.ts:1:1",
    ],
    [
      "white space",
      `export const motd = [\n  "welcome",\n  "to here",\n];`,
      "E_INVENTORY_HOST",
      `motd[1] of inventory.ts is no host: the name "to here" holds white space or control characters`,
      "every list of strings is a group of hosts; a list that is data goes into an object or into group_data/all",
      "inventory.ts:3:4",
    ],
    [
      "control characters",
      `export const web = ["a\\u0007"];`,
      "E_INVENTORY_HOST",
      `web[0] of inventory.ts is no host: the name "a\\u0007" holds white space or control characters`,
      "every list of strings is a group of hosts; a list that is data goes into an object or into group_data/all",
      "inventory.ts:1:1",
    ],
    [
      "an option as a name",
      `export const web = ["-oProxyCommand=id"];`,
      "E_INVENTORY_HOST",
      `web[0] of inventory.ts is no host: the name "-oProxyCommand=id" begins with "-"`,
      undefined,
      "inventory.ts:1:22",
    ],
    [
      "an option behind a user",
      `export const web = ["me@-oProxyCommand=id"];`,
      "E_INVENTORY_HOST",
      `web[0] of inventory.ts is no host: the name "me@-oProxyCommand=id" begins with "-"`,
      undefined,
      "inventory.ts:1:22",
    ],
    [
      "comma",
      `export const web = ["a,b"];`,
      "E_INVENTORY_HOST",
      `web[0] of inventory.ts is no host: the name "a,b" holds a comma`,
      "write each host as a string of its own",
      "inventory.ts:1:22",
    ],
    [
      "port",
      `export const web = ["a:70000"];`,
      "E_INVENTORY_HOST",
      `web[0] of inventory.ts is no host: "a:70000" has port 70000, which must be from 1 to 65535`,
      undefined,
      "inventory.ts:1:22",
    ],
    [
      "no port",
      `export const web = ["a:ssh"];`,
      "E_INVENTORY_HOST",
      `web[0] of inventory.ts is no host: the name "a:ssh" cannot be read`,
      "write user@host:port, host or [IPv6]:port",
      "inventory.ts:1:22",
    ],
    [
      "unknown connector",
      `export const web = ["a"];\nexport const boxes = ["@dokcer/debian:12"];`,
      "E_INVENTORY_HOST",
      `boxes[0] of inventory.ts is no host: '@dokcer/debian:12': there is no connector @dokcer; did you mean @docker?`,
      undefined,
      "inventory.ts:2:24",
    ],
    [
      "type of connector data",
      `export const web = [["a", { ssh_port: "22" }]];`,
      "E_INVENTORY_DATA",
      `Data "ssh_port" of host a must be a number: it is "22", from inventory.ts web (host)`,
      undefined,
      undefined,
    ],
    [
      "the same host typed twice",
      `export const db = ["web-01"];\nexport const web = [\n  "web-01",\n  ["web-01", { x: 1 }],\n];`,
      "E_INVENTORY_DUPLICATE",
      `web[1] of inventory.ts is "web-01" again`,
      "a group has each host once",
      "inventory.ts:4:5",
    ],
    [
      "data of a group that is none",
      `export const web = ["a"];\nexport const web_data = ["x"];`,
      "E_INVENTORY_DATA",
      `"web_data" in inventory.ts must be an object, the data of group "web": it is [ "x" ]`,
      undefined,
      "inventory.ts:2:1",
    ],
    [
      "the same name in default",
      `export const web = ["a"];\nexport default { web: ["b"] };`,
      "E_INVENTORY_SHAPE",
      `inventory.ts exports "web" and has it in default too`,
      "keep one of them",
      "inventory.ts:2:1",
    ],
  ];
  for (const [title, text, code, message, hint, at] of table) {
    await t.step(title, async () => {
      const found = await failure(text);
      assert.deepEqual(found, { code, message, hint, detail: undefined, at });
    });
  }
});

Deno.test("lists put together by code may hold a host twice", async () => {
  const loaded = await load(`
    export const web = ["a", ["b", { x: 1 }]];
    export const eu = ["a"];
    export const both = [...web, ...eu];
    export const targets = [...web, ...both];
  `);
  assert.deepEqual(groupsOf(loaded).both, ["a", "b"]);
  assert.deepEqual(names(loaded.selected), ["a", "b"]);
});

/** What the INVENTORY word means. */

import assert from "node:assert/strict";
import { dataOf, groupsOf, names, Project } from "./project.ts";

Deno.test("hosts on the command line", async (t) => {
  await using project = await Project.with({});
  const table: [word: string, hosts: string[], groups: Record<string, string[]>][] = [
    ["web-01", ["web-01"], { all: ["web-01"] }],
    ["a,b,@local", ["a", "b", "@local"], { "@local": ["@local"], all: ["a", "b", "@local"] }],
    ["a, b,", ["a", "b"], { all: ["a", "b"] }],
    ["inventory.ts,", ["inventory.ts"], { all: ["inventory.ts"] }],
    ["@local", ["@local"], { "@local": ["@local"], all: ["@local"] }],
    ["@docker/debian:12", ["@docker/debian:12"], {
      "@docker": ["@docker/debian:12"],
      all: ["@docker/debian:12"],
    }],
    ["@ssh/web-01/@docker/app", ["@ssh/web-01/@docker/app"], {
      "@docker": ["@ssh/web-01/@docker/app"],
      all: ["@ssh/web-01/@docker/app"],
    }],
    ["10.0.0.1", ["10.0.0.1"], { all: ["10.0.0.1"] }],
    ["web-01.example.com", ["web-01.example.com"], { all: ["web-01.example.com"] }],
    ["::1", ["::1"], { all: ["::1"] }],
  ];
  for (const [word, hosts, groups] of table) {
    await t.step(word, async () => {
      const loaded = await project.load(word);
      assert.deepEqual(names(loaded.selected), hosts);
      assert.deepEqual(groupsOf(loaded), groups);
      assert.equal(loaded.name, word);
      assert.equal(loaded.file, undefined);
      assert.deepEqual(loaded.warnings, []);
    });
  }
});

Deno.test("user and port of a host on the command line are its data", async () => {
  await using project = await Project.with({});
  const loaded = await project.load("deploy@web-01:2222,web-02");
  assert.deepEqual(dataOf(loaded, "web-01"), { ssh_user: "deploy", ssh_port: 2222 });
  assert.deepEqual(dataOf(loaded, "web-02"), {});
});

Deno.test("a host named twice", async () => {
  await using project = await Project.with({});
  const loaded = await project.load("a,b,a");
  assert.deepEqual(names(loaded.selected), ["a", "b"]);
  assert.deepEqual(loaded.warnings, [{ text: `Host "a" is named twice` }]);
  const { code, message } = await project.failure("x@a,y@a");
  assert.equal(code, "E_INVENTORY_DUPLICATE");
  assert.equal(message, `"x@a" and "y@a" are the same host, "a"`);
});

Deno.test("standard input: a host on each line, comments and empty lines do not count", async () => {
  await using project = await Project.with({});
  const stdin = () => Promise.resolve("# hosts\nweb-01\n\n  me@web-02:22  # second\r\n@local\n");
  const loaded = await project.load("-", { stdin });
  assert.deepEqual(names(loaded.selected), ["web-01", "web-02", "@local"]);
  assert.deepEqual(dataOf(loaded, "web-02"), { ssh_user: "me", ssh_port: 22 });
  assert.equal(loaded.name, "stdin");
  const found = await project.failure("-", { stdin: () => Promise.resolve("web-01\ntwo words\n") });
  assert.equal(
    found.message,
    `Host 2 of standard input is no host: the name "two words" holds white space or control characters`,
  );
});

Deno.test("real standard input", async () => {
  const program = `
    import { loadInventory } from ${
    JSON.stringify(new URL("../../src/inventory/mod.ts", import.meta.url).href)
  };
    const loaded = await loadInventory({ word: "-", workingDirectory: Deno.cwd() });
    console.log(JSON.stringify(loaded.selected.map((host) => host.name)));`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("a\nb\n"));
  await writer.close();
  const { stdout } = await process.output();
  assert.equal(new TextDecoder().decode(stdout), '["a","b"]\n');
});

Deno.test("words that look like files and are none", async (t) => {
  await using project = await Project.with({
    "inventory.ts": "",
    "inventories/production.ts": "",
    "inventories/staging.yaml": "",
    "inventories/hosts.txt": "web-01\n",
    "inventory.py": "",
    "empty/.keep": "",
  });
  const table: [word: string, code: string, message: string, hint: string | undefined][] = [
    [
      "inventry.ts",
      "E_INVENTORY_FILE",
      `There is no inventory file "inventry.ts"`,
      `did you mean "inventory.ts"?`,
    ],
    [
      "inventory.yaml",
      "E_INVENTORY_FILE",
      `There is no inventory file "inventory.yaml"`,
      `did you mean "inventory.ts"?`,
    ],
    [
      "inventories/production",
      "E_INVENTORY_FILE",
      `There is no inventory file "inventories/production"`,
      `did you mean "inventories/production.ts"?`,
    ],
    [
      "inventories/stagin.yaml",
      "E_INVENTORY_FILE",
      `There is no inventory file "inventories/stagin.yaml"`,
      `did you mean "inventories/staging.yaml"?`,
    ],
    [
      "nowhere/prod",
      "E_INVENTORY_FILE",
      `There is no inventory file "nowhere/prod"`,
      `looked for ${project.path("nowhere/prod")}`,
    ],
    [
      "inventories",
      "E_INVENTORY_FORMAT",
      `"inventories" is a directory, not an inventory file`,
      "name one of its files: inventories/production.ts, inventories/staging.yaml",
    ],
    [
      "empty",
      "E_INVENTORY_FORMAT",
      `"empty" is a directory, not an inventory file`,
      "for a host of that name write @ssh/empty",
    ],
    [
      "inventories/hosts.txt",
      "E_INVENTORY_FORMAT",
      `"inventories/hosts.txt" is no inventory file: its name must end in .ts, .js, .mjs, .yaml, .yml, .json`,
      "for a plain list of hosts write: drover - … < inventories/hosts.txt",
    ],
    [
      "inventory.py",
      "E_INVENTORY_FORMAT",
      `"inventory.py" is no inventory file: its name must end in .ts, .js, .mjs, .yaml, .yml, .json`,
      "inventories are TypeScript here: lists and data carry over line by line",
    ],
    [
      "",
      "E_INVENTORY_FILE",
      "The inventory is empty: it must be a file or hosts",
      "name a file (inventory.ts), hosts (web-01,web-02), @local, or - for standard input",
    ],
  ];
  for (const [word, code, message, hint] of table) {
    await t.step(word, async () => {
      const found = await project.failure(word);
      assert.deepEqual([found.code, found.message, found.hint], [code, message, hint]);
    });
  }
});

Deno.test("a host with the name of an inventory beside it is a host with a warning", async () => {
  await using project = await Project.with({ "production.ts": "" });
  const { selected, warnings } = await project.load("production");
  assert.deepEqual(names(selected), ["production"]);
  assert.deepEqual(warnings, [{
    text: `"production" is taken as the name of a host`,
    hint: `did you mean the file "production.ts"?`,
  }]);
});

Deno.test("a very long list of hosts is no path", async () => {
  await using project = await Project.with({});
  const many = Array.from({ length: 3000 }, (_, index) => `web-${index}`);
  assert.deepEqual(names((await project.load(many.join(","))).selected), many);
});

Deno.test("a connector that stands for several hosts", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      export const boxes = ["plain", ["@vagrant", { ssh_user: "own" }]];
      export const boxes_data = { ssh_port: 1, x: "boxes" };
      export const vm_data = { x: 1 };
      export const extra = ["vm-1"];`,
    "group_data/@vagrant.ts": `export const x = "vagrant", y = "vagrant";`,
    "group_data/all.ts": `export const y = "all";`,
  });
  const loaded = await project.load("inventory.ts", {
    connectors: {
      expand: (name) =>
        name === "@vagrant"
          ? [1, 2].map((id) => ({
            name: `vm-${id}`,
            groups: ["@vagrant"],
            data: { ssh_user: "vagrant", ssh_port: 2200 + id },
          }))
          : [{ name, groups: [], data: {} }],
    },
  });
  assert.deepEqual(groupsOf(loaded), {
    boxes: ["plain", "vm-1", "vm-2"],
    extra: ["vm-1"],
    "@vagrant": ["vm-1", "vm-2"],
    inventory: ["plain", "vm-1", "vm-2"],
    all: ["plain", "vm-1", "vm-2"],
  });
  assert.deepEqual(dataOf(loaded, "vm-2"), {
    ssh_user: "own",
    ssh_port: 2202,
    x: "boxes",
    y: "vagrant",
    vm_data: { x: 1 },
  });
});

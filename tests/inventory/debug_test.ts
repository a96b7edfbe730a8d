/** `debug-inventory`: data with sources, fit for JSON and free of secrets. */

import assert from "node:assert/strict";
import { debugInventory, isSecretName } from "../../src/inventory/mod.ts";
import { failureOf, Project } from "./project.ts";

Deno.test("hosts, groups, data and where each value comes from", async () => {
  await using project = await Project.with({
    "inventories/production.ts": `
      export const app_port = 8000;
      export const web = [["web-01", { id: 1, app_port: 8001 }], "web-02"];
      export const web_data = { workers: 4 };
      export const targets = ["web-01"];`,
    "group_data/all.yaml": "colour: blue\n",
  });
  const loaded = await project.load("inventories/production.ts", {
    data: ["size=3"],
    overrides: { ssh_port: 22, ssh_key: undefined },
  });
  const [first, second] = debugInventory(loaded);
  assert.deepEqual(first, {
    name: "web-01",
    groups: ["web", "production", "all"],
    selected: true,
    data: { app_port: 8001, colour: "blue", id: 1, size: 3, ssh_port: 22, workers: 4 },
    sources: {
      app_port: "inventories/production.ts web (host)",
      colour: "group_data/all.yaml",
      id: "inventories/production.ts web (host)",
      size: "--data",
      ssh_port: "--ssh-port",
      workers: "inventories/production.ts web_data",
    },
  });
  assert.equal(second?.selected, false);
  assert.equal(second?.sources.app_port, "inventories/production.ts");
});

Deno.test("what JSON cannot hold, and what must not be shown", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      import { secret } from "drover";
      export const web = ["a"];
      export const greet = { say: () => 1 };
      export const when = new Date("2026-01-02T03:04:05Z");
      export const site = new URL("https://example.com/x");
      export const tags = new Map([["k", new Set([1])]]);
      export const big = 10n, bytes = new Uint8Array(3), odd = NaN, nothing = null;
      export const holes = { inner: [undefined, null] };
      export const marked = secret("correct-horse");
      export const mention = "password is correct-horse";
      export const db_password = "hunter2", api_key = "k", ssh_key = "~/.ssh/id", empty_token = "";
      export const use_password = true;
      export const secrets = { database: { user: "root", pin: 1234, on: false } };
      export const shared = { twice: tags, again: tags };`,
  });
  const [host] = debugInventory(await project.load("inventory.ts"));
  assert.deepEqual(JSON.parse(JSON.stringify(host!.data)), {
    api_key: "***",
    big: "10",
    bytes: "[3 bytes]",
    db_password: "***",
    empty_token: "",
    greet: { say: "[function]" },
    holes: { inner: [null, null] },
    marked: "***",
    mention: "password is ***",
    nothing: null,
    odd: "NaN",
    secrets: { database: { user: "***", pin: "***", on: false } },
    shared: { twice: { k: [1] }, again: { k: [1] } },
    site: "https://example.com/x",
    ssh_key: "~/.ssh/id",
    tags: { k: [1] },
    use_password: true,
    when: "2026-01-02T03:04:05.000Z",
  });
});

Deno.test("a name says that a secret stands there by its whole words", () => {
  const secret = ["password", "db_password", "dbPassword", "DB-PASSWORD2", "token", "GITHUB_TOKEN", "apiKey"];
  const also = ["smtp.secret", "vault_tokens", "tls_private_key", "sshPassphrase", "credentials"];
  for (const name of [...secret, ...also]) assert.equal(isSecretName(name), true, name);
  const plain = [
    "tokenizer",
    "passwordless",
    "secretary",
    "use_passwdx",
    "api_keyboard",
    "key",
    "pin",
    "hash",
  ];
  for (const name of plain) assert.equal(isSecretName(name), false, name);
});

Deno.test("what only looks like a secret is shown", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      export const web = ["a"];
      export const tokenizer = "words", passwordless = "login", commit = "9f86d081884c7d659a2feaa0c55ad015";
      export const dbPassword = "hunter2";`,
  });
  const [host] = debugInventory(await project.load("inventory.ts"));
  assert.deepEqual(host!.data, {
    commit: "9f86d081884c7d659a2feaa0c55ad015",
    dbPassword: "***",
    passwordless: "login",
    tokenizer: "words",
  });
});

Deno.test("a cycle is an error that names the key", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      export const web = ["a"];
      export const tree: { child: { up?: unknown } } = { child: {} };
      tree.child.up = tree;`,
  });
  const loaded = await project.load("inventory.ts");
  const { code, message, hint } = await failureOf(project.directory, () => debugInventory(loaded));
  assert.deepEqual([code, message, hint], [
    "E_INVENTORY_CYCLE",
    `Data "tree.child.up" holds itself and cannot be shown`,
    "it comes from inventory.ts",
  ]);
});

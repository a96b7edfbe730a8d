/** Inventories of Ansible load into the hosts and data that `ansible-inventory --list` (ansible-core 2.14) prints. */

import assert from "node:assert/strict";
import { type LoadedInventory, loadInventory } from "../../src/inventory/mod.ts";
import { expandHosts } from "../../src/inventory/ansible/host_ranges.ts";
import { pythonLiteral } from "../../src/inventory/ansible/python_literal.ts";
import { Secret } from "../../src/command/mod.ts";
import { project } from "../support/cli.ts";

const PROJECT = new URL("ansible_project/", import.meta.url).pathname;

/** What was recorded, without the variables that Ansible itself reads and those that it cannot decrypt here. */
interface Recorded {
  hostvars: Record<string, Record<string, unknown>>;
  groups: Record<string, string[]>;
}

/** Hosts that are reached otherwise have other names here. */
const RENAMED: Readonly<Record<string, string>> = { "pod-1": "@kubectl/shop/pod-1", box: "@docker/box_1" };

async function load(word: string, workingDirectory: string): Promise<LoadedInventory> {
  return await loadInventory({ word, workingDirectory });
}

for (const file of ["hosts.ini", "hosts.yml"]) {
  Deno.test(`${file}: hosts, groups and variables are Ansible's`, async () => {
    const recorded: Recorded = JSON.parse(await Deno.readTextFile(`${PROJECT}${file}.expected.json`));
    const { inventory } = await load(`ansible:${file}`, PROJECT);
    delete recorded.hostvars.win;
    const wanted = Object.entries(recorded.hostvars).map(([name, vars]) =>
      [RENAMED[name] ?? name, vars] as const
    );
    const found = inventory.hosts.map((host) => {
      const data = Object.entries(host.data.toObject()).filter(([key]) => !/^(ssh_|_)/.test(key));
      return [host.name, Object.fromEntries(data)] as const;
    });
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(wanted));
    for (const [group, hosts] of Object.entries(recorded.groups)) {
      const members = inventory.hosts.filter((host) => host.groups.includes(group)).map(({ name }) => name);
      const names = hosts.filter((name) => name !== "win").map((name) => RENAMED[name] ?? name);
      assert.deepEqual(names.filter((name) => !members.includes(name)), [], `all of ${group} are in it`);
    }
  });
}

Deno.test("what Ansible reads itself is translated, and what cannot be is told", async () => {
  const { inventory, warnings } = await load("ansible:hosts.ini", PROJECT);
  const web = inventory.hosts.find(({ name }) => name === "web01.eu.example.com")!;
  assert.deepEqual(
    [web.data.ssh_user, web.data._sudo, web.data.ssh_proxy_jump, web.data.ssh_key],
    ["deploy", true, "ops@bastion.example.com", "~/.ssh/shop"],
  );
  const cache = inventory.hosts.find(({ name }) => name === "cache-b.example.com")!;
  assert.deepEqual([cache.data.ssh_port, cache.data.note, cache.data.flags], [2200, "warm # not a comment", [
    "lru",
    2,
  ]]);
  const told = warnings.map(({ text }) => text).join("\n");
  assert.match(told, /group_vars\/eu\.yml: secret_token left out: encrypted by ansible-vault/);
  assert.match(told, /group_vars\/webservers\/vault\.yml is left out: it is encrypted by ansible-vault/);
  assert.match(told, /tls taken as text, with the Jinja2 in it/);
  assert.match(
    told,
    /ansible_ssh_common_args left out: put "-o ServerAliveInterval=9" into ~\/\.ssh\/config/,
  );
  const { warnings: others } = await load("ansible:hosts.yml", PROJECT);
  assert.match(
    others.map(({ text }) => text).join("\n"),
    /win is left out: there is no connection like winrm here/,
  );
});

Deno.test("what programs print for --list, kept in a file", async () => {
  await using here = await project({
    "inv.json": JSON.stringify({
      _meta: { hostvars: { a: { x: 1, ansible_host: "10.0.0.1" }, b: {} } },
      web: { hosts: ["a"], vars: { k: "web", ansible_ssh_pass: "pw" } },
      db: ["b"],
      all: { children: ["web", "db"] },
    }),
    "inv.sh": "#!/bin/sh\necho '{}'\n",
  });
  const { inventory } = await load("ansible:inv.json", here.path);
  const [a, b] = inventory.hosts;
  assert.deepEqual([a!.name, a!.data.x, a!.data.k, a!.data.ssh_hostname], ["a", 1, "web", "10.0.0.1"]);
  assert.ok(a!.data.ssh_password instanceof Secret);
  assert.ok(b!.groups.includes("db"));
  await assert.rejects(load("ansible:inv.sh", here.path), {
    code: "E_INVENTORY_FORMAT",
    hint: /inv\.sh --list >/,
  });
});

Deno.test("mistakes name the file and the line", async (t) => {
  const cases: [text: string, message: RegExp, line: number][] = [
    ["[web\nx", /\[web/, 1],
    ["[web]\na b=1 c", /"c" is neither a host nor a variable/, 2],
    ["[web:sons]\na", /is no section/, 1],
    ["[web]\nweb[3:1]", /ends before it begins/, 2],
    ["[web]\nweb[1:999999999]", /too many hosts/, 2],
    ["[web:vars]\nnonsense", /"nonsense" is no variable/, 2],
    ["[web]\na k='x", /quotation mark has no partner/, 2],
  ];
  for (const [text, message, line] of cases) {
    await t.step(JSON.stringify(text), async () => {
      await using here = await project({ hosts: text });
      const error = await load("ansible:hosts", here.path).then(() => undefined, (thrown) => thrown);
      assert.match(error?.message ?? "no error", message);
      if (line > 1 || error.place !== undefined) assert.equal(error.place.line, line);
    });
  }
  await using here = await project({ hosts: "[a:children]\nb\n[b:children]\na\n" });
  await assert.rejects(load("ansible:hosts", here.path), /a group is its own child: a → b → a|b → a → b/);
  await assert.rejects(load("ansible:hsots", here.path), { code: "E_INVENTORY_FILE", hint: /hosts/ });
});

Deno.test("a directory of inventories is one, and a run takes it", async () => {
  await using here = await project({
    "prod/01-web.ini": "[web]\n@local\n",
    "prod/02-more.yml": "web:\n  vars: { colour: green }\n",
    "prod/group_vars/web.yml": "size: 3\n",
    "prod/notes.md": "no inventory",
    "deploy.ts": 'import { host } from "drover";\nhost.log(`${host.data.colour} ${host.data.size}`);\n',
  });
  const { status, stdout, stderr } = await here.drover(
    "ansible:prod",
    "deploy.ts",
    "--dry",
    "--limit",
    "@local",
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout + stderr, /green 3/);
});

Deno.test("ranges and literals are read as Python does", () => {
  assert.deepEqual(expandHosts("w[08:10]-[a:c:2]:22"), {
    hosts: ["w08-a", "w08-c", "w09-a", "w09-c", "w10-a", "w10-c"],
    port: 22,
  });
  assert.deepEqual(expandHosts("[2001:db8::1]:2222"), { hosts: ["2001:db8::1"], port: 2222 });
  assert.deepEqual(expandHosts("2001:db8::1"), { hosts: ["2001:db8::1"], port: undefined });
  const literals: [string, unknown][] = [
    ["1_000", 1000],
    ["0x1f", 31],
    ["-2.5e3", -2500],
    ["08", "08"],
    ["1.2.3", "1.2.3"],
    ["yes", "yes"],
    ["None", null],
    ["{'a': (1, 2), 'b': [True]}", { a: [1, 2], b: [true] }],
    ["('x')", "x"],
    ["'it\\'s' # said", "it's"],
    ["[1, 2", "[1, 2"],
    ["10.0.0.1", "10.0.0.1"],
    ["", ""],
  ];
  for (const [text, value] of literals) assert.deepEqual(pythonLiteral(text), value, text);
});

/** Errors name the data that a value of the wrong kind is from. */

import assert from "node:assert/strict";
import { describeOrigin } from "../../src/host/data_origin.ts";
import { DataLayers, hostData } from "../../src/host/mod.ts";
import { loadInventory } from "../../src/inventory/mod.ts";
import { project } from "../support/cli.ts";

function read(values: Record<string, unknown>, ...keys: string[]) {
  const data = hostData("web-01", new DataLayers([{ source: "inventory.ts", values }]), () => ({}));
  for (const key of keys) data[key];
  return data;
}

Deno.test("a value is found in what the deploy has read, at any depth", () => {
  const values = { app: { tiers: [{ on: "no" }], "x y": "no!" }, other: "off" };
  const found = read(values, "app", "other");
  assert.equal(describeOrigin(found, "off", "present"), "it is host.data.other, from inventory.ts");
  assert.equal(describeOrigin(found, "no", "present"), "it is host.data.app.tiers[0].on, from inventory.ts");
  assert.equal(describeOrigin(found, "no!", "present"), 'it is host.data.app["x y"], from inventory.ts');
});

Deno.test("nothing is guessed", () => {
  const values = { one: "no", two: "no", present: "no", unread: "never" };
  assert.equal(describeOrigin(read(values, "one", "two"), "no", "enabled"), undefined);
  assert.equal(describeOrigin(read(values, "one"), "never", "enabled"), undefined);
  assert.equal(describeOrigin(read({ one: "" }, "one"), "", "enabled"), undefined);
  const alike = describeOrigin(read(values, "one", "two", "present"), "no", "present");
  assert.equal(alike, "it is host.data.present, from inventory.ts");
});

Deno.test("the line of the file is told, whatever kind of file it is", async () => {
  await using here = await project({
    "inventory.ts": 'export const web = ["@local"];\nexport const web_data = {\n  a: 1,\n  b: "off",\n};\n',
    "group_data/web.yml": '# data\nnginx:\n  running: "no"\n',
    "host_data/@local.json": '{\n  "c": { "d":\n    "yes" }\n}\n',
    "group_data/all.ts": '// nothing\n\nexport const e = "true";\n',
  });
  const { inventory } = await loadInventory({ word: "inventory.ts", workingDirectory: here.path });
  const { data } = inventory.hosts[0]!;
  for (const key of ["b", "nginx", "c", "e"]) data[key];
  const told = ["off", "no", "yes", "true"].map((value) => describeOrigin(data, value, "x"));
  assert.deepEqual(told, [
    "it is host.data.b, from inventory.ts web_data, line 4",
    "it is host.data.nginx.running, from group_data/web.yml, line 3",
    "it is host.data.c.d, from host_data/@local.json, line 3",
    "it is host.data.e, from group_data/all.ts, line 3",
  ]);
});

Deno.test("a run refuses a text where data should be true or false, with both lines", async () => {
  await using here = await project({
    "inventory.ts": 'export const targets = ["@local"];\n',
    "group_data/all.yml": "motd:\n  wanted: 'no'\n",
    "deploy.ts": `import { host } from "drover";
import { files } from "drover/operations";
await files.file({ path: "/tmp/motd", present: host.data.motd.wanted });
`,
  });
  const { status, stderr } = await here.drover("inventory.ts", "deploy.ts", "--dry", "--limit", "@local");
  assert.equal(status, 1);
  assert.match(stderr, /files\.file: present must be true or false: it is "no"/);
  assert.match(stderr, /deploy\.ts:3:/);
  assert.match(stderr, /host\.data\.motd\.wanted, from group_data\/all\.yml, line 2/);
});

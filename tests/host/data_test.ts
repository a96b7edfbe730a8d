import assert from "node:assert/strict";
import { DataLayers, hostData } from "../../src/host/mod.ts";

function data(...layers: Record<string, unknown>[]) {
  return hostData("web-01", new DataLayers(layers.map((values) => ({ source: "test", values }))), () => ({
    weakest: "default",
  }));
}

Deno.test("host.data gives the first layer's value", () => {
  const found = data({ port: 1 }, { port: 2, user: "app" });
  assert.equal(found.port, 1);
  assert.equal(found.user, "app");
  assert.equal(found.weakest, "default");
  assert.deepEqual(found.toObject(), { port: 1, user: "app", weakest: "default" });
});

Deno.test("host.data names the key that was probably meant", () => {
  assert.throws(() => data({ app_port: 1 }).app_prt, /There is no data "app_prt" for host web-01/);
  try {
    data({ app_port: 1 }).app_prt;
  } catch (error) {
    assert.equal((error as { hint: string }).hint, `did you mean "app_port"?`);
  }
});

Deno.test("host.data.get() falls back, but not for a value that is undefined on purpose", () => {
  const found = data({ present: false, empty: undefined });
  assert.equal(found.get("missing", 5), 5);
  assert.equal(found.get("present", true), false);
  assert.equal(found.get("empty", 1), undefined);
});

Deno.test("host.data can be assigned for the rest of the run", () => {
  const found = data({ port: 1 });
  found.port = 5;
  assert.equal(found.port, 5);
});

Deno.test("host.data hands out copies", () => {
  const found = data({ list: [1], record: { a: 1 } });
  found.list.push(2);
  found.record.a = 2;
  assert.deepEqual(found.list, [1]);
  assert.deepEqual(found.record, { a: 1 });
});

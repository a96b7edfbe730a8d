import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import { DataLayers, frozenDataHint, hostData } from "../../src/host/mod.ts";

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

/** What an attempt to change data says. */
function refusal(change: () => unknown): string {
  try {
    change();
  } catch (error) {
    return String(error);
  }
  return "it was changed";
}

Deno.test("host.data cannot be changed in place, at any depth, and says how to go about it", () => {
  const found = data({
    app: {
      ports: [80, { tls: [443] }],
      when: new Date(0),
      tags: new Set(["a"]),
      routes: new Map([["/", [1]]]),
    },
  });
  const said: [change: () => unknown, expected: RegExp][] = [
    [() => found.app.ports.push(1), /host\.data\.app\.ports cannot be changed in place/],
    [() => found.app.ports[1].tls.sort(), /host\.data\.app\.ports\[1\]\.tls cannot be changed in place/],
    [() => found.app.ports[0] = 1, /TypeError: Cannot assign to read only property/],
    [() => found.app.ports[1].tls = [], /TypeError: Cannot assign to read only property 'tls'/],
    [() => found.app.more = 1, /TypeError: Cannot add property more/],
    [() => delete found.app.ports, /TypeError: Cannot delete property 'ports'/],
    [() => found.app.when.setFullYear(1999), /host\.data\.app\.when cannot be changed/],
    [() => found.app.tags.add("b"), /host\.data\.app\.tags cannot be changed/],
    [() => found.app.routes.set("/b", []), /host\.data\.app\.routes cannot be changed/],
    [() => found.app.routes.get("/").push(2), /host\.data\.app\.routes cannot be changed/],
    [() => found.get("app").ports.pop(), /host\.data\.app\.ports cannot be changed/],
    [() => (found.toObject().app as { ports: number[] }).ports.pop(), /host\.data\.app\.ports cannot/],
    [() => delete found.app, /host\.data\.app cannot be removed/],
  ];
  for (const [change, expected] of said) assert.match(refusal(change), expected);
  assert.deepStrictEqual(found.app, {
    ports: [80, { tls: [443] }],
    when: new Date(0),
    tags: new Set(["a"]),
    routes: new Map([["/", [1]]]),
  });
});

Deno.test("exceptions of frozen records have a hint, and others have none", () => {
  const found = data({ app: { port: 1 } });
  for (
    const change of [() => found.app.port = 2, () => found.app.more = 2, () => delete found.app.port]
  ) {
    assert.match(frozenDataHint(refusal(change).replace("TypeError: ", "")) ?? "", /host\.data.*copy/);
  }
  assert.equal(frozenDataHint("x is not a function"), undefined);
});

Deno.test("copies of host.data are ordinary values", async () => {
  const { app } = data({ app: { list: [3, 1], map: new Map([["a", [1]]]) } });
  assert.deepStrictEqual([...app.list, 2].sort(), [1, 2, 3]);
  assert.deepStrictEqual(app.list.toSorted(), [1, 3]);
  assert.deepStrictEqual({ ...app, more: 1 }.more, 1);
  const clone = structuredClone(app);
  clone.list.push(5);
  clone.map.get("a").push(2);
  assert.deepStrictEqual(clone, { list: [3, 1, 5], map: new Map([["a", [1, 2]]]) });
  const { port1, port2 } = new MessageChannel();
  const heard = new Promise((resolve) => port2.onmessage = ({ data }) => resolve(data));
  port1.postMessage(app);
  assert.deepStrictEqual(await heard, { list: [3, 1], map: new Map([["a", [1]]]) });
  port1.close();
  port2.close();
});

Deno.test("host.data keeps what is no plain data as it is: functions, instances, secrets, bytes", () => {
  class Address {
    constructor(public port: number) {}
  }
  const values = {
    greet: (name: string) => `hello ${name}`,
    address: new Address(1),
    password: secret("hunter22"),
    bytes: new Uint8Array([1]),
    inside: { address: new Address(2), url: new URL("http://example.com/") },
  };
  const found = data(values);
  assert.equal(found.greet("you"), "hello you");
  assert.equal(found.address, values.address);
  assert.equal(found.password.reveal(), "hunter22");
  assert.equal(found.bytes, values.bytes);
  assert.equal(found.inside.address, values.inside.address);
  assert.equal(found.inside.url, values.inside.url);
  found.address.port = 2;
  assert.equal(values.address.port, 2);
});

Deno.test("data that holds itself, shares parts, has getters or no prototype is copied as it is", () => {
  const shared = [1];
  const odd = Object.assign(Object.create(null), { shared, again: { shared } }) as Record<string, unknown>;
  odd.self = odd;
  Object.defineProperty(odd, "late", { get: () => 5, enumerable: true });
  Object.defineProperty(odd, "__proto__", { value: { own: 1 }, enumerable: true });
  const found = data({ odd }).odd;
  assert.equal(found.self, found);
  assert.equal(found.shared, found.again.shared);
  assert.equal(found.late, 5);
  assert.deepEqual(Object.keys(found), ["shared", "again", "self", "late", "__proto__"]);
});

Deno.test("the values that data was made of stay their owner's, and are as they were when data was loaded", () => {
  const own = { list: [1] };
  const found = data(own);
  own.list.push(2);
  assert.deepStrictEqual(own.list, [1, 2]);
  assert.deepStrictEqual(found.list, [1]);
});

Deno.test("what a deploy assigns to host.data is as constant, and its own", () => {
  const list = [1];
  const [one, other] = [data({}), data({})];
  one.list = list;
  other.list = list;
  assert.match(refusal(() => one.list.push(2)), /host\.data\.list cannot be changed in place/);
  one.list = [...one.list, 2];
  assert.deepStrictEqual([one.list, other.list, list], [[1, 2], [1], [1]]);
});

Deno.test("hosts share one copy of what comes from one place", () => {
  const layer = { source: "group", values: { table: [{ a: 1 }] } };
  const of = (name: string) => hostData(name, new DataLayers([layer]), () => ({}));
  assert.equal(of("a").table, of("b").table);
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeOrder, type Orderable } from "../../src/engine/order.ts";

function call(key: string, line?: number): Orderable {
  return { key, unit: 0, place: line === undefined ? undefined : { file: "/d.ts", line, column: 1 } };
}

function merge(sequences: Record<string, Orderable[]>): string[] {
  return mergeOrder(new Map(Object.entries(sequences)))
    .map(({ calls }) => `${[...calls.values()][0]!.key}:${[...calls.keys()].join("")}`);
}

Deno.test("mergeOrder() gives all hosts one order", () => {
  const [one, two, three] = [call("1", 1), call("2", 2), call("3", 3)];
  assert.deepEqual(merge({ a: [one, two, three], b: [one, two, three] }), ["1:ab", "2:ab", "3:ab"]);
});

Deno.test("mergeOrder() puts operations of one host where they stand in the file", () => {
  const [one, two, three, four] = [call("1", 1), call("2", 2), call("3", 3), call("4", 4)];
  assert.deepEqual(merge({ a: [one, two, four], b: [one, three, four] }), ["1:ab", "2:a", "3:b", "4:ab"]);
  assert.deepEqual(merge({ a: [one, three, four], b: [one, two, four] }), ["1:ab", "2:b", "3:a", "4:ab"]);
});

Deno.test("mergeOrder() splits an operation where two hosts disagree", () => {
  const [one, two] = [call("1", 1), call("2", 2)];
  assert.deepEqual(merge({ a: [one, two], b: [two, one] }), ["1:a", "2:ab", "1:b"]);
});

Deno.test("mergeOrder() keeps every host's order, loses nothing and invents nothing", () => {
  const sequence = fc.uniqueArray(fc.integer({ min: 0, max: 12 })).map((lines) =>
    lines.map((line) => call(String(line), line))
  );
  fc.assert(fc.property(fc.array(sequence, { minLength: 1, maxLength: 6 }), (sequences) => {
    const hosts = new Map(sequences.map((calls, index) => [`h${index}`, calls]));
    const merged = mergeOrder(hosts);
    for (const [host, calls] of hosts) {
      const own = merged.flatMap((one) => one.calls.has(host) ? [one.calls.get(host)!] : []);
      assert.deepEqual(own, calls);
    }
    for (const { calls } of merged) assert.equal(new Set([...calls.values()].map(({ key }) => key)).size, 1);
  }));
});

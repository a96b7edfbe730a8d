import assert from "node:assert/strict";
import fc from "fast-check";
import { merge, share } from "../../src/cli/memory/sharing.ts";
import { questionsFor } from "../../src/sandbox/asked.ts";
import type { AskedTable, SharedQuestion } from "../../src/sandbox/protocol.ts";

/** A run: by host its groups and what it was asked; nothing where it took no part. */
type Run = Record<string, { groups: string[]; asked?: string[] }>;

function tableOf(run: Run): AskedTable {
  const names = [...new Set(Object.values(run).flatMap(({ asked }) => asked ?? []))];
  return {
    questions: names.map((path) => ({ fact: "files.File", args: { path } })),
    hosts: Object.entries(run).map(([name, { groups, asked }]) => ({
      name,
      groups,
      asked: (asked ?? []).map((path) => names.indexOf(path)),
      complete: asked !== undefined,
    })),
  };
}

function after(...runs: Run[]): SharedQuestion[] {
  return runs.reduce<SharedQuestion[]>((before, run) => share(before, tableOf(run)), []);
}

/** `path: names` for each question. */
function shown(shared: readonly SharedQuestion[]): string[] {
  return shared.map(({ args, groups = [], hosts = [] }) =>
    `${args.path}: ${[...groups, ...hosts].join(" ")}`
  );
}

function askedOf(shared: readonly SharedQuestion[], name: string, groups: string[]): unknown[] {
  return questionsFor(shared)({ name, groups }).map(({ args }) => args.path);
}

const WEB = ["web", "all"];
const DB = ["db", "all"];

Deno.test("questions are told of groups, and of hosts only where they are their own", () => {
  const shared = after({
    w1: { groups: WEB, asked: ["/etc", "/web", "/w1"] },
    w2: { groups: WEB, asked: ["/etc", "/web", "/w2"] },
    d1: { groups: DB, asked: ["/etc", "/db"] },
    d2: { groups: DB, asked: ["/etc", "/db"] },
  });
  assert.deepEqual(shown(shared), ["/db: db", "/etc: all", "/w1: w1", "/w2: w2", "/web: web"]);
  assert.deepEqual(askedOf(shared, "w3", WEB), ["/etc", "/web"]);
});

Deno.test("one host of a group speaks for those that nobody has seen, and not for everybody", () => {
  const shared = after({ w1: { groups: WEB, asked: ["/web"] }, w2: { groups: WEB }, d1: { groups: DB } });
  assert.deepEqual(shown(shared), ["/web: web"]);
});

Deno.test("a few of a group that are not asked what the others are do not break it up", () => {
  const hosts = Object.fromEntries(
    Array.from(
      { length: 20 },
      (_, index) => [`w${index}`, { groups: WEB, asked: index === 7 ? [] : ["/web"] }],
    ),
  );
  const shared = after(hosts);
  assert.deepEqual(shown(shared), ["/web: all"]);
  assert.deepEqual(after(hosts, { ...hosts, w7: { groups: WEB, asked: [] } }), shared);
});

Deno.test("no host is asked more than a hundred questions in vain for the sake of its group", () => {
  const many = Array.from({ length: 300 }, (_, index) => `/${index}`);
  const shared = after({
    a: { groups: ["all"], asked: many },
    b: { groups: ["all"], asked: many },
    c: { groups: ["all"], asked: [] },
  });
  assert.equal(askedOf(shared, "c", ["all"]).length, 100);
  assert.equal(askedOf(shared, "a", ["all"]).length, 300);
});

Deno.test("a run of some hosts adds what is new and takes away what is their own", () => {
  const first: Run = {
    w1: { groups: WEB, asked: ["/web", "/w1"] },
    w2: { groups: WEB, asked: ["/web", "/w2"] },
    d1: { groups: DB, asked: ["/db"] },
  };
  const limited: Run = { w1: { groups: WEB, asked: ["/new"] }, w2: { groups: WEB }, d1: { groups: DB } };
  assert.deepEqual(shown(after(first, limited)), ["/db: db", "/new: web", "/w2: w2", "/web: web"]);
  const more: Run = { ...limited, w2: { groups: WEB, asked: ["/new"] } };
  assert.deepEqual(shown(after(first, limited, more)), ["/db: db", "/new: web"]);
});

Deno.test("a group that is empty today is known tomorrow; a host that failed takes nothing away", () => {
  const first: Run = { w1: { groups: WEB, asked: ["/web"] }, d1: { groups: DB, asked: ["/db"] } };
  assert.deepEqual(shown(after(first, { d1: { groups: DB, asked: ["/db"] } })), ["/db: all", "/web: web"]);
  assert.deepEqual(after(first, { w1: { groups: WEB }, d1: { groups: DB } }), after(first));
});

Deno.test("what two inventories know is put together", () => {
  const one = after({ a: { groups: ["all"], asked: ["/x"] } });
  const other = after({ b: { groups: WEB, asked: ["/x"] }, c: { groups: DB, asked: [] } });
  assert.deepEqual(shown(merge([one, other])), ["/x: all web"]);
});

Deno.test("whatever was asked is asked again, the same run changes nothing, and little is asked in vain", () => {
  const names = ["h0", "h1", "h2", "h3", "h4", "h5"];
  const hosts = fc.tuple(...names.map((name) =>
    fc.record({
      name: fc.constant(name),
      groups: fc.subarray(["a", "b", "c"]).map((groups) => [...groups, "all"]),
      asked: fc.subarray(["/1", "/2", "/3", "/4", "/5"]),
      left: fc.boolean(),
    })
  ));
  fc.assert(
    fc.property(hosts, fc.boolean(), (hosts, limited) => {
      const full: Run = Object.fromEntries(hosts.map(({ name, groups, asked }) => [name, { groups, asked }]));
      const some: Run = Object.fromEntries(
        hosts.map(({ name, groups, asked, left }) => [name, left ? { groups } : { groups, asked }]),
      );
      const run = limited ? some : full;
      const shared = after(run);
      assert.deepEqual(after(run, run), shared);
      assert.deepEqual(after(full, some), after(full));
      for (const [name, { groups, asked = [] }] of Object.entries(run)) {
        const known = askedOf(shared, name, groups);
        assert.ok(asked.every((path) => known.includes(path)));
      }
    }),
    { numRuns: 1000 },
  );
});

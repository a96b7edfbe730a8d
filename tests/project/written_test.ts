/** Reading calls and literals off a module's text. */

import assert from "node:assert/strict";
import { WrittenModule } from "../../src/deploy/mod.ts";
import type { Written } from "../../src/deploy/written.ts";
import { filesBelow, ROOT } from "../support/tree.ts";

const none = () => undefined;

/** The texts that the first argument of the first `include` may be. */
async function included(text: string, data: (key: string) => unknown[] | undefined = none) {
  const module = new WrittenModule("/project/deploy.ts", text);
  const [call] = module.calls(/include/);
  return await module.texts(call!.args[0]!, data);
}

const PATHS: [text: string, texts: string[] | undefined][] = [
  [`include("a.ts")`, ["a.ts"]],
  ["include('a.ts', { _sudo: true })", ["a.ts"]],
  ["include(`a.ts`)", ["a.ts"]],
  [`const one = "a.ts"; include(one)`, ["a.ts"]],
  [`include("a" + ".ts")`, undefined],
  [`include("a\\x2ets")`, undefined],
  ["include(path)", undefined],
  ["include(choose(['a.ts']))", undefined],
  ["for (const x of ['a', 'b']) include(`t/${x}.ts`)", ["t/a.ts", "t/b.ts"]],
  ["const l = ['a', 'b'] as const;\nfor (const x of l) { await include(`${x}.ts`); }", ["a.ts", "b.ts"]],
  ["const l = ['a']; const m = [...l, 'b'];\nfor (const x of m) include(`${x}.ts`)", ["a.ts", "b.ts"]],
  ["const r = { a: 1, b: { c: 2 } };\nfor (const x of Object.keys(r)) include(`${x}.ts`)", ["a.ts", "b.ts"]],
  ["for (const x of ['a']) for (const y of ['c', 'd']) include(`${x}/${y}`)", ["a/c", "a/d"]],
  ["['a', 'b'].forEach(async (x) => { await include(x); })", ["a", "b"]],
  ["const l = ['a'];\nl.map((x) => include(x))", ["a"]],
  ["for (const x of ['a']) { log(x); }\ninclude(x)", undefined],
  ["for (const x of ['a', other]) include(x)", undefined],
  ["for (const x of host.data.roles) include(`${x}.ts`)", ["r1.ts", "r2.ts"]],
  [`for (const x of host.data.get("roles", [])) include(x)`, ["r1", "r2"]],
  ["for (const x of host.data.unknown) include(x)", undefined],
  ["let x = 'a'; include(x)", undefined],
  ["const x = x; include(x)", undefined],
  ["const f = (x) => /[)'\"`]/.test(x); include('a.ts')", ["a.ts"]],
];

for (const [text, texts] of PATHS) {
  Deno.test(`${JSON.stringify(text)} names ${texts?.join(" and ") ?? "what only a run can tell"}`, async () => {
    const data = (key: string) => key === "roles" ? [["r1"], ["r1", "r2"]] : undefined;
    assert.deepEqual(await included(text, data), texts);
  });
}

Deno.test("an object has its keys, and whether there may be more", () => {
  const keys = (text: string) => {
    const { args: [value] } = new WrittenModule("/x.ts", `f(${text})`).calls(/f/)[0]!;
    return value?.kind === "object" ? [[...value.entries.keys()], value.isOpen] : value?.kind;
  };
  assert.deepEqual(keys(`{ a: 1, "b": [1, { c: 2 }], 'd': () => { x; y }, e, f() { return 1; } }`), [
    ["a", "b", "d", "e", "f"],
    false,
  ]);
  assert.deepEqual(keys("{ a: `,}${b}`, // }\n  c: /[},]/, }"), [["a", "c"], false]);
  assert.deepEqual(keys("{ a: 1, ...more }"), [["a"], true]);
  assert.deepEqual(keys("{ [key]: 1, a: 1 }"), [["a"], true]);
  assert.deepEqual(keys("{}"), [[], false]);
  assert.deepEqual(keys("{ a: 1 }.a"), "code");
});

Deno.test("calls in comments and texts are none, and those of others are not meant", () => {
  const text =
    `// include("a")\n/* include("b") */ "include('c')"; my.include("d"); reinclude("e"); include("f")`;
  const module = new WrittenModule("/x.ts", text);
  const names = module.calls(/include/).map(({ args: [path] }) => (path as Written & { text: string }).text);
  assert.deepEqual(names, ["f"]);
});

Deno.test("every file of this repository is read to its end, however it is cut off", async () => {
  for (const path of [...await filesBelow("src/", ".ts"), ...await filesBelow("tests/", ".ts")]) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const end of [text.length, Math.floor(text.length / 3)]) {
      new WrittenModule(path, text.slice(0, end)).calls(/[a-z]\w*(?:\.\w+)?/);
    }
  }
});

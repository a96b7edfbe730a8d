import assert from "node:assert/strict";
import { Secret, secret, sh } from "../../src/command/mod.ts";
import { DroverError } from "../../src/errors/mod.ts";
import { describeKind, mismatch, parseKind } from "../../src/host/kinds.ts";
import { checkGlobals, checkKinds, definedFacts, definedOperations } from "../../src/host/mod.ts";
import { readParameters } from "../../src/host/parameters.ts";
import "../../src/operations/mod.ts";
import "../../src/facts/mod.ts";

/** Descriptions, what is of the kind, what is not. */
const TABLE: [description: string, right: unknown[], wrong: unknown[]][] = [
  ["string", ["", "a", secret("hush hush")], [1, true, null, ["a"], {}, sh`a`]],
  ["number", [0, -1.5, Infinity], ["1", NaN, true, null, 1n]],
  ["boolean", [true, false], ["true", "no", 0, 1, null]],
  ["null", [null], [0, "", false]],
  ["boolean | null", [true, null], ["no", 0]],
  ["string | false", ["a", false], [true, 0]],
  ["'soft' | 'hard' | '-'", ["soft", "-"], ["sof", "'soft'", "", null]],
  ["1 | -2.5", [1, -2.5], [2, "1"]],
  ["string[]", [[], ["a"]], ["a", [1], ["a", undefined], new Set(["a"])]],
  ["string[][]", [[["a"]]], [["a"], [[1]]]],
  ["(string | number)[]", [["a", 1]], [[true], "a"]],
  ["string | string[]", ["a", ["a"]], [1, [1]]],
  ["[string, number]", [["a", 1]], [["a"], [1, "a"], ["a", 1, 2], "a,1"]],
  ["Record<string, string | Secret>", [{}, { a: "b", c: secret("hush hush") }], [
    { a: 1 },
    ["a"],
    new Map(),
    "a",
  ]],
  ["Record<string, unknown>", [{ a: undefined, b: 1 }], [
    null,
    [],
    new Date(),
    secret("hush hush"),
    () => {},
  ]],
  ["object", [{}, new Date(), new (class A {})()], [null, [], "a", () => {}, secret("hush hush")]],
  ["function", [() => {}, Date], ["a", {}, null]],
  ["class", [Error], [new Error()]],
  ["Error | class", [new TypeError(), Error], ["failed", {}]],
  ["Date", [new Date()], ["2026-01-01", 0]],
  ["Uint8Array", [new Uint8Array()], ["a", [1]]],
  ["Secret", [secret("hush hush")], ["hush hush"]],
  ["string | ShellCommand", ["a", sh`a`], [{ raw: "a" }]],
  ["unknown", [0, "", {}, []], []],
];

for (const [description, right, wrong] of TABLE) {
  Deno.test(`kind ${description}: what is of it, and what is not`, () => {
    const kind = parseKind(description);
    for (const value of right) assert.equal(mismatch(kind, value), undefined, Deno.inspect(value));
    for (const value of wrong) assert.ok(mismatch(kind, value), Deno.inspect(value));
  });
}

Deno.test("what describes no kind is refused", () => {
  for (
    const text of ["", "strng", "string |", "string[", "(string", "'a", "Record<string>", "string?", "a b"]
  ) {
    assert.throws(() => parseKind(text), TypeError, text);
  }
});

/** Descriptions, values, and what is said of them. */
const SAYS: [description: string, value: unknown, message: string, hint?: string][] = [
  ["boolean?", "no", 'x must be true or false: it is "no"', "write true or false, without quotes"],
  ["boolean?", "maybe", 'x must be true or false: it is "maybe"'],
  ["boolean?", null, "x must be true or false: it is null", "leave it out where nothing is wanted"],
  ["boolean?", 1, "x must be true or false: it is 1"],
  ["number", "8080", 'x must be a number: it is "8080"', "write the number without quotes"],
  ["number", NaN, "x must be a number: it is NaN"],
  ["string", 1.1, "x must be a string: it is 1.1", "put it into quotes"],
  ["string", ["a", "b"], 'x must be a string: it is [ "a", "b" ]', "call it once for each"],
  ["string", Promise.resolve("a"), "x must be a string: it is a promise", "await it first"],
  ["string", new Map(), "x must be a string: it is an object of the class Map"],
  ["string", { a: 1 }, "x must be a string: it is an object"],
  ["number", "y".repeat(100), `x must be a number: it is "${"y".repeat(58)}…`],
  ["string[]", ["a", 5], "x[1] must be a string: it is 5", "put it into quotes"],
  ["string[]", "a", 'x must be a list of strings: it is "a"', "put it into a list: […]"],
  [
    "string | string[]",
    ["a", null],
    "x[1] must be a string: it is null",
    "leave it out where nothing is wanted",
  ],
  ["(string | number)[]", [[]], "x[0] must be a string or a number: it is []"],
  ["[string, string]", ["a"], 'x must be a list of 2 strings: it is [ "a" ]'],
  ["[string, string]", ["a", 1], "x[1] must be a string: it is 1", "put it into quotes"],
  ["Record<string, string>", { a: { b: 1 } }, "x.a must be a string: it is an object"],
  ["Record<string, string[]>", { a: ["b", 1] }, "x.a[1] must be a string: it is 1", "put it into quotes"],
  ["'soft' | 'hard' | '-'", "sotf", 'x must be "soft", "hard" or "-": it is "sotf"', 'did you mean "soft"?'],
  ["function", "a", 'x must be a function: it is "a"'],
  [
    "string | Uint8Array | object",
    1,
    "x must be a string, a Uint8Array or an object: it is 1",
    "put it into quotes",
  ],
];

for (const [description, value, message, hint] of SAYS) {
  Deno.test(`${Deno.inspect(value)} for ${description}: ${message.slice(0, 60)}`, () => {
    const place = { file: "/deploy.ts", line: 3, column: 1 };
    assert.throws(() => checkKinds("my.op", { x: value }, { x: description }, place), {
      code: "E_ARGUMENT",
      message: `my.op: ${message}`,
      hint,
      place,
    });
  });
}

Deno.test("a secret is never shown by what is wrong with it", () => {
  const value = 'pass"w\\ord';
  const hidden = new Secret(value);
  const attempts: [string, unknown][] = [
    ["number", hidden],
    ["number", value],
    ["boolean", `PASSWORD=${value}`],
    ["number", [value, hidden]],
    ["number[]", [hidden]],
    ["Record<string, number>", { a: value }],
    ["'a' | 'b'", value],
  ];
  for (const [description, given] of attempts) {
    const { message, hint = "" } = thrownBy(() =>
      checkKinds("my.op", { x: given }, { x: description }, undefined)
    );
    assert.doesNotMatch(message + hint, /pass|ord/, description);
  }
  // Where a secret belongs, whatever stands there may be one that nobody has marked.
  const { message } = thrownBy(() => checkKinds("my.op", { x: 123456 }, { x: "string | Secret" }, undefined));
  assert.equal(message, "my.op: x must be a string or a secret: it is a number");
  const inside = thrownBy(() =>
    checkKinds("my.op", { x: { A: 123456 } }, { x: "Record<string, string | Secret>" }, undefined)
  );
  assert.equal(inside.message, "my.op: x.A must be a string or a secret: it is a number");
});

Deno.test("global arguments are checked by the same descriptions", () => {
  const check = (globals: object) => checkGlobals("files.file", globals, undefined);
  check({
    _sudo: true,
    _shellExecutable: null,
    _env: { A: secret("hush hush") },
    _stdin: ["a"],
    _if: [() => true],
  });
  check({ _sudo: undefined });
  const wrong: [object, string][] = [
    [{ _sudo: "yes" }, '_sudo must be true or false: it is "yes"'],
    [{ _timeout: "5" }, '_timeout must be a number: it is "5"'],
    [{ _env: { A: 1 } }, "_env.A must be a string or a secret: it is a number"],
    [{ _successExitCodes: 1 }, "_successExitCodes must be a list of numbers: it is 1"],
    [{ _if: true }, "_if must be a function, an object or a list: it is true"],
    [{ _if: [true] }, "_if[0] must be a function, an object or a list: it is true"],
  ];
  for (const [globals, says] of wrong) {
    assert.equal(thrownBy(() => check(globals)).message, `files.file: ${says}`);
  }
});

Deno.test("every description of the program can be read, and says what it wants", () => {
  const all = [...definedOperations().values(), ...definedFacts().values()];
  for (const { parameters = {} } of all) {
    for (const { name, kind } of readParameters(parameters).values()) assert.ok(describeKind(kind), name);
  }
  assert.ok(all.length > 50);
});

Deno.test("a description is read once", () => {
  const parameters = { x: "string" };
  assert.equal(readParameters(parameters), readParameters(parameters));
});

function thrownBy(code: () => void): DroverError {
  try {
    code();
  } catch (thrown) {
    if (thrown instanceof DroverError) return thrown;
    throw thrown;
  }
  return assert.fail("nothing was thrown");
}

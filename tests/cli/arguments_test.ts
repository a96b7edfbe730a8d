import assert from "node:assert/strict";
import { toArguments } from "../../src/sandbox/arguments.ts";
import { GLOBAL_PARAMETERS } from "../../src/host/mod.ts";

/** Descriptions, words, and the values that they stand for. */
const VALUES: [description: string, ...words: [word: string, value: unknown][]][] = [
  ["boolean?", ["true", true], ["YES", true], ["on", true], ["1", true]],
  ["boolean?", ["false", false], ["No", false], ["off", false], ["0", false]],
  ["number", ["8080", 8080], ["-1", -1], ["1.5", 1.5], ["1e3", 1000], ["0", 0]],
  ["string", ["5", "5"], ["true", "true"], ["null", "null"], ["", ""], ["[1]", "[1]"], ['"a"', '"a"'], [
    "a=b",
    "a=b",
  ]],
  ["boolean | number?", ["1", 1], ["0", 0], ["true", true], ["no", false], ["30", 30]],
  ["boolean | string?", ["true", true], ["no", false], [".old", ".old"]],
  ["string | false?", ["false", false], ["no", false], ["/etc/hostname", "/etc/hostname"], ["true", "true"]],
  ["boolean | null?", ["null", null], ["off", false]],
  ["string | null?", ["null", null], ["bash", "bash"]],
  // What would lose zeros or digits as a number stays text.
  ["number | string?", ["644", 644], ["0644", "0644"], ["1.10", "1.10"], ["+5", "+5"], ["1e3", "1e3"]],
  ["number | string?", ["9007199254740993", "9007199254740993"], ["u=rw", "u=rw"], ["", ""], ["NaN", "NaN"]],
  ["string[]", ["a,b", ["a", "b"]], ["a, b", ["a", "b"]], ["", []], ['["a,b"]', ["a,b"]], ["5", ["5"]]],
  ["number[]", ["0,2", [0, 2]], ["[0, 2]", [0, 2]], ["7", [7]]],
  ["(string | number)[]", ["a,1", ["a", 1]]],
  ["[string, string]", ["origin,main", ["origin", "main"]], ['["origin", "main"]', ["origin", "main"]]],
  // A comma may belong to the text.
  ["string | string[]", ["a,b", "a,b"], ['["a", "b"]', ["a", "b"]], ["[a", "[a"], ["", ""]],
  ["string | number | (string | number)[]", ["1", 1], ["1 2", "1 2"], ["[1, 2]", [1, 2]]],
  ["Record<string, unknown>?", ['{"a": [1]}', { a: [1] }]],
  ["object | string", ['{"content": "a"}', { content: "a" }], ["a.txt", "a.txt"]],
  ["'soft' | 'hard' | '-'", ["soft", "soft"], ["-", "-"]],
  ["1 | 2", ["2", 2]],
  ["unknown[]", ["1,a", [1, "a"]]],
];

for (const [description, ...words] of VALUES) {
  Deno.test(`words for ${description}: ${words.map(([word]) => word).join(" ")}`, () => {
    for (const [word, value] of words) {
      assert.deepEqual(toArguments("my.op", [`x=${word}`], { x: description }), { x: value }, word);
      assert.deepEqual(
        toArguments("my.op", word.includes("=") ? [`x=${word}`] : [word], { x: description }),
        {
          x: value,
        },
      );
    }
  });
}

/** Descriptions and words that are none of it, with what is said. */
const WRONG: [description: string, word: string, message: string, hint: RegExp][] = [
  [
    "boolean",
    "maybe",
    'must be true or false: it is "maybe"',
    /write true, yes, on or 1 .* false, no, off or 0/,
  ],
  ["boolean", "", 'must be true or false: it is ""', /write true/],
  ["number", "abc", 'must be a number: it is "abc"', /a number such as 8080/],
  ["number", "0080", 'must be a number: it is "0080"', /a number/],
  ["number", "", 'must be a number: it is ""', /a number/],
  ["boolean | number", "soon", 'must be true or false or a number: it is "soon"', /write true.*or a number/],
  ["'soft' | 'hard'", "sotf", 'must be "soft" or "hard": it is "sotf"', /^did you mean "soft"\?$/],
  ["'soft' | 'hard'", "x", 'must be "soft" or "hard": it is "x"', /^write soft, or hard$/],
  ["number[]", "1,b", 'must be a list of numbers: it is "1,b"', /commas between them, or JSON/],
  ["string[]", "[a", 'must be a list of strings: it is "[a"', /JSON/],
  ["[string, string]", "a", 'must be a list of 2 strings: it is "a"', /commas/],
  ["Record<string, string>", "a=b", 'must be an object of strings: it is "a=b"', /JSON: '{"name": "value"}'/],
  ["function", "run", 'must be a function: it is "run"', /cannot be given on the command line/],
];

for (const [description, word, message, hint] of WRONG) {
  Deno.test(`the word "${word}" is no ${description}`, () => {
    assert.throws(
      () => toArguments("my.op", [`x=${word}`], { x: description }),
      (thrown: Error & { code?: string; hint?: string }) => {
        assert.equal(thrown.code, "E_ARGUMENT");
        assert.equal(thrown.message, `my.op: x ${message}`);
        assert.match(thrown.hint ?? "", hint);
        return true;
      },
    );
  });
}

Deno.test("global arguments are read by their kinds, by either spelling", () => {
  const words = [
    "_sudo=yes",
    "_sudo_user=0",
    "_timeout=5",
    "_success_exit_codes=0,2",
    "name=5",
    '_env={"A": "b"}',
  ];
  assert.deepEqual(toArguments("my.op", words, {}), {
    _sudo: true,
    _sudoUser: "0",
    _timeout: 5,
    _successExitCodes: [0, 2],
    name: "5",
    _env: { A: "b" },
  });
  assert.ok("_retries" in GLOBAL_PARAMETERS);
});

Deno.test("without descriptions, words are read by what they look like", () => {
  assert.deepEqual(toArguments("my.op", ["a=5", "b=true", "c=[1]", "d=no"], undefined), {
    a: 5,
    b: true,
    c: [1],
    d: "no",
  });
});

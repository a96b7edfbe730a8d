/** Facts as data: each file in the folders beside this one is a case. */

import assert from "node:assert/strict";
import { DroverError } from "../../src/errors/mod.ts";
import * as facts from "../../src/facts/mod.ts";
import { STAT } from "../../src/facts/stat_function.ts";
import { definedFacts } from "../../src/host/mod.ts";
import { readFixtures, withoutNothing } from "../support/fixtures.ts";
import { poisoned, runsPayload } from "../support/payload.ts";
import { testSyntax } from "../support/shell_syntax.ts";

interface FactFixture {
  /** What it shows, in one sentence. */
  about: string;
  args?: Record<string, unknown>;
  command?: string;
  /** Runs before the command. */
  setup?: string;
  /** The program that the command needs. */
  requires?: string;
  /** Lines that the host printed; without them, only the command is looked at. */
  output?: string[] | string;
  /** What the fact reads; nothing where it is left out. */
  value?: unknown;
  error?: { code: string; message: string };
}

const KEYS = ["about", "args", "command", "setup", "requires", "output", "value", "error"] as const;

const fixtures = await readFixtures<FactFixture>(new URL("./", import.meta.url), KEYS);

for (const { subject, name, content } of fixtures) {
  Deno.test(`${name}: ${content.about}`, () => {
    const { about: _, args: __, ...wanted } = content;
    const lines = typeof wanted.output === "string"
      ? wanted.output.replace(/\n$/, "").split("\n")
      : wanted.output;
    assert.deepEqual(
      readFact(subject, content.args ?? {}, lines),
      withoutNothing({ ...wanted, output: lines }),
    );
  });
}

function readFact(
  subject: string,
  args: Record<string, unknown>,
  output: string[] | undefined,
): Partial<FactFixture> {
  const fact = definedFacts().get(subject);
  assert.ok(fact, `there is no fact ${subject}`);
  try {
    const made = fact.command(args);
    return withoutNothing({
      command: withoutStat(typeof made === "string" ? made : made.raw),
      setup: withoutStat(fact.setup?.(args)?.raw),
      requires: typeof fact.requires === "function" ? fact.requires(args) : fact.requires,
      output,
      value: output === undefined
        ? undefined
        : output.length === 0 && fact.default !== undefined
        ? fact.default(args)
        : fact.process(output, args),
    }) as Partial<FactFixture>;
  } catch (thrown) {
    if (!(thrown instanceof DroverError)) throw thrown;
    return { error: { code: thrown.code, message: thrown.message } };
  }
}

/** What all questions about paths begin with is not repeated in each fixture. */
function withoutStat(text: string | undefined): string | undefined {
  return text === STAT.raw ? undefined : text?.replace(`${STAT.raw}\n`, "");
}

/** Facts whose argument is shell text by its very meaning. */
const SHELL_TEXT = [
  "apt.SimulateOperationWillChange",
  "pip.SimulateInstall",
  "server.Command",
  "uv.UvSimulateInstall",
];

Deno.test("no text in an argument is run by the shell", () => {
  const found = new Set<string>();
  for (const { subject, name, content: { args = {} } } of fixtures) {
    // Without quotes around its path, `find` lets the shell expand patterns.
    const isShellText = SHELL_TEXT.includes(subject) || args.interpolateVariables || args.quotePath === false;
    for (const other of isShellText ? [] : poisoned(args)) {
      const { command = "", setup = "" } = readFact(subject, other as Record<string, unknown>, undefined);
      if (runsPayload(command) || runsPayload(setup)) found.add(name);
    }
  }
  assert.deepEqual([...found], []);
});

Deno.test("every fact is in a fixture, and every argument of it", () => {
  const missing: string[] = [];
  for (const [name, { name: own, parameters = {} }] of definedFacts()) {
    // Tests define facts of their own; another name of a fact needs no case of its own.
    if (!Object.hasOwn(facts, name.split(".")[0]!) || name !== own) continue;
    const cases = fixtures.filter(({ subject }) => subject === name);
    const used = new Set(cases.flatMap(({ content }) => Object.keys(content.args ?? {})));
    if (cases.length === 0) missing.push(name);
    for (const parameter of Object.keys(parameters)) {
      if (cases.length > 0 && !used.has(parameter)) missing.push(`${name}: ${parameter}`);
    }
  }
  assert.deepEqual(missing, []);
});

testSyntax("facts", fixtures.flatMap(({ content }) => content.command ?? []));

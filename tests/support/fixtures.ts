/** Reads fixtures: one YAML file is one case. Tags stand for what YAML has no values for. */

import assert from "node:assert/strict";
import { parse, type ScalarTag } from "yaml";
import { Secret, secret } from "../../src/command/mod.ts";

/** A fixture file. */
export interface Fixture<T> {
  /** `files.line`. */
  subject: string;
  /** `files.line/odd_values`. */
  name: string;
  content: T;
}

/** Five thousand letters; `<long>` in a text stands for them. */
const LONG = "long-".repeat(1000);

const scalar = (tag: string, resolve: (text: string) => unknown): ScalarTag => ({ tag, resolve });

/** `!secret hunter2`, `!date 2026-01-31T12:00:00Z`, `!bytes text`, `!error text`, `!function name`. */
const TAGS: ScalarTag[] = [
  scalar("!secret", secret),
  scalar("!date", (text) => new Date(text)),
  scalar("!bytes", (text) => new TextEncoder().encode(text)),
  scalar("!error", (text) => new Error(text)),
  scalar("!function", (name) => Object.defineProperty(() => {}, "name", { value: name })),
];

/** All fixtures in the folders `module.name` of a directory. */
export async function readFixtures<T>(
  directory: URL,
  keys: readonly (keyof T & string)[],
): Promise<Fixture<T>[]> {
  const fixtures: Fixture<T>[] = [];
  for (const folder of await namesIn(directory)) {
    if (!/^[a-z][a-z0-9]*\.[A-Za-z0-9]+$/.test(folder)) continue;
    for (const file of await namesIn(new URL(`${folder}/`, directory))) {
      const name = `${folder}/${file.replace(/\.yaml$/, "")}`;
      assert.match(file, /^[a-z0-9_]+\.yaml$/, `${name} has no proper name`);
      const content = parseFixture(await Deno.readTextFile(new URL(`${folder}/${file}`, directory))) as T;
      const unknown = Object.keys(content as object).filter((key) => !keys.some((one) => one === key));
      assert.deepEqual(unknown, [], `${name} has unknown keys`);
      fixtures.push({ subject: folder, name, content });
    }
  }
  return fixtures;
}

/** Reads the text of a fixture. */
export function parseFixture(text: string): unknown {
  return expand(parse(text, { customTags: TAGS }));
}

function expand(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("<long>", LONG);
  if (Array.isArray(value)) return value.map(expand);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [expand(key), expand(inner)]));
}

/** The opposite of what fixtures do with long texts, for people who read failures. */
export function shorten(text: string): string {
  return text.replaceAll(LONG, "<long>");
}

/** A value without fields that hold nothing; `null` in a fixture is nothing too. */
export function withoutNothing(value: unknown): unknown {
  if (value === null) return undefined;
  if (value instanceof Secret) return { secret: value.reveal() };
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).map(([key, inner]) => [key, withoutNothing(inner)] as const);
  return Object.fromEntries(fields.filter(([, inner]) => inner !== undefined));
}

/** An object of fields, and nothing with a class of its own. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

async function namesIn(directory: URL): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
}

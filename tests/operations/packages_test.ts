/** What all package managers share. */

import assert from "node:assert/strict";
import { sh } from "../../src/command/mod.ts";
import { operation } from "../../src/host/mod.ts";
import {
  ensurePackages,
  type InstalledPackages,
  type PackageManager,
  parsePackages,
  type WantedPackages,
} from "../../src/operations/packages/ensure.ts";
import { collectSteps } from "../../src/testing/mod.ts";

const MANAGER: PackageManager = {
  kind: "package",
  install: sh`pm add`,
  upgrade: sh`pm up`,
  uninstall: sh`pm del`,
  joiner: "=",
};

async function plan(
  wanted: WantedPackages,
  installed: InstalledPackages,
  manager: Partial<PackageManager> = {},
): Promise<{ commands: string[]; noops: string[] }> {
  const test = operation(
    "test.packages",
    () => ensurePackages(wanted, installed, { ...MANAGER, ...manager }),
  );
  const { steps, notes } = await collectSteps(test, {}, { facts: () => undefined });
  return {
    commands: steps.map(String),
    noops: notes.flatMap((note) => note.kind === "noop" ? [note.text] : []),
  };
}

Deno.test("only what is missing is installed, with one command", async () => {
  const installed = { git: ["2.0"], pinned: ["1.1"], many: ["1", "2"] };
  const packages = ["git", "new", "pinned=1.2", "many=2", "new", "odd name"];
  assert.deepEqual(await plan({ packages }, installed), {
    commands: ["pm add new pinned=1.2 'odd name'"],
    noops: ["package git is installed (2.0)", "package many is installed (1, 2)"],
  });
  assert.deepEqual((await plan({ packages: "git" }, installed)).commands, []);
  assert.deepEqual((await plan({}, installed)).commands, []);
});

Deno.test("only what is there is removed", async () => {
  const installed = { git: ["2.0"], pinned: ["1.1"] };
  const packages = ["git", "gone", "pinned=2"];
  assert.deepEqual(await plan({ packages, present: false }, installed), {
    commands: ["pm del git"],
    noops: ["package gone is not installed", "package pinned is not installed"],
  });
});

Deno.test("latest upgrades what is installed and has no version, if there is something newer", async () => {
  const installed = { git: ["2.0"], pinned: ["1.1"] };
  const wanted = { packages: ["git", "pinned=1.1", "new"], latest: true };
  assert.deepEqual((await plan(wanted, installed)).commands, ["pm add new", "pm up git"]);
  const isOutdated = (names: readonly string[]) => Promise.resolve(names.includes("other"));
  assert.deepEqual((await plan(wanted, installed, { isOutdated })).commands, ["pm add new"]);
});

Deno.test("managers that take one package a time, leave other versions alone or remove names only", async () => {
  const installed = { git: ["2.0"], pinned: ["1.1"] };
  const manager = { oneByOne: true, uninstallsByName: true, replace: sh`pm force` };
  const wanted = { packages: ["git", "new", "pinned=1.2"], latest: true };
  assert.deepEqual((await plan(wanted, installed, manager)).commands, [
    "pm add new",
    "pm force pinned=1.2",
    "pm up git",
  ]);
  const isOutdated = ([name]: readonly string[]) => Promise.resolve(name === "b");
  const some = { packages: ["a", "b"], latest: true };
  assert.deepEqual((await plan(some, { a: ["1"], b: ["1"] }, { ...manager, isOutdated })).commands, [
    "pm up b",
  ]);
  assert.deepEqual(
    (await plan({ packages: ["git=2.0", "pinned=1.1"], present: false }, installed, manager)).commands,
    ["pm del git", "pm del pinned"],
  );
});

Deno.test("a name may stand for other packages", async () => {
  const expand = (name: string) =>
    Promise.resolve(name === "group" ? [{ name: "one" }, { name: "two", version: "2" }] : undefined);
  const wanted = { packages: ["group", "single"] };
  const commands = async (installed: InstalledPackages, present = true) =>
    (await plan({ ...wanted, present }, installed, { expand })).commands;
  assert.deepEqual(await commands({ one: ["1"] }), ["pm add group single"]);
  assert.deepEqual(await commands({ one: ["1"], two: ["2"], single: ["1"] }), []);
  assert.deepEqual(await commands({ one: ["1"] }, false), ["pm del group"]);
  assert.deepEqual(await commands({}, false), []);
});

Deno.test("a name stands for nothing else where it is installed in another version", async () => {
  const expand = (name: string) => Promise.resolve([{ name }]);
  const wanted = { packages: "one=2" };
  const { commands } = await plan(wanted, { one: ["1"] }, { expand });
  assert.deepEqual(commands, ["pm add one=2"]);
  assert.deepEqual((await plan(wanted, { one: ["2"] }, { expand })).commands, []);
});

Deno.test("a name may be listed in another way", async () => {
  const listedAs = (name: string) => name.toLowerCase();
  assert.deepEqual((await plan({ packages: "PyTask" }, { pytask: ["1"] }, { listedAs })).commands, []);
});

Deno.test("names are split at the last joiner, and not at their beginning", () => {
  assert.deepEqual(parsePackages(["@scope/a@1.2", "@scope/b", "c@"], "@"), [
    { name: "@scope/a", version: "1.2" },
    { name: "@scope/b" },
    { name: "c" },
  ]);
  assert.deepEqual(parsePackages("a==1", "=="), [{ name: "a", version: "1" }]);
  assert.deepEqual(parsePackages("a=1", undefined), [{ name: "a=1" }]);
  assert.deepEqual(parsePackages(undefined, "="), []);
});

Deno.test("names that are none are refused", () => {
  for (const name of ["", "  ", "--assume-yes", "-y"]) {
    assert.throws(() => parsePackages([name], "="), { code: "E_ARGUMENT" });
  }
});

Deno.test("a package is not taken from the prototype of objects", async () => {
  assert.deepEqual((await plan({ packages: "constructor" }, {})).commands, ["pm add constructor"]);
});

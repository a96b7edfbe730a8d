/** Every module of operations and facts can be imported by itself, under the name that it has in `"drover"`. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import { PUBLIC_NAMES } from "../../src/host/mod.ts";
import * as drover from "../../src/mod.ts";
import * as operations from "../../src/operations/mod.ts";
import { ROOT } from "../support/tree.ts";

const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));

for (const [kind, modules] of Object.entries({ facts, operations })) {
  Deno.test(`every module of ${kind} is in the import map`, async () => {
    const mapped = Object.keys(imports).filter((name) => name.startsWith(`drover/${kind}/`));
    deepStrictEqual(
      mapped.toSorted(),
      Object.keys(modules).map((name) => `drover/${kind}/${name}`).toSorted(),
    );
    for (const [name, module] of Object.entries(modules)) {
      strictEqual(await import(new URL(imports[`drover/${kind}/${name}`], ROOT).href), module, name);
    }
  });
}

Deno.test("hints for mistyped imports know every name of the public interface", () => {
  deepStrictEqual([...PUBLIC_NAMES].toSorted(), Object.keys(drover).toSorted());
});

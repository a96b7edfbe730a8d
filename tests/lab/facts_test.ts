/** Every fact, read from a real host over SSH, against what plain commands say there. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { definedFacts } from "../../src/host/mod.ts";
import "../../src/facts/mod.ts";
import { isElsewhere } from "../systems/catalogue.ts";
import { BASE, factRows, PREPARE, SILENT } from "./operations/fact_rows.ts";
import { asRoot } from "./operations/site.ts";
import { connect } from "./support.ts";

const HOST = "web-01";

Deno.test("every fact has a row, or a reason for having none", () => {
  const known = [...factRows().map((row) => row.fact.name), ...Object.keys(SILENT)];
  const wanted = [...definedFacts().keys()].filter((name) => known.includes(name) || !isElsewhere(name));
  deepStrictEqual(known.toSorted(), wanted.toSorted());
});

Deno.test("facts say what plain commands say", async (t) => {
  await using host = await connect(HOST);
  await asRoot(HOST, PREPARE);
  try {
    for (const { fact, args, env, command, ours, theirs } of factRows()) {
      await t.step(fact.name, async () => {
        await using other = env === undefined ? undefined : await connect(HOST, env);
        const value = await (other ?? host).fact(fact, args ?? {});
        const text = (await asRoot(HOST, command)).trimEnd();
        deepStrictEqual(ours === undefined ? value : ours(value), theirs === undefined ? text : theirs(text));
      });
    }
    for (const name of Object.keys(SILENT)) {
      await t.step(`${name}, which says nothing`, async () => {
        const value = await host.fact(definedFacts().get(name)!, { path: "/etc/hostname" });
        if (name !== "server.KernelModules") {
          strictEqual((value as { mode?: string } | undefined)?.mode, undefined);
        }
      });
    }
  } finally {
    await asRoot(HOST, `rm -rf ${BASE}`);
  }
});

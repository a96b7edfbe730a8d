/** The comparison of Drover's names with pyinfra's, on a small sample. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { catalogueLines, compareCatalogue } from "../../scripts/catalogue/compare.ts";
import { definedFacts, definedOperations } from "../../src/host/mod.ts";
import "../../src/facts/mod.ts";
import "../../src/operations/mod.ts";

const SAMPLE = {
  operations: {
    "apt.dist_upgrade": [],
    "apt.nonsense": [{ name: "anything" }],
    "files.directory": [{ name: "path" }, { name: "force_backup", default: "True" }, { name: "_internal" }],
    "files.put": [{ name: "src" }, { name: "dest" }, { name: "colour", default: "None" }],
    "files.template": [{ name: "src" }, { name: "data", rest: true }],
    "python.call": [{ name: "function" }, { name: "args", rest: true }],
    "server.user": [{ name: "user" }, { name: "add_deploy_dir", default: "True" }],
    "systemd.service": [{ name: "service" }, { name: "more", rest: true }],
  },
  facts: {
    "crontab.CrontabFile": [],
    "files.FileDict": [],
    "files.FindInFile": [{ name: "path" }, { name: "interpolate_variables", default: "False" }],
    "server.Crontab": [{ name: "user", default: "None" }],
    "server.Kernel": [],
    "server.Which": [{ name: "command" }, { name: "everywhere" }],
    "server.Weather": [],
  },
};

Deno.test("what is missing and what is spelled otherwise, in the order of the sample", () => {
  const ours = { operations: definedOperations(), facts: definedFacts() };
  deepStrictEqual(catalogueLines(compareCatalogue(SAMPLE, ours)), [
    "operation python.call is func.call",
    "argument server.user: add_deploy_dir is not needed: keys are looked for beside the deploy, then in the " +
    "working directory",
    "fact server.Crontab is crontab.Crontab",
    "missing: operation apt.nonsense",
    "missing: argument files.put: colour",
    "missing: argument systemd.service: more",
    "missing: argument server.Which: everywhere",
    "missing: fact server.Weather",
    "7 of 8 operations, 4 of 5 facts, 15 of 18 arguments are there",
  ]);
});

Deno.test("an alias of a whole operation needs no arguments of its own", () => {
  const operations = new Map([["postgres.sql", { parameters: { sql: "string" } }]]);
  const theirs = { operations: { "postgresql.sql": [{ name: "args", rest: true }] }, facts: {} };
  deepStrictEqual(catalogueLines(compareCatalogue(theirs, { operations, facts: new Map() })), [
    "operation postgresql.sql is postgres.sql",
    "1 of 1 operations, 0 of 0 facts, 0 of 0 arguments are there",
  ]);
});

Deno.test("the script exits with 1 where something is missing, and tells how to call it", async () => {
  const script = new URL("../../scripts/catalogue.ts", import.meta.url).pathname;
  const start = async (...args: string[]) => {
    const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", script, ...args] });
    const { code, stdout, stderr } = await command.output();
    return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  };
  const file = await Deno.makeTempFile({ prefix: "drover-catalogue-" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(SAMPLE));
    const lacking = await start(file);
    strictEqual(lacking.code, 1, lacking.text);
    match(lacking.text, /^missing: fact server\.Weather$/m);
    const whole = { operations: { "files.put": [{ name: "src" }] }, facts: {} };
    await Deno.writeTextFile(file, JSON.stringify(whole));
    deepStrictEqual(await start(file), {
      code: 0,
      text: "1 of 1 operations, 0 of 0 facts, 1 of 1 arguments are there\n",
    });
    strictEqual((await start()).code, 64);
  } finally {
    await Deno.remove(file);
  }
});

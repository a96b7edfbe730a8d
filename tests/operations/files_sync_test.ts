/** How `files.sync` fares with many files: round trips, portions, and paths in the home directory. */

import assert from "node:assert/strict";
import { files } from "../../src/operations/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { type Machine, onEachUserland, settle, withMachine } from "../support/userlands.ts";

async function manyFiles(directory: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const folder = `${directory}/folder ${index % 20}`;
    if (index < 20) await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/a file with a longer name ${index}`, `${index}`);
  }
}

Deno.test("2,000 files are asked for in one turn, in a few questions", async () => {
  const dir = await Deno.makeTempDir();
  await manyFiles(`${dir}/local`, 2000);
  let turns = 0;
  let questions = 0;
  let open = false;
  const { steps } = await collectSteps(files.sync, { src: `${dir}/local`, dest: "/remote", delete: true }, {
    facts: (fact) => {
      questions++;
      if (!open) {
        turns++;
        open = true;
        setTimeout(() => open = false, 0);
      }
      if (fact.name.startsWith("files.Find")) return [];
      return fact.name === "files.Entries" ? {} : undefined;
    },
  });
  assert.equal(turns, 1);
  assert.ok(questions < 12, `${questions} questions`);
  assert.equal(steps.filter((step) => String(step).startsWith("upload")).length, 2000);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("many files are uploaded, compared, and corrected where they differ", () =>
  withMachine("system", {}, async (machine: Machine) => {
    const args = { src: `${machine.dir}/local`, dest: `${machine.dir}/remote`, delete: true };
    await manyFiles(args.src, 300);
    await settle(machine, files.sync, args);
    await Deno.writeTextFile(`${args.dest}/folder 7/a file with a longer name 287`, "x");
    const commands = await settle(machine, files.sync, args);
    assert.equal(commands.length, 1);
  }));

Deno.test("files.sync below the home directory of the host's user", () =>
  withMachine("system", {}, async (machine: Machine) => {
    const name = `.drover-test-${crypto.randomUUID()}`;
    const home = Deno.env.get("HOME")!;
    await Deno.mkdir(`${machine.dir}/local`);
    await Deno.writeTextFile(`${machine.dir}/local/a`, "x");
    await Deno.mkdir(`${home}/${name}`);
    try {
      await Deno.writeTextFile(`${home}/${name}/extra`, "x");
      await settle(machine, files.sync, { src: `${machine.dir}/local`, dest: `~/${name}`, delete: true });
      const names = (await Array.fromAsync(Deno.readDir(`${home}/${name}`))).map((entry) => entry.name);
      assert.deepEqual(names, ["a"]);
    } finally {
      await Deno.remove(`${home}/${name}`, { recursive: true });
    }
  }));

onEachUserland("sync: names with other line breaks settle", async (machine) => {
  const { dir } = machine;
  await Deno.mkdir(`${dir}/from`);
  for (const name of ["a\rb", "c\u0085d", "e\u2028f", "g\r", "\u2029h"]) {
    await Deno.writeTextFile(`${dir}/from/${name}`, name);
    await Deno.symlink(name, `${dir}/from/link ${name}`);
    await Deno.mkdir(`${dir}/from/directory ${name}`);
  }
  await settle(machine, files.sync, { src: `${dir}/from`, dest: `${dir}/to`, delete: true });
  assert.equal(await Deno.readTextFile(`${dir}/to/g\r`), "g\r");
  await settle(machine, files.sync, { src: `${dir}/from`, dest: `${dir}/to`, delete: true });
});

onEachUserland(
  "sync: extra names with other line breaks are removed, and links lead where they should",
  async (machine) => {
    const { dir } = machine;
    const names = ["a\rb", "c\u0085d", "e\u2028f", "g\r", "\u2029h", "\u0085", "\r"];
    await Deno.mkdir(`${dir}/from`);
    await Deno.symlink("target\r\u0085\u2028", `${dir}/from/link`);
    await Deno.mkdir(`${dir}/to`);
    for (const name of names) {
      await Deno.writeTextFile(`${dir}/to/${name}`, name);
      await Deno.symlink(name, `${dir}/to/link ${name}`);
    }
    await settle(machine, files.sync, { src: `${dir}/from`, dest: `${dir}/to`, delete: true });
    assert.deepEqual((await Array.fromAsync(Deno.readDir(`${dir}/to`))).map(({ name }) => name), ["link"]);
    assert.equal(await Deno.readLink(`${dir}/to/link`), "target\r\u0085\u2028");
  },
);

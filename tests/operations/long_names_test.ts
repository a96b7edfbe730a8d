/** Names as long as file systems take them: backups and temporary files beside them are shorter, not refused. */

import assert from "node:assert/strict";
import { files } from "../../src/operations/mod.ts";
import { onEachUserland, settle } from "../support/userlands.ts";

/** 255 bytes in 128 letters. */
const NAME = `${"é".repeat(127)}x`;
const size = (text: string) => new TextEncoder().encode(text).length;

async function namesIn(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name);
}

onEachUserland("files of the longest names are written, edited and moved away", async (machine) => {
  const path = `${machine.dir}/${NAME}`;
  assert.equal(size(NAME), 255);
  await settle(machine, files.put, { src: { content: "one\n" }, dest: path });
  await settle(machine, files.line, { path, line: "two" });
  await settle(machine, files.line, { path, line: "^two$", replace: "2" });
  await settle(machine, files.replace, { path, text: "one", replace: "1" });
  await settle(machine, files.block, { path, content: "three" });
  assert.deepEqual(await namesIn(machine.dir), [NAME]);

  await settle(machine, files.line, { path, line: "four", backup: true });
  await settle(machine, files.line, { path, line: "^four$", replace: "4", backup: "old" });
  await settle(machine, files.replace, { path, text: "4", replace: "5", backup: "older" });
  await settle(machine, files.block, { path, content: "six", backup: "oldest" });
  const backups = (await namesIn(machine.dir)).filter((name) => name !== NAME);
  assert.equal(backups.length, 4);
  for (const name of backups) {
    assert.ok(size(name) <= 255 && name.startsWith("é".repeat(100)), name);
    assert.ok(!name.includes("\ufffd"), "letters are whole");
  }
  await settle(machine, files.directory, { path, force: true });
  await settle(machine, files.link, { path, target: "/etc", force: true });
  await settle(machine, files.file, { path, force: true });
  assert.ok((await namesIn(machine.dir)).length >= 8);
});

onEachUserland("a backup's own extension may not be longer than a name", async (machine) => {
  const path = `${machine.dir}/file`;
  await Deno.writeTextFile(path, "one\n");
  const backup = "x".repeat(255);
  await assert.rejects(machine.host.apply(files.line, { path, line: "two", backup }), {
    code: "E_ARGUMENT",
    message: /backup is too long/,
  });
  assert.equal(await Deno.readTextFile(path), "one\n");
});

onEachUserland("trees with the longest names are the same the second time", async (machine) => {
  await Deno.mkdir(`${machine.dir}/from/${NAME}`, { recursive: true });
  await Deno.writeTextFile(`${machine.dir}/from/${NAME}/${NAME}`, "x");
  await settle(machine, files.sync, { src: `${machine.dir}/from`, dest: `${machine.dir}/to`, delete: true });
});

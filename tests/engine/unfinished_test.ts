/** What a run that failed says of what it has left undone. */

import assert from "node:assert/strict";
import { anyChanged, host } from "../../src/host/mod.ts";
import { files, server } from "../../src/operations/mod.ts";
import { runDeploy, type TestRun } from "../support/run.ts";

async function unfinished(deploy: (directory: string) => unknown, options: Partial<TestRun> = {}) {
  const directory = await Deno.makeTempDir();
  try {
    const { events } = await runDeploy({ ...options, deploy: () => deploy(directory) });
    const end = events.findLast((event) => event.type === "run.finished");
    return end?.type === "run.finished" ? end.unfinished : undefined;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a reload that a failure swallowed is owed, by name and with its command", async () => {
  const told = await unfinished(async (directory) => {
    const conf = await files.put({ name: "Conf", src: { content: "x" }, dest: `${directory}/conf` });
    const same = await files.file({ name: "Same", path: directory, present: false, _if: () => false });
    await server.shell({ name: "Fail", commands: ["false"] });
    await server.shell({ name: "Reload", commands: ["true reload"], _if: conf });
    await server.shell({ name: "Reload too", commands: ["true"], _if: () => conf.didChange() });
    await server.shell({ name: "Reload also", commands: ["true"], _if: anyChanged(conf) });
    await server.shell({ name: "Not owed", commands: ["true"], _if: same.didChange });
    await server.shell({ name: "Last", commands: ["true"] });
  });
  assert.equal(told?.length, 1);
  const [{ host, left, owed }] = told as [NonNullable<typeof told>[number]];
  assert.equal(host, "@local");
  assert.deepEqual(left.map(({ label }) => label), [
    "Reload",
    "Reload too",
    "Reload also",
    "Not owed",
    "Last",
  ]);
  assert.deepEqual(owed.map(({ label, because }) => [label, because]), [
    ["Reload", ["Conf"]],
    ["Reload too", []],
    ["Reload also", []],
  ]);
  assert.deepEqual(owed[0]!.commands, ["true reload"]);
  assert.equal(owed[0]!.name, "server.shell");
});

Deno.test("a reload that failed itself is owed; one that did not, or may fail, is not", async () => {
  const told = await unfinished(async (directory) => {
    const conf = await files.put({ name: "Conf", src: { content: "x" }, dest: `${directory}/conf` });
    await server.shell({ name: "Done", commands: ["true"], _if: conf });
    await server.shell({ name: "Ignored", commands: ["false"], _if: conf, _ignoreErrors: true });
    await server.shell({ name: "Failed", commands: ["false"], _if: [conf, conf.didChange] });
  });
  assert.deepEqual(told?.[0]?.owed.map(({ label }) => label), ["Failed"]);
  assert.deepEqual(told?.[0]?.left, []);
});

Deno.test("where a condition has not changed, nothing is owed", async () => {
  const told = await unfinished(async (directory) => {
    const first = await files.put({ name: "First", src: { content: "x" }, dest: `${directory}/first` });
    await server.shell({ name: "Fail", commands: ["false"] });
    const second = await files.put({ name: "Second", src: { content: "x" }, dest: `${directory}/second` });
    await server.shell({ name: "On second", commands: ["true"], _if: second });
    await server.shell({ name: "On both", commands: ["true"], _if: [first, second] });
    await files.directory({ name: "There", path: directory });
  });
  assert.deepEqual(told?.[0]?.owed.map(({ label, because }) => [label, because]), [["On both", ["First"]]]);
  assert.deepEqual(told?.[0]?.left.map(({ label }) => label), ["Second", "On second", "On both"]);
});

Deno.test("a run that came to its end has nothing to tell", async () => {
  assert.equal(await unfinished(() => server.shell({ commands: ["true"] })), undefined);
  assert.equal(
    await unfinished(() => server.shell({ commands: ["true"] }), { request: { dry: true } }),
    undefined,
  );
  assert.equal(
    await unfinished(() => server.shell({ commands: [host.name] }), {
      request: { confirm: () => Promise.resolve(false) },
    }),
    undefined,
  );
});

/** What the plan says of calls that depend on what earlier calls change. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { sh } from "../../src/command/mod.ts";
import * as facts from "../../src/facts/mod.ts";
import { fact, host, inventory, operation, touches } from "../../src/host/mod.ts";
import { apt, files, server, systemd } from "../../src/operations/mod.ts";
import { runDeploy, type TestRun } from "../support/run.ts";
import { requirement } from "../support/skip.ts";

/** What the plan says of each call of a deploy, by label. */
async function planned(deploy: (directory: string) => unknown, options: Partial<TestRun> = {}) {
  const directory = await Deno.makeTempDir();
  try {
    const { plan } = await runDeploy({
      ...options,
      deploy: () => deploy(directory),
      request: { ...options.request, dry: true },
    });
    return plan.operations.flatMap(({ label, hosts }) =>
      hosts.map(({ state, reason, dependsOn }) => ({ label, state, reason, dependsOn }))
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function statesOf(deploy: (directory: string) => unknown, options: Partial<TestRun> = {}) {
  return (await planned(deploy, options)).map(({ state }) => state);
}

Deno.test("a file that is put, removed and put again", async () => {
  const calls = await planned(async (directory) => {
    const dest = `${directory}/motd`;
    await files.put({ name: "Put", src: { content: "one" }, dest });
    await files.file({ name: "Remove", path: `${directory}//motd`, present: false });
    await files.put({ name: "Put again", src: { content: "one" }, dest });
  });
  assert.deepEqual(calls.map(({ state }) => state), ["change", "depends", "depends"]);
  assert.deepEqual(calls[1]!.dependsOn, [1]);
  assert.equal(calls[1]!.reason, 'depends on "Put"');
  assert.deepEqual(calls[2]!.dependsOn, [1, 2]);
});

Deno.test("apply does what the plan could not tell", async () => {
  const directory = await Deno.makeTempDir();
  const dest = `${directory}/motd`;
  const { runs } = await runDeploy({
    deploy: async () => {
      await files.put({ src: { content: "one" }, dest });
      await files.file({ path: dest, present: false });
      await files.put({ src: { content: "one" }, dest });
    },
  });
  assert.equal(runs[0]!.summary.changed, 3);
  assert.equal(await Deno.readTextFile(dest), "one");
  await Deno.remove(directory, { recursive: true });
});

/** Stands in for systemd: a unit that is running, and enabled. */
async function withSystemctl<T>(code: () => Promise<T>): Promise<T> {
  const directory = await Deno.makeTempDir();
  const script = `#!/bin/sh
case "$*" in
*SubState*) printf 'Id=app.service\\nLoadState=loaded\\nSubState=running\\nUnitFileState=enabled\\n';;
esac
`;
  await Deno.writeTextFile(`${directory}/systemctl`, script, { mode: 0o755 });
  const path = Deno.env.get("PATH")!;
  Deno.env.set("PATH", `${directory}:${path}`);
  try {
    return await code();
  } finally {
    Deno.env.set("PATH", path);
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a service that is stopped and started again", async () => {
  const calls = await withSystemctl(() =>
    planned(async () => {
      await systemd.service({ name: "Stop", service: "app", running: false });
      await systemd.service({ name: "Start", service: "app.service", running: true });
      await systemd.service({ name: "Enable", service: "app", running: null, enabled: true });
      await server.service({ name: "Other", service: "other", running: true });
    })
  );
  assert.deepEqual(calls.slice(0, 3).map(({ state }) => state), ["change", "depends", "none"]);
  assert.equal(calls[1]!.reason, 'depends on "Stop"');
  assert.notEqual(calls[3]!.state, "depends");
});

Deno.test("what reloads a service is no ground for what starts it", async () => {
  const states = await withSystemctl(() =>
    statesOf(async (directory) => {
      const conf = await files.put({ src: { content: "x" }, dest: `${directory}/app.conf` });
      await systemd.service({ service: "app", reloaded: true, _if: conf });
      await systemd.service({ service: "app", running: true, enabled: true });
    })
  );
  assert.deepEqual(states, ["change", "conditional", "none"]);
});

Deno.test("a plain deploy has no plan that depends", async () => {
  const states = await withSystemctl(() =>
    statesOf(async (directory) => {
      await files.directory({ path: `${directory}/app` });
      await files.directory({ path: `${directory}/app/conf.d` });
      const conf = await files.put({ src: { content: "x" }, dest: `${directory}/app/app.conf` });
      await files.put({ src: { content: "y" }, dest: `${directory}/app/conf.d/more.conf` });
      await files.template({ src: { content: "{{ 1 }}" }, dest: `${directory}/app/conf.d/one.conf` });
      await files.link({ path: `${directory}/current`, target: `${directory}/app` });
      for (const line of ["PermitRootLogin no", "PasswordAuthentication no", "X11Forwarding no"]) {
        await files.line({
          path: `${directory}/sshd_config`,
          line: `^#?${line.split(" ")[0]}.*`,
          replace: line,
        });
      }
      await files.block({ path: `${directory}/hosts`, content: "10.0.0.1 a", marker: "# {mark} a" });
      await systemd.service({ service: "app", running: true, enabled: true });
      await systemd.service({ service: "app", reloaded: true, _if: conf });
      await server.shell({ commands: ["true"] });
      await files.put({ src: { content: "z" }, dest: `${directory}/last` });
    })
  );
  assert.ok(!states.includes("depends"), states.join(" "));
});

Deno.test("the same again: nothing is marked where nothing is changed", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/motd`, "one");
  const states = await statesOf(async () => {
    await files.put({ src: { content: "one" }, dest: `${directory}/motd` });
    await files.file({ path: `${directory}/motd` });
  });
  assert.deepEqual(states, ["none", "none"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("lines of one file touch each other where they mean the same", async () => {
  const states = await statesOf(async (directory) => {
    const path = `${directory}/conf`;
    await files.line({ path, line: "a=1" });
    await files.line({ path, line: "b=1" });
    await files.line({ path, line: "a=1", present: false });
    await files.replace({ path, text: "b=1", replace: "b=2" });
  });
  assert.deepEqual(states, ["change", "change", "depends", "depends"]);
});

Deno.test("editing what was uploaded depends on the upload", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/conf`, "a=1\n");
  const states = await statesOf(async () => {
    await files.put({ src: { content: "b=1\n" }, dest: `${directory}/conf` });
    await files.line({ path: `${directory}/conf`, line: "a=1" });
    await files.block({ path: `${directory}/other`, content: "x" });
  });
  assert.deepEqual(states, ["change", "depends", "change"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a directory that is removed takes with it what is below", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.mkdir(`${directory}/app/conf`, { recursive: true });
  await Deno.writeTextFile(`${directory}/app/conf/one`, "1");
  const states = await statesOf(async () => {
    await files.directory({ path: `${directory}/app`, present: false });
    await files.put({ src: { content: "1" }, dest: `${directory}/app/conf/one` });
    await files.put({ src: { content: "1" }, dest: `${directory}/app2` });
  });
  assert.deepEqual(states, ["change", "depends", "change"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a condition on what depends may hold", async () => {
  const calls = await planned(async (directory) => {
    const dest = `${directory}/motd`;
    await files.put({ name: "Put", src: { content: "one" }, dest });
    const removed = await files.file({ name: "Remove", path: dest, present: false });
    assert.equal(removed.willChange, true);
    await server.shell({ name: "Tell", commands: ["true"], _if: removed });
  });
  assert.deepEqual(calls.map(({ state }) => state), ["change", "depends", "conditional"]);
});

Deno.test("calls that are not awaited are settled in their order", async () => {
  const states = await statesOf((directory) => {
    const dest = `${directory}/motd`;
    files.put({ src: { content: "one" }, dest });
    files.file({ path: dest, present: false });
    files.put({ src: { content: "one" }, dest });
  });
  assert.deepEqual(states, ["change", "depends", "depends"]);
});

const Text = fact<string, { path: string }>({
  name: "forecast.Text",
  command: ({ path }) => sh`cat ${path} 2>/dev/null || true`,
  default: () => "",
  about: ({ path }) => ({ kind: "file", name: path }),
});

const write = operation<{ path: string; text: string }>("forecast.write", async function* ({ path, text }) {
  if (await host.getFact(Text, { path }) !== text) yield sh`printf %s ${text} > ${path}`;
});

const zone = operation<{ zone: string; text: string }>("forecast.zone", async function* ({ zone, text }) {
  touches({ kind: "zone", name: zone });
  if (await host.getFact(facts.server.Which, { command: "sh" })) yield sh`echo ${text}`;
});

Deno.test("an operation of one's own decides about what it asked, or what it says", async () => {
  const states = await statesOf(async (directory) => {
    await files.put({ src: { content: "one" }, dest: `${directory}/x` });
    await write({ path: `${directory}/./x`, text: "" });
    await write({ path: `${directory}/y`, text: "two" });
    await zone({ zone: "a", text: "1" });
    await zone({ zone: "b", text: "1" });
    await zone({ zone: "a", text: "2" });
  });
  assert.deepEqual(states, ["change", "depends", "change", "change", "change", "depends"]);
});

const copyOf = operation<{ from: string; path: string }>("forecast.copyOf", async function* ({ from, path }) {
  const text = await inventory.getHost(from)!.getFact(Text, { path });
  if (text !== "") yield sh`echo ${text}`;
});

/** Other hosts are entered by chroot. */
const ROOT = { ignore: requirement("root") };

Deno.test("what another host was asked is touched by its own calls", ROOT, async () => {
  const calls = await planned(async (directory) => {
    if (host.name === "@chroot/2") {
      await files.put({ name: "Key", src: { content: "key" }, dest: `${directory}/key` });
    } else await copyOf({ name: "Take", from: "@chroot/2", path: `${directory}/key` });
  }, { hosts: { "@chroot/2": {}, "@local": {} } });
  assert.deepEqual(calls.map(({ label, state, reason }) => [label, state, reason]), [
    ["Key", "change", undefined],
    ["Take", "depends", 'depends on "Key" of @chroot/2'],
  ]);
});

Deno.test("packages", async () => {
  const states = await withSystemctl(() =>
    statesOf(async () => {
      await apt.packages({ packages: ["drover-no-such", "drover-other"] });
      await apt.packages({ packages: ["drover-third"] });
      await apt.packages({ packages: ["drover-other"], present: false });
      await apt.update({});
      await apt.packages({ packages: ["drover-fourth"], update: true, cacheTime: 3600 });
    })
  );
  assert.deepEqual(states, ["change", "change", "depends", "always", "change"]);
});

/** Calls on a few paths, so that they often mean the same. */
type Deed = (directory: string) => Promise<unknown>;

const NAMES = ["a", "sub/b", "sub/deep/c"];

const deed: fc.Arbitrary<[string, Deed]> = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom("one\n", "two\n")).map(([name, content]) =>
    [
      `put ${name} ${content}`,
      (root: string) => files.put({ src: { content }, dest: `${root}/${name}` }),
    ] as [string, Deed]
  ),
  fc.tuple(fc.constantFrom(...NAMES), fc.boolean()).map(([name, present]) =>
    [
      `file ${name} ${present}`,
      (root: string) => files.file({ path: `${root}/${name}`, present }),
    ] as [string, Deed]
  ),
  fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom("600", "644")).map(([name, mode]) =>
    [`mode ${name} ${mode}`, (root: string) => files.file({ path: `${root}/${name}`, mode })] as [
      string,
      Deed,
    ]
  ),
  fc.tuple(fc.constantFrom("sub", "sub/deep", "empty"), fc.boolean()).map(([name, present]) =>
    [
      `directory ${name} ${present}`,
      (root: string) => files.directory({ path: `${root}/${name}`, present }),
    ] as [string, Deed]
  ),
  fc.tuple(fc.constantFrom("a", "sub/b"), fc.constantFrom("one", "three"), fc.boolean()).map((
    [name, line, present],
  ) =>
    [
      `line ${name} ${line} ${present}`,
      (root: string) => files.line({ path: `${root}/${name}`, line, present }),
    ] as [string, Deed]
  ),
  fc.tuple(fc.constantFrom("a"), fc.constantFrom("x", "y"), fc.boolean()).map(([name, content, present]) =>
    [
      `block ${name} ${content} ${present}`,
      (root: string) => files.block({ path: `${root}/${name}`, content, present }),
    ] as [string, Deed]
  ),
  fc.constantFrom("a", "sub/b").map((target) =>
    [
      `link ${target}`,
      (root: string) => files.link({ path: `${root}/link`, target: `${root}/${target}` }),
    ] as [string, Deed]
  ),
);

Deno.test("what is not said to depend ends as it was planned", async () => {
  let certain = 0;
  const property = fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 6 }), async (deeds) => {
    const directory = await Deno.makeTempDir();
    const { events, plan } = await runDeploy({
      deploy: async () => {
        for (const [name, act] of deeds) await act(directory).catch(() => assert.fail(name));
      },
    });
    await Deno.remove(directory, { recursive: true });
    for (const event of events) {
      if (event.type !== "operation.finished") continue;
      const { state } = plan.operations[event.operation - 1]!.hosts[0]!;
      // A line needs a directory to be in.
      if (state === "depends" || event.outcome === "failed") continue;
      certain++;
      const story = deeds.map(([name]) => name).join("; ");
      assert.equal(event.outcome, state === "none" ? "unchanged" : "changed", `${event.operation}: ${story}`);
    }
  });
  await fc.assert(property, { numRuns: 40 });
  assert.ok(certain > 60, "most calls are certain");
});

import assert from "node:assert/strict";
import "../../src/facts/mod.ts";
import { maskSecrets, type Secret, secret } from "../../src/command/mod.ts";
import {
  DataLayers,
  fact,
  factByName,
  Host,
  host,
  inventory,
  operation,
  requireScope,
} from "../../src/host/mod.ts";
import { outcomes, runDeploy } from "../support/run.ts";
import { requirement } from "../support/skip.ts";

const shell = operation<{ command: string }>("test.host_shell", async function* ({ command }) {
  yield command;
});

const Exit = fact<string, { status: number; fallback?: string }>({
  name: "test.ExitOf",
  command: ({ status }) => `exit ${status}`,
  parameters: { status: "number", fallback: "string?" },
});
const WithDefault = fact<string>({
  name: "test.WithDefault",
  command: () => "exit 1",
  default: () => "default",
});
const Unreadable = fact<string>({
  name: "test.Unreadable",
  command: () => "echo x",
  process: () => {
    throw new Error("what is this?");
  },
});

/** Runs a deploy that must end without a problem, and gives back what it returns. */
async function inDeploy<T>(body: () => Promise<T> | T): Promise<T> {
  let value: T | undefined;
  const { problems } = await runDeploy({ deploy: async () => value = await body() });
  assert.deepEqual(problems, []);
  return value!;
}

/** Other hosts are entered by chroot. */
const ROOT = { ignore: requirement("root") };

Deno.test("facts are found by each spelling of the guides", async () => {
  for (const name of ["server.LinuxName", "LinuxName", "linuxName", "linux_name", "server.linux_name"]) {
    assert.equal(factByName(name).name, "server.LinuxName", name);
  }
  assert.equal(factByName("sha256_file").name, "files.Sha256File");
  assert.equal(factByName("md5_file").name, "files.Md5File");
  const [camel, snake, asked] = await inDeploy(async () => [
    await host.fact.kernelVersion(),
    await host.fact.kernel_version(),
    await host.fact.find_in_file({ path: "/etc/passwd", pattern: "^root:" }),
  ]);
  assert.equal(camel, snake);
  assert.equal((asked as string[]).length, 1);
});

Deno.test("a mistyped fact is told in the spelling that it was written in", () => {
  const hintOf = (name: string) => {
    try {
      factByName(name);
    } catch (error) {
      return (error as { hint?: string }).hint;
    }
  };
  assert.equal(hintOf("linux_nam"), `did you mean "linux_name"?`);
  assert.equal(hintOf("server.linux_nam"), `did you mean "server.linux_name"?`);
  assert.equal(hintOf("linuxNam"), `did you mean "LinuxName"?`);
  assert.equal(hintOf("server.LinuxNam"), `did you mean "server.LinuxName"?`);
  assert.equal("linux_name" in host_fact(), true);
  assert.equal("linux_nam" in host_fact(), false);
});

function host_fact(): object {
  return new Host("web-01", [], new DataLayers([])).fact;
}

Deno.test("a fact that cannot be read gives its default with _ignoreErrors, and throws without", async () => {
  const values = await inDeploy(async () => [
    await host.getFact(Exit, { status: 1, _ignoreErrors: true }),
    await host.getFact(WithDefault, { _ignoreErrors: true }),
    await host.getFact(Unreadable, { _ignoreErrors: true }),
    await host.getFact(Exit, { status: 0, _ignoreErrors: true }),
    await host.getFact(Exit, { status: 1, _ignoreErrors: false }).catch((error) => error.code),
  ]);
  assert.deepEqual(values, [undefined, "default", undefined, "", "E_FACT"]);
  const unignored = await runDeploy({ deploy: () => host.getFact(WithDefault) });
  assert.match(unignored.problems[0]!.message, /Cannot read fact test\.WithDefault: its command exited 1/);
});

Deno.test("_ignoreErrors of a fact ignores no mistake in the call, and operations do not hand theirs on", async () => {
  const mistaken = await runDeploy({ deploy: () => host.getFact(Exit, { _ignoreErrors: true } as never) });
  assert.match(mistaken.problems[0]!.message, /needs the argument "status"/);
  const reads = operation("test.reads", async function* () {
    await host.getFact(WithDefault);
    yield "true";
  });
  const { problems } = await runDeploy({ deploy: () => reads({ _ignoreErrors: true }) });
  assert.match(problems[0]!.message, /Cannot read fact test\.WithDefault/);
});

Deno.test("host.when() gives the operations inside a condition beside their own", async () => {
  const { events } = await runDeploy({
    deploy: async () => {
      const first = await shell({ name: "first", command: "true" });
      const value = await host.when(first, async () => {
        await shell({ name: "both", command: "true", _if: () => true });
        await host.when(() => false, () => shell({ name: "neither", command: "true" }));
        await shell({ name: "own", command: "true", _if: () => false });
        return 5;
      });
      assert.equal(value, 5);
      await shell({ name: "outside", command: "true" });
    },
  });
  assert.deepEqual(outcomes(events).map((line) => line.replace("@local ", "")), [
    "first: changed",
    "both: changed",
    "neither: skipped",
    "own: skipped",
    "outside: changed",
  ]);
});

Deno.test("host.arguments() holds for the operations and facts inside, and for nothing else", async () => {
  const Color = fact<string>({ name: "test.HostColor", command: () => `echo "$COLOR"` });
  const { events } = await runDeploy({
    deploy: async () => {
      await host.arguments({ _env: { COLOR: "red" }, _chdir: "/" }, async () => {
        assert.equal(await host.getFact(Color), "red");
        await shell({ name: "inside", command: `test "$COLOR$SIZE$PWD" = red1/`, _env: { SIZE: "1" } });
      });
      await shell({ name: "outside", command: `test -z "$COLOR"` });
    },
  });
  assert.deepEqual(outcomes(events), ["@local inside: changed", "@local outside: changed"]);
});

Deno.test("host.when() that is not awaited loses neither operations nor failures", async () => {
  const { events, problems } = await runDeploy({
    deploy: () => {
      void host.when(() => true, async () => {
        await shell({ name: "inside", command: "true" });
        throw new Error("not awaited");
      });
    },
  });
  assert.equal(problems[0]?.message, "not awaited");
  assert.deepEqual(outcomes(events), []);
});

Deno.test("host.when() and host.arguments() of another host are refused", ROOT, async () => {
  const { problems } = await runDeploy({
    hosts: { "@local": {}, "@chroot//": {} },
    deploy: () => inventory.getHost("@local").arguments({ _sudo: true }, () => {}),
  });
  assert.deepEqual(problems.map(({ host }) => host), ["@chroot//"]);
  assert.match(problems[0]!.message, /host\.arguments of @local was called in the deploy of @chroot\/\//);
});

Deno.test("host.loop() is a plain loop", async () => {
  const { events } = await runDeploy({
    deploy: async () => {
      for (const name of host.loop(new Set(["a", "b"]))) await shell({ name, command: "true" });
    },
  });
  assert.deepEqual(outcomes(events), ["@local a: changed", "@local b: changed"]);
});

Deno.test("temporary paths are new, or the same for a key, below the wanted directory", async () => {
  await inDeploy(async () => {
    const [one, other] = [host.getTempFilename(), host.getTempFilename()];
    assert.match(one, /^\/tmp\/\.drover-[0-9a-f]{16}$/);
    assert.notEqual(one, other);
    assert.equal(host.getTempFilename("a"), host.getTempFilename("a"));
    assert.notEqual(host.getTempFilename("a"), host.getTempFilename("b"));
    requireScope("a test").config.tempDir = "/var/tmp/";
    assert.match(host.getTempFilename(), /^\/var\/tmp\/\.drover-/);
    await shell({ command: "true" });
  });
});

Deno.test("host.connected tells hosts of the run from those that --limit has left out", ROOT, async () => {
  const seen: boolean[] = [];
  const limited = await runDeployOnFirst(async () => {
    const other = inventory.getHost("@chroot//");
    seen.push(host.connected, other.connected);
    await other.connect();
    seen.push(other.connected);
    assert.deepEqual([...inventory.iterAllHosts()].map(({ name }) => name), ["@local", "@chroot//"]);
    assert.deepEqual([...inventory.iterActivatedHosts()].map(({ name }) => name), ["@local"]);
    assert.deepEqual([...inventory.iterActiveHosts()].map(({ name }) => name), ["@local"]);
  });
  assert.deepEqual(limited, []);
  assert.deepEqual(seen, [true, false, true]);
  assert.equal(new Host("web-01", [], new DataLayers([])).connected, false);
});

Deno.test("a host that has failed is activated and no longer active or connected", ROOT, async () => {
  const seen: Record<string, unknown> = {};
  await runDeploy({
    hosts: { "@local": {}, "@chroot//": {} },
    request: { strategy: "together" },
    deploy: async () => {
      await shell({ name: "fails on one", command: host.name === "@local" ? "false" : "true" });
      await shell({
        name: "looks",
        command: "true",
        _if: () => {
          seen.activated = inventory.getActivatedHosts().map(({ name }) => name);
          seen.active = inventory.getActiveHosts().map(({ name }) => name);
          seen.connected = inventory.getHost("@local").connected;
          return true;
        },
      });
    },
  });
  assert.deepEqual(seen, { activated: ["@local", "@chroot//"], active: ["@chroot//"], connected: false });
});

Deno.test("connectorData holds what connectors read, the strongest of each key", () => {
  const own = new Host(
    "web-01",
    [],
    new DataLayers([
      {
        source: "host",
        level: "host",
        values: { ssh_user: "deploy", ssh_password: secret("hunter22"), port: 1 },
      },
      { source: "group", level: "group", values: { ssh_user: "root", ssh_port: 2222 } },
    ]),
  );
  const { ssh_password: password, ...rest } = own.connectorData;
  assert.deepEqual(rest, { ssh_user: "deploy", ssh_port: 2222 });
  assert.equal(maskSecrets(String(password)), "***");
  assert.equal((password as Secret).reveal(), "hunter22");
});

/** Runs a deploy on the first of two hosts. */
async function runDeployOnFirst(deploy: () => Promise<void>): Promise<unknown[]> {
  const hosts = ["@local", "@chroot//"].map((name) =>
    new Host(name, ["all"], new DataLayers([{ source: "test", values: {} }]))
  );
  const { Inventory } = await import("../../src/host/mod.ts");
  const { problems } = await runDeploy({
    deploy,
    request: { inventory: new Inventory(hosts, new Map([["all", hosts]])), hosts: hosts.slice(0, 1) },
  });
  return problems;
}

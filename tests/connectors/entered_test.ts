/** Connectors that enter something by a program, against the programs themselves or what they really say. */

import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import { command, decode, TestHost, upload } from "../support/ports.ts";
import { requirement } from "../support/skip.ts";

/**
 * Programs before those on `PATH`. Each is shell text. They stand for programs that need a cluster or a daemon that
 * cannot be had here, and answer in the words that those print.
 */
class Programs implements AsyncDisposable {
  readonly #path = Deno.env.get("PATH")!;
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
    Deno.env.set("PATH", `${directory}:${this.#path}`);
  }

  static async create(programs: Record<string, string>): Promise<Programs> {
    const directory = await Deno.makeTempDir({ prefix: "drover-programs-" });
    for (const [name, text] of Object.entries(programs)) {
      await Deno.writeTextFile(`${directory}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return new Programs(directory);
  }

  async log(): Promise<string> {
    return await Deno.readTextFile(`${this.directory}/log`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Deno.env.set("PATH", this.#path);
    await Deno.remove(this.directory, { recursive: true });
  }
}

async function refusal(name: string, data = {}) {
  const port = createPort({ connectTimeout: 10, sudoPerCommand: false });
  const error = await port.connect({ name, data });
  await port.close();
  return error;
}

/** Notes its words, answers `get` and runs what stands behind `--`, as kubectl 1.20 to 1.31 do. */
const KUBECTL = `echo "$*" >>"$(dirname "$0")/log"
case "$*" in
*"get pod gone"*) echo 'Error from server (NotFound): pods "gone" not found' >&2; exit 1;;
*"get pod done"*) printf Succeeded; exit 0;;
*"get pod secret"*) echo 'Error from server (Forbidden): pods "secret" is forbidden: User "x" cannot get resource "pods"' >&2; exit 1;;
*"--context nowhere"*) echo 'error: context "nowhere" does not exist' >&2; exit 1;;
*"--namespace away"*) echo 'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?' >&2; exit 1;;
*"get pod"*) printf Running; exit 0;;
esac
while [ "$1" != -- ]; do shift; done; shift; exec "$@"`;

Deno.test("a pod is entered by kubectl, with its context and container", async () => {
  await using programs = await Programs.create({ kubectl: KUBECTL });
  const directory = await Deno.makeTempDir({ prefix: "drover-pod-" });
  const host = await TestHost.connect("@kubectl/eu/prod/shop/web-0:app", {});
  assert.equal(await host.sh("echo in"), "in\n");
  const results = await host.batch([
    upload(new Uint8Array(150_000), `${directory}/large`),
    command("exit 3"),
  ]);
  assert.deepEqual(results.map(({ outcome, exitStatus }) => [outcome, exitStatus]), [["success", 0], [
    "failure",
    3,
  ]]);
  await host.close();
  assert.equal((await Deno.stat(`${directory}/large`)).size, 150_000);
  await Deno.remove(directory, { recursive: true });
  const lines = (await programs.log()).split("\n");
  assert.equal(
    lines[0],
    "--context eu/prod --namespace shop get pod web-0 --output jsonpath={.status.phase}",
  );
  assert.match(lines[1]!, /^--context eu\/prod --namespace shop exec --stdin web-0 --container app -- sh/);
});

Deno.test("data of a host say what its name does not", async () => {
  await using programs = await Programs.create({ kubectl: KUBECTL });
  const data = { kubectl_context: "minikube", kubectl_container: "proxy" };
  const host = await TestHost.connect("@kubectl/shop/web-0", data);
  assert.equal(await host.sh("echo in"), "in\n");
  await host.close();
  assert.match(await programs.log(), /^--context minikube .* exec --stdin web-0 --container proxy -- sh/m);
});

Deno.test("what kubectl says against entering becomes an error for people", async (t) => {
  await using _programs = await Programs.create({ kubectl: KUBECTL });
  const cases: [name: string, code: string, text: RegExp][] = [
    ["@kubectl/shop/gone", "E_KUBECTL_POD", /no pod shop\/gone/],
    ["@kubectl/shop/done", "E_KUBECTL", /Pod shop\/done does not run/],
    ["@kubectl/shop/secret", "E_KUBECTL_DENIED", /does not let kubectl enter/],
    ["@kubectl/nowhere/shop/web-0", "E_KUBECTL_CONTEXT", /no context nowhere/],
    ["@kubectl/away/web-0", "E_KUBECTL_SERVER", /does not reach the cluster/],
  ];
  for (const [name, code, text] of cases) {
    await t.step(name, async () => {
      const error = await refusal(name);
      assert.equal(error?.code, code, JSON.stringify(error));
      assert.match(error!.message, text);
    });
  }
});

Deno.test("a pod that ends in the middle loses its command, and says so", async () => {
  await using _programs = await Programs.create({ kubectl: KUBECTL });
  const host = await TestHost.connect("@kubectl/shop/web-0", {});
  // The parent of the shell's own process group is what kubectl stands for.
  const result = await host.one(command("kill -9 $PPID; sleep 5"));
  assert.equal(result.outcome, "lost", JSON.stringify(result));
  await host.close();
});

Deno.test("a program that is missing or hangs is named", async () => {
  await using _programs = await Programs.create({ "lxc-info": "sleep 30", incus: "exit 127" });
  assert.equal((await refusal("@incus/app"))?.code, "E_INCUS_MISSING");
  const port = createPort({ connectTimeout: 1, sudoPerCommand: false });
  const error = await port.connect({ name: "@lxc/app", data: {} });
  await port.close();
  assert.equal(error?.code, "E_LXC_TIMEOUT");
  assert.match(error!.message, /lxc-attach did not tell within 1 seconds/);
});

/** As the clients of LXD 5.0 and Incus 6.0: states in capitals, one line for each container. */
const INCUS = `echo "$*" >>"$(dirname "$0")/log"
case "$1 $2" in
"list ^app$") echo RUNNING; exit 0;;
"list ^off$") echo STOPPED; exit 0;;
list*) exit 0;;
esac
while [ "$1" != -- ]; do shift; done; shift; exec "$@"`;

Deno.test("containers of LXD and Incus are entered without a terminal", async () => {
  await using programs = await Programs.create({ incus: INCUS, lxc: INCUS });
  for (const [name, words] of [["@incus/lab:app", "exec lab:app"], ["@lxd/app", "exec app"]] as const) {
    const host = await TestHost.connect(name, {});
    assert.equal(await host.sh("echo in"), "in\n");
    await host.close();
    assert.ok((await programs.log()).includes(`${words} --mode non-interactive -- sh`));
  }
  assert.match((await refusal("@incus/off"))!.message, /no running container off/);
  assert.match((await refusal("@lxd/none"))!.hint!, /lxc start none/);
});

Deno.test({
  name: "a machine of systemd is entered through its leader, with nothing of this machine's environment",
  ignore: requirement("mount"),
  fn: async () => {
    const leader = new Deno.Command("unshare", {
      args: ["--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"]
        .concat(
          "hostname drover-machine; echo ready; exec sleep 1000",
        ),
      stdout: "piped",
    }).spawn();
    const reader = leader.stdout.getReader();
    await reader.read();
    const inner = (await Deno.readTextFile(`/proc/${leader.pid}/task/${leader.pid}/children`)).trim();
    await using _programs = await Programs.create({
      machinectl: `case "$2 $4" in
"build State") echo running;;
"build Leader") echo ${inner};;
*) echo "Failed to get machine: No machine '$2' known" >&2; exit 1;;
esac`,
    });
    try {
      const host = await TestHost.connect("@nspawn/build", {});
      assert.equal(
        await host.sh("hostname; echo $HOME; env | grep -c '^DENO' || :"),
        "drover-machine\n/root\n0\n",
      );
      const killed = await host.one(command("sleep 98", { timeout: 0.5 }));
      assert.equal(killed.outcome, "timeout");
      assert.equal(
        decode((await host.one(command("pgrep -x sleep -a | grep ' 98' || echo gone"))).stdout),
        "gone\n",
      );
      await host.close();
      const error = await refusal("@nspawn/other");
      assert.equal(error?.code, "E_NSPAWN");
      assert.match(error!.detail!, /No machine 'other' known/);
    } finally {
      leader.kill("SIGKILL");
      await reader.cancel();
      await leader.status;
    }
  },
});

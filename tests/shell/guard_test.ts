import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import { digestsOf } from "../../src/host/digest.ts";
import { GUARD_SETUP, guardText } from "../../src/shell/guard.ts";
import {
  type GuardRequest,
  type HostPort,
  probeOutput,
  type Request,
  type RunOptions,
} from "../../src/shell/port.ts";
import { busyboxPath } from "../support/local_host.ts";
import { hasProgram } from "../../scripts/process.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const OPTIONS: RunOptions = { privilege: {}, shell: "sh", env: {}, pty: false, successExitCodes: [0] };

/** A guard that expects a script to print a text. */
function guard(script: string, text: string, options: Partial<RunOptions> = {}): Request {
  const own = { ...OPTIONS, ...options };
  return {
    kind: "guard",
    probes: [{ script, options: own }],
    expected: digestsOf(probeOutput(new TextEncoder().encode(text), 0)),
    options: own,
  };
}

const command = (script: string): Request => ({ kind: "command", script, options: OPTIONS });
const onStop = (script: string, options: Partial<RunOptions> = {}): Request => ({
  kind: "command",
  script,
  options: { ...OPTIONS, ...options },
  reads: true,
  onStop: true,
});

async function outcomes(port: HostPort, requests: Request[], id = 1): Promise<string[]> {
  const batch = { id, lane: "operations" as const, requests, stopOnFailure: true, live: false };
  const results = await port.run("@local", batch);
  return results.map(({ outcome, stdout }) =>
    [outcome, new TextDecoder().decode(stdout).trim()].filter(Boolean).join(" ")
  );
}

async function connected(): Promise<HostPort & AsyncDisposable> {
  const port = createPort({ connectTimeout: 10, sudoPerCommand: false });
  assert.equal(await port.connect({ name: "@local", data: {} }), undefined);
  return Object.assign(port, { [Symbol.asyncDispose]: () => port.close() });
}

Deno.test("a guard lets commands run only where the host answers as it did", async () => {
  await using port = await connected();
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  await Deno.writeTextFile(path, "before");
  const requests = [
    guard(`cat ${path}`, "before"),
    command(`printf after > ${path}; echo ran`),
    guard(`cat ${path}`, "before"),
    command(`printf wrong > ${path}`),
    onStop(`cat ${path}`),
  ];
  assert.deepEqual(await outcomes(port, requests), [
    "success",
    "success ran",
    "failure",
    "skipped",
    "success after",
  ]);
  assert.equal(await Deno.readTextFile(path), "after");
});

Deno.test("what is asked where a batch stops is not asked where it does not", async () => {
  await using port = await connected();
  const all = [
    onStop("echo one"),
    onStop("echo two"),
    onStop("echo three", { shell: "bash" }),
    onStop("false"),
  ];
  assert.deepEqual(await outcomes(port, [command("true"), ...all]), [
    "success",
    "skipped",
    "skipped",
    "skipped",
    "skipped",
  ]);
  assert.deepEqual(await outcomes(port, [command("false"), ...all], 2), [
    "failure",
    "success one",
    "success two",
    "success three",
    "failure",
  ]);
});

Deno.test("guards compare output, exit status, directory and environment, to the byte", async () => {
  await using port = await connected();
  const held = async (request: Request) => (await outcomes(port, [request]))[0] === "success";
  assert.ok(await held(guard("printf 'a\\nb'", "a\nb")));
  assert.ok(await held(guard("printf 'it'\"'\"'s $x \\\\ \\377' | tr '\\377' x", "it's $x \\ x")));
  assert.ok(await held(guard("", "")));
  assert.ok(!await held(guard("printf 'a\\nb\\n'", "a\nb")));
  assert.ok(!await held(guard("printf a; exit 3", "a")));
  assert.ok(!await held(guard("printf 'a\\000b'", "ab")));
  assert.ok(await held(guard("pwd", "/usr\n", { chdir: "/usr" })));
  assert.ok(await held(guard('echo "$WORD"', "it's\n", { env: { WORD: "it's" } })));
  assert.ok(await held(guard("echo ${BASH_VERSION:+bash}", "bash\n", { shell: "bash" })));
  assert.ok(await held(guard("yes drover | head -c 3000000", "drover\n".repeat(428572).slice(0, 3000000))));
});

Deno.test("a guard leaves nothing of its probes behind in the commands after it", async () => {
  await using port = await connected();
  const requests = [guard("cd /usr; x=1; exit 0", ""), command("echo ${x:-none} ${DROVER_SCRIPT:-none}")];
  assert.deepEqual(await outcomes(port, requests), ["success", "success none none"]);
});

Deno.test({
  name: "a guard's text works in every shell, also where nothing but cksum computes digests",
  ignore: !await hasProgram("busybox"),
  async fn() {
    await using busybox = await busyboxPath();
    const applets = busybox.path.split(":")[0]!;
    await using only = await temporaryDirectory();
    for (const name of ["cksum", "cat"]) await Deno.symlink(`/usr/bin/${name}`, `${only}/${name}`);
    const shells = [`${applets}/sh`, "/bin/sh", "/bin/bash"];
    for (const shell of shells) {
      for (const path of [applets, only.path, "/usr/bin:/bin"]) {
        for (const [text, code] of [["it's\n\n", 0], ["it's\n", 1]] as const) {
          const request = guard(`printf "it's\\n\\n" | cat`, text) as GuardRequest;
          const args = ["-c", `${GUARD_SETUP}${guardText(request)}`];
          const ended = await new Deno.Command(shell, { args, env: { PATH: path }, clearEnv: true }).output();
          assert.equal(ended.code, code, `${shell} with ${path}: ${new TextDecoder().decode(ended.stderr)}`);
        }
      }
    }
  },
});

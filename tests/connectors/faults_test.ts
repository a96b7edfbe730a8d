import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import { command, decode, TestHost } from "../support/ports.ts";
import { startProxy } from "../support/proxy.ts";
import { requirement } from "../support/skip.ts";
import { startSshd } from "../support/sshd.ts";

for (const backend of ["openssh", "ssh2"]) {
  const given = { ignore: requirement("sshd") };
  Deno.test(`a peer that falls silent is noticed (${backend})`, given, () => silentPeer(backend));
  Deno.test(`a shell that is killed there is a loss (${backend})`, given, () => killedShell(backend));
  Deno.test(`closing while a host is being connected (${backend})`, given, () => closing(backend));
}

async function silentPeer(ssh_backend: string): Promise<void> {
  await using sshd = await startSshd();
  await using proxy = startProxy(sshd.port);
  const file = `${sshd.directory}/config`;
  await Deno.writeTextFile(`${file}-user`, "Host *\n  ServerAliveInterval 1\n  ServerAliveCountMax 2\n");
  await using host = await TestHost.connect("web-01", {
    ...sshd.data(),
    ssh_backend,
    ssh_port: proxy.port,
    ssh_config_file: `${file}-user`,
  });
  const running = host.one(command("echo begun; sleep 30"));
  await new Promise((resolve) => setTimeout(resolve, 400));
  proxy.freeze();
  const started = performance.now();
  const result = await running;
  assert.equal(result.outcome, "lost");
  assert.match(result.error?.message ?? "", /stopped answering/);
  assert.ok(performance.now() - started < 8000);
}

async function killedShell(ssh_backend: string): Promise<void> {
  await using sshd = await startSshd();
  await using proxy = startProxy(sshd.port);
  await using host = await TestHost.connect("web-01", { ...sshd.data(), ssh_backend, ssh_port: proxy.port });
  const result = await host.one(command("kill -9 $PPID; sleep 1"));
  assert.equal(result.outcome, "lost");
  assert.equal(result.error?.code, "E_SESSION_ENDED");
  assert.equal(await host.sh("echo again"), "again\n");
  assert.equal(proxy.accepted, 1);
}

async function closing(ssh_backend: string): Promise<void> {
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = createPort({ connectTimeout: 30, sudoPerCommand: false });
  const connecting = port.connect({
    name: "web-01",
    data: { ssh_backend, ssh_hostname: "127.0.0.1", ssh_port: (silent.addr as Deno.NetAddr).port },
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const started = performance.now();
  await port.close();
  assert.ok(await connecting);
  assert.ok(performance.now() - started < 3000);
  silent.close();
}

Deno.test("Ctrl-C in the terminal does not reach what runs", async () => {
  const script = `
    import { TestHost, command, decode } from "${new URL("../support/ports.ts", import.meta.url)}";
    Deno.addSignalListener("SIGINT", () => console.log("interrupted"));
    const host = await TestHost.connect("@local");
    console.log("ready");
    console.log(decode((await host.one(command("sleep 1; echo finished"))).stdout));
    await host.close();
    Deno.exit(0);`;
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/run.ts`, script);
  const configuration = new URL("../../deno.json", import.meta.url).pathname;
  // As a terminal does, the signal goes to the whole process group.
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", configuration, `${directory}/run.ts`],
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
  let output = "";
  for await (const chunk of child.stdout) {
    output += decode(chunk);
    if (!output.endsWith("ready\n")) continue;
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The shell's own `kill`: Debian 12's /usr/bin/kill takes `-1234` for `-1`, which is every process.
    await new Deno.Command("/bin/sh", { args: ["-c", `kill -INT -${child.pid}`] }).output();
  }
  await child.status;
  assert.match(output, /interrupted\nfinished/);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("unknown hosts and connectors are errors, not exceptions", async () => {
  const port = createPort({ connectTimeout: 1, sudoPerCommand: false });
  assert.equal((await port.connect({ name: "@dokcer/x", data: {} }))?.code, "E_HOST_NAME");
  const batch = { id: 1, lane: "facts" as const, stopOnFailure: true, live: false };
  const [result] = await port.run("nobody", { ...batch, requests: [command("true")] });
  assert.equal(result!.error?.code, "E_NOT_CONNECTED");
  await port.cancel("nobody", 1);
  assert.deepEqual(await port.disconnect("nobody"), { notices: [] });
  await port.close();
});

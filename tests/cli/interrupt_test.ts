/** One Ctrl-C ends a run within twelve seconds, two within three, whatever it waits for. */

import assert from "node:assert/strict";
import { type Project, project } from "../support/cli.ts";
import { isRunning } from "../support/processes.ts";
import { onTerminal } from "../support/pseudo_terminal.ts";
import { requirement } from "../support/skip.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";

const SECONDS = { one: 12, two: 3 };

const OVER_SSH = { ignore: requirement("sshd") };

/** Presses Ctrl-C once or twice when something is there, and insists on the end in time. */
async function interrupt(
  process: Deno.ChildProcess,
  presses: keyof typeof SECONDS,
  ready: () => Promise<unknown>,
): Promise<string> {
  const output = process.output();
  while (!await ready()) await pause(20);
  process.kill("SIGINT");
  if (presses === "two") {
    await pause(200);
    process.kill("SIGINT");
  }
  const pressed = performance.now();
  const tooLong = setTimeout(() => process.kill("SIGKILL"), 30_000);
  const { code, stderr } = await output;
  clearTimeout(tooLong);
  const text = new TextDecoder().decode(stderr);
  const seconds = (performance.now() - pressed) / 1000;
  assert.ok(seconds < SECONDS[presses], `it took ${seconds} seconds:\n${text}`);
  assert.equal(code, 130, text);
  return text;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function shell(command: string, globals = ""): string {
  return `import { server } from "drover/operations";
await server.shell({ name: "slow", commands: [${JSON.stringify(command)}]${globals} });
await server.shell({ name: "next", commands: ["touch next"] });`;
}

Deno.test("Ctrl-C while a fact hangs", async () => {
  await using here = await project();
  const command = "command=touch started; sleep 8001";
  const process = here.start("@local", "fact", "server.Command", command);
  await interrupt(process, "one", () => here.exists("started"));
  assert.equal(await isRunning("sleep 8001"), false);
});

const TWO_HOSTS = { ignore: requirement("root") };

Deno.test(
  "Ctrl-C while a command hangs kills it after a while; who waits for a turn never gets it",
  TWO_HOSTS,
  async () => {
    await using here = await project({
      "inventory.ts": `export const hosts = ["@local", ["@chroot/other", { chroot_directory: "/" }]];`,
    });
    await here.write("deploy.ts", shell(`echo begun >> ${here.path}/started; sleep 8002`, ", _serial: true"));
    const process = here.start("inventory.ts", "deploy.ts", "-y", "--allow-run=sh,chroot");
    const text = await interrupt(process, "one", () => here.exists("started"));
    assert.match(text, /Interrupted: nothing new is started[^]*Killing what still runs/);
    assert.equal(await isRunning("sleep 8002"), false);
    assert.equal(await here.read("started"), "begun\n");
    assert.equal(await here.exists("next"), false);
  },
);

Deno.test("Ctrl-C twice while a command hangs that ignores to be told", async () => {
  await using here = await project({
    "deploy.ts": shell("trap '' TERM; touch started; sleep 8003; sleep 8003"),
  });
  const process = here.start("@local", "deploy.ts", "-y");
  await interrupt(process, "two", () => here.exists("started"));
  assert.equal(await isRunning("sleep 8003"), false);
});

Deno.test("Ctrl-C ends the wait between two attempts at once", async () => {
  await using here = await project({
    "deploy.ts": shell("touch started; exit 1", ", _retries: 3, _retryDelay: 600"),
  });
  const process = here.start("@local", "deploy.ts", "-y");
  const pressed = performance.now();
  await interrupt(process, "one", () => here.exists("started"));
  assert.ok(performance.now() - pressed < 6000);
});

for (const backend of ["openssh", "ssh2"]) {
  Deno.test(`Ctrl-C while a host is connected to that never answers (${backend})`, OVER_SSH, async () => {
    await using here = await project({ "deploy.ts": shell("true") });
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = silent.accept();
    const words = ["127.0.0.1", "deploy.ts", "-y", "--connect-timeout", "60", "--ssh-backend", backend];
    const process = here.start(...words, "--ssh-port", String((silent.addr as Deno.NetAddr).port));
    const connection = await accepted;
    await interrupt(process, "one", () => Promise.resolve(true));
    connection.close();
  });

  Deno.test(`Ctrl-C while a server never starts its shell (${backend})`, OVER_SSH, async () => {
    await using sshd = await startSshd({ config: ["ForceCommand sleep 8004"] });
    await using here = await overSsh(sshd, backend, shell("true"));
    const process = here.start("inventory.ts", "deploy.ts", "-y", "--connect-timeout", "60");
    await interrupt(process, "one", () => isRunning("sleep 8004"));
  });

  Deno.test(`Ctrl-C while a server is stopped (${backend})`, OVER_SSH, async () => {
    await using sshd = await startSshd();
    for (const presses of ["one", "two"] as const) {
      const sleep = `sleep 80${backend.length}${presses.charCodeAt(0)}`;
      await using here = await overSsh(sshd, backend, shell(sleep));
      const process = here.start("inventory.ts", "deploy.ts", "-y");
      await interrupt(process, presses, async () => await isRunning(sleep) && await sshd.signal("STOP"));
      await sshd.signal("CONT");
    }
  });

  Deno.test(`Ctrl-C while a server has stopped to read an upload (${backend})`, OVER_SSH, async () => {
    await using sshd = await startSshd();
    await using here = await overSsh(
      sshd,
      backend,
      `import { files } from "drover/operations";
await files.put({ src: "large", dest: "${sshd.users[0]!.home}/large" });`,
    );
    await Deno.writeFile(`${here.path}/large`, new Uint8Array(256 * 1024 * 1024));
    const process = here.start("inventory.ts", "deploy.ts", "-y");
    const begun = async () => {
      const names = await Array.fromAsync(Deno.readDir(sshd.users[0]!.home), ({ name }) => name);
      return names.some((name) => name.startsWith(".drover-")) && await sshd.signal("STOP");
    };
    await interrupt(process, "two", begun);
    await sshd.signal("CONT");
  });
}

/** Ctrl-C as a key, which a prompt reads by itself, and as a signal. */
const CTRL_C = [
  { title: "typed", before: "", keys: "\x03" },
  { title: "sent", before: "timeout --foreground --preserve-status -s INT 6 ", keys: "" },
];

for (const { title, before, keys } of CTRL_C) {
  const needs = { ignore: requirement("sshd", "python3") };
  Deno.test(`Ctrl-C while a password is asked for (${title})`, needs, async () => {
    await using sshd = await startSshd();
    const { ssh_key: _, ...data } = sshd.data();
    await using here = await project({
      "deploy.ts": shell("true"),
      "inventory.ts": `export const hosts = [["web-01", ${JSON.stringify(data)}]];`,
    });
    for (
      const [flags, prompt] of [["--use-sudo-password", "sudo password:"], ["", "ssh password on web-01"]]
    ) {
      const words = here.command("inventory.ts", "deploy.ts", "-y", flags!).filter((word) => word !== "");
      const command = `env -u CI NO_COLOR=1 ${before}${words.join(" ")}`;
      const shown = await onTerminal(command, { prompt: prompt!, keys, cwd: here.path });
      assert.match(shown, new RegExp(`${prompt}[^]*status: 130\nrestored\n$`));
    }
  });
}

/** A project whose inventory is a server. */
async function overSsh(sshd: Sshd, backend: string, deploy: string): Promise<Project> {
  const data = { ...sshd.data(), ssh_backend: backend };
  return await project({
    "deploy.ts": deploy,
    "inventory.ts": `export const hosts = [["web-01", ${JSON.stringify(data)}]];`,
  });
}

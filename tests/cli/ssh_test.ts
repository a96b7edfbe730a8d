import assert from "node:assert/strict";
import { project } from "../support/cli.ts";
import { watchPeak } from "../support/peak_memory.ts";
import { requirement } from "../support/skip.ts";
import { freePort, must, startSshd } from "../support/sshd.ts";

const ignore = requirement("sshd");

const TOUCH = `import { host } from "drover";
import { server } from "drover/operations";
await server.shell({ name: "Touch", commands: ["touch " + host.data.made] });`;

Deno.test({
  name: "hosts that cannot be reached are named with the reason; the others go on; the status is 4",
  ignore,
  fn: async () => {
    await using sshd = await startSshd();
    await using here = await project({ "deploy.ts": TOUCH });
    const good = sshd.data();
    const made = `/tmp/drover-cli-${crypto.randomUUID()}`;
    await here.write(
      "inventory.json",
      JSON.stringify({
        made,
        targets: [
          ["127.0.1.1", good],
          ["refused", { ...good, ssh_port: freePort() }],
          ["wrong-key", { ...good, ssh_key: sshd.wrongKey }],
          ["no-such-host.invalid", { ...good, ssh_hostname: "no-such-host.invalid" }],
          ["no-key-file", { ...good, ssh_key: `${here.path}/none` }],
        ],
      }),
    );
    const ended = await here.drover("inventory.json", "deploy.ts", "-y");
    assert.equal(ended.status, 4, ended.stderr);
    for (
      const said of [
        /E_SSH_REFUSED.*refused/,
        /E_SSH_AUTH.*wrong-key/,
        /E_SSH_RESOLVE.*no-such-host\.invalid/,
        /none/,
        /Touch/,
      ]
    ) assert.match(ended.stderr, said);
    assert.doesNotMatch(ended.stderr, /This is a bug/);
    await Deno.remove(made);
  },
});

Deno.test({
  name: "a changed host key is refused and says how to accept it; strict checking refuses unknown hosts",
  ignore,
  fn: async () => {
    await using sshd = await startSshd();
    await using here = await project();
    const host = "127.0.1.7";
    const data = { ...sshd.data(), ssh_hostname: host };
    await here.write("inventory.json", JSON.stringify({ targets: [[host, data]] }));
    const strict = await here.drover(
      "inventory.json",
      "exec",
      "--data",
      "ssh_strict_host_key_checking=yes",
      "--",
      "true",
    );
    assert.equal(strict.status, 4);
    assert.match(strict.stderr, /E_SSH_HOST_KEY_UNKNOWN/);
    assert.equal((await here.drover("inventory.json", "exec", "--", "true")).status, 0);
    await sshd.changeHostKey();
    const changed = await here.drover("inventory.json", "exec", "--", "true");
    assert.equal(changed.status, 4);
    assert.match(changed.stderr, /E_SSH_HOST_KEY_CHANGED/);
    assert.match(changed.stderr, /ssh-keygen -f .* -R/);
  },
});

Deno.test({
  name: "a new host key is told of with its fingerprint, for people and as JSON, and not again",
  ignore,
  fn: async () => {
    await using sshd = await startSshd();
    await using here = await project();
    const [, fingerprint = ""] = (await must("ssh-keygen", "-l", "-f", `${sshd.directory}/host_key.pub`))
      .split(" ");
    const text = `New host key accepted: ED25519 ${fingerprint}`;
    const list = (names: string[]) =>
      JSON.stringify({ targets: names.map((name) => [name, { ...sshd.data(), ssh_hostname: name }]) });
    await here.write("inventory.json", list(["127.0.1.3"]));
    const shown = await here.drover("inventory.json", "exec", "--", "true");
    assert.equal(shown.status, 0, shown.stderr);
    assert.ok(`${shown.stdout}${shown.stderr}`.includes(`127.0.1.3  ${text}`), shown.stderr);
    await here.write("inventory.json", list(["127.0.1.3", "127.0.1.4"]));
    const { stdout } = await here.drover("inventory.json", "exec", "--json", "--", "true");
    const events = stdout.trim().split("\n").map((line) => JSON.parse(line));
    const notices = events.filter(({ type }) => type === "notice").map(({ host, text }) => ({ host, text }));
    assert.deepEqual(notices, [{ host: "127.0.1.4", text }]);
  },
});

Deno.test({
  name:
    "a connection cut in the middle of an operation fails that host, leaves nothing, and the others go on",
  ignore,
  fn: async () => {
    await using sshd = await startSshd();
    await using here = await project({
      "deploy.ts": `import { host } from "drover";
import { server } from "drover/operations";
await server.shell({ name: "Cut", commands: [host.name === "cut" ? "kill -KILL $(ps -o ppid= -p $PPID); sleep 5" : "true"] });
await server.shell({ name: "After", commands: ["echo after"] });`,
    });
    await here.write(
      "inventory.json",
      JSON.stringify({
        targets: [["cut", sshd.data()], ["whole", { ...sshd.data(), ssh_hostname: "127.0.1.2" }]],
      }),
    );
    const ended = await here.drover("inventory.json", "deploy.ts", "-y");
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(ended.stderr, /FAILED \[.*\] cut +Cut/);
    assert.match(ended.stderr, /The connection to cut .* broke off/);
    assert.match(ended.stderr, /Changed \[.*\] whole +After/);
    assert.match(ended.stderr, /deploy\.ts:3/);
  },
});

Deno.test({
  name: "twenty operations on 100 hosts end without a failure, in less than 400 MB",
  ignore,
  fn: async () => {
    await using sshd = await startSshd();
    await using here = await project({
      "deploy.ts": `import { server } from "drover/operations";
for (let n = 1; n <= 20; n++) await server.shell({ name: "Command " + n, commands: ["test " + n + " -gt 0"] });`,
    });
    const targets = Array.from({ length: 100 }, (_, index) => {
      const name = `127.0.1.${index + 1}`;
      return [name, { ...sshd.data(), ssh_hostname: name }];
    });
    await here.write("inventory.json", JSON.stringify({ targets }));
    const process = here.start("inventory.json", "deploy.ts", "-y", "--json");
    const watch = watchPeak(process.pid);
    const { code, stdout } = await process.output();
    const peak = watch.stop();
    const events = new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
    const changed = events.filter((event) =>
      event.type === "operation.finished" && event.outcome === "changed"
    );
    assert.equal(code, 0);
    assert.equal(changed.length, 2000);
    assert.ok(peak > 0 && peak < 400 * 1024, `${peak} KiB at its peak`);
  },
});

Deno.test({
  name: "sudo asks once for its password; a wrong one and a missing one are told apart",
  ignore: requirement("sshd", "sudo"),
  fn: async () => {
    await using sshd = await startSshd();
    await using here = await project();
    const [user] = sshd.users;
    const rule = `/etc/sudoers.d/${user!.name}`;
    await Deno.writeTextFile(rule, `${user!.name} ALL=(ALL) ALL\n`);
    try {
      const targets = ["127.0.1.1", "127.0.1.2"].map((
        name,
      ) => [name, { ...sshd.data(), ssh_hostname: name }]);
      await here.write("inventory.json", JSON.stringify({ targets }));
      await here.write("right", `${user!.password}\n`);
      await here.write("wrong", "not-the-password\n");
      const words = ["inventory.json", "exec", "--sudo"];
      const right = await here.drover(...words, "--sudo-password-file", "right", "--", "id", "-un");
      assert.equal(right.status, 0, right.stderr);
      assert.deepEqual(right.stdout.trimEnd().split("\n").sort(), ["127.0.1.1 | root", "127.0.1.2 | root"]);
      const fromEnvironment = await here.droverWith(
        { DROVER_SUDO_PASSWORD: user!.password },
        ...words,
        "--",
        "id -un",
      );
      assert.equal(fromEnvironment.status, 0, fromEnvironment.stderr);
      const wrong = await here.drover(...words, "--sudo-password-file", "wrong", "--", "true");
      assert.equal(wrong.status, 1);
      assert.match(wrong.stderr, /E_SUDO_PASSWORD/);
      const none = await here.drover(...words, "--", "true");
      assert.equal(none.status, 1);
      assert.match(none.stderr, /--sudo-password-file/);
      for (const ended of [right, wrong, none, fromEnvironment]) {
        assert.doesNotMatch(ended.stderr + ended.stdout, new RegExp(`${user!.password}|not-the-password`));
      }
    } finally {
      await Deno.remove(rule);
    }
  },
});

import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import { command, decode, TestHost, upload } from "../support/ports.ts";
import { type Dockerd, startDockerd } from "../support/docker.ts";
import { requirement } from "../support/skip.ts";
import { startSshd } from "../support/sshd.ts";

Deno.test({
  name: "docker",
  ignore: requirement("dockerd"),
  // The engine's own children end after it does.
  fn: async (t) => {
    await using engine = await startDockerd();
    const before = Deno.env.get("DOCKER_HOST");
    Deno.env.set("DOCKER_HOST", engine.host);
    try {
      await t.step("an image becomes another image", () => image(engine));
      await t.step("a container is used and left running", () => container(engine));
      await t.step("a container of another machine, over ssh", () => composition(engine));
      await t.step("an image that does not exist", async () => {
        const port = createPort({ connectTimeout: 5, sudoPerCommand: false });
        const error = await port.connect({ name: "@docker/no-such-image:1", data: {} });
        assert.equal(error?.code, "E_DOCKER_IMAGE", JSON.stringify(error));
        await port.close();
      });
    } finally {
      if (before === undefined) Deno.env.delete("DOCKER_HOST");
      else Deno.env.set("DOCKER_HOST", before);
    }
  },
});

async function image(engine: Dockerd): Promise<void> {
  const host = await TestHost.connect(`@docker/${engine.image}`, {});
  const results = await host.batch([
    command("echo in $(id -un)"),
    upload(new Uint8Array(150_000), "/root/large"),
    upload("text", "/root/small", { mode: "600" }),
    upload("127.0.0.1 written-in-place\n", "/etc/hosts"),
  ]);
  assert.deepEqual(results.map(({ outcome }) => outcome), ["success", "success", "success", "success"]);
  assert.equal(decode(results[0]!.stdout), "in root\n");
  const killed = await host.one(command("sleep 99", { timeout: 0.4 }));
  assert.equal(killed.outcome, "timeout");
  assert.equal(await host.sh("ps | grep '[s]leep 99' || echo gone"), "gone\n");
  await host.close();
  const notice = host.events.find((event) => event.type === "notice");
  const id = /saved as image ([0-9a-f]{12})/.exec(notice?.type === "notice" ? notice.text : "")?.[1];
  assert.ok(id, JSON.stringify(host.events));
  assert.equal(await engine.docker("ps", "-aq"), "");
  assert.equal(await engine.docker("run", "--rm", "--network=none", id, "cat", "/root/small"), "text");
}

async function container(engine: Dockerd): Promise<void> {
  await engine.docker("create", "--name", "app", "--network=none", engine.image, "tail", "-f", "/dev/null");
  await using host = await TestHost.connect("@docker/app", {});
  await host.sh("echo kept > /root/kept");
  await host.close();
  assert.equal(await engine.docker("exec", "app", "cat", "/root/kept"), "kept\n");
}

async function composition(engine: Dockerd): Promise<void> {
  await using sshd = await startSshd({
    config: ["MaxSessions 4", `SetEnv DOCKER_HOST=${engine.host}`],
    shells: ["/usr/bin/fish"],
  });
  const [user] = sshd.users;
  const socket = engine.host.slice("unix://".length);
  await Deno.chown(socket, (await Deno.stat(user!.home)).uid, null);
  await Deno.chmod(socket.slice(0, socket.lastIndexOf("/")), 0o711);
  const port = createPort({ connectTimeout: 10, sudoPerCommand: false });
  const name = "@ssh/web-01/@docker/app";
  const error = await port.connect({ name, data: sshd.data() });
  assert.equal(error, undefined, JSON.stringify(error));
  const results = await Promise.all([1, 2, 3, 4, 5].map((id) =>
    port.run(name, {
      id,
      lane: "facts",
      stopOnFailure: true,
      live: false,
      requests: [command(`cat /root/kept; echo ${id}`)],
    })
  ));
  assert.deepEqual(
    results.map(([result]) => decode(result!.stdout)),
    [1, 2, 3, 4, 5].map((id) => `kept\n${id}\n`),
  );
  await port.close();
}

Deno.test("docker without an engine", { ignore: requirement("dockerd") }, async () => {
  const before = Deno.env.get("DOCKER_HOST");
  Deno.env.set("DOCKER_HOST", "unix:///no/such/socket");
  const port = createPort({ connectTimeout: 5, sudoPerCommand: false });
  const error = await port.connect({ name: "@docker/app", data: {} });
  assert.equal(error?.code, "E_DOCKER_DAEMON", JSON.stringify(error));
  await port.close();
  if (before === undefined) Deno.env.delete("DOCKER_HOST");
  else Deno.env.set("DOCKER_HOST", before);
});

Deno.test("podman that is a stand-in", async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-podman-" });
  const path = Deno.env.get("PATH") ?? "";
  await Deno.writeTextFile(
    `${directory}/podman`,
    `#!/bin/sh
echo "$*" >> ${directory}/log
case $1 in
container) echo "Error: no such container $5" >&2; exit 125;;
run) echo 0123456789abcdef;;
exec) shift 3; exec "$@";;
commit) echo sha256:fedcba9876543210;;
esac
`,
    { mode: 0o755 },
  );
  Deno.env.set("PATH", `${directory}:${path}`);
  try {
    const host = await TestHost.connect("@podman/debian:12", { docker_architecture: "arm64" });
    assert.equal(await host.sh("echo in"), "in\n");
    await host.close();
    assert.match(JSON.stringify(host.events), /saved as image fedcba987654/);
    const log = await Deno.readTextFile(`${directory}/log`);
    assert.match(log, /^run -d --platform linux\/arm64 debian:12 tail -f \/dev\/null$/m);
    assert.match(log, /^rm -f 0123456789abcdef$/m);
  } finally {
    Deno.env.set("PATH", path);
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("chroot", { ignore: requirement("root", "busybox") }, async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-root-" });
  await Deno.mkdir(`${directory}/bin`);
  await Deno.copyFile("/usr/bin/busybox", `${directory}/bin/busybox`);
  for (
    const name of ["sh", "ls", "cat", "mkdir", "mknod", "setsid", "wc", "stat", "chmod", "chown", "mv", "rm"]
  ) {
    await Deno.symlink("busybox", `${directory}/bin/${name}`);
  }
  const host = await TestHost.connect(`@chroot${directory}`, {});
  // Even without /dev/null.
  assert.equal(await host.sh("ls /; cat"), "bin\n");
  await host.sh("mkdir /dev && mknod -m 666 /dev/null c 1 3");
  assert.equal((await host.one(upload("inside", "/file"))).outcome, "success");
  assert.equal(await Deno.readTextFile(`${directory}/file`), "inside");
  await host.close();
  await Deno.remove(directory, { recursive: true });
  const port = createPort({ connectTimeout: 5, sudoPerCommand: false });
  const error = await port.connect({ name: "@chroot/no/such/directory", data: {} });
  assert.equal(error?.code, "E_CHROOT");
  await port.close();
});

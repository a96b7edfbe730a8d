/** The docker module against a real engine: what it leaves behind, and that a second run rests. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import { docker as facts } from "../../src/facts/mod.ts";
import { docker } from "../../src/operations/mod.ts";
import { type Dockerd, startDockerd } from "../support/docker.ts";
import { LocalHost } from "../support/local_host.ts";
import { type Ground, prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

interface DockerGround extends Ground {
  engine: Dockerd;
  directory: string;
}

Deno.test({
  name: "docker on a real engine",
  ignore: requirement("dockerd"),
  fn: async (t) => {
    await using engine = await startDockerd();
    const directory = await Deno.makeTempDir({ prefix: "drover-docker-test-" });
    const env = { DOCKER_HOST: engine.host, DOCKER_CONFIG: `${directory}/config`, DOCKER_BUILDKIT: "0" };
    await using host = await LocalHost.connect({ _env: env });
    const run = async (script: string) => {
      const { stdout } = await new Deno.Command("sh", { args: ["-c", `exec 2>&1\n${script}`], env }).output();
      return new TextDecoder().decode(stdout).trimEnd();
    };
    const ground = { host, run, engine, directory };
    try {
      await t.step("docker.container: created, found, removed", () => containers(ground));
      await t.step("a container that differs is created again", () => changedContainers(ground));
      await t.step("docker.container: stopped and started", () => states(ground));
      await t.step("secrets stand in no list of processes", () => secrets(ground));
      await t.step("docker.containerExec", () => executed(ground));
      await t.step("docker.volume", () => volumes(ground));
      await t.step("docker.network", () => networks(ground));
      await t.step("docker.build, docker.image", () => images(ground));
      await t.step("docker.login, docker.logout", () => registries(ground));
      await t.step("docker.prune", () => pruned(ground));
      await t.step("facts", () => read(ground));
      await t.step("docker.plugin, docker.compose: what they say of what is missing", () => missing(ground));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "an engine that does not run is not one without containers",
  ignore: requirement("docker"),
  fn: async () => {
    await using host = await LocalHost.connect({ _env: { DOCKER_HOST: "unix:///nowhere/docker.sock" } });
    const args = { container: "web", present: false };
    const says = ({ detail }: { detail?: string }) => /Docker daemon|docker\.sock/.test(detail ?? "");
    await assert.rejects(host.plan(docker.container, args), says);
    await assert.rejects(host.fact(facts.DockerContainers), says);
    await assert.rejects(host.fact(facts.DockerImage, { objectId: "app" }), says);
  },
});

/** Nothing of the machine's network is needed. */
const ALONE = { networks: ["none"], start: false, command: "sh" };
/** Docker waits ten seconds for a program that does not listen. */
const IMPATIENT = { extraArgs: ["--stop-timeout=0"] };

async function containers(ground: DockerGround): Promise<void> {
  const { image } = ground.engine;
  await prove(ground, docker.container, {
    args: { container: "plain", image, networks: ["none"], command: "tail -f /dev/null" },
    verify: "docker ps --format '{{.Names}} {{.State}}'",
    wanted: /^plain running$/m,
    remove: { container: "plain", present: false },
  });
  await Deno.writeTextFile(`${ground.directory}/it's.env`, "FROM_FILE=yes\n");
  await prove(ground, docker.container, {
    args: {
      container: "everything",
      image,
      ...ALONE,
      ports: ["8080:80", "127.0.0.1:53:53/udp", "[::1]:8443:443", "9000-9001:90-91", "70"],
      volumes: ["data:/data", "/tmp:/host:ro", "/tmp:/again:rw", "/anonymous"],
      envVars: ["A=it's $HOME", "B=two\nlines", "C="],
      envFiles: [`${ground.directory}/it's.env`],
      labels: ["text=two\nlines = `id`", "flag"],
      restartPolicy: "on-failure:3",
      mounts: [`type=bind,source=/etc,target=/mnt,readonly`, "type=tmpfs,dst=/run"],
      privileged: true,
      hostname: "box",
      entrypoint: "/bin/sh",
      user: "0:0",
      cpus: 0.5,
      memory: "64m",
      extraArgs: ["--cap-add", "SYS_PTRACE"],
      dns: ["192.0.2.1", "192.0.2.2"],
      command: `-c 'echo "it'"'"'s"; sleep 99' $HOME`,
    },
    verify: "docker inspect everything",
    wanted: /"Cmd": \[\s+"-c",\s+"echo \\"it's\\"; sleep 99",\s+"\$HOME"\s+\]/,
    remove: { container: "everything", present: false },
  });
  await prove(ground, docker.container, {
    args: { container: "forced", image, ...ALONE, force: true, autoRemove: false },
    verify: "docker ps -a --format '{{.Names}}'",
    wanted: /^forced$/m,
    always: "it is created again",
  });
  await ground.host.apply(docker.container, { container: "forced", present: false });
}

/** A container with everything, one where each of it is other, and one where what can be empty is so. */
const FIRST = {
  ports: ["8080:80"],
  volumes: ["data:/data"],
  envVars: ["A=1", "B=2"],
  labels: ["a=1", "b"],
  restartPolicy: "on-failure:2",
  mounts: ["type=bind,source=/tmp,target=/a"],
  privileged: true,
  hostname: "one",
  entrypoint: "/bin/echo",
  user: "1000",
  cpus: 0.25,
  memory: "48m",
  dns: ["192.0.2.3"],
  autoRemove: false,
  command: "sleep 1",
  networks: ["none"],
};
const OTHER = {
  ports: ["8081:80"],
  volumes: ["data:/data:ro"],
  envVars: ["A=1"],
  labels: ["a=1"],
  restartPolicy: "no",
  mounts: ["type=bind,source=/tmp,target=/a,readonly"],
  privileged: false,
  hostname: "two",
  entrypoint: "/bin/cat",
  user: "1001",
  cpus: 0.5,
  memory: "49m",
  dns: ["192.0.2.3", "192.0.2.4"],
  autoRemove: true,
  command: "sleep '1 '",
  networks: ["host"],
};
const EMPTY = {
  ports: [],
  volumes: [],
  envVars: [],
  labels: [],
  mounts: [],
  dns: [],
  restartPolicy: "always",
};

async function changedContainers({ host, run, engine, directory }: DockerGround): Promise<void> {
  const base = { container: "web", image: engine.image, ...ALONE };
  const settled = async (args: Record<string, unknown>) =>
    assert.deepEqual((await host.apply(docker.container, args)).commands, []);
  for (const [now, next] of [[FIRST, OTHER], [OTHER, FIRST]]) {
    const args = { ...base, ...now };
    const { commands } = await host.apply(docker.container, args);
    assert.ok(commands.length > 0);
    await settled(args);
    for (const [name, value] of Object.entries(next!)) {
      const planned = await host.plan(docker.container, { ...args, [name]: value });
      assert.equal(planned.at(-2), "docker container rm -f web", `${name}: ${planned}`);
    }
  }
  for (const [name, value] of Object.entries(EMPTY)) {
    const planned = await host.plan(docker.container, { ...base, ...FIRST, [name]: value });
    assert.equal(planned.at(-2), "docker container rm -f web", `${name}: ${planned}`);
  }
  const before = await run("docker inspect -f '{{.Id}}' web");
  await host.apply(docker.container, { ...base, ...EMPTY });
  assert.notEqual(await run("docker inspect -f '{{.Id}}' web"), before);
  await settled({ ...base, ...EMPTY });
  // Without it, the container stays as it is.
  assert.deepEqual(
    (await host.apply(docker.container, { container: "web", image: engine.image, start: false })).commands,
    [],
  );

  // The name now stands for another image.
  await run(
    `printf 'new\\n' >${directory}/file; tar -C ${directory} -cf - file | docker import - drover-test:moving`,
  );
  await host.apply(docker.container, { ...base, image: "drover-test:moving", command: "/file" });
  await run(
    `printf 'other\\n' >${directory}/file; tar -C ${directory} -cf - file | docker import - drover-test:moving`,
  );
  const moved = { ...base, image: "drover-test:moving", command: "/file" };
  assert.ok((await host.apply(docker.container, moved)).commands.length > 0);
  assert.deepEqual((await host.apply(docker.container, moved)).commands, []);

  // An image that cannot be had leaves the old container in its place.
  const id = await run("docker inspect -f '{{.Id}}' web");
  await assert.rejects(host.apply(docker.container, { ...base, image: "127.0.0.1:1/no/such:image" }));
  assert.equal(await run("docker inspect -f '{{.Id}}' web"), id);
  await host.apply(docker.container, { container: "web", present: false });
}

async function states({ host, run, engine }: DockerGround): Promise<void> {
  const args = {
    container: "runs",
    image: engine.image,
    networks: ["none"],
    command: "tail -f /dev/null",
    ...IMPATIENT,
  };
  const state = () => run("docker inspect -f '{{.State.Status}}' runs");
  await host.apply(docker.container, args);
  assert.equal(await state(), "running");
  await run("docker pause runs");
  await host.apply(docker.container, args);
  assert.equal(await state(), "running");
  await run("docker kill runs");
  await host.apply(docker.container, args);
  assert.equal(await state(), "running");
  await host.apply(docker.container, { ...args, start: false });
  assert.equal(await state(), "exited");
  assert.deepEqual((await host.apply(docker.container, { ...args, start: false })).commands, []);
  await host.apply(docker.container, { container: "runs", present: false });
}

async function secrets({ host, run, engine, directory }: DockerGround): Promise<void> {
  const password = "s3cr3t it's $HOME #1";
  const token = secret(password);
  // A docker that writes down how it was started.
  await Deno.mkdir(`${directory}/bin`);
  const spy = `#!/bin/sh\n{ echo "$*"; env; } >>${directory}/started\nexec /usr/bin/docker "$@"\n`;
  await Deno.writeTextFile(`${directory}/bin/docker`, spy, { mode: 0o755 });
  const env = { DOCKER_HOST: engine.host, PATH: `${directory}/bin:${Deno.env.get("PATH")}` };
  await using spied = await LocalHost.connect({ _env: env });
  const args = { container: "sealed", image: engine.image, ...ALONE, envVars: [`PW=${token}`, "OPEN=1"] };
  const { commands } = await spied.apply(docker.container, args);
  assert.ok(!commands.join("\n").includes("s3cr3t"));
  assert.deepEqual((await spied.apply(docker.container, args)).commands, []);
  const login = { username: "ci", password: token, server: "127.0.0.1:1" };
  await assert.rejects(spied.apply(docker.login, login));
  assert.ok(!(await Deno.readTextFile(`${directory}/started`)).includes("s3cr3t"));
  assert.match(await run("docker inspect -f '{{json .Config.Env}}' sealed"), /"PW=s3cr3t it's \$HOME #1"/);
  await assert.rejects(spied.apply(docker.build, { path: "/tmp", buildArgs: { PW: `${token}` } }), {
    code: "E_ARGUMENT",
  });
  await host.apply(docker.container, { container: "sealed", present: false });
}

async function executed(ground: DockerGround): Promise<void> {
  const args = {
    container: "exec",
    image: ground.engine.image,
    networks: ["none"],
    command: "tail -f /dev/null",
  };
  await ground.host.apply(docker.container, args);
  await prove(ground, docker.containerExec, {
    args: {
      container: "exec",
      command: `sh -c 'echo "$A $PWD" >/tmp/file'`,
      env: { A: "it's" },
      workdir: "/etc",
    },
    verify: "docker exec exec cat /tmp/file",
    wanted: /^it's \/etc$/,
    always: "it is a command",
  });
  await ground.host.apply(docker.container, { container: "exec", present: false });
}

async function volumes(ground: DockerGround): Promise<void> {
  await prove(ground, docker.volume, {
    args: {
      volume: "drover_data",
      driver: "local",
      labels: ["text=two\nlines"],
      options: ["type=tmpfs", "device=tmpfs", "o=size=1m,mode=700"],
    },
    verify: "docker volume inspect drover_data",
    wanted: /"text": "two\\nlines"/,
    remove: { volume: "drover_data", present: false },
  });
}

async function networks(ground: DockerGround): Promise<void> {
  const { host, run, engine } = ground;
  const proof = {
    args: {
      network: "drover_back",
      driver: "bridge",
      subnet: "10.213.0.0/24",
      gateway: "10.213.0.1",
      ipRange: "10.213.0.128/25",
      auxAddresses: { router: "10.213.0.2" },
      opts: ["com.docker.network.bridge.name=drvback"],
      labels: ["role=two\nlines"],
      attachable: true,
    },
    verify: "docker network inspect drover_back",
    wanted: /"Subnet": "10\.213\.0\.0\/24"/,
    remove: { network: "drover_back", present: false },
  };
  await prove(ground, docker.network, proof);
  await host.apply(docker.network, proof.args);
  const other = await host.apply(docker.network, { network: "drover_back", subnet: "10.214.0.0/24" });
  assert.match(JSON.stringify(other.notes), /but with subnet 10\.213\.0\.0\/24, which Docker cannot change/);

  // A network in use is not removed; a container can be moved into it and out of it.
  const args = { container: "member", image: engine.image, command: "tail -f /dev/null" };
  await host.apply(docker.container, { ...args, networks: ["drover_back"] });
  await assert.rejects(
    host.apply(docker.network, { network: "drover_back", present: false }),
    /active endpoints/,
  );
  assert.deepEqual((await host.apply(docker.container, { ...args, networks: ["drover_back"] })).commands, []);
  await host.apply(docker.container, { ...args, networks: ["none"] });
  await host.apply(docker.network, { network: "drover_back", present: false });
  assert.doesNotMatch(await run("docker network ls"), /drover_back/);
  await host.apply(docker.container, { container: "member", present: false });
}

async function images(ground: DockerGround): Promise<void> {
  const { host, run, engine, directory } = ground;
  const context = `${directory}/it's a context`;
  await Deno.mkdir(context);
  const dockerfile = `FROM ${engine.image}\nARG VERSION\nLABEL version=$VERSION\n`;
  await Deno.writeTextFile(`${context}/Other file`, dockerfile);
  const args = {
    path: context,
    tags: ["example.com/drover/app:1", "drover-app:stable"],
    dockerfile: `${context}/Other file`,
    buildArgs: { VERSION: "it's 1" },
    labels: { text: "a b" },
    network: "none",
    noCache: true,
  };
  await prove(ground, docker.build, {
    args,
    verify: "docker image inspect example.com/drover/app:1 drover-app:stable",
    wanted: /"version": "it's 1"/,
  });
  assert.equal((await host.plan(docker.build, { ...args, force: true })).length, 1);
  for (const image of args.tags) {
    assert.deepEqual((await host.apply(docker.image, { image })).commands, []);
    await host.apply(docker.image, { image, present: false });
    assert.deepEqual((await host.apply(docker.image, { image, present: false })).commands, []);
  }
  assert.doesNotMatch(await run("docker image ls"), /drover-app|example\.com/);
  assert.deepEqual(await host.plan(docker.image, { image: "drover-test" }), [
    "docker image pull drover-test",
  ]);
  await assert.rejects(host.apply(docker.image, { image: "127.0.0.1:1/a/b:1" }), /docker image pull/);
}

async function registries({ host, directory }: DockerGround): Promise<void> {
  const file = `${directory}/config/config.json`;
  await Deno.mkdir(`${directory}/config`, { recursive: true });
  const auth = { auth: btoa("ci:s3cr3t") };
  await Deno.writeTextFile(
    file,
    JSON.stringify(
      { auths: { "reg.example.com:5000": auth, "https://index.docker.io/v1/": auth } },
      undefined,
      2,
    ),
  );
  assert.deepEqual(await host.fact(facts.DockerAuths), [
    "reg.example.com:5000",
    "https://index.docker.io/v1/",
  ]);
  const login = { username: "ci", password: "s3cr3t" };
  for (const server of ["reg.example.com:5000", "https://reg.example.com:5000/v2/", "docker.io", undefined]) {
    const given = server === undefined ? {} : { server };
    assert.deepEqual((await host.apply(docker.login, { ...login, ...given })).commands, [], server);
  }
  await host.apply(docker.logout, { server: "reg.example.com:5000" });
  assert.deepEqual(await host.fact(facts.DockerAuths), ["https://index.docker.io/v1/"]);
  assert.deepEqual((await host.apply(docker.logout, { server: "reg.example.com:5000" })).commands, []);
  await host.apply(docker.logout, {});
  assert.deepEqual(await host.fact(facts.DockerAuths), []);
}

async function pruned(ground: DockerGround): Promise<void> {
  await ground.run("docker volume create drover_kept; docker network create -d null drover_null 2>/dev/null");
  await ground.host.apply(docker.container, {
    container: "ended",
    image: ground.engine.image,
    ...ALONE,
    labels: ["it's=1"],
  });
  const { commands } = await ground.host.apply(docker.prune, { filter: "label=it's=1" });
  assert.equal(commands.length, 1);
  assert.doesNotMatch(await ground.run("docker ps -a --format '{{.Names}}'"), /^ended$/m);
  assert.match(await ground.run("docker volume ls"), /drover_kept/);
  assert.match(await ground.run("docker image ls"), /drover-test/);
}

async function read({ host, run, engine }: DockerGround): Promise<void> {
  const args = {
    container: "read",
    image: engine.image,
    networks: ["none"],
    envVars: ["A=1=2"],
    labels: ["a=b=c"],
    volumes: ["/tmp:/host:ro"],
    command: "sh -c 'echo x >/new; exec tail -f /dev/null'",
  };
  await host.apply(docker.container, args);
  await run("docker volume create --label a=b drover_read");
  const id = await run("docker inspect -f '{{.Id}}' read");
  const imageId = await run(`docker image inspect -f '{{.Id}}' ${engine.image}`);
  const by = { containerId: "read" };
  assert.equal((await host.fact(facts.DockerContainer, { objectId: "read" }))[0]?.Name, "/read");
  assert.deepEqual((await host.fact(facts.DockerContainers)).map(({ Id }) => Id).includes(id), true);
  assert.equal((await host.fact(facts.DockerContainerEnvs))[id]?.A, "1=2");
  assert.deepEqual((await host.fact(facts.DockerContainerLabels))[id], { a: "b=c" });
  assert.equal((await host.fact(facts.DockerContainerMounts))[id]?.[0]?.Destination, "/host");
  assert.deepEqual(Object.keys((await host.fact(facts.DockerContainerNetworks))[id] ?? {}), ["none"]);
  assert.deepEqual((await host.fact(facts.DockerContainerPorts))[id], {});
  const changes = await host.fact(facts.DockerContainerFsChanges, by);
  assert.ok(changes.some(({ path, change }) => path === "/new" && change === "A"), JSON.stringify(changes));
  const processes = await host.fact(facts.DockerContainerProcesses, by);
  assert.equal(processes[0]?.CMD, "tail -f /dev/null");
  assert.equal(
    (await host.fact(facts.DockerContainerStats)).find(({ Name }) => Name === "read")?.ID?.length,
    12,
  );
  assert.equal((await host.fact(facts.DockerImage, { objectId: engine.image }))[0]?.Id, imageId);
  assert.ok((await host.fact(facts.DockerImages)).some(({ Id }) => Id === imageId));
  assert.match(
    (await host.fact(facts.DockerImageHistory, { imageId: engine.image }))[0]?.Comment ?? "",
    /Import/,
  );
  assert.deepEqual((await host.fact(facts.DockerImageLabels))[imageId], {});
  assert.match((await host.fact(facts.DockerImageLayers))[imageId]?.[0] ?? "", /^sha256:/);
  assert.equal((await host.fact(facts.DockerImageDefaults, { objectId: engine.image }))?.id, imageId);
  assert.ok((await host.fact(facts.DockerNetworks)).some(({ Name }) => Name === "none"));
  assert.equal((await host.fact(facts.DockerNetwork, { objectId: "none" }))[0]?.Driver, "null");
  assert.ok(Object.keys(await host.fact(facts.DockerNetworkLabels)).length > 0);
  assert.equal((await host.fact(facts.DockerVolume, { objectId: "drover_read" }))[0]?.Driver, "local");
  assert.deepEqual((await host.fact(facts.DockerVolumeLabels)).drover_read, { a: "b" });
  assert.ok((await host.fact(facts.DockerVolumes)).some(({ Name }) => Name === "drover_read"));
  assert.deepEqual(await host.fact(facts.DockerPlugins), []);
  assert.deepEqual(await host.fact(facts.DockerPlugin, { objectId: "no/such" }), []);
  assert.equal((await host.fact(facts.DockerSystemInfo))?.Driver, "vfs");
  assert.match(await host.fact(facts.DockerVersion) ?? "", /^Docker version \d/);
  for (const objectId of ["nothing", "no/such:tag", "it's"]) {
    assert.deepEqual(await host.fact(facts.DockerContainer, { objectId }), []);
    assert.deepEqual(await host.fact(facts.DockerImage, { objectId }), []);
    assert.deepEqual(await host.fact(facts.DockerVolume, { objectId }), []);
    assert.deepEqual(await host.fact(facts.DockerNetwork, { objectId }), []);
  }
  assert.deepEqual(await host.fact(facts.DockerContainerProcesses, { containerId: "nothing" }), []);
  await host.apply(docker.container, { container: "read", present: false });
}

/** No registry is to be had for plugins, and Debian has no Compose: the commands must at least be understood. */
async function missing({ host }: DockerGround): Promise<void> {
  await assert.rejects(host.apply(docker.plugin, { plugin: "127.0.0.1:1/no/such" }), /docker plugin install/);
  assert.deepEqual((await host.apply(docker.plugin, { plugin: "no/such", present: false })).commands, []);
  await assert.rejects(host.apply(docker.compose, { projectDirectory: "/tmp" }), /compose/);
}

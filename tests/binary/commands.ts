/** The executable does what Drover does, in a root without Deno, Node or anything of the repository. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { requirement } from "../support/skip.ts";
import { startDockerd } from "../support/docker.ts";
import { isRunning } from "../support/processes.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";
import { type EmptyRoot, emptyRoot, type Ended, ended, eventually } from "./empty_root.ts";

const needsRoot = requirement("root", "mount");
const needsSshd = requirement("root", "mount", "sshd");

function succeeded(end: Ended): Ended {
  strictEqual(end.status, 0, `${end.stdout}\n${end.stderr}`);
  return end;
}

/** A project with a host over SSH, which is this machine outside of the root. */
async function sshProject(root: EmptyRoot, sshd: Sshd): Promise<void> {
  const data = { ...sshd.data(), ssh_key: "/keys/key", ssh_known_hosts_file: "/keys/known_hosts" };
  await root.write({
    "/keys/key": await Deno.readTextFile(sshd.key),
    "/project/inventory.json": JSON.stringify({ web: [["web-01", data]] }),
  });
  await Deno.chmod(`${root.path}/keys/key`, 0o600);
}

Deno.test({
  name: "the declarations for editors come with it",
  ignore: needsRoot,
  fn: async () => {
    await using root = await emptyRoot();
    succeeded(await root.run(["types"]));
    match(await root.read("/project/.drover/drover.d.ts"), /DataTypes/);
    deepStrictEqual((await root.list("/project")).toSorted(), [".drover"]);
  },
});

Deno.test({
  name: "--version and --help need nothing",
  ignore: needsRoot,
  fn: async () => {
    await using root = await emptyRoot();
    match(succeeded(await root.run(["--version"])).stdout, /^drover \d+\.\d+\.\d+\n$/);
    match(succeeded(await root.run(["--help"])).stdout, /--dry/);
    const bare = await root.run(["--version"], { env: { PATH: "/nowhere" } });
    deepStrictEqual([bare.status, bare.stderr], [0, ""]);
  },
});

Deno.test({
  name: "a script and its imports: TypeScript, JSON, a package beside them; @local",
  ignore: needsRoot,
  fn: async () => {
    await using root = await emptyRoot();
    await root.write({
      "/project/inventory.ts":
        `import type { Hosts } from "drover";\nexport const here: Hosts = ["@local"];\n`,
      "/project/deploy.ts": `import { host } from "drover";
import { server } from "drover/operations";
import { suffix } from "./parts/suffix.ts";
import numbers from "./numbers.json" with { type: "json" };
import { shout } from "shouting";
const text: string = shout(host.name) + suffix + numbers.count;
await server.shell({ name: "Say", commands: ["echo '" + text + "' > /project/said"] });
`,
      "/project/parts/suffix.ts": `export const suffix: string = "-";\n`,
      "/project/numbers.json": `{ "count": 3 }\n`,
      "/project/node_modules/shouting/package.json":
        `{ "name": "shouting", "version": "1.0.0", "main": "i.js" }`,
      "/project/node_modules/shouting/i.js": `exports.shout = (text) => text.toUpperCase();\n`,
    });
    succeeded(await root.run(["inventory.ts", "deploy.ts", "--yes", "--allow-run=sh"]));
    strictEqual(await root.read("/project/said"), "@LOCAL-3\n");
  },
});

Deno.test({
  name: "over SSH: a function, YAML group data, both template engines, then nothing left to do",
  ignore: needsSshd,
  fn: async () => {
    await using sshd = await startSshd();
    await using root = await emptyRoot(["ssh"]);
    await sshProject(root, sshd);
    const home = sshd.users[0]!.home;
    await root.write({
      "/project/group_data/web.yaml": "greeting: from YAML\nport: 8080\n",
      "/project/deploy.ts": `import { host } from "drover";
import { files } from "drover/operations";
export default async function () {
  await files.template({ src: "a.j2", dest: "${home}/jinja", data: { port: host.data.port } });
  await files.template({ src: "b.eta", dest: "${home}/eta", data: { greeting: host.data.greeting } });
}
`,
      "/project/a.j2": "{% if port > 1 %}port {{ port }}{% endif %}\n",
      "/project/b.eta": "<%= it.greeting %>\n",
    });
    succeeded(await root.run(["inventory.json", "deploy.ts", "--yes"]));
    strictEqual(await Deno.readTextFile(`${home}/jinja`), "port 8080\n");
    strictEqual((await Deno.readTextFile(`${home}/eta`)).trim(), "from YAML");
    const again = await root.run(["inventory.json", "deploy.ts", "--yes", "--detailed-exitcode"]);
    strictEqual(again.status, 0, again.stderr);
  },
});

Deno.test({
  name: "--json: events on standard output, one on each line",
  ignore: needsRoot,
  fn: async () => {
    await using root = await emptyRoot();
    const write =
      `import { server } from "drover/operations";\nawait server.shell({ commands: ["true"] });\n`;
    await root.write({ "/project/deploy.ts": write });
    const { stdout } = succeeded(await root.run(["@local", "deploy.ts", "--json", "--yes"]));
    const events = stdout.trim().split("\n").map((line) => JSON.parse(line));
    ok(events.length > 3 && events.every((event) => typeof event.type === "string"), stdout);
  },
});

Deno.test({
  name: "errors name the user's file and line",
  ignore: needsRoot,
  fn: async () => {
    await using root = await emptyRoot();
    await root.write({
      "/project/throws.ts": `const answer: number = 42;\n\nthrow new Error("no " + answer);\n`,
      "/project/broken.ts": `const open = (;\n`,
    });
    const thrown = await root.run(["@local", "throws.ts", "--yes"]);
    ok(thrown.status !== 0);
    match(thrown.stderr, /no 42/);
    match(thrown.stderr, /throws\.ts:3:/);
    const broken = await root.run(["@local", "broken.ts", "--yes"]);
    ok(broken.status !== 0);
    match(broken.stderr, /broken\.ts:1:/);
  },
});

Deno.test({
  name: "a deploy gets programs that are written into the executable, and is told why it gets no others",
  ignore: needsRoot,
  fn: async () => {
    await using root = await emptyRoot(["cat"]);
    await root.write({
      "/project/local.ts": `import { local } from "drover";
import { server } from "drover/operations";
const said = await local.shell("echo here");
await server.shell({ name: \`said \${said}\`, commands: ["true"] });`,
    });
    const refused = await root.run(["@local", "local.ts", "--yes"]);
    strictEqual(refused.status, 1, refused.stderr);
    match(refused.stderr, /--allow-run=sh allows it/);
    match(succeeded(await root.run(["@local", "local.ts", "--yes", "--allow-run=sh"])).stderr, /said here/);
    const more = await root.run(["@local", "local.ts", "--yes", "--allow-run=cat"]);
    strictEqual(more.status, 65, more.stderr);
    match(more.stderr, /E_PERMISSION[^]+written into it/);
  },
});

Deno.test({
  name: "Ctrl-C ends a run with 130, and what runs on the host",
  ignore: needsSshd,
  fn: async () => {
    await using sshd = await startSshd();
    await using root = await emptyRoot(["ssh"]);
    await sshProject(root, sshd);
    const started = `${sshd.users[0]!.home}/started`;
    const child = root.start(["inventory.json", "exec", "--", `touch ${started}; sleep 61.25`]);
    await eventually(() => Deno.stat(started).then(() => true, () => false), "the command runs");
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    const end = await ended(child);
    strictEqual(end.status, 130, end.stderr);
    strictEqual(await isRunning("sleep 61.25"), false, "the command still runs on the host");
  },
});

Deno.test({
  name: "without an ssh client: the bundled one connects; who insists on OpenSSH is told what to install",
  ignore: needsSshd,
  fn: async () => {
    await using sshd = await startSshd();
    await using root = await emptyRoot();
    await sshProject(root, sshd);
    const bundled = succeeded(await root.run(["inventory.json", "exec", "--", "echo there"]));
    match(bundled.stdout, /there/);
    const insist = ["inventory.json", "--data", "ssh_backend=openssh", "exec", "--", "true"];
    const refused = await root.run(insist);
    strictEqual(refused.status, 4, refused.stderr);
    match(refused.stderr, /ssh.*not installed/);
  },
});

Deno.test({
  name: "@docker: a container of an engine outside",
  ignore: requirement("root", "mount", "dockerd"),
  fn: async () => {
    await using dockerd = await startDockerd();
    await using root = await emptyRoot(["docker"]);
    const socket = dockerd.host.replace("unix://", "");
    await root.mount("run/engine", "--bind", socket.slice(0, socket.lastIndexOf("/")));
    const env = { DOCKER_HOST: `unix:///run/engine/${socket.split("/").at(-1)}` };
    const id = (await dockerd.docker("run", "-d", dockerd.image, "sleep", "600")).trim();
    const end = succeeded(
      await root.run([`@docker/${id}`, "exec", "--", "echo in $0; ls /bin/busybox"], { env }),
    );
    match(end.stdout, /\/bin\/busybox/);
  },
});

Deno.test({
  name: "programs that are started see nothing of what the executable runs on",
  ignore: needsRoot,
  fn: async () => {
    await using root = await emptyRoot();
    const print = ["@local", "exec", "--", "export; command -v node || echo no node"];
    const { stdout } = succeeded(await root.run(print, { env: { DENO_DIR: "/of/the/user" } }));
    deepStrictEqual(stdout.match(/\b(DENO|DROVER)_\w+=\S*/g), null);
    match(stdout, /no node/);
  },
});

import assert from "node:assert/strict";
import { type Ended, project } from "../support/cli.ts";

const DENO_DIR = await denoDirectory();

/** A secret beside the project, and what the deploy tries. */
async function attempt(
  code: string,
  words: string[] = [],
  files: Record<string, string> = {},
): Promise<Ended> {
  await using outside = await project({ "id_ed25519": "the private key", "data.json": `{"key":"stolen"}` });
  await using here = await project({
    "deno.json": "{}",
    "deploy.ts": code.replaceAll("OUTSIDE", outside.path),
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, text.replaceAll("OUTSIDE", outside.path)]),
    ),
  });
  const ended = await here.droverWith(
    { AWS_SECRET_ACCESS_KEY: "stolen" },
    ...["@local", "deploy.ts", "-y", ...words].map((word) => word.replaceAll("OUTSIDE", outside.path)),
  );
  assert.doesNotMatch(ended.stdout + ended.stderr, /This is a bug/);
  assert.equal(await outside.exists("written"), false);
  return ended;
}

/** What a hostile deploy may try; each must be refused with the option that would allow it. */
const HOSTILE: [title: string, code: string, ...says: RegExp[]][] = [
  [
    "reads a private key",
    `console.log(Deno.readTextFileSync("OUTSIDE/id_ed25519"));`,
    /E_PERMISSION.*may not read .*id_ed25519/,
    /deploy\.ts:1/,
    /--allow-read=/,
  ],
  [
    "reads it through node",
    `import { readFileSync } from "node:fs"; console.log(readFileSync("OUTSIDE/id_ed25519", "utf8"));`,
    /E_PERMISSION/,
    /--allow-read=/,
  ],
  ["follows a link to it", `Deno.readTextFileSync("link");`, /link|id_ed25519|No such file/],
  [
    "imports data from outside",
    `const data = await import("OUTSIDE/" + "data.json", { with: { type: "json" } }); console.log(data.default.key);`,
    /read/,
    /--allow-read=/,
  ],
  [
    "uploads a private key",
    `import { files } from "drover/operations"; await files.put({ src: "OUTSIDE/id_ed25519", dest: "/tmp/drover-stolen" });`,
    /E_PERMISSION/,
    /--allow-read=/,
  ],
  [
    "reads the environment",
    `console.log(Deno.env.get("AWS_SECRET_ACCESS_KEY"));`,
    /E_PERMISSION.*AWS_SECRET_ACCESS_KEY/,
    /--allow-env=AWS_SECRET_ACCESS_KEY/,
  ],
  [
    "opens a socket",
    `await Deno.connect({ hostname: "127.0.0.1", port: 9 });`,
    /E_PERMISSION.*127\.0\.0\.1:9/,
    /--allow-net=/,
  ],
  ["fetches", `await fetch("http://127.0.0.1:8/");`, /E_PERMISSION.*127\.0\.0\.1:8/, /--allow-net=/],
  ["imports from the network", `await import("https://example.com/" + "x.ts");`, /example\.com/],
  [
    "starts a program",
    `await new Deno.Command("uname", { args: ["-a"] }).output();`,
    /E_PERMISSION.*uname/,
    /--allow-run=/,
  ],
  [
    "uses local.shell",
    `import { local } from "drover"; await local.shell("id");`,
    /E_PERMISSION.*sh/,
    /--allow-run=/,
  ],
  [
    "writes outside",
    `Deno.writeTextFileSync("OUTSIDE/written", "x");`,
    /E_PERMISSION.*may not write/,
    /--allow-write=/,
  ],
  ["writes into the project", `Deno.writeTextFileSync("deploy.ts", "x");`, /E_PERMISSION.*may not write/],
  [
    "downloads to the outside",
    `import { files } from "drover/operations"; await files.get({ src: "/etc/hostname", dest: "OUTSIDE/written" });`,
    /E_PERMISSION/,
    /--allow-(write|read)=/,
  ],
  [
    "starts a worker that may do more",
    `new Worker("data:text/javascript,1", { type: "module", deno: { permissions: { read: true } } } as never);`,
    /E_PERMISSION|escalate/,
  ],
  [
    "does it in a nested worker",
    `const worker = new Worker(URL.createObjectURL(new Blob(['try { Deno.readTextFileSync("OUTSIDE/id_ed25519"); postMessage("read") } catch (e) { postMessage(e.name) }'])), { type: "module" });
const said = await new Promise((resolve) => { worker.onmessage = (event) => resolve(event.data); worker.onerror = () => resolve("broken"); });
worker.terminate(); if (said !== "read") throw new Error("refused " + said);`,
    /E_PERMISSION.*cannot start threads/,
  ],
  [
    "does it in an operation's callback",
    `import { func } from "drover/operations"; await func.call({ function: () => Deno.readTextFileSync("OUTSIDE/id_ed25519") });`,
    /E_PERMISSION/,
    /deploy\.ts:1/,
  ],
  [
    "does it in a condition",
    `import { server } from "drover/operations"; await server.shell({ commands: ["true"], _if: () => Deno.readTextFileSync("OUTSIDE/id_ed25519") !== "" });`,
    /E_PERMISSION/,
  ],
  ["does it in an imported module", `import "./inner.ts";`, /E_PERMISSION/, /inner\.ts:1/],
  ["ends the program", `Deno.exit(0);`, /cannot end the program/],
];

for (const [title, code, ...says] of HOSTILE) {
  Deno.test(`a deploy that ${title} is refused`, async () => {
    const ended = await attempt(code, [], { "inner.ts": `Deno.readTextFileSync("OUTSIDE/id_ed25519");` });
    assert.equal(ended.status, 1, ended.stderr);
    for (const said of says) assert.match(ended.stderr, said);
    assert.doesNotMatch(ended.stdout + ended.stderr, /the private key|stolen(?!")/);
  });
}

Deno.test("an inventory is held to the same", async () => {
  await using here = await project({
    "deno.json": "{}",
    "inventory.ts": `export const targets = [Deno.readTextFileSync("/etc/hostname").trim()];`,
  });
  const ended = await here.drover("inventory.ts", "debug-inventory");
  assert.equal(ended.status, 65, ended.stderr);
  assert.match(ended.stderr, /may not read "\/etc\/hostname"|Requires read access to "\/etc\/hostname"/);
  assert.match(ended.stderr, /inventory\.ts:1/);
});

Deno.test("flags and config.permissions add to what a deploy may do", async () => {
  const reads =
    `import { host } from "drover"; host.log("got " + Deno.readTextFileSync("OUTSIDE/data.json"));`;
  const flag = await attempt(reads, ["--allow-read=OUTSIDE"]);
  assert.equal(flag.status, 0, flag.stderr);
  assert.match(flag.stderr, /got .*stolen/);
  const env = await attempt(
    `import { host } from "drover"; host.log(Deno.env.get("AWS_SECRET_ACCESS_KEY")!);`,
    [
      "--allow-env=AWS_SECRET_ACCESS_KEY",
    ],
  );
  assert.match(env.stderr, /stolen/);
  const config = await attempt(reads, ["--trust-config"], {
    "config.ts": `export const permissions = { read: ["OUTSIDE"] };`,
  });
  assert.equal(config.status, 0, config.stderr);
  const run = await attempt(
    `import { local, host } from "drover"; host.log(await local.shell("echo from here"));`,
    [
      "--allow-run=sh",
    ],
  );
  assert.match(run.stderr, /from here/);
});

Deno.test("config.ts itself is evaluated with the default permissions", async () => {
  const ended = await attempt(`export {};`, [], {
    "config.ts": `Deno.readTextFileSync("OUTSIDE/id_ed25519"); export const permissions = { read: true };`,
  });
  assert.equal(ended.status, 65, ended.stderr);
  assert.match(ended.stderr, /config\.ts:1/);
});

Deno.test("the home directory is no project, even where it holds a marker", async () => {
  await using home = await project({
    "deno.json": "{}",
    ".ssh/id": "the private key",
    "deploy.ts": `Deno.readTextFileSync(".ssh/id");`,
  });
  const ended = await home.droverWith({ HOME: home.path, DENO_DIR }, "@local", "deploy.ts", "-y");
  assert.equal(ended.status, 1, ended.stderr);
  assert.match(ended.stderr, /E_PERMISSION.*may not read/);
});

Deno.test("drover permissions lists what a run would hold, and why", async () => {
  await using here = await project({
    "config.ts": `export const permissions = { net: ["api.example.com"] };`,
    "inventory.ts": `export const targets = ["web-01", "@docker/debian:12"];`,
    "deploy.ts": `throw new Error("nothing of this may run");`,
  });
  const { status, stdout, stderr } = await here.drover(
    "permissions",
    "inventory.ts",
    "deploy.ts",
    "--allow-env=A",
  );
  assert.equal(status, 0, stderr);
  const rows = stdout.split("\n").map((line) => line.split(/ {2,}/));
  const row = (what: string) => rows.find((cells) => cells[2] === what);
  assert.deepEqual(row(here.path), ["deploy", "read", here.path, "the project"]);
  assert.deepEqual(row("api.example.com"), [
    "deploy",
    "net",
    "api.example.com",
    "config.permissions asks for it; a run grants it if you agree",
  ]);
  assert.deepEqual(row("A"), ["deploy", "env", "A", "--allow-env"]);
  assert.equal(row("docker")?.[1], "run");
  assert.equal(row("podman"), undefined);
});

/** Where this machine keeps its packages, whatever the home directory is. */
async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}

for (
  const [title, global, status, marks] of [
    ["fails its operation, after those before it were done", "", 1, "first\n"],
    ["may be ignored as any failure", ", _ignoreErrors: true, _continueOnError: true", 0, "first\nlast\n"],
  ] as const
) {
  Deno.test(`a download that is refused ${title}`, async () => {
    await using here = await project({ "deno.json": "{}" });
    await here.write(
      "deploy.ts",
      `import { files, server } from "drover/operations";
await server.shell({ commands: ["echo first >> ${here.path}/marks"] });
await files.get({ src: "/etc/hostname", dest: "${here.path}/written"${global} });
await server.shell({ commands: ["echo last >> ${here.path}/marks"] });`,
    );
    const ended = await here.drover("@local", "deploy.ts", "-y");
    assert.match(ended.stderr, /E_PERMISSION|may not write/);
    assert.equal(ended.status, status, ended.stderr);
    assert.equal(await here.read("marks"), marks, ended.stderr);
    assert.equal(await here.exists("written"), false);
  });
}

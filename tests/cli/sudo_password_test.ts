import assert from "node:assert/strict";
import { type Project, project } from "../support/cli.ts";

const FILES = {
  "inventory.ts": `export const hosts = ["@local"];`,
  "deploy.ts": "export {};",
};

/** Places that ask for the sudo password before anything is connected. */
const PLACES: [title: string, files: Record<string, string>, flags: string[]][] = [
  ["config.useSudoPassword", { "config.ts": "export const useSudoPassword = true;" }, []],
  ["_useSudoPassword of a group", { "group_data/hosts.yaml": "_use_sudo_password: true\n" }, []],
  [
    "_useSudoPassword of the host",
    { "inventory.ts": `export const hosts = [["@local", { _useSudoPassword: true }]];` },
    [],
  ],
  ["--use-sudo-password", {}, ["--use-sudo-password"]],
];

async function run(here: Project, env: Record<string, string>, flags: string[]) {
  return await here.droverWith(
    env,
    "inventory.ts",
    "deploy.ts",
    "--dry",
    "--no-input",
    "--trust-config",
    ...flags,
  );
}

for (const [title, files, flags] of PLACES) {
  Deno.test(`${title} wants the sudo password before hosts are connected, wherever it comes from`, async () => {
    await using here = await project({ ...FILES, ...files, password: "hunter22\n" });
    const refused = await run(here, {}, flags);
    assert.equal(refused.status, 64, refused.stderr);
    assert.match(refused.stderr, /Cannot ask for the sudo password: there is no terminal/);
    assert.match(refused.stderr, /--sudo-password-file or DROVER_SUDO_PASSWORD/);
    assert.doesNotMatch(refused.stderr, /Connected/);
    const fromEnvironment = await run(here, { DROVER_SUDO_PASSWORD: "hunter22" }, flags);
    assert.equal(fromEnvironment.status, 0, fromEnvironment.stderr);
    const fromFile = await run(here, {}, [...flags, "--sudo-password-file", "password"]);
    assert.equal(fromFile.status, 0, fromFile.stderr);
  });
}

Deno.test("_useSudoPassword of a host that the run does not work on asks nothing", async () => {
  await using here = await project({
    ...FILES,
    "inventory.ts":
      `export const hosts = ["@local", ["web-01", { _useSudoPassword: true }]]; export const targets = ["@local"];`,
  });
  assert.equal((await run(here, {}, [])).status, 0);
});

Deno.test("a host's data wins over config.useSudoPassword", async () => {
  await using here = await project({
    ...FILES,
    "config.ts": "export const useSudoPassword = true;",
    "group_data/all.yaml": "_useSudoPassword: false\n",
  });
  assert.equal((await run(here, {}, [])).status, 0);
});

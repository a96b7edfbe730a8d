/** `config.ts` and ranges of versions. */

import assert from "node:assert/strict";
import { createConfig, satisfiesVersion, VERSION } from "../../src/host/mod.ts";
import { loadConfig } from "../../src/inventory/mod.ts";
import { failureOf, Project } from "./project.ts";

Deno.test("options of config files are merged, later directories win", async () => {
  await using project = await Project.with({
    "config.ts": `export const sudo = true; export const parallel = 5; export const __note = 1;`,
    "inventories/config.js": `export default { parallel: 7, failPercent: 10 };`,
    "inventories/config.mjs": `export const never = 1;`,
    "deploys/config.ts": `export const env = { A: "b" }; export const failPercent = 20;`,
  });
  const workingDirectory = project.directory;
  const directories = [
    workingDirectory,
    project.path("inventories"),
    project.path("deploys"),
    project.path("inventories/.."),
    project.path("nowhere"),
  ];
  assert.deepEqual(await loadConfig({ workingDirectory, directories }), {
    sudo: true,
    parallel: 7,
    failPercent: 20,
    env: { A: "b" },
  });
  assert.deepEqual(await loadConfig({ workingDirectory, directories, file: "deploys/config.ts" }), {
    env: { A: "b" },
    failPercent: 20,
  });
  assert.deepEqual(await loadConfig({ workingDirectory, directories: [] }), {});
});

Deno.test("mistakes in config files", async (t) => {
  const table: [text: string, message: string, hint: string | undefined, at: string | undefined][] = [
    [
      "\nexport const fail_percnt = 10;",
      "There is no option config.fail_percnt (in config.ts)",
      `did you mean "failPercent"?`,
      "config.ts:2:1",
    ],
    [
      "export const SUDO = true;",
      "There is no option config.SUDO (in config.ts)",
      `did you mean "sudo"?`,
      "config.ts:1:1",
    ],
    [
      `export const sudo = "yes";`,
      `config.sudo must be a boolean: it is "yes" (in config.ts)`,
      undefined,
      "config.ts:1:1",
    ],
    [
      `\n\nexport default { parallel: "5" };`,
      `config.parallel must be a number: it is "5" (in config.ts)`,
      undefined,
      "config.ts:3:18",
    ],
  ];
  for (const [text, message, hint, at] of table) {
    await t.step(message, async () => {
      await using project = await Project.with({ "config.ts": text });
      const { directory } = project;
      const found = await failureOf(
        directory,
        () => loadConfig({ workingDirectory: directory, directories: [directory] }),
      );
      assert.deepEqual(found, { code: "E_CONFIG", message, hint, at, detail: undefined });
    });
  }
  await t.step("--config names a file that is missing", async () => {
    await using project = await Project.with({ "production.ts": "" });
    const { directory } = project;
    const found = await failureOf(
      directory,
      () => loadConfig({ workingDirectory: directory, directories: [], file: "prodction.ts" }),
    );
    assert.equal(found.message, `There is no configuration file "prodction.ts"`);
    assert.equal(found.hint, `did you mean "production.ts"?`);
  });
});

Deno.test("a version that is not there is told with the line that asks for it", async () => {
  await using project = await Project.with({ "config.ts": `\nexport const requireDroverVersion = ">=99";` });
  const { directory } = project;
  const load = () => loadConfig({ workingDirectory: directory, directories: [directory] });
  const { code, message, at } = await failureOf(directory, load);
  assert.equal(code, "E_VERSION");
  assert.equal(message, `This deploy needs Drover >=99, this is ${VERSION} (in config.ts)`);
  assert.equal(at, "config.ts:2:1");
  const config = createConfig();
  config.requireDroverVersion = `=${VERSION}`;
  assert.throws(() => config.requireDroverVersion = ">=99", { code: "E_VERSION" });
  assert.throws(() => config.requireDroverVersion = "newest", { code: "E_CONFIG" });
});

Deno.test("ranges of versions", async () => {
  const table: [range: string, version: string, holds: boolean][] = [
    [">=0.1.0", "0.1.0", true],
    [">=0.1", "0.1.5", true],
    [">0.1", "0.1.0", false],
    [">0.1", "0.1.1", true],
    ["<0.3", "0.2.9", true],
    ["<=0.2", "0.2.1", false],
    [">=0.1, <0.3", "0.2.0", true],
    [">=0.1,<0.3", "0.3.0", false],
    ["=0.2", "0.2.7", true],
    ["0.2.1", "0.2.1", true],
    ["==0.2.1", "0.2.2", false],
    ["v0.2.1", "0.2.1", true],
    ["~=1.4.2", "1.4.9", true],
    ["~=1.4.2", "1.5.0", false],
    ["~=1.4", "1.9.0", true],
    ["~=1.4", "2.0.0", false],
    ["~=1.4", "1.3.9", false],
    ["^1.4.2", "1.9.0", true],
    ["^1.4.2", "2.0.0", false],
    ["^0.2.3", "0.2.9", true],
    ["^0.2.3", "0.3.0", false],
    ["^0.0.3", "0.0.3", true],
    ["^0.0.3", "0.0.4", false],
    ["^0", "0.9.0", true],
    [">=1.0.0", "1.0.0-rc.1", false],
    [">=1.0.0-rc.2", "1.0.0-rc.10", true],
    [">1.0.0-rc.1", "1.0.0", true],
    ["=1.0.0", "1.0.0-rc.1", false],
    [">=10.0.0", "9.99.99", false],
  ];
  for (const [range, version, holds] of table) {
    assert.equal(satisfiesVersion(range, version), holds, `${range} ${version}`);
  }
  for (const range of ["", "latest", ">=1.x", "~=1", ">= 1.0 || 2", "1.0,"]) {
    const { code, message } = await failureOf("", () => satisfiesVersion(range, "1.0.0"));
    assert.equal(code, "E_CONFIG");
    assert.ok(message.startsWith(`"${range}" is no range of versions`), message);
  }
});

/** Every attempt fails, and says why. `DROVER_UNDER_TEST` names an executable to try them on. */

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { type Ended, project } from "../support/cli.ts";
import { type Attempt, ATTEMPTS } from "./attempts.ts";

const HERE = new URL("./", import.meta.url).pathname;
const SECRET = "the private key";
/** Tries to use what a configuration may have been granted. */
const USES_GRANTS = `for (const use of [
  () => Deno.writeTextFileSync("OUTSIDE/written", "x"),
  () => Deno.readTextFileSync("OUTSIDE/secret"),
  () => new Deno.Command("touch", { args: ["OUTSIDE/written"] }).outputSync(),
]) {
  let done = true;
  try { use(); } catch { done = false; }
  if (done) throw new Error("ESCAPED");
}`;

async function tryOut({ file, words = [], files = {}, links = {} }: Attempt): Promise<Ended> {
  await using outside = await project({
    secret: `${SECRET}\n`,
    "data.json": `{ "key": "${SECRET}" }`,
    "included.js": `throw new Error("ESCAPED");`,
  });
  const [folder, name] = file.split("/") as [string, string];
  const code = await Deno.readTextFile(`${HERE}${file}`);
  const grab = { "grab.js": await Deno.readTextFile(`${HERE}grab.js`) };
  const own = {
    deploys: { [file]: code, ...grab },
    inventories: { [name]: code, ...grab, "deploy.js": "export {};" },
    configs: { "config.js": code, "deploy.js": USES_GRANTS },
  }[folder]!;
  const filled = Object.entries({ "deno.json": "{}", ...own, ...files })
    .map(([path, text]) => [path, text.replaceAll("OUTSIDE", outside.path)]);
  await using here = await project(Object.fromEntries(filled));
  for (const [path, target] of Object.entries(links)) {
    await Deno.symlink(target.replaceAll("OUTSIDE", outside.path), `${here.path}/${path}`);
  }
  const inventory = folder === "inventories" ? name : "@local";
  const deploy = folder === "deploys" ? file : "deploy.js";
  const env = { HOME: outside.path, CI: "1", DENO_DIR: await denoDirectory() };
  const ended = await here.droverFed("typed secret\n", env, inventory, deploy, "-y", ...words);
  assert.ok(!(ended.stdout + ended.stderr).includes(SECRET), ended.stderr);
  // The line of a place shows the attempt's own words.
  const said = (ended.stdout + ended.stderr).replaceAll(/^ *\d+ \| .*$/gm, "");
  assert.doesNotMatch(said, /ESCAPED|typed secret/, said);
  assert.ok(!said.includes("\x1b"), said);
  assert.equal(await outside.exists("written"), false, "it wrote outside");
  for (const path of [".git/hooks/post-checkout", "config.ts", "written.js", "got"]) {
    assert.equal(await here.exists(path) || await here.exists(`deploys/${path}`), false, `it wrote ${path}`);
  }
  return ended;
}

for (const attempt of ATTEMPTS) {
  const { file, words = [], status = 1, says = /^/ } = attempt;
  const words_ = words.length === 0 ? "" : ` with ${words.join(" ")}`;
  Deno.test(`${file.replace(/\.js$/, "").replaceAll("_", " ")}${words_}: in vain`, async () => {
    const ended = await tryOut(attempt);
    assert.match(ended.stderr, says);
    assert.equal(ended.status, status, ended.stderr);
  });
}

Deno.test("every hostile file is tried", async () => {
  const names = await readdir(HERE, { recursive: true });
  const files = names.filter((name) => /\/.*\.js$/.test(name)).sort();
  assert.deepEqual(files, [...new Set(ATTEMPTS.map(({ file }) => file))].sort());
});

/** Where this machine keeps its packages, whatever the home directory is. */
async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}

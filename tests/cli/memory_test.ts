import assert from "node:assert/strict";
import { project } from "../support/cli.ts";

const DEPLOY = `import { files } from "drover/operations";
for (const name of ["a", "b", "c"]) await files.file({ path: "/etc/hostname-" + name, present: false });`;

Deno.test("which facts a deploy asks is kept in a private file, without values; --no-memory keeps nothing", async () => {
  await using here = await project({ "deploy.ts": DEPLOY });
  const env = { XDG_STATE_HOME: `${here.path}/state` };
  const folder = `${here.path}/state/drover/memory`;
  assert.equal((await here.droverWith(env, "@local", "deploy.ts", "-y", "--no-memory")).status, 0);
  await assert.rejects(Deno.stat(folder));
  assert.equal((await here.droverWith(env, "@local", "deploy.ts", "-y")).status, 0);
  const [file] = await Array.fromAsync(Deno.readDir(folder));
  const path = `${folder}/${file!.name}`;
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert.equal((await Deno.stat(folder)).mode! & 0o777, 0o700);
  const kept = JSON.parse(await Deno.readTextFile(path));
  assert.deepEqual(Object.keys(kept.hosts), ["@local"]);
  assert.ok(kept.hosts["@local"].length >= 3);
  for (
    const broken of ["{", "[]", `{"format":9}`, `{"format":1,"hosts":{"@local":[{"fact":"x"}]}}`, "\0\0"]
  ) {
    await Deno.writeTextFile(path, broken);
    const ended = await here.droverWith(env, "@local", "deploy.ts", "-y");
    assert.equal(ended.status, 0, ended.stderr);
    assert.match(ended.stderr, /No changes/);
  }
});

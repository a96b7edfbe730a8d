/** A root with nothing but BusyBox, reached by the command line: every file operation, every fact of files and server. */

import assert from "node:assert/strict";
import { definedFacts } from "../../src/host/mod.ts";
import "../../src/facts/mod.ts";
import { type Ended, type Project, project } from "../support/cli.ts";
import { requirement } from "../support/skip.ts";

const IGNORE = requirement("root", "busybox", "mount");

/** A directory to change the root to. Dispose of it with `await using`. */
async function busyboxRoot(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "drover-busybox-root-" }));
  for (const name of ["bin", "dev", "etc", "proc", "root", "srv", "tmp"]) await Deno.mkdir(`${path}/${name}`);
  await Deno.chmod(path, 0o755);
  await Deno.chmod(`${path}/tmp`, 0o1777);
  await Deno.writeTextFile(`${path}/etc/lines`, "one\ntwo\n");
  await run("cp", (await run("sh", "-c", "command -v busybox")).trim(), `${path}/bin/busybox`);
  await run("chroot", path, "/bin/busybox", "--install", "-s", "/bin");
  await run("mknod", "-m", "666", `${path}/dev/null`, "c", "1", "3");
  await run("mount", "-t", "proc", "proc", `${path}/proc`);
  await Deno.writeTextFile(
    `${path}/etc/passwd`,
    "root:x:0:0:root:/root:/bin/sh\napp:x:7:7:It's:/srv:/bin/sh\n",
  );
  await Deno.writeTextFile(`${path}/etc/group`, "root:x:0:\napp:x:7:root\n");
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run("umount", `${path}/proc`);
      await Deno.remove(path, { recursive: true });
    },
  };
}

async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  assert.ok(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

const DEPLOY = `import { files } from "drover/operations";

const dir = "/srv/it's here";
const owner = { user: "app", group: "app" };
await files.directory({ path: dir, mode: 2750, ...owner });
await files.directory({ path: dir + "/sub", mode: 755 });
await files.file({ path: dir + "/file", mode: 640, ...owner });
await files.link({ path: dir + "/link", target: "file", ...owner });
await files.put({ src: { content: "one\\ntwo\\n" }, dest: dir + "/put", mode: 600, mtime: "2020-02-02T02:02:02Z" });
await files.template({ src: { content: "{{ host.name | length > 0 }}\\n" }, dest: dir + "/template" });
await files.line({ path: "/etc/lines", line: "^two", replace: "it's & 2" });
await files.replace({ path: "/etc/lines", text: "o", replace: "0", flags: ["g"] });
await files.block({ path: dir + "/block", content: "x $HOME" });
await files.copy({ src: dir + "/put", dest: dir + "/sub" });
await files.file({ path: "/srv/to move" });
await files.move({ src: "/srv/to move", dest: dir });
await files.file({ path: "/srv/to rename" });
await files.rename({ src: "/srv/to rename", dest: dir + "/renamed" });
await files.sync({ src: "tree", dest: dir + "/tree", delete: true, mode: 640, dirMode: 750 });
await files.unarchive({ src: "tree.tar.gz", dest: dir, creates: dir + "/archive/a" });
await files.download({ src: "URL/x", dest: dir + "/downloaded" });
await files.get({ src: dir + "/put", dest: "LOCAL/got" });
`;

const REMOVAL = `import { files } from "drover/operations";

await files.block({ path: "/srv/it's here/block", present: false });
await files.line({ path: "/etc/lines", line: "^0ne", present: false });
await files.link({ path: "/srv/it's here/link", present: false });
await files.file({ path: "/srv/it's here/file", present: false });
await files.directory({ path: "/srv/it's here", present: false });
`;

Deno.test({ name: "every file operation in a root with BusyBox only", ignore: IGNORE, fn: fileOperations });

async function fileOperations(): Promise<void> {
  await using root = await busyboxRoot();
  await using here = await project({ "tree/a": "a\n", "tree/sub/b c": "b\n", "archive/a": "a\n" });
  await run("tar", "-C", here.path, "-czf", `${here.path}/tree.tar.gz`, "archive");
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("hello\n"),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const deploy = DEPLOY.replace("URL", url).replace("LOCAL", here.path);
  await here.write("deploy.ts", deploy);
  const apply = async (status: 0 | 2) => {
    const ended = await drover(here, root.path, "deploy.ts", "--yes", "--detailed-exitcode");
    assert.equal(ended.status, status, ended.stderr);
  };

  await apply(2);
  const dir = `${root.path}/srv/it's here`;
  assert.equal(await Deno.readTextFile(`${root.path}/etc/lines`), "0ne\nit's & 2\n");
  assert.equal(await Deno.readTextFile(`${dir}/put`), "one\ntwo\n");
  assert.equal(await Deno.readTextFile(`${dir}/sub/put`), "one\ntwo\n");
  assert.match(await Deno.readTextFile(`${dir}/block`), /^x \$HOME$/m);
  assert.equal(await Deno.readTextFile(`${dir}/tree/sub/b c`), "b\n");
  assert.equal(await Deno.readTextFile(`${dir}/archive/a`), "a\n");
  assert.equal(await Deno.readTextFile(`${dir}/downloaded`), "hello\n");
  assert.equal(await Deno.readLink(`${dir}/link`), "file");
  assert.equal(await here.read("got"), "one\ntwo\n");
  const { mode, uid, gid } = await Deno.stat(dir);
  assert.deepEqual([(mode! & 0o7777).toString(8), uid, gid], ["2750", 7, 7]);

  // A second run would make these files again, only to find that they have been moved already.
  const remaining = deploy.split("\n").filter((line) => !line.includes('"/srv/to '));
  await here.write("deploy.ts", remaining.join("\n"));
  await apply(0);
  await here.write("deploy.ts", REMOVAL);
  await apply(2);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${root.path}/srv`)), []);
  await apply(0);
}

async function drover(here: Project, root: string, ...words: string[]): Promise<Ended> {
  const ended = await here.drover(`@chroot${root}`, ...words, `--allow-write=${here.path}`);
  assert.ok(ended.status === 0 || ended.status === 2, ended.stderr);
  return ended;
}

const ARGUMENTS: Readonly<Record<string, Record<string, unknown>>> = {
  "files.BlockChanges": { path: "/etc/group", content: ["x"] },
  "files.BlockPreview": { path: "/etc/group", content: ["x"] },
  "files.Directory": { path: "/etc" },
  "files.Entries": { directory: "/etc", names: ["group", "missing"] },
  "files.FindInFile": { path: "/etc/group", pattern: "app" },
  "files.Link": { path: "/bin/sh" },
  "files.PatternMatches": { text: "app", pattern: "^a.*$" },
  "files.SameContent": { path: "/etc/group", other: "/etc/passwd" },
  "files.SameFile": { path: "/etc/group", other: "/etc/passwd" },
  "files.SedEffect": { path: "/etc/group", script: "s/a/b/" },
  "files.SedPreview": { path: "/etc/group", script: "s/a/b/" },
  "files.Umask": {},
  "server.AuthorizedKeys": { user: "app" },
  "server.Command": { command: "echo it" },
  "server.Home": { user: "app" },
  "server.OnPath": { directory: "/bin" },
  "server.Port": { port: 22 },
  "server.Which": { command: "sh" },
};

Deno.test({
  name: "every fact of files and server in a root with BusyBox only",
  ignore: IGNORE,
  async fn() {
    await using root = await busyboxRoot();
    const names = [...definedFacts().keys()].filter((name) => /^(files|server)\./.test(name));
    const asked = names.map((name) => {
      const args = ARGUMENTS[name] ?? (name.startsWith("files.") ? { path: "/etc/group" } : {});
      return [name, args] as const;
    });
    await using here = await project({
      "deploy.ts": `import { host } from "drover";

for (const [name, args] of ${JSON.stringify(asked)}) {
  const value = await host.getFact(name as never, args as never).catch((error) => \`failed: \${error.message}\`);
  console.log(JSON.stringify([name, value ?? null]));
}
`,
    });
    const { stdout, stderr } = await drover(here, root.path, "deploy.ts", "--dry");
    const told = (stdout + stderr).split("\n").flatMap((line) =>
      /\["(?:files|server)\..*\]/.exec(line) ?? []
    );
    const values: Record<string, unknown> = Object.fromEntries(told.map((line) => JSON.parse(line)));
    assert.deepEqual(Object.keys(values).toSorted(), names.toSorted(), stdout + stderr);
    const failed = Object.entries(values).filter(([, value]) => String(value).startsWith("failed: "));
    assert.deepEqual(failed, []);
    assert.equal(values["server.Home"], "/srv");
    // BusyBox runs its own applets without a path.
    assert.match(String(values["server.Which"]), /^(\/bin\/)?sh$/);
    assert.deepEqual(values["server.Groups"], ["root", "app"]);
    assert.deepEqual(values["files.FileContents"], ["root:x:0:", "app:x:7:root"]);
    assert.deepEqual(values["files.FindInFile"], ["app:x:7:root"]);
    assert.equal((values["files.File"] as { mode: number }).mode, 644);
    assert.equal((values["files.Link"] as { linkTarget: string }).linkTarget, "/bin/busybox");
    assert.match(String(values["files.Sha256File"]), /^[0-9a-f]{64}$/);
    assert.equal((values["server.Users"] as Record<string, { comment: string }>).app!.comment, "It's");
  },
});

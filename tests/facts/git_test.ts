/** Facts about git, read from real repositories. */

import assert from "node:assert/strict";
import * as git from "../../src/facts/git.ts";
import { GitSandbox } from "../support/git_repository.ts";
import { busyboxPath, LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";

const GIT = { ignore: requirement("git") };

Deno.test("GitBranch names the branch that is checked out, not another at the same commit", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  const repo = sandbox.path("origin");
  await sandbox.git("origin", "branch", "aardvark");
  await sandbox.git("origin", "tag", "-a", "-m", "one", "v1");
  assert.equal(await host.fact(git.GitBranch, { repo }), "main");
  await sandbox.git("origin", "checkout", "-q", "-b", "feature/x");
  assert.equal(await host.fact(git.GitBranch, { repo }), "feature/x");
  await sandbox.git("origin", "checkout", "-q", "v1");
  assert.equal(await host.fact(git.GitBranch, { repo }), "v1");
  await sandbox.git("origin", "tag", "-d", "v1");
  assert.match(await host.fact(git.GitBranch, { repo }), /^[0-9a-f]{7,}$/);
});

Deno.test(
  "GitBranch knows a branch without commits, and says nothing where there is no directory",
  GIT,
  async () => {
    await using sandbox = await GitSandbox.create();
    await using host = await LocalHost.connect();
    await sandbox.git(".", "init", "-q", "-b", "unborn", "empty");
    assert.equal(await host.fact(git.GitBranch, { repo: sandbox.path("empty") }), "unborn");
    assert.equal(await host.fact(git.GitBranch, { repo: sandbox.path("nowhere") }), "");
  },
);

Deno.test("commits: local, remote, of tags and of nothing", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  await sandbox.git(".", "clone", "-q", "origin", "copy");
  await sandbox.git("origin", "tag", "-a", "-m", "one", "v1");
  const [origin, copy] = [sandbox.path("origin"), sandbox.path("copy")];
  const first = await sandbox.git("origin", "rev-parse", "HEAD");
  const second = await sandbox.commit("origin", "second");
  assert.equal(await host.fact(git.GitLocalCommit, { repo: copy }), first);
  assert.equal(await host.fact(git.GitLocalCommit, { repo: origin, ref: "v1" }), first);
  assert.equal(await host.fact(git.GitLocalCommit, { repo: copy, ref: "--all" }), undefined);
  assert.equal(await host.fact(git.GitLocalCommit, { repo: sandbox.path("nowhere") }), undefined);
  assert.equal(await host.fact(git.GitRemoteBranchCommit, { repo: copy }), second);
  assert.equal(await host.fact(git.GitRemoteBranchCommit, { repo: copy, branch: "main" }), second);
  assert.equal(await host.fact(git.GitRemoteBranchCommit, { repo: copy, branch: "none" }), undefined);
  assert.equal(await host.fact(git.GitRemoteBranchCommit, { repo: copy, remote: "other" }), undefined);
  await sandbox.git("copy", "checkout", "-q", "--detach");
  assert.equal(await host.fact(git.GitRemoteBranchCommit, { repo: copy }), undefined);
});

Deno.test("GitTag and GitTrackingBranch", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  await sandbox.git("origin", "tag", "v1");
  await sandbox.git("origin", "tag", "v2");
  await sandbox.git(".", "clone", "-q", "origin", "copy");
  assert.deepEqual(await host.fact(git.GitTag, { repo: sandbox.path("copy") }), ["v1", "v2"]);
  assert.deepEqual(await host.fact(git.GitTag, { repo: sandbox.path("nowhere") }), []);
  assert.equal(await host.fact(git.GitTrackingBranch, { repo: sandbox.path("copy") }), "origin/main");
  assert.equal(await host.fact(git.GitTrackingBranch, { repo: sandbox.path("origin") }), undefined);
});

Deno.test("GitConfig reads several values, odd keys and values of several lines", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  const set = (...args: string[]) => sandbox.git("origin", "config", "--local", ...args);
  await set("Custom.Name", "a=b");
  await set("--add", "custom.list", "one");
  await set("--add", "custom.list", "two");
  await set("url.https://Host/?a=b.insteadOf", "short:");
  await set("alias.lines", "!echo 1\necho 2");
  const config = await host.fact(git.GitConfig, { repo: sandbox.path("origin") });
  assert.deepEqual(config["custom.name"], ["a=b"]);
  assert.deepEqual(config["custom.list"], ["one", "two"]);
  assert.deepEqual(config["url.https://Host/?a=b.insteadof"], ["short:"]);
  assert.deepEqual(config["alias.lines"], ["!echo 1\necho 2"]);
  assert.deepEqual(await host.fact(git.GitConfig, { repo: sandbox.path("nowhere") }), {});
});

Deno.test("GitConfig without any configuration", GIT, async () => {
  await using host = await LocalHost.connect({
    _env: { HOME: "/nonexistent", GIT_CONFIG_SYSTEM: "/nonexistent" },
  });
  assert.deepEqual(await host.fact(git.GitConfig), {});
  assert.deepEqual(await host.fact(git.GitConfig, { system: true }), {});
});

Deno.test({
  name: "repositories of another user are read all the same",
  ignore: requirement("git", "root"),
  fn: async () => {
    await using sandbox = await GitSandbox.create();
    await using host = await LocalHost.connect({ _env: { HOME: "/nonexistent" } });
    await sandbox.git(".", "clone", "-q", "origin", "copy");
    await sandbox.git("copy", "worktree", "add", "-q", "../tree");
    const [copy, tree] = [sandbox.path("copy"), sandbox.path("tree")];
    assert.equal(await host.fact(git.GitOwnership, { repo: copy }), "trusted");
    await giveAway(sandbox.root);
    assert.equal(await host.fact(git.GitOwnership, { repo: copy }), "dubious");
    assert.equal(await host.fact(git.GitBranch, { repo: copy }), "main");
    assert.equal(await host.fact(git.GitBranch, { repo: tree }), "tree");
    assert.equal(await host.fact(git.GitTrackingBranch, { repo: copy }), "origin/main");
    assert.deepEqual(await host.fact(git.GitSubmodules, { repo: copy }), {});
    const config = await host.fact(git.GitConfig, { repo: copy });
    assert.deepEqual(config["remote.origin.url"], [sandbox.path("origin")]);
  },
});

Deno.test("GitSubmodules tells what is missing and what differs", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  await sandbox.git(".", "init", "-q", "-b", "main", "library");
  const wanted = await sandbox.commit("library", "code");
  await sandbox.git("origin", "submodule", "add", "-q", sandbox.path("library"), "vendor/a library");
  await sandbox.git("origin", "commit", "-q", "-m", "Use the library");
  await sandbox.git(".", "clone", "-q", "origin", "copy");
  const read = () => host.fact(git.GitSubmodules, { repo: sandbox.path("copy") });
  assert.deepEqual(await read(), { "vendor/a library": { commit: wanted, state: "missing" } });
  await sandbox.git("copy", "submodule", "update", "-q", "--init");
  assert.deepEqual(await read(), { "vendor/a library": { commit: wanted, state: "current" } });
  const other = await sandbox.commit("copy/vendor/a library", "more");
  assert.deepEqual(await read(), { "vendor/a library": { commit: other, state: "different" } });
});

Deno.test({
  name: "the commands run on BusyBox",
  ignore: requirement("git", "busybox"),
  fn: async () => {
    await using sandbox = await GitSandbox.create();
    await using busybox = await busyboxPath();
    await using host = await LocalHost.connect({ _env: { PATH: busybox.path } });
    const repo = sandbox.path("origin");
    assert.equal(await host.fact(git.GitBranch, { repo }), "main");
    assert.equal(await host.fact(git.GitOwnership, { repo }), "trusted");
    assert.match(await host.fact(git.GitLocalCommit, { repo }) ?? "", /^[0-9a-f]{40}$/);
  },
});

async function giveAway(directory: string): Promise<void> {
  const { success } = await new Deno.Command("chown", { args: ["-R", "nobody", directory] }).output();
  assert.ok(success);
}

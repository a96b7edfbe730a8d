/** Operations on git, with given facts and on real repositories. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import { DroverError } from "../../src/errors/mod.ts";
import type { AnyFact, AnyOperation } from "../../src/host/mod.ts";
import * as git from "../../src/operations/git/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { GitSandbox } from "../support/git_repository.ts";
import { LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";
import { must } from "../support/sshd.ts";

const GIT = { ignore: requirement("git") };

const DIRECTORY = { user: "root", group: "root", mode: 755 };

/** The commands of an operation, given the values of facts by their names; other facts cannot be read. */
async function plan(operation: AnyOperation, args: Record<string, unknown>, facts: Record<string, unknown>) {
  const answer = ({ name }: AnyFact, { path }: Record<string, unknown>) => {
    const value = path === undefined ? undefined : facts[`${name} ${path}`];
    if (value !== undefined) return value;
    if (name in facts) return facts[name];
    if (path !== undefined) return undefined;
    throw new DroverError("E_FACT", `${name} is not given`);
  };
  const { steps } = await collectSteps(operation, args, { facts: answer });
  return steps.map(String);
}

Deno.test("git.repo clones with branch, depth and owner", async () => {
  const args = { src: "https://example.com/a b.git", dest: "/srv/my app", branch: "v1", depth: 3 };
  assert.deepEqual(await plan(git.repo, { ...args, user: "app", group: "www" }, {}), [
    "mkdir -p '/srv/my app'",
    "cd '/srv/my app' && git clone --depth 3 'https://example.com/a b.git' --branch v1 .",
    "chown -R app:www '/srv/my app'",
  ]);
});

Deno.test("git.repo checks out a commit after the clone", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const args = { src: "s", dest: "/d", branch: commit, updateSubmodules: true, recursiveSubmodules: true };
  assert.deepEqual(await plan(git.repo, args, { "files.Directory /d": DIRECTORY }), [
    "cd /d && git clone s .",
    `cd /d && git checkout ${commit}`,
    "cd /d && git submodule update --init --recursive",
  ]);
});

Deno.test("git.repo changes the branch, and pulls what is not known to be new", async () => {
  const facts = { "files.Directory": DIRECTORY, "git.GitBranch": "main" };
  const args = { src: "s", dest: "/d", branch: "next" };
  assert.deepEqual(await plan(git.repo, args, facts), [
    "cd /d && git fetch",
    "cd /d && git checkout next",
    "cd /d && git pull",
  ]);
  assert.deepEqual(await plan(git.repo, { ...args, pull: false }, facts), [
    "cd /d && git fetch",
    "cd /d && git checkout next",
  ]);
  assert.deepEqual(await plan(git.repo, { ...args, depth: 1, rebase: true }, facts), [
    "cd /d && git remote set-branches --add origin next",
    "cd /d && git fetch --depth 1 origin next",
    "cd /d && git checkout next",
    "cd /d && git pull --rebase",
  ]);
});

Deno.test("git.repo pulls only what is new", async () => {
  const facts = {
    "files.Directory": DIRECTORY,
    "git.GitBranch": "main",
    "git.GitLocalCommit": "a".repeat(40),
    "git.GitOwnership": "trusted",
    "git.GitTag": [],
  };
  const args = { src: "s", dest: "/d" };
  const tip = (commit: string) => ({ ...facts, "git.GitRemoteBranchCommit": commit });
  assert.deepEqual(await plan(git.repo, args, tip("a".repeat(40))), []);
  assert.deepEqual(await plan(git.repo, args, tip("b".repeat(40))), ["cd /d && git pull"]);
  // The remote cannot be reached: the pull tells why.
  assert.deepEqual(await plan(git.repo, args, { ...facts, "git.GitRemoteBranchCommit": undefined }), [
    "cd /d && git pull",
  ]);
});

Deno.test("git.repo scans the key of the server in src", async () => {
  const facts = { "server.Home": "/home/me", "files.Directory": undefined };
  const commands = async (src: string) => await plan(git.repo, { src, dest: "/d", sshKeyscan: true }, facts);
  const scan = async (src: string) => (await commands(src)).find((command) => command.includes("keyscan"));
  const known = "/home/me/.ssh/known_hosts";
  assert.equal(await scan("git@git.example.com:a/b.git"), `ssh-keyscan -p 22 git.example.com >> ${known}`);
  assert.equal(await scan("git.example.com:a/b.git"), `ssh-keyscan -p 22 git.example.com >> ${known}`);
  assert.equal(await scan("ssh://git@host:2222/a"), `ssh-keyscan -p 2222 host >> ${known}`);
  for (const src of ["https://example.com/a.git", "/srv/a.git", "git@"]) {
    await assert.rejects(commands(src), { code: "E_ARGUMENT" });
  }
});

Deno.test("arguments that git would take for options are refused", async () => {
  for (const branch of ["--upload-pack=x", ""]) {
    await assert.rejects(plan(git.repo, { src: "s", dest: "/d", branch }, {}), { code: "E_ARGUMENT" });
  }
  await assert.rejects(plan(git.repo, { src: "-x", dest: "/d" }, {}), { code: "E_ARGUMENT" });
  await assert.rejects(plan(git.repo, { src: "s", dest: "/d", depth: 0 }, {}), { code: "E_ARGUMENT" });
  await assert.rejects(plan(git.repo, { src: "s", dest: "/d", user: "-R" }, {}), { code: "E_ARGUMENT" });
  await assert.rejects(plan(git.config, { key: "--edit", value: "" }, {}), { code: "E_ARGUMENT" });
  await assert.rejects(plan(git.worktree, { worktree: "/w", repo: "/r", commitish: "-f" }, {}), {
    code: "E_ARGUMENT",
  });
});

Deno.test("git.config: odd values, secrets, settings that have several values", async () => {
  const facts = { "git.GitConfig": { "user.name": ["a", "b"], "http.x.Y.z": ["q"] } };
  const set = (args: Record<string, unknown>) => plan(git.config, args, facts);
  assert.deepEqual(await set({ key: "User.Name", value: 'a"$b`c\\' }), [
    'git config --global --replace-all User.Name "a\\"\\$b\\`c\\\\"',
  ]);
  assert.deepEqual(await set({ key: "http.token", value: secret("very secret") }), [
    'git config --global http.token "***"',
  ]);
  assert.deepEqual(await set({ key: "HTTP.x.Y.Z", value: "q" }), []);
  assert.deepEqual(await set({ key: "http.X.Y.Z", value: "q" }), ['git config --global http.X.Y.Z "q"']);
  await assert.rejects(set({ key: "a.b", value: "c", repo: "/r", system: true }), { code: "E_ARGUMENT" });
});

Deno.test("git.worktree: bad calls", async () => {
  await assert.rejects(plan(git.worktree, { worktree: "/w" }, {}), { code: "E_ARGUMENT" });
  await assert.rejects(plan(git.worktree, { worktree: "/w", repo: "/r" }, {}), { code: "E_GIT_REPO" });
  await assert.rejects(plan(git.worktree, { worktree: "/w", fromRemoteBranch: ["origin"] }, {}), {
    code: "E_ARGUMENT",
  });
  assert.deepEqual(await plan(git.worktree, { worktree: "/w", repo: "/r", assumeRepoExists: true }, {}), [
    "cd /r && git worktree add /w",
  ]);
});

Deno.test("real: clone, pull, branch, tag and commit; each time the second run has nothing to do", {
  ignore: requirement("git"),
}, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  await sandbox.git("origin", "branch", "aardvark");
  const [src, dest] = [sandbox.path("origin"), sandbox.path("the 'copy'")];
  const ensure = async (args: Record<string, unknown> = {}) => {
    const { commands } = await host.apply(git.repo, { src, dest, ...args });
    assert.deepEqual((await host.apply(git.repo, { src, dest, ...args })).commands, []);
    return commands.length;
  };
  const head = () => sandbox.git("the 'copy'", "rev-parse", "HEAD");

  assert.equal(await ensure(), 2);
  const second = await sandbox.commit("origin", "second");
  assert.equal(await ensure({ pull: false }), 0);
  assert.equal(await ensure(), 1);
  assert.equal(await head(), second);

  await sandbox.git("origin", "checkout", "-q", "-b", "next");
  const third = await sandbox.commit("origin", "third");
  assert.equal(await ensure({ branch: "next" }), 3);
  assert.equal(await head(), third);

  await sandbox.git("origin", "checkout", "-q", "--detach");
  const stray = await sandbox.commit("origin", "stray");
  await sandbox.git("origin", "tag", "-a", "-m", "one", "v1");
  await sandbox.git("origin", "tag", "v1.0");
  await sandbox.git("origin", "checkout", "-q", "main");
  assert.equal(await ensure({ branch: "v1.0" }), 2);
  assert.equal(await ensure({ branch: "v1" }), 0);
  assert.equal(await head(), stray);

  assert.equal(await ensure({ branch: second }), 2);
  assert.equal(await head(), second);
  assert.equal(await ensure({ branch: "main" }), 3);
  assert.equal(await sandbox.git("the 'copy'", "symbolic-ref", "--short", "HEAD"), "main");
});

Deno.test("real: shallow clones change branches and tags too", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  await sandbox.commit("origin", "second");
  await sandbox.git("origin", "checkout", "-q", "-b", "next");
  const next = await sandbox.commit("origin", "third");
  await sandbox.git("origin", "tag", "v1", "main");
  await sandbox.git("origin", "checkout", "-q", "main");
  const args = { src: `file://${encodeURI(sandbox.path("origin"))}`, dest: sandbox.path("copy"), depth: 1 };
  const ensure = async (branch: string) => {
    await host.apply(git.repo, { ...args, branch });
    assert.deepEqual((await host.apply(git.repo, { ...args, branch })).commands, []);
  };
  await ensure("main");
  assert.equal(await sandbox.git("copy", "rev-list", "--count", "HEAD"), "1");
  await ensure("next");
  assert.equal(await sandbox.git("copy", "rev-parse", "HEAD"), next);
  await ensure("v1");
});

Deno.test({
  name: "real: a repository that belongs to another user, with a submodule",
  ignore: requirement("git", "root"),
  fn: async () => {
    await using sandbox = await GitSandbox.create();
    const env = {
      HOME: "/nonexistent",
      GIT_CONFIG_PARAMETERS: "'protocol.file.allow=always'",
    };
    await using host = await LocalHost.connect({ _env: env });
    await sandbox.git(".", "init", "-q", "-b", "main", "library");
    await sandbox.commit("library", "code");
    const args = {
      src: sandbox.path("origin"),
      dest: sandbox.path("copy"),
      user: "nobody",
      group: "nogroup",
      updateSubmodules: true,
      recursiveSubmodules: true,
    };
    const ensure = async () => {
      const { commands } = await host.apply(git.repo, args);
      assert.deepEqual((await host.apply(git.repo, args)).commands, []);
      return commands;
    };
    await host.apply(git.repo, args);
    const giveAway = (...names: string[]) =>
      must("chown", "-R", "nobody", ...names.map((name) => sandbox.path(name)));
    // From now on git reads what is on this machine for its owner only, who is to be that of the copy.
    await giveAway("origin");
    await ensure();
    await sandbox.git("origin", "submodule", "add", "-q", sandbox.path("library"), "library");
    await sandbox.git("origin", "commit", "-q", "-m", "Use the library");
    await giveAway("origin", "library");
    await ensure();
    assert.equal(await Deno.readTextFile(sandbox.path("copy/library/code")), "code\n");
    const { uid } = await Deno.stat(sandbox.path("copy/library/code"));
    assert.equal(uid, (await Deno.stat(sandbox.path("copy"))).uid);
    assert.notEqual(uid, 0);
    await sandbox.git("copy/library", "checkout", "-q", "--detach");
    await sandbox.commit("copy/library", "stray");
    assert.equal((await ensure()).length, 2);
    await host.apply(git.config, { key: "user.name", value: 'Jane "J" Doe', repo: args.dest });
    assert.equal(await sandbox.git("copy", "config", "--local", "user.name"), 'Jane "J" Doe');
  },
});

Deno.test("real: git.bareRepo", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  const path = sandbox.path("bare repo.git");
  await host.apply(git.bareRepo, { path });
  assert.equal(await sandbox.git("bare repo.git", "rev-parse", "--is-bare-repository"), "true");
  assert.deepEqual((await host.apply(git.bareRepo, { path })).commands, []);
  await host.apply(git.bareRepo, { path, present: false });
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  assert.deepEqual((await host.apply(git.bareRepo, { path, present: false })).commands, []);
});

Deno.test("real: git.config of a user and of a repository", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect({ _env: { HOME: sandbox.root } });
  const ensure = async (args: Record<string, unknown>) => {
    await host.apply(git.config, args);
    assert.deepEqual((await host.apply(git.config, args)).commands, []);
  };
  const value = 'it\'s $HOME, "`date`" \\ ünï\nand more';
  await ensure({ key: "Test.Odd", value });
  await ensure({ key: "test.empty", value: "" });
  await ensure({ key: "test.list", value: "one", multiValue: true });
  await ensure({ key: "test.list", value: "-two", multiValue: true });
  const repo = sandbox.path("origin");
  await ensure({ key: "branch.Main.remote", value: "a=b", repo });
  const global = await new Deno.Command("git", {
    args: ["config", "--global", "--null", "--list"],
    env: { HOME: sandbox.root },
  }).output();
  assert.equal(
    new TextDecoder().decode(global.stdout),
    `test.odd\n${value}\0test.empty\n\0test.list\none\0test.list\n-two\0`,
  );
  assert.equal(await sandbox.git("origin", "config", "--local", "branch.Main.remote"), "a=b");
  await ensure({ key: "test.list", value: "three" });
});

Deno.test("real: git.worktree is created, pulled and removed", GIT, async () => {
  await using sandbox = await GitSandbox.create();
  await using host = await LocalHost.connect();
  await sandbox.git(".", "clone", "-q", "origin", "copy");
  const [repo, tree] = [sandbox.path("copy"), sandbox.path("a tree")];
  const args = { repo, worktree: tree, newBranch: "work", fromRemoteBranch: ["origin", "main"] };
  const ensure = async (more: Record<string, unknown> = {}) => {
    const { commands } = await host.apply(git.worktree, { ...args, ...more });
    assert.deepEqual((await host.apply(git.worktree, { ...args, ...more })).commands, []);
    return commands.length;
  };
  assert.equal(await ensure(), 1);
  assert.equal(await sandbox.git("a tree", "symbolic-ref", "--short", "HEAD"), "work");
  const second = await sandbox.commit("origin", "second");
  assert.equal(await ensure({ pull: false }), 0);
  assert.equal(await ensure({ rebase: true }), 1);
  assert.equal(await sandbox.git("a tree", "rev-parse", "HEAD"), second);
  await Deno.writeTextFile(`${tree}/new`, "");
  await assert.rejects(host.apply(git.worktree, { worktree: tree, present: false }));
  assert.equal(await ensure({ present: false, force: true }), 1);
  assert.equal(
    await sandbox.git("copy", "worktree", "list", "--porcelain").then((text) =>
      text.match(/^worktree /gm)?.length
    ),
    1,
  );
});

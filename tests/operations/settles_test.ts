/** Arguments of all spellings: the second run finds nothing to do, and what is there is what was asked for. */

import assert from "node:assert/strict";
import * as server from "../../src/operations/server/mod.ts";
import { files, git } from "../../src/operations/mod.ts";
import { LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";
import { type Machine, onEachUserland, settle, withMachine } from "../support/userlands.ts";

async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(program, { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

const modeOf = async (path: string) => ((await Deno.lstat(path)).mode! & 0o7777).toString(8);

/** Modes as people write them, what the file had before, and what GNU's chmod makes of it under umask 022. */
const MODES: readonly [mode: string | number, before: number, file: string, directory: string][] = [
  [644, 0o600, "644", "644"],
  ["0644", 0o755, "644", "644"],
  ["0755", 0o600, "755", "755"],
  ["u=rw,go=r", 0o777, "644", "644"],
  ["u=rwx,g=rx,o=", 0o777, "750", "750"],
  ["u+X", 0o644, "644", "744"],
  ["a+X", 0o744, "755", "755"],
  ["go=rX", 0o640, "644", "655"],
  ["a=rX,u+w", 0o700, "755", "755"],
  ["a=rX,u+w", 0o600, "644", "755"],
  ["g=u", 0o740, "770", "770"],
  ["g=u-w", 0o750, "750", "750"],
  ["u+x-w", 0o644, "544", "544"],
  ["+x", 0o644, "755", "755"],
  ["+w", 0o444, "644", "644"],
  ["=r", 0o777, "444", "444"],
  ["=rw", 0o777, "644", "644"],
  ["-w", 0o666, "444", "444"],
  ["a-x+r", 0o711, "644", "644"],
  ["u=rwxs,go=rx", 0o755, "4755", "4755"],
  ["g+s", 0o755, "2755", "2755"],
  ["+t", 0o755, "1755", "1755"],
  ["1777", 0o755, "1777", "1777"],
  ["u+s,g+s,o-rwx", 0o755, "6750", "6750"],
];

onEachUserland("modes of every spelling settle", async (machine) => {
  const wrong: string[] = [];
  const before = await umask("022");
  for (const [index, [mode, from, file, directory]] of MODES.entries()) {
    for (const [operation, expected] of [[files.file, file], [files.directory, directory]] as const) {
      const path = `${machine.dir}/${operation === files.file ? "f" : "d"}${index}`;
      if (operation === files.file) await Deno.writeTextFile(path, "");
      else await Deno.mkdir(path);
      await Deno.chmod(path, from);
      const name = `${mode} on ${from.toString(8)} of a ${operation === files.file ? "file" : "directory"}`;
      await settle(machine, operation, { path, mode }).catch(({ message }) =>
        wrong.push(`${name}: ${message}`)
      );
      // BusyBox's chmod takes permissions away before it looks for one to run.
      if (machine.userland === "busybox" && mode === "a=rX,u+w") continue;
      if (await modeOf(path) !== expected) wrong.push(`${name}: ${await modeOf(path)}, not ${expected}`);
    }
  }
  await umask(before);
  assert.deepEqual(wrong, []);
});

/** Sets this process's umask, which the shells inherit; gives the former one. */
function umask(mask: string): Promise<string> {
  return Promise.resolve(Deno.umask(parseInt(mask, 8)).toString(8));
}

Deno.test("modes that do not say for whom settle under every umask", async () => {
  for (const mask of ["000", "022", "027", "077"]) {
    const before = await umask(mask);
    try {
      await withMachine("system", {}, async (machine) => {
        for (const mode of ["+x", "+w", "+rX", "=rw", "-w", "-x"]) {
          const path = `${machine.dir}/${mode}`;
          await Deno.writeTextFile(path, "");
          await Deno.chmod(path, 0o640);
          await settle(machine, files.file, { path, mode });
        }
      });
    } finally {
      await umask(before);
    }
  }
});

/** Paths and targets of every spelling. */
const LINKS: readonly [path: string, target: string][] = [
  ["relative", "there"],
  ["dotted", "./there"],
  ["up", "sub/../there"],
  ["slash", "there/"],
  ["slash/", "there"],
  ["dangling", "nowhere/at all"],
  ["dash", "-x"],
  ["odd", "it's $HOME `id` -> x"],
];

onEachUserland("links, directories and files of every spelling settle", async (machine) => {
  const { dir } = machine;
  await Deno.mkdir(`${dir}/there`);
  await Deno.mkdir(`${dir}/sub`);
  for (const [path, target] of LINKS) await settle(machine, files.link, { path: `${dir}/${path}`, target });
  for (const [path, target] of LINKS) {
    await settle(machine, files.link, { path: `${dir}/${path}`, target, present: false });
  }
  for (const path of ["a/", "a/b//c/", "a/./b", "a/b/../d", "with space/", "it's"]) {
    await settle(machine, files.directory, { path: `${dir}/${path}`, mode: "u=rwX,go=" });
  }
  for (const name of ["it's", "$HOME", "back\\slash", "-dash", "ünï ☃", "100%"]) {
    await settle(machine, files.put, { src: { content: "x\n" }, dest: `${dir}/p/${name}`, mode: "a=r" });
    await settle(machine, files.file, { path: `${dir}/p/${name}`, present: false });
  }
  await settle(machine, files.directory, { path: `${dir}/a/`, present: false });
  for (const content of ["", "no end", "two\nlines\n", "\n", "\r\n", "tab\there\n"]) {
    await settle(machine, files.put, { src: { content }, dest: `${dir}/content` });
    assert.equal(await Deno.readTextFile(`${dir}/content`), content);
    await settle(machine, files.template, { src: { content }, dest: `${dir}/rendered` });
  }
});

onEachUserland("blocks at every place settle", async (machine) => {
  const path = `${machine.dir}/conf`;
  const marker = (name: string) => ({ path, marker: `; {mark} ${name}` });
  const begin = "# BEGIN PYINFRA BLOCK";
  const starts = ["", "no end", "one\n", "one\ntwo\n\n", `${begin}\nx\n# END PYINFRA BLOCK`, "\n\n"];
  const contents = [
    "x",
    "x\n",
    "\nx\n\n",
    ["a", "", "b"],
    "& \\1 \\n $HOME `id`",
    "  indented\n\ttab",
    "%s%%",
  ];
  for (const start of starts) {
    for (const [index, content] of contents.entries()) {
      await Deno.writeTextFile(path, start);
      await settle(machine, files.block, { path, content });
      await settle(machine, files.block, { ...marker(`start ${index}`), content, before: true, after: true });
      if (/^one$/m.test(start)) {
        const line = { line: "^one$", ...marker(`line ${index}`) };
        await settle(machine, files.block, { ...line, content, before: true });
      }
      await settle(machine, files.block, { path, content: "other" });
      await settle(machine, files.block, { path, content });
      await settle(machine, files.block, { path, present: false });
    }
  }
});

Deno.test({
  name: "owners by name and number settle",
  ignore: requirement("root"),
  fn: () =>
    withMachine("system", {}, async (machine) => {
      const path = `${machine.dir}/owned`;
      for (const user of ["daemon", "1", 1, 4242, "4242"]) {
        for (const group of ["games", 60, "60", 4343]) {
          await settle(machine, files.file, { path, user, group, mode: "0640" });
          await settle(machine, files.directory, { path: `${path}.d/`, user, group });
          await settle(machine, files.link, { path: `${path}.l`, target: "owned", user, group });
          await settle(machine, files.put, {
            src: { content: "x" },
            dest: `${path}.p`,
            user,
            group,
            mode: "g=u",
          });
        }
      }
    }),
});

/** Accounts that differ in one argument after the other, and end as the last of them says. */
Deno.test({
  name: "users of every spelling settle",
  ignore: requirement("root"),
  fn: () =>
    withMachine("system", {}, async (machine) => {
      const name = `drover-${crypto.randomUUID().slice(0, 8)}`;
      const home = `/tmp/${name}`;
      const gid = await run("sh", "-c", "getent group games | cut -d: -f3");
      // Another run of the tests may make accounts at the same time.
      const uid = 100_000 + crypto.getRandomValues(new Uint16Array(1))[0]! * 4;
      try {
        const user = (args: object) => settle(machine, server.user, { user: name, ...args });
        await user({ home: `${home}/`, system: true, uid, shell: "/bin/sh", comment: "" });
        await user({ home, uid: uid + 1 });
        await user({ groups: ["daemon", "daemon"], comment: "It's, ünï" });
        await user({ groups: ["games", "daemon"] });
        await user({ groups: ["daemon", "games"], append: true });
        await user({ groups: ["bin"], append: true });
        await user({ groups: [] });
        await user({ groups: [name] });
        await user({ comment: "" });
        await user({ password: "!" });
        await user({ password: "*" });
        await user({ group: gid });
        assert.equal(await run("id", "-gn", name), "games");
        await assert.rejects(machine.host.apply(server.user, { user: name, groups: [gid] }), {
          code: "E_ARGUMENT",
        });
        await settle(machine, server.group, { group: `${name}-g`, gid: String(uid + 2), system: true });
        await user({ present: false });
      } finally {
        for (const words of [["userdel", name], ["groupdel", name], ["groupdel", `${name}-g`]]) {
          await new Deno.Command(words[0]!, { args: words.slice(1), stderr: "null" }).output();
        }
        await Deno.remove(home, { recursive: true }).catch(() => {});
      }
    }),
});

Deno.test({
  name: "mounts with options that the kernel does not show settle",
  ignore: requirement("mount"),
  fn: () =>
    withMachine("system", {}, async (machine) => {
      const path = `${machine.dir}/mounted`;
      await Deno.mkdir(path);
      const tmpfs = { path: `${path}/`, device: "none", fsType: "tmpfs" };
      const all = [
        ["defaults", "noatime"],
        ["rw", "suid", "dev", "exec", "auto", "nouser", "async"],
        ["nofail", "x-systemd.automount", "_netdev"],
        ["size=1M"],
        ["nosuid", "nodev", "size=64k"],
        ["ro"],
      ];
      try {
        for (const options of all) await settle(machine, server.mount, { ...tmpfs, options });
        for (const options of [...all, ["size=1M", "mode=0750"]]) {
          await settle(machine, server.mount, { path, mounted: false });
          await settle(machine, server.mount, { ...tmpfs, options });
        }
        await settle(machine, server.mount, { path, mounted: false });
        const bound = { path, device: machine.dir, options: ["bind"] };
        await settle(machine, server.mount, bound);
      } finally {
        await new Deno.Command("umount", { args: [path], stderr: "null" }).output();
      }
    }),
});

Deno.test({
  name: "kernel settings of every spelling are found as they are",
  ignore: requirement("procps"),
  fn: async () => {
    await using host = await LocalHost.connect();
    const keys = ["kernel.ostype", "kernel/ostype", "vm.overcommit_ratio", "net.ipv4.ip_local_port_range"];
    for (const key of [...keys, "kernel.printk", "kernel.core_pattern"]) {
      const value = await run("sysctl", "-n", key);
      for (const one of [value, value.split(/\s+/), ` ${value} `]) {
        assert.deepEqual(
          (await host.apply(server.sysctl, { key, value: one })).commands,
          [],
          `${key} ${one}`,
        );
      }
    }
  },
});

Deno.test({
  name: "repositories at every kind of revision settle",
  ignore: requirement("git"),
  fn: () =>
    withMachine("system", {}, async (machine) => {
      const src = await origin(machine);
      const commit = await run("git", "-C", src, "rev-parse", "v1");
      const revisions = [
        undefined,
        "main",
        "v1",
        commit,
        "feature/x",
        "annotated",
        "main",
        "v1",
        "feature/x",
      ];
      for (const submodules of [false, true]) {
        const dest = `${machine.dir}/clone ${submodules}`;
        for (const branch of revisions) {
          const env = { updateSubmodules: submodules, recursiveSubmodules: submodules };
          await settle(machine, git.repo, { src, dest, ...env, ...(branch === undefined ? {} : { branch }) });
          const wanted = await run("git", "-C", src, "rev-parse", `${branch ?? "HEAD"}^{commit}`);
          assert.equal(await run("git", "-C", dest, "rev-parse", "HEAD"), wanted, branch);
        }
      }
      await settle(machine, git.repo, { src: `file://${src}`, dest: `${machine.dir}/shallow`, depth: 1 });
      await settle(machine, git.repo, { src, dest: `${machine.dir}/slash/`, branch: "v1", pull: false });
    }),
});

/** A repository with branches, tags and a submodule. */
async function origin({ dir }: Machine): Promise<string> {
  const src = `${dir}/origin`;
  const commands = `
    set -e
    export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
    git init -q -b main "$1"; cd "$1"
    git commit -q --allow-empty -m one; git tag v1
    git commit -q --allow-empty -m two; git tag -m annotated annotated
    git checkout -q -b feature/x; git commit -q --allow-empty -m three; git checkout -q main`;
  await run("sh", "-c", commands, "sh", src);
  return src;
}

Deno.test({
  name: "git's settings of every spelling settle",
  ignore: requirement("git"),
  fn: () =>
    withMachine("system", {}, async (machine) => {
      const repo = await origin(machine);
      const settings: [key: string, value: string][] = [
        ["user.name", "It's ünï"],
        ["User.Name", "Other"],
        ["core.fileMode", "true"],
        ["branch.Feature/X.remote", "origin"],
        ["alias.l", "log --oneline '$HOME' \"x\""],
        ["http.https://example.com/.proxy", "http://proxy:3128"],
        ["x.empty", ""],
        ["x.lines", "a\nb"],
        ["x.spaces", "  a  "],
        ["x.comment", "a # b ; c"],
        ["x.back", "a\\b\\n"],
      ];
      for (const [key, value] of settings) {
        await settle(machine, git.config, { key, value, repo });
        assert.equal(await run("git", "-C", repo, "config", "--local", key), value.trim());
      }
      for (const value of ["one", "two", "one"]) {
        await settle(machine, git.config, { key: "x.multi", value, repo, multiValue: true });
      }
      await settle(machine, git.config, { key: "x.multi", value: "three", repo });
    }),
});

/** Where there is no `stat`, other programs tell exactly the same. */

import assert from "node:assert/strict";
import { files } from "../../src/facts/mod.ts";
import type { AnyFact } from "../../src/host/mod.ts";
import { withoutApplet } from "../support/bare_shells.ts";
import { requirement } from "../support/skip.ts";

const FACTS = [files.File, files.Directory, files.Link, files.LinkTarget, files.NumericOwner] as AnyFact[];

/** Makes something of every kind in the working directory. */
const THINGS = `mkdir -p "it's" "$(printf 'new\\nline')" sticky
echo text >"it's/a file"; echo text >"-c"; echo text >'*'
chmod 6754 "it's/a file"; chmod 1777 sticky; chmod 2070 "it's"; chmod 000 ./-c
ln -s "it's" link; ln -s nowhere dangling; ln -s "$(printf 'a -> b\\n')" arrow; ln -s "x 'y' \\"z\\"" quotes
touch -h -d @86399 link; touch -d @951782400 '*'; touch -d @951868799 ./-c; touch -d @4107542400 sticky
touch -a -d @68169600 '*'; touch -d @1709164800.5 "it's/a file"
mkfifo pipe; ln /dev/null device 2>/dev/null || mknod device c 1 3 2>/dev/null; ln -s device to-device
`;
const PATHS = ["it's", "it's/a file", "it's/", "new\nline", "sticky", "-c", "*", "link", "dangling", "arrow"];
const ALL = [...PATHS, "quotes", "pipe", "device", "to-device", "nothing", ".", "/", "/etc/passwd", "~"];

Deno.test({
  name: "ls, readlink and awk of BusyBox tell what stat would",
  ignore: requirement("busybox", "root"),
  fn: () =>
    withoutApplet("stat", async (shell) => {
      assert.equal((await shell.run("command -v stat")).output, "");
      await outside(THINGS, shell.directory);
      // BusyBox's ls would cut a longer name than this.
      const long = await outside("awk -F: 'length($1) > 8 { print $1; exit }' /etc/passwd", shell.directory);
      const owner = long.trim() || "nobody";
      await outside('chown 54321:54322 ./-c; chown -h "$1:nogroup" link', shell.directory, owner);
      for (const fact of FACTS) {
        for (const path of ALL) {
          const args = { path };
          const { output, status } = await shell.run(fact.fullCommand(args).raw);
          const wanted = await outside(fact.command(args).toString(), shell.directory);
          const label = `${fact.name} ${JSON.stringify(path)}`;
          assert.equal(status, 0, label);
          assert.deepEqual(read(fact, output, path), read(fact, wanted, path), label);
        }
      }
    }),
});

Deno.test({
  name: "many entries of a directory without stat",
  ignore: requirement("busybox", "root"),
  fn: () =>
    withoutApplet("stat", async (shell) => {
      await outside(THINGS, shell.directory);
      const args = { directory: shell.directory, names: [...PATHS, "nothing"] };
      const { output } = await shell.run(files.Entries.fullCommand(args).raw);
      const found = files.Entries.process(output.split("\n"), args);
      const wanted = files.Entries.process(
        (await outside(files.Entries.command(args).toString(), shell.directory)).split("\n"),
        args,
      );
      assert.ok(Object.keys(found).length >= PATHS.length - 1);
      assert.deepEqual(found, wanted);
    }),
});

/** As a run reads it: the last newline is the program's. */
function read(fact: AnyFact, output: string, path: string): unknown {
  return fact.process(output === "" ? [] : output.replace(/\n$/, "").split("\n"), { path });
}

/** Runs a text with the programs of this machine in the directory. */
async function outside(text: string, directory: string, ...args: string[]): Promise<string> {
  const env = { HOME: directory, LC_ALL: "C.UTF-8" };
  const { stdout, success, stderr } = await new Deno.Command("sh", {
    args: ["-c", text, "sh", ...args],
    cwd: directory,
    env,
  }).output();
  assert.ok(success, `${text}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

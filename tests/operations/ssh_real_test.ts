/** The ssh module on real servers: a host that is reached over one goes on to another. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import * as ssh from "../../src/operations/ssh.ts";
import { LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";
import { must, type Sshd, startSshd, type TestUser } from "../support/sshd.ts";

/** A user of the first server, who may log in to the second. */
interface Ground extends AsyncDisposable {
  host: LocalHost;
  near: TestUser;
  far: TestUser;
  other: Sshd;
}

async function ground(): Promise<Ground> {
  const first = await startSshd();
  const other = await startSshd({ config: ["Subsystem sftp internal-sftp"] });
  const [near] = first.users as [TestUser];
  const [far] = other.users as [TestUser];
  await must("install", "-d", "-m", "700", "-o", near.name, `${near.home}/.ssh`);
  await must("install", "-m", "600", "-o", near.name, other.key, `${near.home}/.ssh/id_ed25519`);
  const key = (await Deno.readTextFile(`${first.directory}/host_key.pub`)).trim();
  await Deno.writeTextFile(first.knownHosts, `[${first.address}]:${first.port} ${key}\n`);
  const host = await LocalHost.connect({}, {}, { name: "near", data: first.data() });
  return {
    host,
    near,
    far,
    other,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
    },
  };
}

Deno.test({
  name: "ssh: keys, commands and files of a second server",
  ignore: requirement("sshd"),
  fn: async (t) => {
    await using here = await ground();
    const { host, near, far, other } = here;
    const server = { hostname: other.address, port: other.port };
    const login = { ...server, user: far.name };
    const known = () => Deno.readTextFile(`${near.home}/.ssh/known_hosts`);

    await t.step("a server whose key is not known is not spoken to", async () => {
      await assert.rejects(
        host.apply(ssh.command, { ...login, command: "touch made" }),
        /verification failed/,
      );
      await assert.rejects(Deno.stat(`${far.home}/made`));
    });

    await t.step("keyscan: once, and again when it is forced", async () => {
      assert.notEqual((await host.plan(ssh.keyscan, server)).length, 0);
      await assert.rejects(known(), "a plan scans nothing");
      await host.apply(ssh.keyscan, server);
      const key = (await Deno.readTextFile(`${other.directory}/host_key.pub`)).split(" ")[1]!;
      assert.ok((await known()).includes(key));
      assert.deepEqual((await host.apply(ssh.keyscan, server)).commands, []);
      await other.changeHostKey();
      await assert.rejects(
        host.apply(ssh.command, { ...login, command: "true" }),
        /CHANGED|verification failed/,
      );
      await host.apply(ssh.keyscan, { ...server, force: true });
      const changed = (await Deno.readTextFile(`${other.directory}/host_key.pub`)).split(" ")[1]!;
      assert.ok((await known()).includes(changed) && !(await known()).includes(key));
    });

    await t.step("command: in the shell over there, and what comes after it is not swallowed", async () => {
      const command = "echo \"it's $HOME\" > 'a b'; cat; exit 0";
      await host.apply(ssh.command, { ...login, command });
      assert.equal(await Deno.readTextFile(`${far.home}/a b`), `it's ${far.home}\n`);
      await assert.rejects(host.apply(ssh.command, { ...login, command: "exit 3" }), /3/);
    });

    await t.step("command: a secret is the argument of no program here", async () => {
      const hush = secret("hush-hush");
      const { commands } = await host.apply(ssh.command, {
        ...login,
        command: `printf %s ${hush} > told; ps -A -o args= | grep -c '[h]ush-hush' > seen; true`,
      });
      assert.doesNotMatch(commands.join("\n"), /hush-hush/);
      assert.equal(await Deno.readTextFile(`${far.home}/told`), "hush-hush");
      assert.equal((await Deno.readTextFile(`${far.home}/seen`)).trim(), "0");
    });

    await t.step("upload: with other names", async () => {
      await Deno.writeTextFile(`${near.home}/here: it's`, "text");
      await host.apply(ssh.upload, {
        ...login,
        filename: "here: it's",
        remoteFilename: `${far.home}/there it's`,
      });
      assert.equal(await Deno.readTextFile(`${far.home}/there it's`), "text");
    });

    await t.step("download: once, again when it is forced, and never half", async () => {
      await Deno.writeTextFile(`${far.home}/far file`, "one");
      const args = { ...login, filename: `${far.home}/far file`, localFilename: `${near.home}/near file` };
      assert.notEqual((await host.plan(ssh.download, args)).length, 0);
      await assert.rejects(Deno.stat(args.localFilename), "a plan downloads nothing");
      await host.apply(ssh.download, args);
      assert.equal(await Deno.readTextFile(args.localFilename), "one");
      await Deno.writeTextFile(`${far.home}/far file`, "two");
      assert.deepEqual((await host.apply(ssh.download, args)).commands, []);
      await host.apply(ssh.download, { ...args, force: true });
      assert.equal(await Deno.readTextFile(args.localFilename), "two");
      await assert.rejects(host.apply(ssh.download, { ...args, filename: "/no such", localFilename: "x" }));
      await assert.rejects(Deno.stat(`${near.home}/x`));
      const names = (await Array.fromAsync(Deno.readDir(near.home), ({ name }) => name)).sort();
      assert.deepEqual(names.filter((name) => /drover/.test(name)), [], "nothing is left");
      await assert.rejects(host.apply(ssh.download, { ...args, localFilename: near.home }), /is not a file/);
    });
  },
});

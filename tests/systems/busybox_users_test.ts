/** Users and groups where there are no programs but BusyBox's. */

import assert from "node:assert/strict";
import { server as facts } from "../../src/facts/mod.ts";
import * as server from "../../src/operations/server/mod.ts";
import { LocalHost } from "../support/local_host.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

const HASH = "$6$salt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/";

const MAKE = `set -e; cd "$1"; mkdir -p bin sbin usr/bin usr/sbin dev proc tmp root etc/skel home
chmod 1777 tmp; cp "$(command -v busybox)" bin/busybox; chroot . /bin/busybox --install -s
mknod -m 666 dev/null c 1 3; mknod -m 666 dev/urandom c 1 9; ln -s /proc/self/fd dev/fd
echo from-skel >etc/skel/.profile
printf 'root:x:0:0:root:/root:/bin/sh\\nnobody:x:65534:65534::/:/bin/false\\n' >etc/passwd
printf 'root:*:1::::::\\nnobody:!:1::::::\\n' >etc/shadow; chmod 600 etc/shadow
printf 'root:x:0:\\nadm:x:4:\\nwheel:x:10:root\\nnogroup:x:65534:\\n' >etc/group
`;

interface Ground extends AsyncDisposable {
  path: string;
  host: LocalHost;
  run(script: string): Promise<string>;
}

async function busyboxRoot(): Promise<Ground> {
  const path = await Deno.makeTempDir({ prefix: "drover-busybox-root-" });
  const made = await new Deno.Command("sh", { args: ["-c", MAKE, "sh", path] }).output();
  assert.ok(made.success, new TextDecoder().decode(made.stderr));
  const host = await LocalHost.connect({}, {}, { name: `@chroot/${path}`, data: {} });
  return {
    path,
    host,
    async run(script) {
      const args = [path, "/bin/sh", "-c", `PATH=/bin:/sbin:/usr/bin:/usr/sbin; ${script}`];
      return new TextDecoder().decode((await new Deno.Command("chroot", { args }).output()).stdout).trimEnd();
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await Deno.remove(path, { recursive: true });
    },
  };
}

const ignore = requirement("busyboxUsers");

Deno.test({
  name: "BusyBox: a group, of the system or with a number",
  ignore,
  fn: async () => {
    await using ground = await busyboxRoot();
    await prove(ground, server.group, {
      args: { group: "app", gid: 2000 },
      verify: "cat /etc/group",
      wanted: /^app:x:2000:$/m,
      remove: { group: "app", present: false },
    });
    await prove(ground, server.group, {
      args: { group: "daemons", system: true },
      verify: "cat /etc/group",
      wanted: /^daemons:x:\d{3}:$/m,
      remove: { group: "daemons", present: false },
    });
  },
});

Deno.test({
  name: "BusyBox: a user with everything",
  ignore,
  fn: async () => {
    await using ground = await busyboxRoot();
    const args = {
      user: "app",
      home: "/home/it's app",
      shell: "/bin/ash",
      groups: ["adm", "wheel"],
      uid: 1500,
      comment: "Jörg & \\n $HOME",
      createHome: true,
      password: HASH,
    };
    await prove(ground, server.user, {
      args,
      verify: "cat /etc/passwd /etc/group; grep ^app /etc/shadow",
      wanted: /^app:x:1500:1500:Jörg & \\n \$HOME:\/home\/it's app:\/bin\/ash$/m,
      remove: { user: "app", present: false },
    });
    await ground.host.apply(server.user, args);
    assert.match(
      await ground.run("cat /etc/group"),
      /^adm:x:4:app$[\s\S]*^wheel:x:10:root,app$[\s\S]*^app:x:1500:$/m,
    );
    assert.match(
      await ground.run("cat /etc/shadow"),
      new RegExp(`^app:${HASH.replaceAll(/[$.]/g, "\\$&")}:`, "m"),
    );
    assert.equal(
      await ground.run("stat -c '%U %G' \"/home/it's app\" \"/home/it's app/.profile\""),
      "app app\napp app",
    );
  },
});

Deno.test({
  name: "BusyBox: of a user, only what differs by a value is changed",
  ignore,
  fn: async () => {
    await using ground = await busyboxRoot();
    const { host, run } = ground;
    await host.apply(server.user, { user: "app", groups: ["adm"], shell: "/bin/ash", password: "!" });
    await run("printf 'app2:x:1600:10:a:/home/app2:/bin/sh\\n' >>/etc/passwd");
    const change = async (args: Record<string, unknown>, wanted: RegExp) => {
      const { commands } = await host.apply(server.user, { user: "app", ensureHome: false, ...args });
      assert.equal(commands.length, 1, commands.join("\n"));
      assert.match(await run("cat /etc/passwd /etc/group; grep ^app /etc/shadow"), wanted);
      assert.deepEqual(
        (await host.apply(server.user, { user: "app", ensureHome: false, ...args })).commands,
        [],
      );
    };
    await change({ shell: "/bin/sh" }, /^app:x:\d+:\d+::\/home\/app:\/bin\/sh$/m);
    await change({ home: "/srv/a b" }, /^app:x:\d+:\d+::\/srv\/a b:\/bin\/sh$/m);
    await change({ home: "/srv/a b", comment: "&\\t\"'" }, /^app:x:\d+:\d+:&\\t"':\/srv\/a b:\/bin\/sh$/m);
    await change({ home: "/srv/a b", group: "wheel" }, /^app:x:\d+:10:/m);
    await change({ home: "/srv/a b", groups: [] }, /^adm:x:4:$/m);
    await change({ home: "/srv/a b", groups: ["adm"], append: true }, /^adm:x:4:app$/m);
    await change({ home: "/srv/a b", password: HASH }, /^app:\$6\$salt/m);
    assert.match(await run("cat /etc/passwd"), /^app2:x:1600:10:a:\/home\/app2:\/bin\/sh$/m);
    assert.equal(await run("stat -c '%a %U' /etc/passwd /etc/shadow; ls /etc/*+"), "644 root\n600 root");

    // A number of a group that does not exist, another program that has the file, a user who is somebody else.
    await assert.rejects(
      host.apply(server.user, { user: "app", group: "nope", ensureHome: false }),
      /no group nope/,
    );
    await run(": >/etc/passwd+");
    await assert.rejects(host.apply(server.user, { user: "app", shell: "/bin/false", ensureHome: false }));
    assert.equal(await run("rm /etc/passwd+; grep -c /bin/false /etc/passwd"), "1");
    await assert.rejects(host.apply(server.user, { user: "app", uid: 1, ensureHome: false }), {
      code: "E_ACCOUNTS",
    });
    assert.equal((await host.fact(facts.Users)).app?.group, "wheel");
  },
});

Deno.test({
  name: "BusyBox: a user of the system has a group of its own",
  ignore,
  fn: async () => {
    await using ground = await busyboxRoot();
    await prove(ground, server.user, {
      args: { user: "daemon", system: true, ensureHome: false },
      verify: "cat /etc/passwd; id daemon",
      wanted: /gid=\d+\(daemon\)/,
    });
    assert.match(await ground.run("cat /etc/passwd"), /^daemon:x:\d{3}:\d{3}::\/home\/daemon:\/bin\/false$/m);
  },
});

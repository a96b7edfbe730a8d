import assert from "node:assert/strict";
import { command, decode, TestHost, upload } from "../support/ports.ts";
import { requirement } from "../support/skip.ts";
import { addUser, removeUser, type TestUser } from "../support/sshd.ts";
import type { PortError, Privilege } from "../../src/shell/port.ts";

/** Sessions of an ordinary user of this machine, without ssh. */
async function asUser(
  user: TestUser,
  password: string | Error | undefined,
  fn: (host: TestHost, asked: string[]) => Promise<void>,
  sudoPerCommand = false,
): Promise<void> {
  const asked: string[] = [];
  const passwords = {
    ssh: () => Promise.resolve(undefined),
    sudo: (_host: string, prompt: string) => {
      asked.push(prompt);
      return password instanceof Error ? Promise.reject(password) : Promise.resolve(password);
    },
  };
  await using host = await TestHost.shell(
    [
      "setpriv",
      "--reuid",
      user.name,
      "--regid",
      user.name,
      "--init-groups",
      "--reset-env",
      "sh",
    ],
    passwords,
    sudoPerCommand,
  );
  await fn(host, asked);
}

function test(
  name: string,
  rule: ((user: TestUser) => string) | undefined,
  fn: (user: TestUser) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: requirement("sudo", "su"),
    fn: async () => {
      const user = await addUser();
      const file = `/etc/sudoers.d/${user.name}`;
      if (rule !== undefined) await Deno.writeTextFile(file, `${rule(user)}\n`, { mode: 0o440 });
      try {
        await fn(user);
      } finally {
        await Deno.remove(file).catch(() => {});
        await removeUser(user);
      }
    },
  });
}

const withPassword = (user: TestUser): string =>
  `${user.name} ALL=(ALL) ALL\nDefaults:${user.name} timestamp_timeout=0`;
const withoutPassword = (user: TestUser): string => `${user.name} ALL=(ALL) NOPASSWD: ALL`;

async function refusal(host: TestHost, privilege: Privilege): Promise<PortError> {
  const result = await host.one(command("id -un", { privilege }));
  assert.equal(result.outcome, "refused", decode(result.stdout));
  return result.error!;
}

test("sudo without a password", withoutPassword, (user) =>
  asUser(user, undefined, async (host, asked) => {
    assert.equal(await host.sh("id -un; echo $HOME", { privilege: { sudo: {} } }), "root\n/root\n");
    assert.equal(await host.sh("id -un", { privilege: { sudo: { user: "nobody" } } }), "nobody\n");
    assert.equal(await host.sh("pwd", { privilege: { sudo: { login: true } } }), "/root\n");
    const nested = { sudo: {}, su: { user: "nobody", shell: "sh" } };
    assert.equal(await host.sh("id -un", { privilege: nested }), "nobody\n");
    const result = await host.one(
      upload(new Uint8Array(300_000), `${user.home}/by-root`, { privilege: { sudo: {} } }),
    );
    assert.equal(result.outcome, "success", decode(result.stderr));
    assert.equal((await Deno.stat(`${user.home}/by-root`)).uid, 0);
    const killed = await host.one(command("sleep 66", { privilege: { sudo: {} }, timeout: 0.3 }));
    assert.equal(killed.outcome, "timeout");
    assert.equal(await host.sh("ps ax | grep '[s]leep 66' || echo gone"), "gone\n");
    assert.deepEqual(asked, []);
  }));

test(
  "sudo with the right password, asked for once per session and never shown",
  withPassword,
  (user) =>
    asUser(user, user.password, async (host, asked) => {
      const privilege = { sudo: {} };
      const everything = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'";
      const seen = await host.sh(everything, { privilege });
      assert.ok(!seen.includes(user.password));
      assert.ok(asked.length >= 1);
      assert.equal(await host.sh("id -un", { privilege }), "root\n");
      const big = await host.one(upload(new Uint8Array(200_000), `${user.home}/big`, { privilege }));
      assert.equal(big.outcome, "success");
      const given = { sudo: { user: "nobody", password: user.password } };
      assert.equal(await host.sh("id -un", { privilege: given }), "nobody\n");
    }),
);

test(
  "every command has a sudo of its own, which logs it",
  (user) => `${withPassword(user)}\nDefaults:${user.name} logfile=/tmp/${user.name}.log, loglinelen=0`,
  (user) =>
    asUser(user, user.password, async (host) => {
      const privilege = { sudo: {} };
      const results = await host.batch([
        command("echo first $(id -un) $TOKEN; cat", {
          privilege,
          env: { TOKEN: "tok-99" },
          stdin: new TextEncoder().encode("in"),
        }),
        upload(new Uint8Array(100_000), `${user.home}/file`, { privilege }),
        command("id -un"),
        command("echo second; exit 3", { privilege, chdir: "/" }),
        command("echo never", { privilege }),
      ]);
      assert.deepEqual(results.map(({ outcome }) => outcome), [
        "success",
        "success",
        "success",
        "failure",
        "skipped",
      ]);
      assert.equal(decode(results[0]!.stdout), "first root tok-99\nin");
      assert.equal(results[3]!.exitStatus, 3);
      const log = (await Deno.readTextFile(`/tmp/${user.name}.log`)).replaceAll("\n    ", " ");
      assert.match(log, /COMMAND=.*echo first/);
      assert.match(log, /COMMAND=.*echo second/);
      assert.doesNotMatch(log, /tok-99|echo never/);
      const killed = await host.one(command("sleep 67", { privilege, timeout: 0.4 }));
      assert.equal(killed.outcome, "timeout");
      await Deno.remove(`/tmp/${user.name}.log`);
    }, true),
);

test(
  "sudo with a wrong password is tried once",
  withPassword,
  (user) =>
    asUser(user, "wrong-password", async (host) => {
      const started = performance.now();
      const error = await refusal(host, { sudo: {} });
      assert.equal(error.code, "E_SUDO_PASSWORD");
      assert.match(error.message, /refuses the password/);
      const again = performance.now();
      assert.equal((await refusal(host, { sudo: {} })).code, "E_SUDO_PASSWORD");
      assert.ok(performance.now() - again < 1500, "it must not be sent again");
      assert.ok(again - started < 10_000);
      assert.equal(await host.sh("echo still here"), "still here\n");
    }),
);

test("a password of several lines is refused, and no line of it is sent", withPassword, async (user) => {
  const twoLines = `${user.password}\nid > /tmp/read-by-somebody-else`;
  await asUser(user, undefined, async (host) => {
    for (const password of [twoLines, `${user.password}\0`]) {
      const error = await refusal(host, { sudo: { password } });
      assert.deepEqual([error.code, error.message], [
        "E_SUDO_PASSWORD",
        `The password in _sudoPassword for sudo on test ${
          password === twoLines ? "holds a line break" : "holds a NUL byte"
        }`,
      ]);
    }
    const error = await refusal(host, { su: { user: "root", password: twoLines } });
    assert.match(error.message, /^The password in _suPassword for su on .* holds a line break$/);
  });
  await asUser(user, twoLines, async (host) => {
    const error = await refusal(host, { sudo: {} });
    assert.match(error.message, /^The password that was given for sudo on .* holds a line break$/);
    assert.doesNotMatch(JSON.stringify(error), new RegExp(user.password));
  });
});

test("a password that cannot be read", withPassword, async (user) => {
  await asUser(user, new Error("The file is gone"), async (host) => {
    const error = await refusal(host, { sudo: {} });
    assert.deepEqual([error.code, error.message], [
      "E_SUDO_PASSWORD",
      "There is no password for sudo on test: The file is gone",
    ]);
  });
});

test(
  "sudo that wants a password nobody has",
  withPassword,
  (user) =>
    asUser(user, undefined, async (host) => {
      const error = await refusal(host, { sudo: {} });
      assert.equal(error.code, "E_SUDO_PASSWORD");
      assert.match(error.hint ?? "", /--sudo-password-file/);
    }),
);

test("sudo for somebody who may not", undefined, (user) =>
  asUser(user, user.password, async (host) => {
    assert.equal((await refusal(host, { sudo: {} })).code, "E_SUDO_DENIED");
  }));

test(
  "sudo to a user that does not exist, and sudo that is not installed",
  withoutPassword,
  (user) =>
    asUser(user, undefined, async (host) => {
      assert.equal((await refusal(host, { sudo: { user: "no-such-user" } })).code, "E_SUDO_USER");
      assert.equal((await refusal(host, { dzdo: {} })).code, "E_DZDO_MISSING");
    }),
);

test(
  "sudo that wants a terminal",
  (user) => `${withoutPassword(user)}\nDefaults:${user.name} requiretty`,
  (user) =>
    asUser(user, undefined, async (host) => {
      assert.equal((await refusal(host, { sudo: {} })).code, "E_SUDO_TTY");
    }),
);

test("su with a password", undefined, async (user) => {
  const other = await addUser("/bin/bash");
  try {
    await asUser(user, undefined, async (host) => {
      const su = { user: other.name, password: other.password };
      assert.equal(await host.sh("id -un", { privilege: { su } }), `${other.name}\n`);
      assert.equal(await host.sh("pwd", { privilege: { su: { ...su, login: true } } }), `${other.home}\n`);
      const wrong = { su: { user: "root", password: "wrong" } };
      assert.equal((await refusal(host, wrong)).code, "E_SU_PASSWORD");
      assert.equal((await refusal(host, { su: { user: "no-such-user" } })).code, "E_SU_USER");
      assert.equal((await refusal(host, { su: { user: "root" } })).code, "E_SU_PASSWORD");
    });
  } finally {
    await removeUser(other);
  }
});

Deno.test({ name: "doas", ignore: requirement("doas") }, async () => {
  const user = await addUser();
  const before = await Deno.readTextFile("/etc/doas.conf").catch(() => undefined);
  try {
    await Deno.writeTextFile("/etc/doas.conf", `${before ?? ""}permit nopass ${user.name} as root\n`);
    await asUser(user, undefined, async (host) => {
      assert.equal(await host.sh("id -un", { privilege: { doas: {} } }), "root\n");
      const chain = { doas: {}, su: { user: "nobody", shell: "/bin/sh" } };
      assert.equal(await host.sh("id -un", { privilege: chain }), "nobody\n");
      assert.equal((await refusal(host, { doas: { user: "nobody" } })).code, "E_DOAS_DENIED");
    });
  } finally {
    if (before === undefined) await Deno.remove("/etc/doas.conf");
    else await Deno.writeTextFile("/etc/doas.conf", before);
    await removeUser(user);
  }
});

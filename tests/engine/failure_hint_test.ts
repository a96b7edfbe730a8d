/** Hints about failed commands: what they propose fits the user whom the command ran as. */

import assert from "node:assert/strict";
import { type Failure, failureHint } from "../../src/engine/failure_hint.ts";
import { operation } from "../../src/host/mod.ts";
import { runDeploy } from "../support/run.ts";
import { requirement } from "../support/skip.ts";

const shell = operation<{ command: string }>("test.shell", async function* ({ command }) {
  yield command;
});

function hint(evidence: string, failure: Partial<Failure> = {}): string {
  return failureHint({ evidence, exitStatus: 1, privilege: {}, ...failure }) ?? "";
}

/** What package managers say to users who are not root. */
const NOT_ROOT = [
  "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n" +
  "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?",
  "Error: This command has to be run with superuser privileges (under the root user on most systems).",
  "error: you cannot perform this operation unless you are root.",
  "Root privileges are required for installing or uninstalling packages.",
  "You need to be root to perform this command.",
  "Failed to start nginx.service: Interactive authentication required.",
  "Failed to enable unit: Access denied",
  "shutdown: must be root.",
  "pkg_add must be run as root",
  "pkg: Insufficient privileges to install packages",
];

Deno.test("who is not root is told so, and nobody who was root already", () => {
  for (const evidence of NOT_ROOT) {
    assert.match(hint(evidence), /^not root: add _sudo: true/, evidence);
    assert.match(hint(evidence, { privilege: { sudo: { user: "app" } } }), /^not root: it ran as app/);
    for (const privilege of [{ sudo: {} }, { doas: {} }, { dzdo: {} }, { su: { user: "root" } }]) {
      assert.doesNotMatch(hint(evidence, { privilege }), /_sudo/);
    }
    assert.doesNotMatch(hint(evidence, { loginUser: "root" }), /_sudo/);
  }
});

Deno.test("a lock that somebody holds is no missing right", () => {
  const held = "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 42 (apt-get)\n" +
    "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?";
  assert.match(hint(held), /another package manager/);
  assert.match(hint(held, { privilege: { sudo: {} } }), /another package manager/);
});

Deno.test("locks of managers that cannot be told to wait", () => {
  for (
    const evidence of [
      "error: failed to init transaction (unable to lock database)\nerror: could not lock database: File exists",
      "ERROR: Unable to lock database: Resource temporarily unavailable",
      " * opkg_lock: Could not lock /var/lock/opkg.lock: Resource temporarily unavailable.",
      "pkg: Cannot get an advisory lock on a database, it is locked by another process",
    ]
  ) {
    assert.match(hint(evidence), /^another package manager is running; --retry/, evidence);
  }
  assert.match(hint("ERROR: Unable to lock database: Permission denied"), /_sudo/);
});

Deno.test("packages that the host's lists do not have, or no longer", () => {
  for (
    const evidence of [
      "ERROR: unable to select packages:\n  curl (no such package):\n    required by: world[curl]",
      "error: target not found: curl",
      "Unknown package 'curl'.\nCollected errors:\n * opkg_install_cmd: Cannot install package curl.",
      "Package 'curl' not found in repository pool.",
    ]
  ) {
    assert.match(hint(evidence), /update: true/, evidence);
  }
  const gone = "error: failed retrieving file 'curl-8.4.0-1-x86_64.pkg.tar.zst' from mirror.example.com : " +
    "The requested URL returned error: 404";
  assert.match(hint(gone), /upgrade: true/);
});

Deno.test("what git, pip, databases and Supervisor say is taken for what it is", () => {
  const cases: [string, RegExp][] = [
    [
      "git@example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.",
      /SSH keys/,
    ],
    ["Host key verification failed.\nfatal: Could not read from remote repository.", /sshKeyscan/],
    ["fatal: could not read Username for 'https://example.com': terminal prompts disabled", /credential/],
    ["fatal: detected dubious ownership in repository at '/srv/app'", /_sudoUser.*safe\.directory/],
    ["error: externally-managed-environment\n\n× This environment is externally managed", /virtualenv/],
    ["Failed to connect to bus: No medium found", /userName/],
    ['ERROR:  role "x" cannot be dropped because some objects depend on it', /REASSIGN OWNED/],
    ["workers:mail: ERROR (no such process)", /supervisor\.update/],
    ["touch: cannot touch '/x': Read-only file system", /read-only/],
    ["tee: /x: No space left on device", /disk/],
  ];
  for (const [evidence, expected] of cases) assert.match(hint(evidence), expected);
  for (
    const evidence of [
      "ERROR:  permission denied for table users",
      "ERROR:  permission denied to create role",
    ]
  ) {
    assert.equal(hint(evidence), "");
  }
  assert.equal(hint("something else"), "");
});

Deno.test("a program that may not be started", () => {
  assert.match(hint("sh: 1: /srv/run.sh: Permission denied", { exitStatus: 126 }), /executable/);
});

async function hintOf(globals: Record<string, unknown>, command: string, data = {}): Promise<string> {
  const { problems } = await runDeploy({
    hosts: { "@local": data },
    deploy: () => shell({ command, ...globals }),
  });
  assert.equal(problems[0]?.code, "E_COMMAND");
  return problems[0]?.hint ?? "";
}

Deno.test({
  name: "the user that a command really ran as",
  ignore: requirement("sudo"),
  fn: async () => {
    const secret = await Deno.makeTempFile({ prefix: "drover-hint-" });
    const asNobody = await hintOf({ _sudo: true, _sudoUser: "nobody" }, `cat ${secret}`);
    assert.match(asNobody, /^nobody may not do this/);
    assert.doesNotMatch(asNobody, /add _sudo/);
    const asRoot = await hintOf({}, "echo x > /proc/sys/kernel/osrelease", { ssh_user: "root" });
    assert.match(asRoot, /^root itself was refused/);
    await Deno.remove(secret);
  },
});

Deno.test({
  name: "a failure under sudo does not propose sudo",
  ignore: requirement("sudo"),
  fn: async () => {
    const hint = await hintOf({ _sudo: true }, "echo x > /proc/sys/kernel/osrelease");
    assert.match(hint, /^root itself was refused/);
  },
});

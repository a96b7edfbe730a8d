/** Operations of the systemd module: what they do in given situations. */

import assert from "node:assert/strict";
import * as systemd from "../../src/operations/systemd.ts";
import { collectSteps } from "../../src/testing/mod.ts";

async function commands(args: Record<string, unknown>, running: boolean, enabled = false): Promise<string[]> {
  const { steps } = await collectSteps(systemd.service, args, {
    facts: (_, { services }) => {
      const known = {
        running,
        loadState: "loaded",
        fileState: enabled ? "enabled" : "disabled",
        startedBy: [],
      };
      return Object.fromEntries((services as string[]).map((name) => [name, { ...known, name }]));
    },
  });
  return steps.map(String);
}

Deno.test("running, stopped, and left alone", async () => {
  assert.deepEqual(await commands({ service: "a" }, false), ["systemctl start a.service"]);
  assert.deepEqual(await commands({ service: "a" }, true), []);
  assert.deepEqual(await commands({ service: "a", running: false }, true), ["systemctl stop a.service"]);
  assert.deepEqual(await commands({ service: "a", running: null }, false), []);
  assert.deepEqual(await commands({ service: "a", running: null }, true), []);
});

Deno.test("restarts and reloads only what was running, and not twice", async () => {
  assert.deepEqual(await commands({ service: "a", restarted: true }, true), ["systemctl restart a.service"]);
  assert.deepEqual(await commands({ service: "a", restarted: true }, false), ["systemctl start a.service"]);
  assert.deepEqual(await commands({ service: "a", reloaded: true }, true), ["systemctl reload a.service"]);
  assert.deepEqual(await commands({ service: "a", reloaded: true, running: null }, false), []);
  assert.deepEqual(await commands({ service: "a", reloaded: true, restarted: true }, true), [
    "systemctl restart a.service",
  ]);
});

Deno.test("commands of one's own are words, not shell text", async () => {
  assert.deepEqual(await commands({ service: "a", command: "kill --signal=HUP" }, true), [
    "systemctl kill --signal=HUP a.service",
  ]);
  assert.deepEqual(await commands({ service: "a", command: "status; reboot" }, true), [
    "systemctl 'status;' reboot a.service",
  ]);
});

Deno.test("at boot", async () => {
  assert.deepEqual(await commands({ service: "a", enabled: true }, true, false), [
    "systemctl enable a.service",
  ]);
  assert.deepEqual(await commands({ service: "a", enabled: true }, true, true), []);
  assert.deepEqual(await commands({ service: "a", enabled: false }, true, true), [
    "systemctl disable a.service",
  ]);
});

Deno.test("units of other kinds, instances and odd names", async () => {
  assert.deepEqual(await commands({ service: "a.socket" }, false), ["systemctl start a.socket"]);
  assert.deepEqual(await commands({ service: "node-14.2" }, false), ["systemctl start node-14.2.service"]);
  assert.deepEqual(await commands({ service: "a@b" }, false), ["systemctl start a@b.service"]);
  assert.deepEqual(await commands({ service: "mnt-my\\x20disk.mount" }, false), [
    "systemctl start 'mnt-my\\x20disk.mount'",
  ]);
  for (const service of ["", "--now", "a b", "a\nb"]) {
    await assert.rejects(commands({ service }, false), { code: "E_ARGUMENT" });
  }
});

Deno.test("arguments that contradict each other", async () => {
  const wrong = [{ restarted: true }, { reloaded: true }];
  for (const one of wrong) {
    await assert.rejects(commands({ service: "a", running: false, ...one }, true), { code: "E_ARGUMENT" });
  }
  await assert.rejects(commands({ service: "a", command: " " }, true), { code: "E_ARGUMENT" });
  await assert.rejects(commands({ service: "a", machine: "" }, true), { code: "E_ARGUMENT" });
});

Deno.test("reading unit files again comes first, and each time", async () => {
  assert.deepEqual(
    await commands({ service: "a", daemonReload: true, userMode: true, userName: "app" }, false),
    [
      "systemctl --user --machine=app@.host daemon-reload",
      "systemctl --user --machine=app@.host start a.service",
    ],
  );
  assert.equal(systemd.daemonReload.idempotent, false);
});

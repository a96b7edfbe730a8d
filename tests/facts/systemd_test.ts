/** Facts of the systemd module, from samples of what `systemctl show` prints. */

import assert from "node:assert/strict";
import { systemctl, SystemdEnabled, SystemdStatus } from "../../src/facts/systemd.ts";

Deno.test("units of every kind that are at work", () => {
  const states = {
    "a.service": "running",
    "b.timer": "waiting",
    "c.socket": "listening",
    "d.mount": "mounted",
    "e.target": "active",
    "f.service": "failed",
    "g.service": "dead",
    "h.service": "auto-restart",
  };
  const lines = Object.entries(states).flatMap(([id, state]) => [`Id=${id}`, `SubState=${state}`, ""]);
  assert.deepEqual(SystemdStatus.process(lines, {}), {
    "a.service": true,
    "b.timer": true,
    "c.socket": true,
    "d.mount": true,
    "e.target": true,
    "f.service": false,
    "g.service": false,
    "h.service": false,
  });
});

Deno.test("an alias is answered under both names", () => {
  const lines = ["Id=ssh.service", "SubState=running", "", "Id=cron.service", "SubState=dead"];
  const services = ["sshd.service", "cron.service"];
  assert.deepEqual(SystemdStatus.process(lines, { services }), {
    "ssh.service": true,
    "sshd.service": true,
    "cron.service": false,
  });
  // A pattern may answer with any number of units in any order.
  assert.deepEqual(Object.keys(SystemdStatus.process(lines, { services: ["ss*", "cron.service"] })), [
    "ssh.service",
    "cron.service",
  ]);
});

Deno.test("enabled units", () => {
  const lines = [
    ...["Id=a.service", "UnitFileState=enabled", ""],
    ...["Id=b.service", "UnitFileState=static", ""],
    ...["Id=c.service", "UnitFileState=disabled", ""],
    ...["Id=d.service", "UnitFileState=", ""],
  ];
  assert.deepEqual(SystemdEnabled.process(lines, {}), {
    "a.service": true,
    "b.service": true,
    "c.service": false,
    "d.service": false,
  });
});

Deno.test("the commands say which systemd is meant, values quoted", () => {
  assert.equal(String(systemctl({})), "systemctl");
  assert.equal(String(systemctl({ userMode: true })), "systemctl --user");
  assert.equal(String(systemctl({ machine: "db" })), "systemctl --machine=db");
  assert.equal(
    String(systemctl({ userMode: true, userName: "app" })),
    "systemctl --user --machine=app@.host",
  );
  assert.equal(
    String(SystemdStatus.command({ services: ["a.service", "weird unit.service"] })),
    "systemctl show --all --property Id --property SubState a.service 'weird unit.service'",
  );
});

/** Services under a real systemd, started, stopped, enabled and reloaded on a host of the lab. */

import assert from "node:assert/strict";
import { SystemdEnabled, SystemdStatus } from "../../src/facts/systemd.ts";
import * as facts from "../../src/facts/server/mod.ts";
import { files, server, systemd } from "../../src/operations/mod.ts";
import { connect } from "./support.ts";

const UNIT_FILE = `[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/true
[Install]
WantedBy=multi-user.target
Alias=ALIAS.service
`;

Deno.test("a service of one's own, from its unit file to its removal", async () => {
  await using host = await connect("web-02");
  const name = `drover-${crypto.randomUUID().slice(0, 8)}`;
  const path = `/etc/systemd/system/${name}.service`;
  const unit = `${name}.service`;
  const apply = async (args: object) =>
    (await host.apply(server.service, { service: name, ...args })).commands;
  const pid = async () =>
    await host.fact(facts.Command, { command: `systemctl show --property MainPID ${unit}` });
  try {
    const src = { content: UNIT_FILE.replace("ALIAS", `${name}-alias`) };
    await host.apply(files.put, { src, dest: path, mode: 644 });
    assert.equal((await host.apply(systemd.daemonReload, {})).commands.length, 1);
    assert.equal((await apply({ enabled: true })).length, 2);
    assert.deepEqual(await host.fact(SystemdStatus, { services: [unit] }), { [unit]: true });
    assert.deepEqual(await host.fact(SystemdEnabled, { services: [unit] }), { [unit]: true });
    assert.deepEqual(await apply({ enabled: true }), []);
    assert.deepEqual(await apply({ service: `${name}-alias`, enabled: true }), []);
    const before = await pid();
    assert.equal((await apply({ reloaded: true })).length, 1);
    assert.equal(await pid(), before);
    assert.equal((await apply({ restarted: true })).length, 1);
    assert.notEqual(await pid(), before);
    assert.equal((await apply({ running: false, enabled: false })).length, 2);
    assert.deepEqual(await apply({ running: false, enabled: false }), []);
    assert.deepEqual(await apply({ running: null, reloaded: true }), []);
    assert.deepEqual(await host.fact(SystemdStatus, { services: [unit] }), { [unit]: false });
  } finally {
    await host.apply(server.shell, {
      commands: `systemctl stop ${unit}; systemctl disable ${unit}; rm -f ${path}; systemctl daemon-reload`,
    });
  }
});

Deno.test("all units, and one that does not exist", async () => {
  await using host = await connect("web-02");
  const units = await host.fact(SystemdStatus, {});
  assert.equal(units["ssh.service"], true);
  assert.ok(Object.keys(units).length > 20);
  const missing = "no-such-thing.service";
  assert.deepEqual(await host.fact(SystemdStatus, { services: [missing] }), { [missing]: false });
  await assert.rejects(host.apply(systemd.service, { service: missing }), /not found/);
});

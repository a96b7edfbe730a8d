/** Units whose state systemctl cannot simply change, under a real systemd: they settle, or the plan says why not. */

import assert from "node:assert/strict";
import { server, systemd } from "../../src/operations/mod.ts";
import type { AnyOperation } from "../../src/host/mod.ts";
import { asRoot } from "./operations/site.ts";
import { connect } from "./support.ts";

const HOST = "web-02";
const SERVICE = "[Service]\\nExecStart=/bin/sleep infinity\\n";
const INSTALL = "[Install]\\nWantedBy=multi-user.target\\n";

/** Units of every kind, all with names of their own. */
const PREPARE = `
apt-get -qq update >/dev/null; apt-get -qq install -y dbus-user-session >/dev/null 2>&1
cd /etc/systemd/system
mk() { printf '%b' "$2" > "$1"; }
mk du-static.service '${SERVICE}'
mk /lib/systemd/system/du-wanted.service '${SERVICE}'; mkdir -p /lib/systemd/system/multi-user.target.wants
ln -s ../du-wanted.service /lib/systemd/system/multi-user.target.wants/du-wanted.service
mk du-plain.service '${SERVICE}${INSTALL}'; ln -s du-plain.service du-alias.service
mk du-also.service '${SERVICE}[Install]\\nAlso=du-also.socket\\n'
mk du-also.socket '[Socket]\\nListenStream=/run/du-also.sock\\n[Install]\\nWantedBy=sockets.target\\n'
mk du-bare@.service '${SERVICE}${INSTALL}'
mk du-named@.service '${SERVICE}${INSTALL}DefaultInstance=main\\n'
mkdir -p /opt/du; mk /opt/du/du-linked.service '${SERVICE}${INSTALL}'; mk /opt/du/du-linkedstatic.service '${SERVICE}'
mk /lib/systemd/system/du-vendor.service '${SERVICE}${INSTALL}'
mk /lib/systemd/system/du-runtime.service '${SERVICE}${INSTALL}'
mk /etc/init.d/du-script '#!/bin/sh\\n### BEGIN INIT INFO\\n# Provides: du-script\\n# Required-Start:\\n# Required-Stop:\\n# Default-Start: 2 3 4 5\\n# Default-Stop: 0 1 6\\n# Short-Description: x\\n### END INIT INFO\\nexit 0\\n'
chmod 755 /etc/init.d/du-script
mkdir -p /mnt/du-boot /mnt/du-later
printf 'tmpfs /mnt/du-boot tmpfs defaults 0 0\\ntmpfs /mnt/du-later tmpfs noauto 0 0\\n' >> /etc/fstab
systemctl daemon-reload
systemctl link /opt/du/du-linked.service /opt/du/du-linkedstatic.service
systemctl mask du-vendor.service
systemctl enable --runtime du-runtime.service
systemctl start du-wanted.service
systemd-run --unit du-transient sleep 100000
useradd --create-home --shell /bin/sh du-user; loginctl enable-linger du-user
mkdir -p ~du-user/.config/systemd/user
mk ~du-user/.config/systemd/user/du-own.service '${SERVICE}[Install]\\nWantedBy=default.target\\n'
mk ~du-user/.config/systemd/user/du-ownstatic.service '${SERVICE}'
chown -R du-user: ~du-user
for i in 1 2 3 4 5 6 7 8 9 10; do systemctl --user --machine=du-user@.host is-system-running --wait && break; sleep 0.5; done
`;

const CLEAN = `
systemctl stop 'du-*' du-also.socket; systemctl disable du-plain du-also du-named@ du-vendor du-runtime du-script
loginctl disable-linger du-user; loginctl terminate-user du-user; pkill -KILL -u du-user; sleep 0.5; userdel -r du-user
cd /etc/systemd/system; rm -rf du-* */du-* /run/systemd/system/du-* /run/systemd/system/*/du-* /opt/du /lib/systemd/system/du-* /lib/systemd/system/*/du-*
update-rc.d -f du-script remove; rm -f /etc/init.d/du-script
umount /mnt/du-boot /mnt/du-later; sed -i '/du-boot/d; /du-later/d' /etc/fstab; rm -rf /mnt/du-boot /mnt/du-later
systemctl daemon-reload; systemctl reset-failed
`;

type Case = readonly [args: Record<string, unknown>, commands: readonly string[] | RegExp, state?: string];

const still = { running: null };

/** What to ask, in this order; the commands that it takes, or what the plan says; and what systemd says then. */
const CASES: readonly Case[] = [
  [{ ...still, service: "du-static", enabled: true }, []],
  [{ ...still, service: "du-static", enabled: false }, []],
  [
    { ...still, service: "du-wanted", enabled: false },
    /du-wanted.service is static and multi-user.target starts it/,
  ],
  [{ ...still, service: "du-alias", enabled: true }, ["systemctl enable du-plain.service"], "alias"],
  [{ ...still, service: "du-plain", enabled: true }, []],
  [{ ...still, service: "du-alias", enabled: false }, ["systemctl disable du-plain.service"]],
  [{ ...still, service: "du-plain", enabled: false }, [], "disabled"],
  [{ ...still, service: "du-also", enabled: true }, ["systemctl enable du-also.service"], "indirect"],
  [{ ...still, service: "du-also.socket", enabled: true }, []],
  [{ ...still, service: "du-also", enabled: false }, ["systemctl disable du-also.service"], "indirect"],
  [{ ...still, service: "du-also.socket", enabled: false }, []],
  [{ ...still, service: "du-bare@", enabled: true }, /is a template without a DefaultInstance=/],
  [{ ...still, service: "du-bare@", enabled: false }, []],
  [{ service: "du-bare@", enabled: true }, /is a template, which cannot run itself/],
  [{ service: "du-bare@x", enabled: true }, [
    "systemctl start du-bare@x.service",
    "systemctl enable du-bare@x.service",
  ], "enabled"],
  [{ ...still, service: "du-bare@", enabled: false }, ["systemctl disable du-bare@.service"]],
  [
    { service: "du-bare@x", running: false, enabled: false },
    ["systemctl stop du-bare@x.service"],
    "disabled",
  ],
  [{ ...still, service: "du-named@", enabled: true }, ["systemctl enable du-named@.service"], "enabled"],
  [{ ...still, service: "du-named@", enabled: false }, ["systemctl disable du-named@.service"], "disabled"],
  [{ ...still, service: "du-linkedstatic", enabled: true }, []],
  [{ ...still, service: "du-linked", enabled: false }, [], "linked"],
  [{ ...still, service: "du-linked", enabled: true }, ["systemctl enable du-linked.service"], "enabled"],
  [{ ...still, service: "du-linked", enabled: false }, ["systemctl disable du-linked.service"]],
  [
    { ...still, service: "du-vendor", enabled: true },
    /du-vendor.service is masked, so that it cannot be enabled/,
  ],
  [{ service: "du-vendor" }, /du-vendor.service is masked, so that it cannot be started/],
  [{ service: "du-vendor", running: false, enabled: false }, []],
  [{ ...still, service: "du-runtime", enabled: true }, [
    "systemctl disable --runtime du-runtime.service",
    "systemctl enable du-runtime.service",
  ], "enabled"],
  [{ ...still, service: "du-runtime", enabled: false }, ["systemctl disable du-runtime.service"]],
  [{ ...still, service: "du-transient", enabled: true }, /du-transient.service is transient/],
  [{ service: "du-transient", enabled: false }, []],
  [{ ...still, service: "du-script", enabled: true }, ["systemctl enable du-script.service"]],
  [{ ...still, service: "du-script", enabled: false }, ["systemctl disable du-script.service"]],
  [{ ...still, service: "mnt-du\\x2dboot.mount", enabled: true }, []],
  [
    { ...still, service: "mnt-du\\x2dboot.mount", enabled: false },
    /generated from \/etc\/fstab and cannot be disabled/,
  ],
  [{ ...still, service: "mnt-du\\x2dlater.mount", enabled: false }, []],
  [
    { ...still, service: "mnt-du\\x2dlater.mount", enabled: true },
    /generated from \/etc\/fstab and cannot be enabled/,
  ],
];

/** The same for the systemd of a user, whom root asks about. */
const USER_CASES: readonly Case[] = [
  [{ service: "du-own", enabled: true }, [
    "systemctl --user --machine=du-user@.host start du-own.service",
    "systemctl --user --machine=du-user@.host enable du-own.service",
  ]],
  [{ service: "du-own", running: false, enabled: false }, [
    "systemctl --user --machine=du-user@.host stop du-own.service",
    "systemctl --user --machine=du-user@.host disable du-own.service",
  ]],
  [{ ...still, service: "du-ownstatic", enabled: true }, []],
  [{ ...still, service: "du-ownstatic", enabled: false }, []],
];

Deno.test("units of every kind settle, or the plan says why they cannot", async () => {
  await asRoot(HOST, CLEAN);
  try {
    const prepared = await asRoot(HOST, PREPARE);
    await using host = await connect(HOST);
    const wrong: string[] = [];
    const check = async (operation: AnyOperation, [args, wanted, state]: Case) => {
      const name = JSON.stringify(args);
      const apply = () =>
        host.apply(operation, args).then(({ commands }) => commands, (error) => `${error.message}`);
      const [first, second] = [await apply(), await apply()];
      if (wanted instanceof RegExp) {
        if (typeof first !== "string" || !wanted.test(first)) wrong.push(`${name}: ${first}`);
        return;
      }
      if (JSON.stringify(first) !== JSON.stringify(wanted)) wrong.push(`${name}: ${first}`);
      if (JSON.stringify(second) !== "[]") wrong.push(`${name}, again: ${second}`);
      if (state === undefined) return;
      const unit = /\.\w+$/.test(String(args.service)) ? args.service : `${args.service}.service`;
      const seen = (await asRoot(HOST, `systemctl is-enabled '${unit}'`)).trim();
      if (seen !== state) wrong.push(`${name}: systemctl says ${seen}`);
    };
    for (const one of CASES) await check(systemd.service, one);
    for (const [args, ...rest] of USER_CASES) {
      await check(systemd.service, [{ ...args, userMode: true, userName: "du-user" }, ...rest]);
    }
    await check(server.service, [{ ...still, service: "du-static", enabled: false }, []]);
    await check(server.service, [
      { ...still, service: "du-vendor", enabled: true },
      /du-vendor.service is masked/,
    ]);
    assert.deepEqual(wrong, [], prepared);
  } finally {
    await asRoot(HOST, CLEAN);
  }
});

/** File systems, volume groups, ZFS, SELinux and what facts tell of the hardware, with Debian's programs. */

import assert from "node:assert/strict";
import { Content } from "../../src/facts/filesystem.ts";
import * as hardware from "../../src/facts/hardware/mod.ts";
import { DeviceGroup, PhysicalVolumes } from "../../src/facts/lvm.ts";
import { FileContextMapping, SEBooleanDefault, SEPorts } from "../../src/facts/selinux.ts";
import { ZfsFilesystems } from "../../src/facts/zfs.ts";
import * as filesystem from "../../src/operations/filesystem.ts";
import * as lvm from "../../src/operations/lvm.ts";
import * as selinux from "../../src/operations/selinux.ts";
import * as zfs from "../../src/operations/zfs.ts";
import { type DebianRoot, debianRoot } from "../support/debian_root.ts";
import { LocalHost } from "../support/local_host.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

/** Each change makes a new policy: without looking for mistakes in what Debian has written. */
const QUICK_POLICY =
  "printf 'module-store = direct\\nexpand-check = 0\\nbzip-blocksize = 0\\n' >/etc/selinux/semanage.conf";

const STORAGE = ["lvm2", "xfsprogs", "dosfstools"];

Deno.test({
  name: "filesystem.create makes file systems, and destroys nothing without force",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("storage", STORAGE);
    const image = "/srv/it's.img";
    const verify = `blkid -p -s TYPE -s LABEL -o value "${image}"`;
    for (const type of ["ext4", "xfs", "vfat", "swap"]) {
      await root.run(`rm -f "${image}"; truncate -s 310M "${image}"`);
      await prove(root, filesystem.create, {
        args: { device: image, type, label: "DATA" },
        verify,
        wanted: new RegExp(`^(DATA\n${type}|${type}\nDATA)$`),
      });
      const other = type === "ext4" ? "vfat" : "ext4";
      const refused = { code: "E_STORAGE", message: `${image} holds ${type} (DATA)` };
      await assert.rejects(root.host.plan(filesystem.create, { device: image, type: other }), refused);
      await prove(root, filesystem.create, {
        args: { device: image, type: other, force: true },
        verify,
        wanted: new RegExp(`^${other}$`),
      });
    }

    await root.run(
      `truncate -s 0 "${image}"; truncate -s 300M "${image}"; printf x | dd of="${image}" bs=1 seek=70000 conv=notrunc`,
    );
    assert.deepEqual(await root.host.fact(Content, { device: image }), { isBlank: false });
    await assert.rejects(
      root.host.plan(filesystem.create, { device: image, type: "ext4" }),
      /is no file system/,
    );
  },
});

Deno.test({
  name: "filesystem.create looks again before it writes",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("storage", STORAGE);
    const device = "/srv/later.img";
    // Planned on a host that does not have the device yet, as where an earlier operation makes it.
    const [planned] = await root.host.plan(filesystem.create, { device, type: "ext4" });
    assert.equal(planned, `mkfs.ext4 -q ${device}`);
    await assert.rejects(
      root.host.apply(filesystem.create, { device, type: "ext4" }),
      /is not blank, or is not there/,
    );
    // Between the look and the write, somebody else uses it.
    await root.run(
      `truncate -s 300M ${device}; mv /usr/sbin/mkfs.ext4 /usr/sbin/real; mv /sbin/blkid /sbin/real-blkid
printf '#!/bin/sh\ntest ! -e /tmp/seen || mkfs.xfs -q ${device}; touch /tmp/seen; exec real-blkid "$@"\n' >/sbin/blkid
printf '#!/bin/sh\ntouch /tmp/made\n' >/usr/sbin/mkfs.ext4; chmod 755 /sbin/blkid /usr/sbin/mkfs.ext4`,
    );
    await assert.rejects(
      root.host.apply(filesystem.create, { device, type: "ext4" }),
      /is not blank, or is not there/,
    );
    assert.equal(
      await root.run("test -e /tmp/made && echo made; real-blkid -p -s TYPE -o value /srv/later.img"),
      "xfs",
    );
  },
});

Deno.test({
  name: "lvm.vg makes, extends and removes groups, and takes no device that holds anything",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("storage", STORAGE);
    await using disks = await loopDevices(root, 3);
    const [one, two, three] = disks.paths as [string, string, string];
    const verify = "pvs --noheadings -o pv_name,vg_name 2>/dev/null";
    await prove(root, lvm.vg, {
      args: { vg: "data+1", devices: [one], extentSize: "8M" },
      verify,
      wanted: new RegExp(`${one} +data\\+1`),
    });
    await prove(root, lvm.vg, {
      args: { vg: "data+1", devices: [one, two] },
      verify,
      wanted: new RegExp(`${one} +data\\+1\\s+${two} +data\\+1`),
    });
    assert.equal((await root.host.fact(PhysicalVolumes))[two]?.group, "data+1");
    await root.run(`ln -s ${two} /dev/by-name`);
    assert.equal(await root.host.fact(DeviceGroup, { device: "/dev/by-name" }), "data+1");
    assert.deepEqual(await root.host.plan(lvm.vg, { vg: "data+1", devices: "/dev/by-name" }), []);

    await root.run(`mkfs.xfs -q ${three}`);
    await assert.rejects(root.host.plan(lvm.vg, { vg: "data+1", devices: three }), /holds xfs/);
    await assert.rejects(
      root.host.plan(lvm.vg, { vg: "other", devices: two, force: true }),
      /in the group data\+1/,
    );
    await assert.rejects(
      root.host.plan(filesystem.create, { device: two, type: "ext4" }),
      /holds LVM2_member/,
    );
    await prove(root, lvm.vg, {
      args: { vg: "data+1", devices: three, force: true },
      verify,
      wanted: new RegExp(`${three} +data\\+1`),
      remove: { vg: "data+1", present: false },
      removed: /^[^+]+$/,
    });
  },
});

Deno.test({
  name: "zfs: file systems and snapshots in a pool with a space in its name, on ZFS in user space",
  ignore: requirement("debianRoot", "fuse"),
  fn: async () => {
    await using root = await debianRoot("zfs", ["zfs-fuse"]);
    await root.run("mknod -m 666 /dev/fuse c 10 229; zfs-fuse; truncate -s 100M /srv/disk");
    try {
      await root.run(
        "for second in 1 2 3 4 5 6 7 8 9 10; do zpool create -m none 'tank 1' /srv/disk && break; sleep 1; done",
      );
      const get = (name: string) => `zfs get -H -o property,value compression,x:note,type '${name}' 2>&1`;
      await prove(root, zfs.filesystem, {
        args: {
          fsName: "tank 1/a/b:c d",
          recursive: true,
          properties: { compression: true, "x:note": "a b" },
        },
        verify: `zfs get -H -o property,value compression,x:note,type "tank 1/a/b:c d" 2>&1`,
        wanted: /compression\ton\nx:note\ta b\ntype\tfilesystem/,
        remove: { fsName: "tank 1/a", present: false, recursive: true },
      });
      await prove(root, zfs.dataset, {
        args: { datasetName: "tank 1/home", data: { quota: "10240K", atime: false } },
        verify: "zfs get -H -o property,value quota,atime 'tank 1/home' 2>&1",
        wanted: /quota\t10M\natime\toff/,
      });
      assert.equal((await root.host.fact(ZfsFilesystems))["tank 1/home"]?.quota, "10M");
      await prove(root, zfs.snapshot, {
        args: { snapshotName: "tank 1@monday", recursive: true, properties: { "x:note": "it's" } },
        verify: get("tank 1/home@monday"),
        wanted: /x:note\tit's\ntype\tsnapshot/,
        remove: { snapshotName: "tank 1@monday", recursive: true, present: false },
      });
    } finally {
      await root.run(
        "zpool destroy 'tank 1'; kill $(pidof zfs-fuse); while pidof zfs-fuse; do sleep 0.1; done",
      );
    }
  },
});

Deno.test({
  name: "selinux: ports, mappings and contexts on Debian's policy",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("selinux", [
      "selinux-policy-default",
      "policycoreutils-python-utils",
      "netbase",
    ], QUICK_POLICY);
    await prove(root, selinux.port, {
      args: { protocol: "tcp", portNum: 8123, seType: "http_port_t" },
      verify: "semanage port -ln | grep -w 8123",
      wanted: /^http_port_t +tcp +8123,/,
      remove: { protocol: "tcp", portNum: 8123, present: false },
    });
    assert.equal((await root.host.fact(SEPorts)).tcp?.[22], "ssh_port_t");
    const ssh = { protocol: "tcp", portNum: 22 };
    assert.deepEqual(await root.host.plan(selinux.port, { ...ssh, present: false }), []);
    assert.deepEqual(await root.host.plan(selinux.port, { ...ssh, seType: "http_port_t" }), [
      "semanage port -m -t http_port_t -p tcp 22",
    ]);

    const target = "/web(/.*)?";
    await prove(root, selinux.fileContextMapping, {
      args: { target, seType: "httpd_sys_content_t" },
      verify: "semanage fcontext -C -n -l",
      wanted: /^\/web\(\/\.\*\)\? +all files +system_u:object_r:httpd_sys_content_t:s0/,
      remove: { target, present: false },
    });
    const policy = "/etc/zebra(/.*)?";
    assert.equal((await root.host.fact(FileContextMapping, { target: policy })).type, "zebra_conf_t");
    assert.deepEqual(
      await root.host.plan(selinux.fileContextMapping, { target: policy, present: false }),
      [],
    );

    await root.run("touch /srv/file; chcon system_u:object_r:var_t:s0 /srv/file");
    await prove(root, selinux.fileContext, {
      args: { path: "/srv/file", seType: "etc_t" },
      verify: "stat -c %C /srv/file",
      wanted: /^system_u:object_r:etc_t:s0$/,
    });
    assert.equal(await root.host.fact(SEBooleanDefault, { boolean: "httpd_can_network_connect" }), "off");
  },
});

Deno.test({
  name: "facts about the hardware are what the kernel tells",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using host = await LocalHost.connect();
    const read = async (path: string) => (await Deno.readTextFile(path)).trim();
    const processors = (await read("/proc/cpuinfo")).match(/^processor/gm)?.length;
    assert.equal(await host.fact(hardware.Cpus), processors);
    const kibibytes = /MemTotal:\s+(\d+)/.exec(await read("/proc/meminfo"))![1];
    assert.equal(await host.fact(hardware.Memory), Math.round(Number(kibibytes) / 1024));

    const devices = await host.fact(hardware.NetworkDevices);
    const names = (await Array.fromAsync(Deno.readDir("/sys/class/net"))).map(({ name }) => name).sort();
    assert.deepEqual(Object.keys(devices).map((name) => name.replace(/@.*/, "")).sort(), names);
    for (const [name, { mtu, ether }] of Object.entries(devices)) {
      const directory = `/sys/class/net/${name.replace(/@.*/, "")}`;
      assert.equal(String(mtu), await read(`${directory}/mtu`), name);
      if (ether !== undefined) assert.equal(ether, await read(`${directory}/address`), name);
    }
    assert.equal(devices.lo?.ipv4?.address, "127.0.0.1");
    assert.deepEqual((await host.fact(hardware.Ipv4Addrs)).lo, ["127.0.0.1"]);

    const { total, mount } = rootDevice(await read("/proc/mounts"));
    const found = Object.values(await host.fact(hardware.BlockDevices)).find((one) => one.mount === mount);
    if (total) assert.ok(Number(found?.blocks) > 0, "the root device has a size");
    const cpu = await host.fact(hardware.CpuInfo);
    if (cpu !== undefined) assert.equal(Number(cpu["On-line CPU(s) list"] && cpu["CPU(s)"]), processors);
  },
});

function rootDevice(mounts: string): { total: boolean; mount: string } {
  return { total: mounts.split("\n").some((line) => /^\/\S+ \/ /.test(line)), mount: "/" };
}

/** Disks that are files, in the root's own `/dev` only. */
async function loopDevices(root: DebianRoot, count: number): Promise<{ paths: string[] } & AsyncDisposable> {
  await root.run("mknod /dev/loop-control c 10 237");
  await root.run("n=0; while [ $n -lt 64 ]; do mknod /dev/loop$n b 7 $n; n=$((n+1)); done");
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    paths.push(await root.run(`truncate -s 310M /srv/disk${index} && losetup -f --show /srv/disk${index}`));
  }
  return {
    paths: paths.toSorted(),
    [Symbol.asyncDispose]: async () => void await root.run(`losetup -d ${paths.join(" ")}`),
  };
}

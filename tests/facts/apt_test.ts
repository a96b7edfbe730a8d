/** Facts about apt and Debian packages: given output, and this machine. */

import assert from "node:assert/strict";
import * as apt from "../../src/facts/apt.ts";
import { parseSourceLine, sameOptions, sameSource } from "../../src/facts/apt_sources.ts";
import * as deb from "../../src/facts/deb.ts";
import { buildPackage } from "../support/debian.ts";
import { busyboxPath, LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";

const lines = (text: string) => text.split("\n");

Deno.test("AptSources reads .list and deb822 files", () => {
  const sources = apt.AptSources.process(
    lines(`##file /etc/apt/sources.list
# deb http://commented.example main
deb http://a.example/debian/ bookworm main contrib # a remark
deb [arch=amd64,arm64 signed-by=/k.gpg] http://b.example ./

##file /etc/apt/sources.list.d/c.sources
# a remark
Types: deb deb-src
URIs: http://c.example/debian http://d.example/debian
Suites: bookworm
# another remark
Components: main
 contrib
Architectures: amd64 arm64
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQ==
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://off.example
Suites: x
Components: y
Enabled: no

Types: deb
URIs: http://e.example
Suites: /
signed-by: /k.gpg
`),
    {},
  );
  assert.deepEqual(sources.map(({ type, url, distribution }) => `${type} ${url} ${distribution}`), [
    "deb http://a.example/debian/ bookworm",
    "deb http://b.example ./",
    "deb http://c.example/debian bookworm",
    "deb http://d.example/debian bookworm",
    "deb-src http://c.example/debian bookworm",
    "deb-src http://d.example/debian bookworm",
    "deb http://e.example /",
  ]);
  assert.deepEqual(sources[0]?.components, ["main", "contrib"]);
  assert.deepEqual(sources[1], {
    type: "deb",
    url: "http://b.example",
    distribution: "./",
    components: [],
    options: { arch: ["amd64", "arm64"], "signed-by": "/k.gpg" },
    file: "/etc/apt/sources.list",
  });
  assert.deepEqual(sources[2]?.components, ["main", "contrib"]);
  assert.deepEqual(sources[2]?.options.arch, ["amd64", "arm64"]);
  assert.match(String(sources[2]?.options["signed-by"]), /^\n?-----BEGIN PGP[\s\S]*mQ==/);
  assert.deepEqual(sources[6]?.options, { "signed-by": "/k.gpg" });
  assert.equal(sources[6]?.file, "/etc/apt/sources.list.d/c.sources");
});

Deno.test("sources are the same whatever the order of components and a slash at the end", () => {
  const parse = (line: string) => parseSourceLine(line)!;
  const one = parse("deb [trusted=yes] http://a.example/x stable main contrib");
  const other = parse("deb  http://a.example/x/  stable contrib   main");
  assert.ok(sameSource(one, other));
  assert.ok(!sameOptions(one, other));
  assert.ok(!sameSource(one, parse("deb-src http://a.example/x stable main contrib")));
  assert.equal(parseSourceLine("ppa:some/thing"), undefined);
});

Deno.test("SimulateOperationWillChange counts, also where packages are downgraded", () => {
  const count = (text: string) => apt.SimulateOperationWillChange.process([text], { command: "upgrade" });
  assert.deepEqual(count("1 upgraded, 2 newly installed, 3 to remove and 4 not upgraded."), {
    upgraded: 1,
    newlyInstalled: 2,
    removed: 3,
    notUpgraded: 4,
  });
  assert.equal(
    count("0 upgraded, 0 newly installed, 1 downgraded, 0 to remove and 4 not upgraded.")?.removed,
    0,
  );
  assert.equal(count("E: something else"), undefined);
});

Deno.test("DebPackages leaves out what was removed, and names both versions of two architectures", () => {
  const output = lines(`Desired=Unknown/Install/Remove/Purge/Hold
||/ Name            Version        Architecture Description
+++-===============-==============-============-===============
ii  adduser         3.134          all          add and remove users
rc  gone            1.0            all          configuration only
hi  held:amd64      1:2.0~rc1-1    amd64        on hold
iF  half            1.0            all          half configured
ii  libc6:amd64     2.36-9         amd64        library
ii  libc6:i386      2.36-8         i386         library`);
  assert.deepEqual(deb.DebPackages.process(output, {}), {
    adduser: ["3.134"],
    held: ["1:2.0~rc1-1"],
    libc6: ["2.36-9", "2.36-8"],
  });
});

const DEBIAN = requirement("apt");

Deno.test({
  name: "real: facts of this machine",
  ignore: DEBIAN,
  fn: async () => {
    await using host = await LocalHost.connect();
    const packages = await host.fact(deb.DebPackages);
    const dpkg = await host.fact(deb.DebPackage, { package: "dpkg" });
    assert.deepEqual(packages["dpkg"], [dpkg?.version]);
    assert.equal(await host.fact(deb.DebPackage, { package: "no-such-package" }), undefined);
    assert.match(await host.fact(deb.DebArch), /^[a-z0-9-]+$/);
    const sources = await host.fact(apt.AptSources);
    assert.ok(sources.length > 0);
    assert.ok(sources.every(({ url, file }) => url !== "" && file?.startsWith("/etc/apt/")));
    const changes = await host.fact(apt.SimulateOperationWillChange, { command: "install dpkg" });
    assert.equal(changes?.newlyInstalled, 0);
  },
});

Deno.test({
  name: "real: keys of this machine",
  ignore: requirement("apt", "gpg"),
  fn: async () => {
    await using host = await LocalHost.connect();
    const keys = Object.values(await host.fact(apt.AptKeys));
    assert.ok(keys.some(({ uid }) => uid?.includes("Debian")));
  },
});

Deno.test({
  name: "real: a terminal changes nothing",
  ignore: DEBIAN,
  fn: async () => {
    await using host = await LocalHost.connect();
    await using terminal = await LocalHost.connect({ _getPty: true });
    const names = Object.keys(await host.fact(deb.DebPackages));
    assert.deepEqual(Object.keys(await terminal.fact(deb.DebPackages)), names);
  },
});

Deno.test({
  name: "real: DebPackage of a file",
  ignore: DEBIAN,
  fn: async () => {
    await using host = await LocalHost.connect();
    await using built = await buildPackage({ name: "drover-fact", version: "1:2.0-1" });
    assert.deepEqual(await host.fact(deb.DebPackage, { package: built.path }), {
      name: "drover-fact",
      version: "1:2.0-1",
    });
  },
});

Deno.test({
  name: "real: the commands run on BusyBox",
  ignore: requirement("apt", "busybox", "gpg"),
  fn: async () => {
    await using busybox = await busyboxPath();
    await using host = await LocalHost.connect({ _env: { PATH: busybox.path } });
    assert.ok((await host.fact(apt.AptSources)).length > 0);
    assert.ok(Object.keys(await host.fact(apt.AptKeys)).length > 0);
  },
});

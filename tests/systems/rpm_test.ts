/** dnf, yum and zypper on a Debian of their own, with repositories of packages that are built here. */

import assert from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import * as dnf from "../../src/operations/dnf.ts";
import * as server from "../../src/operations/server/mod.ts";
import * as yum from "../../src/operations/yum.ts";
import * as zypper from "../../src/operations/zypper.ts";
import { type DebianRoot, debianRoot } from "../support/debian_root.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

const PACKAGES = ["dnf", "rpm", "zypper", "createrepo-c", "gnupg", "curl", "ca-certificates"];

/** Two versions of each package, one with an epoch; a group, and a module with two streams. */
const PREPARE = String.raw`
mkdir -p /etc/rpm /etc/yum.repos.d /etc/zypp/repos.d /repo /modular /build
cd /build
echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros
echo 9 >/etc/dnf/vars/releasever
build() {
  printf 'Name: %s\nEpoch: %s\nVersion: %s\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%b\n%%description\nx\n%%files\n' \
    "$1" "$2" "$3" "$4" >"$1-$3.spec"
  rpmbuild -bb --quiet --define '_rpmdir /repo' --define '_topdir /build' --define '_rpmfilename %{NAME}-%{VERSION}.rpm' \
    "$1-$3.spec" 2>/dev/null
}
build drover-base 0 1.0
build drover-one 0 1.0 'Provides: drover-capability\nProvides: /usr/bin/drover-one'
build drover-one 0 1.1 'Provides: drover-capability\nProvides: /usr/bin/drover-one'
build drover-epoch 2 1.0
build drover-epoch 2 1.1
build drover-kernel 0 1.0 'Provides: installonlypkg(kernel)'
build drover-kernel 0 1.1 'Provides: installonlypkg(kernel)'
build drover-file 0 1.0 'Requires: drover-one'
build drover-file 0 1.1 'Requires: drover-one'
mv /repo/drover-file-* /build
cp /repo/drover-base-1.0.rpm /modular
cat >group.xml <<END
<comps><group><id>drover-group</id><name>Drover Group</name><description>x</description><default>false</default>
<uservisible>true</uservisible><packagelist><packagereq type="mandatory">drover-one</packagereq></packagelist></group></comps>
END
for stream in 1 2; do cat <<END
---
document: modulemd
version: 2
data:
  name: drover-module
  stream: "$stream"
  version: 1
  context: 0000000$stream
  arch: noarch
  summary: x
  description: x
  license: { module: [MIT] }
...
END
done >modules.yaml
createrepo_c -q -g /build/group.xml /repo
createrepo_c -q /modular
modifyrepo_c --mdtype=modules modules.yaml /modular/repodata >/dev/null
rpm -i /repo/drover-base-1.0.rpm 2>/dev/null
export GNUPGHOME=/build/gnupg
mkdir -m 700 $GNUPGHOME
gpg -q --batch --passphrase '' --quick-generate-key 'Drover Test <test@example.com>' rsa2048 sign never 2>/dev/null
gpg --export --armor >"/build/it's a key.asc"
gpgconf --kill all
`;

const ALL = "rpm -qa --queryformat '%{NAME} %{VERSION}\\n' | sort | paste -sd ' '";
const BASE_ONLY = /^drover-base 1\.0$/;

function test(name: string, body: (root: DebianRoot) => Promise<void>): void {
  Deno.test({
    name,
    ignore: requirement("debianRoot"),
    fn: async () => {
      await using root = await debianRoot("rpm", PACKAGES, PREPARE);
      await body(root);
    },
  });
}

/** What dnf and yum do alike, and quickly. */
async function proveSources(root: DebianRoot, manager: typeof dnf | typeof yum): Promise<void> {
  const { run } = root;
  await prove(root, manager.repo, {
    args: { src: "drover", baseurl: "file:///repo", description: "It's ours", gpgcheck: false },
    verify: "cat /etc/yum.repos.d/drover.repo 2>&1",
    wanted: /^\[drover\]\nname=It's ours\nbaseurl=file:\/\/\/repo\nenabled=1\ngpgcheck=0$/,
    remove: { src: "drover", present: false },
  });
  await run(
    "printf '# mine\\n[other]\\nbaseurl=file:///none\\nenabled=0\\n\\n[drover]\\ncost=5\\n' >/etc/yum.repos.d/drover.repo",
  );
  await prove(root, manager.repo, {
    args: { src: "drover", baseurl: "file:///repo", gpgcheck: false },
    verify: "cat /etc/yum.repos.d/drover.repo",
    wanted:
      /^# mine\n\[other\]\nbaseurl=file:\/\/\/none\nenabled=0\n\n\[drover\]\ncost=5\nname=drover\nbaseurl=file:\/\/\/repo\nenabled=1\ngpgcheck=0$/,
  });
  await prove(root, manager.key, {
    args: { src: "/build/it's a key.asc" },
    verify: "rpm -q gpg-pubkey --queryformat '%{SUMMARY}\\n' | tail -n 1; ls -A /root /tmp",
    wanted: /Drover Test <test@example\.com>/,
  });
  await run("rpm -e gpg-pubkey --allmatches");
}

async function provePackages(root: DebianRoot): Promise<void> {
  const { host, run } = root;
  await prove(root, dnf.packages, {
    args: { packages: ["drover-one=1.0", "drover-epoch=2:1.0-1", "drover-base"] },
    verify: ALL,
    wanted: /^drover-base 1\.0 drover-epoch 1\.0 drover-one 1\.0$/,
  });
  await prove(root, dnf.packages, {
    args: { packages: ["drover-one=1.1-1", "drover-epoch=1.1"] },
    verify: ALL,
    wanted: /drover-epoch 1\.1 drover-one 1\.1/,
  });
  await prove(root, dnf.packages, {
    args: { packages: ["drover-one=1.0", "drover-epoch=1.0"], nobest: true },
    verify: ALL,
    wanted: /drover-epoch 1\.0 drover-one 1\.0/,
  });
  await prove(root, dnf.packages, {
    args: { packages: ["drover-one", "drover-epoch=1.0"], latest: true },
    verify: ALL,
    wanted: /drover-epoch 1\.0 drover-one 1\.1/,
  });
  await prove(root, dnf.update, { args: {}, verify: ALL, wanted: /drover-epoch 1\.1 drover-one 1\.1/ });
  await run(`rpm -e drover-one drover-epoch`);
  await prove(root, dnf.packages, {
    args: { packages: ["drover-capability", "/usr/bin/drover-one", "drover-epoch.noarch"] },
    verify: ALL,
    wanted: /drover-epoch 1\.1 drover-one 1\.1/,
    remove: { packages: ["drover-capability", "/usr/bin/drover-one", "drover-epoch.noarch"], present: false },
    removed: BASE_ONLY,
  });
  await prove(root, dnf.packages, {
    args: { packages: ["@drover-group"], latest: true },
    verify: ALL,
    wanted: /drover-one 1\.1/,
    remove: { packages: "@drover-group", present: false },
    removed: BASE_ONLY,
  });
  await host.apply(dnf.packages, { packages: "drover-kernel=1.0" });
  await prove(root, dnf.packages, {
    args: { packages: ["drover-kernel=1.1"] },
    verify: ALL,
    wanted: /drover-kernel 1\.0 drover-kernel 1\.1/,
    remove: { packages: ["drover-kernel=1.1"], present: false },
  });
  await run("rpm -e drover-kernel");

  await prove(root, dnf.rpm, {
    args: { src: "/build/drover-file-1.0.rpm" },
    verify: ALL,
    wanted: /drover-file 1\.0 drover-one 1\.1/,
  });
  await prove(root, dnf.rpm, {
    args: { src: "/build/drover-file-1.1.rpm" },
    verify: ALL,
    wanted: /drover-file 1\.1 drover-one 1\.1/,
    remove: { src: "/build/drover-file-1.1.rpm", present: false },
    removed: /^drover-base 1\.0/,
  });
  await prove(root, dnf.rpm, {
    args: { src: "file:///build/drover-file-1.0.rpm" },
    verify: ALL,
    wanted: /drover-file 1\.0/,
    remove: { src: "file:///build/drover-file-1.0.rpm", present: false },
    removed: /^drover-base 1\.0/,
  });
  await run(
    "printf '[a]\\nbaseurl=file:///none\\nenabled=0\\n[b]\\nbaseurl=file:///none\\nenabled=0\\n' >/build/two.repo",
  );
  await prove(root, dnf.repo, {
    args: { src: "file:///build/two.repo" },
    verify: "cat /etc/yum.repos.d/two.repo 2>&1",
    wanted: /^\[a\][^]*\[b\]/,
    remove: { src: "two", present: false },
  });
}

test("dnf: repositories, keys, packages in versions, groups, modules and files", async (root) => {
  const { host, run } = root;
  // dnf.repo, dnf.key, dnf.packages, dnf.update, dnf.rpm
  await proveSources(root, dnf);
  await provePackages(root);

  await host.apply(dnf.repo, { src: "modular", baseurl: "file:///modular", gpgcheck: false });
  const stream = "cat /etc/dnf/modules.d/*.module 2>&1";
  // dnf.module
  await prove(root, dnf.module, {
    args: { module: "drover-module", stream: "1" },
    verify: stream,
    wanted: /^stream=1$/m,
  });
  await assert.rejects(
    host.apply(dnf.module, { module: "drover-module", stream: "2" }),
    /not possible to switch enabled streams/,
  );
  await prove(root, dnf.module, {
    args: { module: "drover-module", enabled: false },
    verify: stream,
    wanted: /^state=disabled$/m,
  });
  assert.deepEqual(await host.fact(facts.dnf.DnfDisabledModules), ["drover-module"]);
  const repositories = await host.fact(facts.dnf.DnfRepositories);
  assert.deepEqual(repositories.map(({ repoid }) => repoid), ["other", "drover", "modular"]);

  await run("echo exclude=drover-one >>/etc/dnf/dnf.conf");
  await assert.rejects(host.apply(dnf.packages, { packages: "drover-one=1.0" }), /drover-one/);
});

test("yum, as dnf is called on later Red Hat systems, does the same", async (root) => {
  await root.run("ln -s dnf /usr/bin/yum");
  // yum.repo, yum.key, yum.packages, yum.update, yum.rpm
  await proveSources(root, yum);
  await prove(root, yum.packages, {
    args: { packages: ["drover-one=1.0", "drover-epoch=2:1.0-1"] },
    verify: ALL,
    wanted: /^drover-base 1\.0 drover-epoch 1\.0 drover-one 1\.0$/,
  });
  await prove(root, yum.update, { args: {}, verify: ALL, wanted: /drover-epoch 1\.1 drover-one 1\.1/ });
  await prove(root, yum.rpm, {
    args: { src: "/build/drover-file-1.0.rpm" },
    verify: ALL,
    wanted: /drover-file 1\.0/,
    remove: { src: "/build/drover-file-1.0.rpm", present: false },
  });
});

test("zypper: repositories, packages in versions and files; and server.packages", async (root) => {
  const { host, run } = root;
  // zypper.repo
  await prove(root, zypper.repo, {
    args: { src: "drover", baseurl: "dir:///repo", gpgcheck: false },
    verify: "zypper --terse repos --uri 2>&1",
    wanted: /^1 +\| drover +\| drover +\| Yes +\|.*dir:\/repo/m,
    remove: { src: "drover", present: false },
  });
  await host.apply(zypper.repo, { src: "drover", baseurl: "dir:///repo", gpgcheck: false });
  // zypper.packages
  await prove(root, zypper.packages, {
    args: { packages: ["drover-one=1.0", "drover-epoch=2:1.0-1", "drover-base"] },
    verify: ALL,
    wanted: /^drover-base 1\.0 drover-epoch 1\.0 drover-one 1\.0$/,
  });
  await prove(root, zypper.packages, {
    args: { packages: ["drover-one"], latest: true },
    verify: ALL,
    wanted: /drover-epoch 1\.0 drover-one 1\.1/,
  });
  await prove(root, zypper.packages, {
    args: { packages: ["drover-one=1.0-1"] },
    verify: ALL,
    wanted: /drover-epoch 1\.0 drover-one 1\.0/,
  });
  // zypper.update
  await prove(root, zypper.update, { args: {}, verify: ALL, wanted: /drover-epoch 1\.1 drover-one 1\.1/ });
  await run("rpm -e drover-one");
  await prove(root, zypper.packages, {
    args: { packages: ["drover-capability"] },
    verify: ALL,
    wanted: /drover-one 1\.1/,
    remove: { packages: ["drover-capability"], present: false },
  });
  // zypper.rpm
  await prove(root, zypper.rpm, {
    args: { src: "/build/drover-file-1.1.rpm" },
    verify: ALL,
    wanted: /drover-file 1\.1 drover-one 1\.1/,
  });
  await prove(root, zypper.rpm, {
    args: { src: "/build/drover-file-1.0.rpm" },
    verify: ALL,
    wanted: /drover-file 1\.0/,
    remove: { src: "/build/drover-file-1.0.rpm", present: false },
    removed: /^drover-base 1\.0 drover-epoch 1\.1 drover-one 1\.1$/,
  });
  // On Debian, which came with apt, that would be taken.
  await run("printf 'ID=opensuse-leap\\nID_LIKE=\"suse opensuse\"\\n' > /etc/os-release");
  await prove(root, server.packages, {
    args: { packages: ["drover-kernel"] },
    verify: ALL,
    wanted: /drover-kernel 1\.1/,
    remove: { packages: "drover-kernel", present: false },
  });
});

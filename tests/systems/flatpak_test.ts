/** Flatpak of Debian, with a repository that is made here. */

import assert from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import * as flatpak from "../../src/operations/flatpak.ts";
import { type DebianRoot, debianRoot } from "../support/debian_root.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

/** An application and two branches of the runtime that it needs. */
const REPOSITORY = `set -e
arch=$(flatpak --default-arch)
mkdir -p /tmp/build/usr /tmp/build/files/bin /tmp/build/export
cd /tmp/build
echo marker >usr/marker
printf '[Runtime]\\nname=org.drover.Platform\\nruntime=org.drover.Platform/%s/1\\n' "$arch" >metadata
for branch in 1 2; do flatpak build-export --runtime --files=usr /srv/repo . $branch; done
printf '[Application]\\nname=org.drover.One\\nruntime=org.drover.Platform/%s/1\\nsdk=org.drover.Platform/%s/1\\n' \\
  "$arch" "$arch" >metadata
flatpak build-export /srv/repo . stable
flatpak build-update-repo /srv/repo
cp -a /srv/repo '/srv/other repo'
`;

async function withRepository(): Promise<DebianRoot> {
  const root = await debianRoot("flatpak", ["flatpak", "ostree"]);
  assert.match(await root.run(REPOSITORY), /Updating summary/);
  return root;
}

Deno.test({
  name: "flatpak.remote and flatpak.packages on a repository of the host",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await withRepository();
    const seen = "flatpak remotes --show-disabled --columns=name,url,options";
    const remote = { remote: "local", url: "/srv/repo", gpgVerify: false };
    await prove(root, flatpak.remote, {
      args: remote,
      verify: seen,
      wanted: /^local\tfile:\/\/\/srv\/repo\tsystem,no-gpg-verify$/,
      remove: { remote: "local", present: false },
    });
    await root.host.apply(flatpak.remote, remote);
    await root.run("flatpak remote-modify --disable local");
    await prove(root, flatpak.remote, {
      args: { remote: "local", url: "/srv/other repo" },
      verify: seen,
      wanted: /^local\tfile:\/\/\/srv\/other repo\tsystem,no-gpg-verify$/,
    });

    await prove(root, flatpak.packages, {
      args: { packages: ["org.drover.One", "org.drover.Platform//2"], remote: "local" },
      verify: "find /var/lib/flatpak/app /var/lib/flatpak/runtime -maxdepth 3 -mindepth 3 2>/dev/null | sort",
      wanted:
        /org\.drover\.One\/[^/]+\/stable\n.*org\.drover\.Platform\/[^/]+\/1\n.*org\.drover\.Platform\/[^/]+\/2$/,
      remove: { packages: ["org.drover.One", "org.drover.Platform//2", "org.no.Such"], present: false },
      removed: /^\S*org\.drover\.Platform\/[^/]+\/1$/,
    });
  },
});

Deno.test({
  name: "flatpak: what a user has for himself",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await withRepository();
    const { host } = root;
    const remote = { remote: "mine", url: "/srv/repo", gpgVerify: false };
    await host.apply(flatpak.remote, { ...remote, user: true });
    assert.deepEqual(await host.fact(facts.flatpak.FlatpakRemotes), {
      mine: { url: "file:///srv/repo", disabled: false },
    });
    await prove(root, flatpak.packages, {
      args: { packages: "org.drover.One", user: true },
      verify:
        "ls -d /root/.local/share/flatpak/app/org.drover.One /var/lib/flatpak/app/org.drover.One 2>/dev/null",
      wanted: /^\/root\/\.local\/share\/flatpak\/app\/org\.drover\.One$/,
      remove: { packages: "org.drover.One", user: true, present: false },
    });

    // Both have it: each is told apart, where flatpak itself would ask.
    await host.apply(flatpak.remote, remote);
    for (const user of [true, false]) {
      await host.apply(flatpak.packages, { packages: "org.drover.One", user });
    }
    assert.equal(
      (await host.fact(facts.flatpak.FlatpakPackage, { package: "org.drover.One" })).id,
      "org.drover.One",
    );
    await host.apply(flatpak.packages, { packages: "org.drover.One", user: false, present: false });
    assert.deepEqual(await host.fact(facts.flatpak.FlatpakPackages, { user: true }), [
      "org.drover.One",
      "org.drover.Platform",
    ]);
    assert.deepEqual(await host.fact(facts.flatpak.FlatpakPackages, { user: false }), [
      "org.drover.Platform",
    ]);
    assert.deepEqual(await host.fact(facts.flatpak.FlatpakPackage, { package: "org.no.Such" }), {});
    assert.match(
      (await host.fact(facts.flatpak.FlatpakRefs)).join("\n"),
      /^org\.drover\.One\/[^/]+\/stable$/m,
    );
  },
});

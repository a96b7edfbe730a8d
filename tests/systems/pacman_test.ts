/** pacman on a Debian of its own, with a repository that holds packages made here. */

import assert from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import { pacman, server } from "../../src/operations/mod.ts";
import { debianRoot } from "../support/debian_root.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

/** `pkg NAME VERSION [LINE of .PKGINFO]...` makes a package, and `publish` lists what there is. */
const REPOSITORY = `pkg() {
  directory=$(mktemp -d)
  name=$1 version=$2
  shift 2
  {
    printf 'pkgname = %s\\npkgver = %s\\npkgdesc = made here\\narch = any\\nsize = 1\\nbuilddate = 1\\n' "$name" "$version"
    for line; do printf '%s\\n' "$line"; done
  } >"$directory/.PKGINFO"
  mkdir -p "$directory/usr/share/drover"
  echo "$version" >"$directory/usr/share/drover/$name"
  (cd "$directory" && bsdtar -czf "/repo/$name-$version-any.pkg.tar.gz" .PKGINFO usr)
  rm -r "$directory"
}
publish() {
  rm -f /repo/drover.*
  repo-add -q /repo/drover.db.tar.gz /repo/*.pkg.tar.gz
}
mkdir -p /repo
`;

const PREPARE = `${REPOSITORY}
pkg one 1.0-1
pkg two 2.0-1 'depend = one'
pkg libstdc++.5 1:5.0.1-3
pkg crew-a 1-1 'group = crew'
pkg crew-b 1-1 'group = crew'
pkg editor-a 1-1 'provides = editor=7'
pkg editor-b 1-1 'provides = editor=7'
publish
printf '%s\\n' '[options]' 'Architecture = auto' 'SigLevel = Never' '[drover]' 'Server = file:///repo' >/etc/pacman.conf
pkg base 1-1
publish
pacman -Sy
pacman --noconfirm -S base
`;

const LIST = "pacman -Q | grep -v ^base";

Deno.test({
  name: "pacman.packages, pacman.update, pacman.upgrade and server.packages on a real pacman",
  ignore: requirement("debianRoot"),
  fn: async (t) => {
    const programs = ["pacman-package-manager", "makepkg", "libarchive-tools"];
    await using root = await debianRoot("pacman", programs, PREPARE);
    const { host, run } = root;
    const both = async (args: { packages: string | string[]; present?: boolean }) => {
      const { commands } = await host.apply(pacman.packages, args);
      assert.deepEqual((await host.apply(pacman.packages, args)).commands, [], "the second run acts");
      return commands.length;
    };

    await t.step("lists are fetched, each time", () =>
      prove(root, pacman.update, {
        args: {},
        verify: "pacman -Sl",
        wanted: /^drover one 1\.0-1/m,
        always: "new lists are known when they are there",
      }));

    await t.step("names with dots and plus signs, and what they depend on", async () => {
      await prove(root, pacman.packages, {
        args: { packages: ["two", "libstdc++.5"] },
        verify: LIST,
        wanted: /^libstdc\+\+\.5 1:5\.0\.1-3\none 1\.0-1\ntwo 2\.0-1$/,
        remove: { packages: ["two", "libstdc++.5", "one"], present: false },
      });
      await prove(root, pacman.packages, {
        args: { packages: "drover/one" },
        verify: LIST,
        wanted: /^one 1\.0-1$/,
        remove: { packages: "drover/one", present: false },
      });
    });

    await t.step("a group, also when only some of it is there", async () => {
      await host.apply(pacman.packages, { packages: "crew-a" });
      await prove(root, pacman.packages, {
        args: { packages: "crew" },
        verify: LIST,
        wanted: /^crew-a 1-1\ncrew-b 1-1$/,
        remove: { packages: ["crew"], present: false },
        removed: /^$/,
      });
    });

    await t.step("members that are there are not installed again", async () => {
      await host.apply(pacman.packages, { packages: "crew-a" });
      await run("sleep 1.1; rm /usr/share/drover/crew-a");
      await host.apply(pacman.packages, { packages: "crew" });
      assert.equal(await run("ls /usr/share/drover | grep -v base"), "crew-b");
      await run("pacman --noconfirm -R crew");
    });

    await t.step("a name that packages provide is there with any of them, and is never removed", async () => {
      await run("pacman --noconfirm -S editor-b");
      assert.equal(await both({ packages: ["editor", "editor>=7"] }), 0);
      assert.equal(await both({ packages: "editor", present: false }), 0);
      assert.equal(await run(LIST), "editor-b 1-1");
      assert.equal(await both({ packages: "editor-b", present: false }), 1);
      assert.equal(await both({ packages: "editor" }), 1);
      assert.equal(await run(LIST), "editor-a 1-1");
      await run("pacman --noconfirm -R editor-a");
    });

    await t.step("versions: the same, compared, without the release, and when they change", async () => {
      assert.equal(await both({ packages: "one=1.0" }), 1);
      assert.equal(await both({ packages: ["one=1.0-1", "one>=0.9", "one<2"] }), 0);
      assert.equal(await both({ packages: "one>1.0-1", present: false }), 0);
      await run(`${REPOSITORY} rm /repo/one-*; pkg one 1.1-1; publish`);
      await host.apply(pacman.update, {});
      assert.equal(await both({ packages: "one" }), 0);
      assert.equal(await both({ packages: "one>=1.1" }), 1);
      assert.equal(await run(LIST), "one 1.1-1");
      assert.equal(await both({ packages: "one=1.1", present: false }), 1);
      assert.equal(await run(LIST), "");
    });

    await t.step("an upgrade acts only where there is one", async () => {
      await host.apply(pacman.packages, { packages: "one" });
      assert.deepEqual((await host.apply(pacman.upgrade, {})).commands, []);
      await run(`${REPOSITORY} rm /repo/one-*; pkg one 1.2-1; publish`);
      assert.deepEqual((await host.apply(pacman.packages, { packages: "one", upgrade: true })).commands, []);
      await host.apply(pacman.update, {});
      assert.deepEqual(await host.fact(facts.pacman.PacmanUpgrades), ["one"]);
      await prove(root, pacman.upgrade, { args: {}, verify: LIST, wanted: /^one 1\.2-1$/ });
      await run(`${REPOSITORY} rm /repo/one-*; pkg one 1.3-1; publish`);
      await host.apply(pacman.packages, { packages: "two", update: true, upgrade: true });
      assert.equal(await run(LIST), "one 1.3-1\ntwo 2.0-1");
    });

    await t.step("server.packages takes the manager that the system came with", async () => {
      const [apt = ""] = await host.plan(server.packages, { packages: "hello" });
      assert.match(apt, /apt-get .* install hello$/);
      await run("rm /etc/os-release; printf 'ID=manjaro\\nID_LIKE=arch\\n' >/etc/os-release");
      await prove(root, server.packages, {
        args: { packages: "libstdc++.5" },
        verify: LIST,
        wanted: /^libstdc\+\+\.5 /m,
        remove: { packages: "libstdc++.5", present: false },
      });
    });

    await t.step("facts tell of what is unknown, too", async () => {
      assert.deepEqual(await host.fact(facts.pacman.PacmanUnpackGroup, { package: "crew" }), [
        "crew-a",
        "crew-b",
      ]);
      assert.deepEqual(await host.fact(facts.pacman.PacmanUnpackGroup, { package: "no such; thing" }), []);
      assert.deepEqual(
        await host.fact(facts.pacman.PacmanSatisfied, { packages: ["one>=1.3", "editor", "$(id)"] }),
        ["one>=1.3"],
      );
    });
  },
});

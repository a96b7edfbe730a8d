/** apt on a Debian of its own, from Debian's packages. */

import assert from "node:assert/strict";
import { FindFiles } from "../../src/facts/files/mod.ts";
import * as apt from "../../src/operations/apt/mod.ts";
import * as server from "../../src/operations/server/mod.ts";
import { debianRoot } from "../support/debian_root.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

const PACKAGES = ["ca-certificates", "gpg", "gpg-agent"];

Deno.test({
  name: "apt and server.packages install a Debian package where none of its kind was",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("apt", PACKAGES);
    const proof = {
      args: { packages: ["hello"] },
      verify: "dpkg -l hello 2>&1 | tail -n 1",
      wanted: /^ii +hello /,
      remove: { packages: ["hello"], present: false },
      removed: /^rc|no packages found|^un /,
    };
    await root.host.apply(apt.update, {});
    await prove(root, server.packages, proof);
  },
});

/** Two keys, the first of which goes into a keyring of each directory, the second into one of them. */
const MAKE_KEYS = `mkdir -p -m 700 /tmp/home /etc/apt/keyrings
for name in one two; do
  gpg -q --homedir /tmp/home --batch --passphrase '' --quick-generate-key $name@drover.test ed25519 sign never
done
for place in /etc/apt/keyrings /etc/apt/trusted.gpg.d /usr/share/keyrings; do
  gpg -q --homedir /tmp/home --export one@drover.test > $place/one.gpg
done
gpg -q --homedir /tmp/home --export > /usr/share/keyrings/both.gpg`;

Deno.test({
  name: "apt.key removes a key from all directories of keyrings, and no other",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("apt", PACKAGES);
    const { host } = root;
    await root.run(MAKE_KEYS);
    const listed =
      "gpg -q --homedir /tmp/home --with-colons --list-keys one@drover.test | grep ^fpr | cut -d: -f10";
    const keyid = (await root.run(listed)).trim();
    assert.match(keyid, /^[0-9A-F]{40}$/);
    const held =
      "find /etc/apt /usr/share/keyrings -name one.gpg -o -name both.gpg | while read -r file; do " +
      "gpg -q --homedir /tmp/home --show-keys $file; done | grep -o '[a-z]*@drover.test' | sort | uniq -c";
    assert.match(await root.run(held), /4 one@drover\.test\n.*1 two@drover\.test/);
    const others = await host.fact(FindFiles, { path: "/", pathMatch: "/*/share/keyrings/debian-*.gpg" });
    assert.notEqual(others.length, 0);
    const before = await root.run(`sha256sum ${others.join(" ")}`);
    await host.apply(apt.key, { keyid, present: false });
    assert.match(await root.run(held), /^\s*1 two@drover\.test$/);
    assert.equal(await root.run(`sha256sum ${others.join(" ")}`), before);
    assert.deepEqual((await host.apply(apt.key, { keyid, present: false })).commands, []);
  },
});

/** apt on a Debian of its own, from Debian's packages. */

import * as apt from "../../src/operations/apt/mod.ts";
import * as server from "../../src/operations/server/mod.ts";
import { debianRoot } from "../support/debian_root.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

Deno.test({
  name: "apt and server.packages install a Debian package where none of its kind was",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("apt", ["ca-certificates"]);
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

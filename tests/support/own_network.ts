/** A network of its own for a Debian below a directory: its firewalls are none of this machine's. */

import { must } from "../../scripts/process.ts";
import { type DebianRoot, debianRoot } from "./debian_root.ts";
import { LocalHost } from "./local_host.ts";

/** Where the root keeps its network. */
const NETWORK = "/run/network-of-its-own";
/** A shell that is in that network. */
const SHELL = "/usr/local/bin/networked-sh";

/**
 * Like {@linkcode debianRoot}, but all that runs there sees a network with nothing but `lo`.
 *
 * @example
 * ```ts
 * await using root = await networkRoot("firewall", ["iptables"]);
 * await root.run("iptables -P INPUT DROP");
 * ```
 */
export async function networkRoot(name: string, packages: readonly string[]): Promise<DebianRoot> {
  const root = await debianRoot(name, packages);
  try {
    await Deno.writeTextFile(`${root.path}${NETWORK}`, "");
    await must(["unshare", `--net=${root.path}${NETWORK}`, "true"]);
    await Deno.writeTextFile(
      `${root.path}${SHELL}`,
      `#!/bin/sh\nexec nsenter --net=${NETWORK} /bin/sh "$@"\n`,
    );
    await Deno.chmod(`${root.path}${SHELL}`, 0o755);
    const address = { name: `@chroot/${root.path}`, data: {} };
    const host = await LocalHost.connect({ _shellExecutable: SHELL }, {}, address);
    return {
      path: root.path,
      host,
      run: (script) => root.run(`exec ${SHELL} <<'END-OF-SCRIPT'\n${script}\nEND-OF-SCRIPT`),
      async [Symbol.asyncDispose]() {
        await host[Symbol.asyncDispose]();
        await root[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    await root[Symbol.asyncDispose]();
    throw thrown;
  }
}

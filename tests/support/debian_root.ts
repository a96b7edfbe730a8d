/** A Debian of its own below a directory, with the packages that a test asks for: a host that may be changed at will. */

import { BASE, prepareBase } from "../../scripts/bare/root.ts";
import { machineSources } from "../../scripts/lab/image.ts";
import { LAB_DIR, withLabLocked } from "../../scripts/lab/machine.ts";
import { must } from "../../scripts/process.ts";
import { LocalHost } from "./local_host.ts";

const ROOTS = `${LAB_DIR}/roots`;

/** Without the services of packages, and without what nobody reads. */
const INSTALL = `set -e
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
printf 'path-exclude /usr/share/doc/*\\npath-exclude /usr/share/man/*\\npath-exclude /usr/share/locale/*\\n' \\
  >/etc/dpkg/dpkg.cfg.d/small
echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/quick
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends "$@" >/tmp/install.log 2>&1 || { tail -n 30 /tmp/install.log >&2; exit 1; }
apt-get clean
rm -rf /tmp/install.log
`;

/** Only what programs cannot do without: nothing of the machine's devices. */
const MOUNT = `set -e
base=$1 place=$2
mount -t tmpfs -o mode=755 none "$place"
mkdir "$place/upper" "$place/work" "$place/root"
mount -t overlay -o "lowerdir=$base,upperdir=$place/upper,workdir=$place/work" overlay "$place/root"
mount -t proc proc "$place/root/proc"
mount -t tmpfs -o mode=755 none "$place/root/dev"
cd "$place/root/dev"
mknod -m 666 null c 1 3; mknod -m 666 zero c 1 5; mknod -m 666 full c 1 7
mknod -m 666 random c 1 8; mknod -m 666 urandom c 1 9; mknod -m 666 tty c 5 0
mkdir shm pts; ln -s /proc/self/fd fd; ln -s /proc/self/fd/0 stdin
ln -s /proc/self/fd/1 stdout; ln -s /proc/self/fd/2 stderr
`;

/** A root that is thrown away afterwards. Dispose of it with `await using`. */
export interface DebianRoot extends AsyncDisposable {
  /** Where it is on this machine. */
  path: string;
  /** It as a host, over the connector `@chroot`. */
  host: LocalHost;
  /** Runs shell text as its root without Drover; what it prints on both streams, without the last newline. */
  run(script: string): Promise<string>;
}

/**
 * Makes a root. What was installed is kept for the next test and run that ask for the same packages.
 *
 * Ask for `requirement("debianRoot")` first.
 *
 * @param name Short name of the set of packages, such as `rpm`.
 * @param packages Debian packages.
 * @param prepare Shell text that its root runs before it is connected to.
 */
export async function debianRoot(
  name: string,
  packages: readonly string[],
  prepare?: string,
): Promise<DebianRoot> {
  const base = await withLabLocked(() => installed(name, packages));
  const place = await Deno.makeTempDir({ prefix: `drover-root-${name}-` });
  await must(["sh", "-c", MOUNT, "sh", base, place]);
  const path = `${place}/root`;
  const leave = async () => {
    await must(["umount", "--recursive", "--lazy", place]);
    await Deno.remove(place);
  };
  const run = async (script: string) => {
    const words = [path, "env", "-i", "HOME=/root", "LC_ALL=C.UTF-8", `PATH=${PATH}`, "sh", "-c"];
    const { stdout } = await new Deno.Command("chroot", {
      args: [...words, `exec 2>&1\n${script}`],
      stdin: "null",
    })
      .output();
    return new TextDecoder().decode(stdout).trimEnd();
  };
  try {
    if (prepare !== undefined) await must(["chroot", path, "sh", "-ec", prepare]);
    // The home of whoever runs the tests is none in there.
    const host = await LocalHost.connect({ _env: { HOME: "/root" } }, {}, {
      name: `@chroot/${path}`,
      data: {},
    });
    return {
      path,
      host,
      run,
      async [Symbol.asyncDispose]() {
        await host[Symbol.asyncDispose]();
        await leave();
      },
    };
  } catch (thrown) {
    await leave();
    throw thrown;
  }
}

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The root that all tests with the same packages share, and never write to. */
async function installed(name: string, packages: readonly string[]): Promise<string> {
  const sources = await machineSources();
  const recipe = new TextEncoder().encode(JSON.stringify([INSTALL, packages.toSorted(), sources]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", recipe)).toHex().slice(0, 12);
  const root = `${ROOTS}/${name}-${digest}`;
  if (await Deno.stat(root).then(() => true, () => false)) return root;
  await prepareBase();
  await Deno.mkdir(ROOTS, { recursive: true });
  const partial = `${root}.partial`;
  await Deno.remove(partial, { recursive: true }).catch(() => {});
  await must(["cp", "-a", BASE, partial]);
  await Deno.remove(`${partial}/etc/apt/sources.list`).catch(() => {});
  await Deno.writeTextFile(`${partial}/etc/apt/sources.list.d/debian.sources`, sources.text);
  await Deno.writeTextFile(`${partial}/etc/apt/apt.conf.d/70machine`, sources.settings);
  await Deno.copyFile("/etc/resolv.conf", `${partial}/etc/resolv.conf`);
  await must(["chroot", partial, "sh", "-c", INSTALL, "sh", ...packages]);
  await Deno.rename(partial, root);
  return root;
}

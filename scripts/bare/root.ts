/** A root with Debian's smallest system and Deno in it: what a machine has on which nothing was installed. */

import { machineSources } from "../lab/image.ts";
import { LAB_DIR, SUITE, withLabLocked } from "../lab/machine.ts";
import { must } from "../process.ts";

/** Where the sources are in the root. */
export const SOURCES = "/src";

/** Who works in the root. */
export type BareUser = "root" | "tester";

/** The smallest system, as debootstrap leaves it. */
export const BASE = `${LAB_DIR}/bare-${SUITE}`;
const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** What a clone does not have. */
const OURS: ReadonlySet<string> = new Set([".git", ".lab", "coverage", "dist", "node_modules"]);

/**
 * Everything happens in namespaces of its own, so that mounts and processes end with this shell. Nothing that
 * is written outlives them either: the root is an overlay over the base, in memory.
 */
const ENTER = `set -e
place=$1 base=$2 sources=$3 deno=$4 packages=$5 user=$6
shift 6
mount -t tmpfs -o mode=755 none "$place"
mkdir "$place/upper" "$place/work" "$place/root"
mount -t overlay -o "lowerdir=$base,upperdir=$place/upper,workdir=$place/work" overlay "$place/root"
cd "$place/root"
mount -t proc proc proc
mount --rbind /dev dev
mount --rbind /sys sys
: >etc/resolv.conf
echo 'deb http://deb.debian.org/debian ${SUITE} main' >etc/apt/sources.list
touch usr/local/bin/deno
mount --bind "$deno" usr/local/bin/deno
cp -R "$sources" .${SOURCES}
chmod -R a+rX .${SOURCES}
mount --bind .${SOURCES} .${SOURCES}
mount -o remount,bind,ro .${SOURCES}
home=root
[ "$user" = root ] || { home=home/$user; chroot . useradd --create-home --shell /bin/sh "$user"; }
mkdir -p "$home/.cache/deno"
cp -R "$packages" "$home/.cache/deno/npm"
chown -R "$(chroot . id -u "$user"):$(chroot . id -g "$user")" "$home/.cache"
cd /
exec chroot "$place/root" setpriv --reuid "$user" --regid "$user" --init-groups \\
  env -i "HOME=/$home" "USER=$user" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NO_COLOR=1 \\
  sh -c 'cd ${SOURCES} && exec "$@"' sh "$@"
`;

/** A root that commands can be run in. Dispose of it with `await using`. */
export interface BareRoot extends AsyncDisposable {
  /**
   * The words that run other words in the root, for so many seconds at most: each time a fresh one, in which
   * no name of a network is known.
   */
  enter(user: BareUser, words: readonly string[], seconds: number): string[];
}

/**
 * Makes a root with a copy of the sources that cannot be written to, and of the packages that are cached here.
 *
 * @throws {Error} If Debian's packages cannot be reached and no base is cached.
 */
export async function bareRoot(): Promise<BareRoot> {
  await withLabLocked(prepareBase);
  const place = await Deno.makeTempDir({ prefix: "drover-bare-" });
  const mounted = `${place}/mounted`;
  const sources = `${place}/sources`;
  await Deno.mkdir(mounted);
  await Deno.mkdir(sources);
  for await (const { name } of Deno.readDir(ROOT)) {
    if (!OURS.has(name)) await must(["cp", "-R", `${ROOT}/${name}`, `${sources}/`]);
  }
  const packages = await cachedPackages();
  const inside = [mounted, BASE, sources, Deno.execPath(), packages];
  // What unshare has started ends with it, but it lets nobody else than SIGKILL end it.
  const bounded = (seconds: number) => ["timeout", "--signal=KILL", String(seconds)];
  const namespaces = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
  return {
    enter: (user, words, seconds) => {
      const script = ["sh", "-c", ENTER, "sh", ...inside, user];
      return [...bounded(seconds), ...namespaces, ...script, ...words];
    },
    [Symbol.asyncDispose]: () => Deno.remove(place, { recursive: true }),
  };
}

/** Makes the smallest system unless it is there; for {@linkcode withLabLocked}. */
export async function prepareBase(): Promise<void> {
  const present = await Deno.stat(BASE).then(() => true, () => false);
  if (present) return;
  const partial = `${BASE}.partial`;
  await Deno.remove(partial, { recursive: true }).catch(() => {});
  const { mirror } = await machineSources();
  await must(["debootstrap", "--variant=minbase", SUITE, partial, mirror]);
  await Deno.rename(partial, BASE);
}

/** Deno's cache of npm packages, with all that `deno.json` asks for in it. */
async function cachedPackages(): Promise<string> {
  await must([Deno.execPath(), "install", "--quiet"], { cwd: ROOT });
  const info = JSON.parse(await must([Deno.execPath(), "info", "--json"], { cwd: ROOT }));
  return info.npmCache;
}

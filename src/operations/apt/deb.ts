/** apt.deb: packages from `.deb` files. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { DebPackage, DebPackages } from "../../facts/deb.ts";
import { File } from "../../facts/files/mod.ts";
import { isUrl } from "../../facts/gpg_keys.ts";
import { effect, freshNames, host, operation, type Steps, touches } from "../../host/mod.ts";
import { download } from "../files/mod.ts";
import { changingAptGet, type WaitForLock } from "./apt_get.ts";

/** Arguments of {@linkcode deb}. */
export interface DebArgs extends WaitForLock {
  /** Path of the file on the host, or a URL that the host downloads. */
  src: string;
  /** Whether the package in the file shall be installed. Default: `true`. */
  present?: boolean;
  /** Adds `--force-yes`, which installs what is not authenticated too. Default: `false`. */
  force?: boolean;
}

/**
 * Installs the package in a `.deb` file and what it depends on, or removes it. Changes something if the
 * package is not installed in just this version. A file from a URL is downloaded once and kept, so that
 * later runs can tell its version; without it, `present: false` cannot tell which package to remove.
 *
 * @example
 * ```ts
 * await apt.deb({ src: "https://example.com/tool_1.2_amd64.deb", _sudo: true });
 * ```
 */
export const deb = operation<DebArgs>("apt.deb", async function* (args) {
  const { src, present = true } = args;
  if (src === "") throw new DroverError("E_ARGUMENT", "apt.deb needs the path or the URL of a file");
  const path = isUrl(src) ? downloadPath(src) : src;
  const [kept, archive, installed] = await Promise.all([
    isUrl(src) ? host.getFact(File, { path }) : undefined,
    host.getFact(DebPackage, { package: path }),
    host.getFact(DebPackages),
  ]);
  const isInstalled = archive !== undefined &&
    (installed[archive.name] ?? []).map(String).includes(String(archive.version));

  if (archive !== undefined) touches({ kind: "package", name: archive.name });
  if (present) {
    if (isInstalled) return host.noop(`deb ${src} is installed`);
    if (isUrl(src) && kept === undefined) yield* download.steps({ src, dest: path });
    yield* install(path, args);
    return;
  }
  if (!isInstalled) return host.noop(`deb ${src} is not installed`);
  effect("remove");
  yield changingAptGet(sh`remove ${archive.name}`, args);
}, {
  parameters: {
    src: "string",
    present: "boolean?",
    force: "boolean?",
    waitForLock: "boolean | number?",
  },
});

async function* install(path: string, args: DebArgs): Steps {
  const file = pathWord(path);
  // dpkg cannot wait for its lock; apt can, and takes a file if its name has a slash.
  if (args.waitForLock !== false) {
    const words = sh`install --allow-downgrades ${path.includes("/") ? file : sh`./${file}`}`;
    return void (yield changingAptGet(words, args));
  }
  // The first attempt leaves the package waiting for its dependencies, which apt then installs.
  yield sh`dpkg --force-confdef --force-confold -i ${file} 2> /dev/null || true`;
  yield changingAptGet(sh`install -f`, args);
  yield sh`dpkg --force-confdef --force-confold -i ${file}`;
}

/**
 * Where a downloaded file is kept: in a directory that only root writes to, unlike /tmp, and that apt does
 * not clean, unlike /var/cache/apt/archives.
 */
function downloadPath(url: string): string {
  const name = freshNames().kept(url);
  // A name that a test has chosen stands for the whole path.
  return name.startsWith("drover-") ? `/var/cache/apt/${name}.deb` : name;
}

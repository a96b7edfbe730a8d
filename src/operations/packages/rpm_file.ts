/** Packages from `.rpm` files: what the operations `rpm` of dnf, yum and zypper share. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { File } from "../../facts/files/mod.ts";
import { isUrl } from "../../facts/gpg_keys.ts";
import { RpmPackage, type RpmPackageInfo } from "../../facts/rpm.ts";
import { effect, freshNames, host, type ParameterKinds, type Steps, touches } from "../../host/mod.ts";
import { download } from "../files/mod.ts";

/** Arguments of the operations `rpm`. */
export interface RpmFileArgs {
  /** Path of the `.rpm` file on the host, or a URL that the host downloads. */
  src: string;
  /** Whether the package in the file shall be installed. Default: `true`. */
  present?: boolean;
}

/** The kinds of the arguments, in their order. */
export const RPM_FILE_PARAMETERS: ParameterKinds<RpmFileArgs> = { src: "string", present: "boolean?" };

/** The commands that differ from one program to another, each before what it is about. */
export interface RpmFileCommands {
  /** Installs a file, and what it depends on; also where a newer version is installed. */
  install: ShellCommand;
  uninstall: ShellCommand;
  /** How a command names a package in a certain version. */
  spell(name: string, version: string): string;
}

/** Installs the package in a file unless just this version is installed, or removes it if it is. */
export async function* ensureRpmFile(
  operation: string,
  { src, present = true }: RpmFileArgs,
  { install, uninstall, spell }: RpmFileCommands,
): Steps {
  const path = isUrl(src) ? downloadPath(src) : checkFile(operation, src);
  const [kept, archive] = await Promise.all([
    isUrl(src) ? host.getFact(File, { path }) : undefined,
    host.getFact(RpmPackage, { package: path }),
  ]);
  const found = archive === undefined ? undefined : await host.getFact(RpmPackage, { package: archive.name });
  if (archive !== undefined) touches({ kind: "package", name: archive.name });
  const isInstalled = archive !== undefined && versionsOf(found).includes(archive.version);

  if (present) {
    if (isInstalled) return host.noop(`rpm ${src} is installed`);
    if (found === undefined) effect("create");
    if (isUrl(src) && !kept) yield* download.steps({ src, dest: path });
    // With a slash, no name of a file is taken for that of a package.
    yield sh`${install} ${path.includes("/") ? pathWord(path) : sh`./${path}`}`;
    return;
  }
  if (!isInstalled) return host.noop(`rpm ${src} is not installed`);
  effect("remove");
  const { name, version } = archive;
  yield sh`${uninstall} ${versionsOf(found).length > 1 ? spell(name, version) : name}`;
}

function versionsOf(found: RpmPackageInfo | undefined): string[] {
  return found === undefined ? [] : [found.version, ...found.otherVersions ?? []];
}

function checkFile(operation: string, path: string): string {
  if (path.endsWith(".rpm")) return path;
  throw new DroverError("E_ARGUMENT", `${operation}: src cannot be ${JSON.stringify(path)}`, {
    hint: "give the path or the URL of a file; the name of a file on the host ends in .rpm",
  });
}

/**
 * Where a downloaded file is kept, so that later runs can tell its version: in a directory that only root writes to,
 * unlike /tmp, and in no cache that is cleaned.
 */
function downloadPath(url: string): string {
  const name = freshNames().kept(url);
  // A name that a test has chosen stands for the whole path.
  return name.startsWith("drover-") ? `/var/cache/${name}.rpm` : `${name}.rpm`;
}

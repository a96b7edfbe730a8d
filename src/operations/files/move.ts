/** Moving and copying within a host: `files.move`, `files.copy` and `files.rename`. */

import { posix } from "node:path";
import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Link, LinkTarget, SameContent, SameFile } from "../../facts/files/mod.ts";
import { alters, effect, host, operation, pathSubject, restsOn } from "../../host/mod.ts";
import { baseName, checkPath, joinPath, withoutSlash } from "./remote_path.ts";

/** Arguments of {@linkcode move} and {@linkcode copy}. */
export interface MoveArgs {
  /** Path of a file, directory or link on the host. */
  src: string;
  /** Path of a directory that exists, to put it in under its own name. */
  dest: string;
  /** Replaces what has that name in the directory, instead of failing. Default: `false`. */
  overwrite?: boolean | undefined;
}

/** Arguments of {@linkcode rename}. */
export interface RenameArgs {
  /** Path of a file, directory or link on the host. */
  src: string;
  /** Its new path. */
  dest: string;
  /** Replaces what is at the new path, instead of failing. Default: `false`. */
  overwrite?: boolean | undefined;
}

/**
 * Moves a file, directory or link into a directory. Nothing is done where it is there already and no longer
 * at its old place.
 *
 * @example
 * ```ts
 * await files.move({ src: "/tmp/release.tar.gz", dest: "/srv/releases" });
 * ```
 */
export const move = operation<MoveArgs>("files.move", async function* (args) {
  const src = withoutSlash(checkPath("files.move", "src", args.src));
  const directory = checkPath("files.move", "dest", args.dest);
  const dest = joinPath(directory, baseName(src));
  restsOn(pathSubject(src), pathSubject(dest));
  alters(pathSubject(src, { below: true }), pathSubject(dest, { below: true }));
  const [from, to, inside, same] = await Promise.all([
    exists(src),
    exists(dest),
    isDirectory(directory),
    host.getFact(SameFile, { path: src, other: dest }),
  ]);
  if (!inside) throw notDirectory(directory);
  if (from && to && same) return host.noop(`${src} and ${dest} are the same`);
  if (!from && to) return host.noop(`${src} has already been moved to ${directory}`);
  if (!from) throw missing(src);
  if (to) yield makeRoom(dest, src, args.overwrite);
  effect("create");
  yield sh`mv ${pathWord(src)} ${pathWord(directory)}`;
}, { parameters: { src: "string", dest: "string", overwrite: "boolean?" } });

/**
 * Copies a file, directory or link into a directory, with owner, mode and times. Nothing is done where the
 * directory has the same already.
 *
 * @example
 * ```ts
 * await files.copy({ src: "/etc/skel/.bashrc", dest: "/srv/app", overwrite: true });
 * ```
 */
export const copy = operation<MoveArgs>("files.copy", async function* (args) {
  // BSD's cp takes a slash at the end for what is in the directory.
  const src = withoutSlash(checkPath("files.copy", "src", args.src));
  const directory = checkPath("files.copy", "dest", args.dest);
  const dest = joinPath(directory, baseName(src));
  restsOn(pathSubject(src), pathSubject(dest));
  alters(pathSubject(dest, { below: true }));
  const [from, to, inside, same, itself] = await Promise.all([
    exists(src),
    exists(dest),
    isDirectory(directory),
    host.getFact(SameContent, { path: src, other: dest }),
    host.getFact(SameFile, { path: src, other: dest }),
  ]);
  if (!inside) throw notDirectory(directory);
  if (!from) throw missing(src);
  if (to && (same || itself)) return host.noop(`${dest} is the same as ${src}`);
  if (to) yield makeRoom(dest, src, args.overwrite);
  else effect("create");
  yield sh`cp -pR ${pathWord(src)} ${pathWord(directory)}`;
}, { parameters: { src: "string", dest: "string", overwrite: "boolean?" } });

/**
 * Gives a file, directory or link another path. Nothing is done where something is at the new path and
 * nothing at the old one.
 *
 * @example
 * ```ts
 * await files.rename({ src: "/etc/app.conf.dist", dest: "/etc/app.conf" });
 * ```
 */
export const rename = operation<RenameArgs>("files.rename", async function* (args) {
  const src = withoutSlash(checkPath("files.rename", "src", args.src));
  const dest = withoutSlash(checkPath("files.rename", "dest", args.dest));
  restsOn(pathSubject(src), pathSubject(dest));
  alters(pathSubject(src, { below: true }), pathSubject(dest, { below: true }));
  const [from, to, same] = await Promise.all([
    exists(src),
    exists(dest),
    host.getFact(SameFile, { path: src, other: dest }),
  ]);
  if (from && to && same) return host.noop(`${src} and ${dest} are the same`);
  if (!from && to) return host.noop(`${src} has already been renamed to ${dest}`);
  if (!from) throw missing(src);
  if (to) yield makeRoom(dest, src, args.overwrite);
  else effect("create");
  yield sh`mv ${pathWord(src)} ${pathWord(dest)}`;
}, { parameters: { src: "string", dest: "string", overwrite: "boolean?" } });

async function exists(path: string): Promise<boolean> {
  return await host.getFact(Link, { path }) !== undefined;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await host.getFact(LinkTarget, { path }))?.kind === "directory";
}

/** Removes what is in the way, which must not hold what is to take its place. */
function makeRoom(path: string, src: string, overwrite = false): ShellCommand {
  if (!overwrite) {
    throw new DroverError("E_REMOTE_PATH", `${path} already exists`, { hint: "overwrite: true replaces it" });
  }
  if (`${posix.normalize(src)}/`.startsWith(`${posix.normalize(path)}/`)) {
    throw new DroverError("E_REMOTE_PATH", `${path} cannot be replaced by ${src}, which is in it`);
  }
  return sh`rm -rf ${pathWord(path)}`;
}

function missing(path: string): DroverError {
  return new DroverError("E_REMOTE_PATH", `${path} does not exist`);
}

function notDirectory(path: string): DroverError {
  return new DroverError("E_REMOTE_PATH", `${path} is not an existing directory`);
}

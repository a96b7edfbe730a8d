/** Directories: `files.directory`. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Directory } from "../../facts/files/mod.ts";
import { alters, effect, host, operation, pathSubject, restsOn } from "../../host/mod.ts";
import { displace, type ForceArgs } from "./displace.ts";
import {
  checkOwnership,
  correctOwnership,
  type OwnershipArgs,
  ownershipOf,
  readContext,
  setOwnership,
} from "./ownership.ts";
import { accessTo, type FollowArgs, HERE, makeDirectory, reaching } from "./place.ts";
import { checkPath } from "./remote_path.ts";

/** Arguments of {@linkcode directory}. */
export interface DirectoryArgs extends OwnershipArgs, ForceArgs, FollowArgs {
  /** Path of the directory on the host. */
  path: string;
  /** Whether the directory should exist; `false` removes it with all that is in it. Default: `true`. */
  present?: boolean | undefined;
  /**
   * Gives everything below the same owner and mode, whenever those of the directory itself are not as wanted.
   * Default: `false`.
   */
  recursive?: boolean | undefined;
}

/**
 * Makes sure that a directory exists, its parents too, with the given owner and mode, or that it does not. The
 * setgid bit, which directories inherit, is set by `2755` and cleared by `g-s`; `755` leaves it.
 *
 * @example
 * ```ts
 * await files.directory({ path: "/srv/app", user: "app", group: "app", mode: 750, _sudo: true });
 * ```
 */
export const directory = operation<DirectoryArgs>("files.directory", async function* (args) {
  const { present = true, recursive = false } = args;
  const path = checkPath("files.directory", "path", args.path);
  const wanted = checkOwnership("files.directory", args);
  if (!present) refuseRoot(path);
  restsOn(pathSubject(path));
  alters(pathSubject(path, { below: !present }));
  const [found, context, access] = await Promise.all([
    host.getFact(Directory, { path }),
    readContext(path, wanted),
    accessTo(path, args),
  ]);

  // What is missing comes to be with anything that is made below it.
  if (found === undefined) restsOn(pathSubject(path, { below: true }));
  if (found === false) yield displace("directory", path, args);
  if (!present) {
    if (!found) return host.noop(`directory ${path} does not exist`);
    effect("remove");
    yield reaching(path, access, sh`rm -rf ${pathWord(path)}`, sh`rm -rf ${HERE}`, { itself: true });
    return;
  }
  if (!found) {
    if (found === undefined) effect("create");
    yield makeDirectory(path, access);
    yield* setOwnership(path, wanted, { recursive, access });
    return;
  }
  const corrections = correctOwnership(path, ownershipOf(found, context), wanted, {
    recursive,
    access,
    isDirectory: true,
  });
  if (corrections.length === 0) return host.noop(`directory ${path} already exists`);
  yield* corrections;
}, {
  parameters: {
    path: "string",
    present: "boolean?",
    user: "string | number?",
    group: "string | number?",
    mode: "string | number?",
    recursive: "boolean?",
    force: "boolean?",
    forceBackup: "boolean?",
    forceBackupDir: "string?",
    follow: "boolean?",
  },
});

/** What nobody means to remove. */
function refuseRoot(path: string): void {
  if (!/^(\/|~|\.|\.\.)?([/.]*)$/.test(path)) return;
  throw new DroverError("E_ARGUMENT", `files.directory will not remove "${path}"`, {
    hint: "give the path of the directory itself",
  });
}

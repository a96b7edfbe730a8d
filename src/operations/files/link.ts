/** Symbolic and hard links: `files.link`. */

import { posix } from "node:path";
import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Link, SameFile } from "../../facts/files/mod.ts";
import { effect, host, operation, pathSubject, touches } from "../../host/mod.ts";
import { displace, type ForceArgs } from "./displace.ts";
import {
  checkOwnership,
  correctOwnership,
  type OwnershipArgs,
  ownershipOf,
  readContext,
  setOwnership,
} from "./ownership.ts";
import { createParent, parentIsMissing } from "./parent.ts";
import { checkPath, withoutSlash } from "./remote_path.ts";

/** Arguments of {@linkcode link}. */
export interface LinkArgs extends Omit<OwnershipArgs, "mode">, ForceArgs {
  /** Path of the link on the host. */
  path: string;
  /** What it points to. Needed unless `present` is `false`. */
  target?: string | undefined;
  /** Whether the link should exist. Default: `true`. */
  present?: boolean | undefined;
  /** `false` makes a hard link. Default: `true`. */
  symbolic?: boolean | undefined;
  /** Makes the link's directory where it is missing, with the same user and group. Default: `true`. */
  createRemoteDir?: boolean | undefined;
}

/**
 * Makes sure that a link exists and points to its target, or that it does not exist. A link that points
 * elsewhere is replaced. Owner and group are those of the link itself.
 *
 * @example
 * ```ts
 * await files.link({ path: "/srv/app/current", target: "/srv/app/releases/42" });
 * ```
 */
export const link = operation<LinkArgs>("files.link", async function* (args) {
  const { present = true, symbolic = true, createRemoteDir = true } = args;
  // With a slash at its end, the path would be what the link leads to.
  const path = withoutSlash(checkPath("files.link", "path", args.path));
  const wanted = checkOwnership("files.link", args);
  touches(pathSubject(path));
  const target = args.target === undefined ? undefined : checkPath("files.link", "target", args.target);
  if (present && target === undefined) {
    throw new DroverError("E_ARGUMENT", 'files.link needs the argument "target" for a link that is to exist');
  }
  if (symbolic && target?.startsWith("~")) {
    throw new DroverError("E_ARGUMENT", `files.link: target cannot be "${target}"`, {
      hint: "a symbolic link knows no ~: give the whole path",
    });
  }
  const [found, missingParent, context, same] = await Promise.all([
    host.getFact(Link, { path }),
    present && createRemoteDir && parentIsMissing(path),
    readContext(path, wanted),
    !symbolic && target !== undefined && host.getFact(SameFile, { path, other: target }),
  ]);

  if (!present) {
    if (found === undefined) return host.noop(`link ${path} does not exist`);
    effect("remove");
    // A hard link is a file like any other, so that only a symbolic one can be told from what is not ours.
    yield found === false && symbolic ? displace("link", path, args) : sh`rm -f ${pathWord(path)}`;
    return;
  }
  const holds = symbolic ? found && sameTarget(path, found.linkTarget, target!) : same;
  if (!holds) {
    if (symbolic && found) yield sh`rm -f ${pathWord(path)}`;
    else if (found !== undefined) yield displace("link", path, args);
    else effect("create");
    if (missingParent) yield* createParent(path, wanted);
    yield symbolic
      ? sh`ln -s ${target!.startsWith("-") && "--"} ${target} ${pathWord(path)}`
      : sh`ln ${pathWord(target!)} ${pathWord(path)}`;
    yield* setOwnership(path, wanted, { noDereference: true });
    return;
  }
  const corrections = found
    ? correctOwnership(path, ownershipOf(found, context), wanted, { noDereference: true })
    : [];
  if (corrections.length === 0) return host.noop(`link ${path} already exists`);
  yield* corrections;
}, {
  parameters: {
    path: "string",
    target: "string?",
    present: "boolean?",
    user: "string | number?",
    group: "string | number?",
    symbolic: "boolean?",
    createRemoteDir: "boolean?",
    force: "boolean?",
    forceBackup: "boolean?",
    forceBackupDir: "string?",
  },
});

/** Whether two targets of a link are one place; relative ones start at the link's directory. */
function sameTarget(path: string, left: string, right: string): boolean {
  if (left === right) return true;
  if (!posix.isAbsolute(path)) return false;
  const place = (target: string) => posix.resolve(posix.dirname(path), target);
  return place(left) === place(right);
}

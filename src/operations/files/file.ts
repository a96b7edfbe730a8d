/** Files without regard to their content: `files.file`. */

import { pathWord, sh, upload } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { File } from "../../facts/files/mod.ts";
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
import { createParent, parentIsMissing } from "./parent.ts";
import { accessTo, type FollowArgs, HERE, reaching } from "./place.ts";
import { checkPath } from "./remote_path.ts";

/** Arguments of {@linkcode file}. */
export interface FileArgs extends OwnershipArgs, ForceArgs, FollowArgs {
  /** Path of the file on the host. */
  path: string;
  /** Whether the file should exist. Default: `true`. */
  present?: boolean | undefined;
  /** Sets the file's times to now, every time. Default: `false`. */
  touch?: boolean | undefined;
  /** Makes the file's directory where it is missing, with the same user and group. Default: `true`. */
  createRemoteDir?: boolean | undefined;
}

/**
 * Makes sure that a file exists, empty if it is new, with the given owner and mode, or that it does not.
 * Its content is left alone: see {@linkcode put}, {@linkcode template} and {@linkcode line} for that.
 *
 * @example
 * ```ts
 * await files.file({ path: "/var/log/app.log", user: "app", group: "app", mode: 640, _sudo: true });
 * ```
 */
export const file = operation<FileArgs>("files.file", async function* (args) {
  const { present = true, touch = false, createRemoteDir = true } = args;
  const path = checkPath("files.file", "path", args.path);
  if (path.endsWith("/")) {
    throw new DroverError("E_ARGUMENT", `files.file: path cannot be "${path}"`, {
      hint: "a path with a slash at its end is a directory: files.directory makes those",
    });
  }
  const wanted = checkOwnership("files.file", args);
  restsOn(pathSubject(path, { parts: ["itself"] }));
  const [found, missingParent, context, access] = await Promise.all([
    host.getFact(File, { path }),
    present && createRemoteDir && parentIsMissing(path),
    readContext(path, wanted),
    accessTo(path, args),
  ]);
  alters(pathSubject(path, found && present ? { parts: ["itself"] } : {}));

  if (found === false) yield displace("file", path, args);
  if (!present) {
    if (!found) return host.noop(`file ${path} does not exist`);
    effect("remove");
    yield reaching(path, access, sh`rm -f ${pathWord(path)}`, sh`rm -f ${HERE}`, { itself: true });
    return;
  }
  if (!found) {
    if (found === undefined) effect("create");
    if (missingParent) yield* createParent(path, wanted, access);
    if (access.exposed) return void (yield upload({ content: "" }, path, wanted));
    yield sh`touch ${pathWord(path)}`;
    yield* setOwnership(path, wanted);
    return;
  }
  const corrections = correctOwnership(path, ownershipOf(found, context), wanted, { access });
  if (!touch && corrections.length === 0) return host.noop(`file ${path} already exists`);
  if (touch) yield reaching(path, access, sh`touch ${pathWord(path)}`, sh`self touch`);
  yield* corrections;
}, {
  parameters: {
    path: "string",
    present: "boolean?",
    user: "string | number?",
    group: "string | number?",
    mode: "string | number?",
    touch: "boolean?",
    createRemoteDir: "boolean?",
    force: "boolean?",
    forceBackup: "boolean?",
    forceBackupDir: "string?",
    follow: "boolean?",
  },
});

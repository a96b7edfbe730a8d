/** Uploads: `files.put`. */

import { DroverError } from "../../errors/mod.ts";
import {
  Directory,
  File,
  FileContents,
  type FileInfo,
  LinkTarget,
  Md5File,
  Sha1File,
  Sha256File,
} from "../../facts/files/mod.ts";
import { alters, effect, host, operation, pathSubject, restsOn, showDiff } from "../../host/mod.ts";
import { DIFF_SIZE, toText, wantsDiff } from "./edit.ts";
import {
  checkOwnership,
  correctOwnership,
  type OwnershipArgs,
  ownershipOf,
  readContext,
} from "./ownership.ts";
import { createParent, parentIsMissing } from "./parent.ts";
import { type Access, accessTo, type FollowArgs } from "./place.ts";
import { checkPath, joinPath } from "./remote_path.ts";
import { type FileSource, findSource, modeOf, type Source } from "./source.ts";
import { checkTimes, setTimes, type TimesArgs } from "./times.ts";

/** Arguments of {@linkcode put}. */
export interface PutArgs extends Omit<OwnershipArgs, "mode">, TimesArgs, FollowArgs {
  /**
   * What to upload: the path of a local file, beside the deploy file or in the working directory; or content,
   * as bytes or as `{ content: text }`.
   */
  src: FileSource;
  /** Path of the file on the host. In a directory that exists, the file gets the name of the local one. */
  dest: string;
  /** Permissions: `644`, `"u+x"`; `true` takes those of the local file. Default: left as they are. */
  mode?: number | string | boolean | undefined;
  /** `false` looks for a local file in the working directory only. Default: `true`. */
  addDeployDir?: boolean | undefined;
  /** Makes the file's directory where it is missing, with the same user and group. Default: `true`. */
  createRemoteDir?: boolean | undefined;
  /** Uploads without comparing. Default: `false`. */
  force?: boolean | undefined;
  /** Accepts a local file that an earlier operation has yet to make. Default: `false`. */
  assumeExists?: boolean | undefined;
}

/**
 * Uploads a file, if the host's is missing or differs. The file appears whole, with its owner and mode, or
 * not at all; without `user`, `group` and `mode` an existing file keeps its own. A link is followed.
 *
 * @example
 * ```ts
 * await files.put({ src: "files/motd", dest: "/etc/motd", mode: 644, _sudo: true });
 * await files.put({ src: { content: secret(token) }, dest: "/etc/app/token", mode: 600, _sudo: true });
 * ```
 */
export const put = operation<PutArgs>("files.put", async function* (args) {
  const { addDeployDir = true, assumeExists = false, createRemoteDir = true, force = false } = args;
  const source = await findSource("files.put", args.src, { addDeployDir, assumeExists });
  const wanted = checkOwnership("files.put", { ...args, mode: toMode(args.mode, source) });
  const times = checkTimes("files.put", args, source.info);
  const { follow } = args;
  const finding = { createRemoteDir, follow };
  const target = await findTarget(checkPath("files.put", "dest", args.dest), source, finding);
  const { dest, info, access } = target;
  restsOn(pathSubject(dest));

  if (force || info === undefined || !await isSame(source, target)) {
    if (info === undefined) effect("create");
    await showUpload(source, target);
    if (target.parentIsMissing) yield* createParent(dest, wanted, access);
    yield source.upload(dest, { ...wanted, follow });
    yield* setTimes(dest, times, {}, access);
    return;
  }
  const context = await readContext(dest, wanted);
  const corrections = [
    ...correctOwnership(dest, ownershipOf(info, context), wanted, { access }),
    ...setTimes(dest, times, info, access),
  ];
  if (corrections.length === 0) return host.noop(`file ${dest} is already uploaded`);
  alters(pathSubject(dest, { parts: ["itself"] }));
  yield* corrections;
}, {
  parameters: {
    src: "string | Uint8Array | object",
    dest: "string",
    user: "string | number?",
    group: "string | number?",
    mode: "number | string | boolean?",
    addDeployDir: "boolean?",
    createRemoteDir: "boolean?",
    force: "boolean?",
    follow: "boolean?",
    assumeExists: "boolean?",
    atime: "Date | number | string | boolean?",
    mtime: "Date | number | string | boolean?",
  },
});

/** Where the file goes, and what is there. */
interface Target {
  dest: string;
  /** Nothing where there is no file. */
  info: FileInfo | undefined;
  sha1: string | undefined;
  parentIsMissing: boolean;
  access: Access;
}

interface Finding extends FollowArgs {
  createRemoteDir: boolean;
}

async function findTarget(path: string, source: Source, finding: Finding): Promise<Target> {
  if (path.endsWith("/")) return await readTarget(insideOf(path, source), finding);
  const target = await readTarget(path, finding);
  if (target.found !== false) return target;
  const [directory, linked] = await Promise.all([
    host.getFact(Directory, { path }),
    host.getFact(LinkTarget, { path }),
  ]);
  if (directory || linked?.kind === "directory") {
    return await readTarget(insideOf(path, source), { ...finding, createRemoteDir: false });
  }
  if (linked?.kind === "other") throw new DroverError("E_REMOTE_PATH", `${path} exists and is not a file`);
  return { ...target, info: linked?.info };
}

/** All that is asked of the host, in one round trip. */
async function readTarget(
  dest: string,
  { createRemoteDir, follow }: Finding,
): Promise<Target & { found: FileInfo | false | undefined }> {
  const [found, sha1, missing, access] = await Promise.all([
    host.getFact(File, { path: dest }),
    host.getFact(Sha1File, { path: dest }),
    createRemoteDir && parentIsMissing(dest),
    accessTo(dest, { follow }),
  ]);
  return { dest, found, info: found || undefined, sha1, parentIsMissing: missing, access };
}

function insideOf(directory: string, source: Source): string {
  if (source.name !== undefined) return joinPath(directory, source.name);
  throw new DroverError(
    "E_ARGUMENT",
    `files.put: dest ${directory} is a directory, but content has no name`,
    {
      hint: "give the whole path of the file",
    },
  );
}

async function isSame(source: Source, { dest, sha1 }: Target): Promise<boolean> {
  if (!source.known) return false;
  if (sha1 !== undefined) return sha1 === await source.digest("sha1");
  const [md5, sha256] = await Promise.all([
    host.getFact(Md5File, { path: dest }),
    host.getFact(Sha256File, { path: dest }),
  ]);
  if (sha256 !== undefined) return sha256 === await source.digest("sha256");
  return md5 !== undefined && md5 === await source.digest("md5");
}

async function showUpload(source: Source, { dest, info }: Target): Promise<void> {
  if (!wantsDiff() || (info !== undefined && info.size > DIFF_SIZE)) return;
  const after = await source.text();
  if (after === undefined) return;
  const before = info === undefined ? undefined : toText(await host.getFact(FileContents, { path: dest }));
  showDiff({ path: dest, before, after });
}

function toMode(mode: PutArgs["mode"], source: Source): number | string | undefined {
  if (mode === undefined || mode === false) return undefined;
  if (mode !== true) return mode;
  if (source.info !== undefined) return modeOf(source.info);
  throw new DroverError("E_ARGUMENT", "files.put: mode cannot be true without a local file");
}

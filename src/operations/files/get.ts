/** Downloads from the host: `files.get`. */

import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { download } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { File, Md5File, Sha1File, Sha256File } from "../../facts/files/mod.ts";
import {
  bytesOf,
  currentScope,
  host,
  localFiles,
  operation,
  pathSubject,
  restsOn,
  showBytes,
} from "../../host/mod.ts";
import { baseName, checkPath } from "./remote_path.ts";
import { followedInfo } from "./source.ts";

/** Arguments of {@linkcode get}. */
export interface GetArgs {
  /** Path of the file on the host. */
  src: string;
  /** Local path to write it to. In a directory that exists, the file keeps its name. */
  dest: string;
  /** Takes a relative `dest` as beside the deploy file, not in the working directory. Default: `true`. */
  addDeployDir?: boolean | undefined;
  /** Makes the local directory where it is missing. Default: `false`. */
  createLocalDir?: boolean | undefined;
  /** Downloads without comparing. Default: `false`. */
  force?: boolean | undefined;
}

/**
 * Downloads a file from the host, if the local one is missing or differs. The local file is replaced in one
 * step. Just the size that the plan has found must come: a host that sends more or less fails, and nothing is
 * written. Files larger than `--max-download` are not fetched.
 *
 * @example
 * ```ts
 * await files.get({ src: "/etc/ssh/ssh_host_ed25519_key.pub", dest: `keys/${host.name}.pub` });
 * ```
 */
export const get = operation<GetArgs>("files.get", async function* (args) {
  const { addDeployDir = true, createLocalDir = false, force = false } = args;
  const src = checkPath("files.get", "src", args.src);
  restsOn(pathSubject(src));
  const [dest, found, sha1] = await Promise.all([
    findDestination(src, checkPath("files.get", "dest", args.dest), addDeployDir, createLocalDir),
    host.getFact(File, { path: src }),
    host.getFact(Sha1File, { path: src }),
  ]);
  if (!force && found && await isSame(src, sha1, dest)) {
    return host.noop(`file ${dest} has already been downloaded`);
  }
  // Where the host has no such file yet, the command says so when its turn comes.
  const size = found && hasSize(src) ? found.size : undefined;
  checkSize(src, size ?? 0);
  yield download(src, dest, { createDirectory: createLocalDir, size });
}, {
  parameters: {
    src: "string",
    dest: "string",
    addDeployDir: "boolean?",
    createLocalDir: "boolean?",
    force: "boolean?",
  },
});

/** The kernel's own files tell sizes that are not theirs. */
function hasSize(path: string): boolean {
  return !/^\/+(proc|sys)\//.test(path);
}

/** What is known to be too large is not begun. */
function checkSize(path: string, size: number): void {
  const largest = currentScope()?.config.maxDownload;
  if (largest === undefined || size <= bytesOf(largest)) return;
  throw new DroverError(
    "E_DOWNLOAD",
    `${path} has ${size} bytes: more than ${showBytes(bytesOf(largest))} are not downloaded`,
    { hint: "--max-download SIZE or config.maxDownload raises the limit" },
  );
}

async function findDestination(
  src: string,
  dest: string,
  addDeployDir: boolean,
  createLocalDir: boolean,
): Promise<string> {
  const deploy = currentScope()?.deploy.file;
  const base = addDeployDir && deploy !== undefined ? dirname(deploy) : Deno.cwd();
  const path = /^~(\/|$)/.test(dest) ? resolve(homedir(), dest.slice(2)) : resolve(base, dest);
  const info = await followedInfo(path);
  if (info?.kind === "directory" || dest.endsWith("/")) return resolve(path, baseName(src));
  if (info !== undefined || createLocalDir || await followedInfo(dirname(path)) !== undefined) return path;
  throw new DroverError("E_LOCAL_FILE", `There is no local directory ${dirname(path)}`, {
    hint: "createLocalDir: true makes it",
  });
}

async function isSame(src: string, sha1: string | undefined, dest: string): Promise<boolean> {
  if (await followedInfo(dest) === undefined) return false;
  if (sha1 !== undefined) return sha1 === await localFiles().digest(dest, "sha1");
  const [md5, sha256] = await Promise.all([
    host.getFact(Md5File, { path: src }),
    host.getFact(Sha256File, { path: src }),
  ]);
  if (sha256 !== undefined) return sha256 === await localFiles().digest(dest, "sha256");
  return md5 !== undefined && md5 === await localFiles().digest(dest, "md5");
}

/** Paths of this machine as they really are, before anything is read or written in the deploy's name. */

import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { DroverError } from "../errors/mod.ts";
import { covers, type Grant, isPrivate } from "./grants.ts";
import { isInside } from "./inside.ts";

/** Files and folders of a project that no run writes, whatever is granted: they decide about later runs. */
const PROTECTED_REGEXP = /^(\.git|\.drover|config\.(ts|js|mjs)|deno\.jsonc?|deno\.lock|package\.json)$/i;

/** Where downloads may go without being asked for. */
const DOWNLOADS = "downloads";

/**
 * The path without links. Of what does not exist yet, the closest parent that does is looked up.
 *
 * @throws {DroverError} `E_PERMISSION` for a link that leads to nothing: where it will lead is anybody's guess.
 */
export async function realPath(path: string): Promise<string> {
  let head = resolve(path);
  let tail = "";
  for (;;) {
    try {
      return join(await Deno.realPath(head), tail);
    } catch (error) {
      const isMissing = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
      if (!isMissing || head === dirname(head)) throw error;
    }
    if (await Deno.lstat(head).then((info) => info.isSymlink, () => false)) {
      throw new DroverError("E_PERMISSION", `The link "${head}" leads to nothing`);
    }
    tail = join(basename(head), tail);
    head = dirname(head);
  }
}

/**
 * The real path of a file that is to be uploaded.
 *
 * @throws {DroverError} `E_PERMISSION` if the deploy itself might not read it.
 */
export async function readablePath(path: string, grants: readonly Grant[]): Promise<string> {
  const real = await realPath(path);
  if (covers(grants, "read", real)) return real;
  throw refused("read", real);
}

/**
 * The real path of a file that is to be written. Reading is not writing: without a grant, only the project's
 * `downloads` may be written.
 *
 * @throws {DroverError} `E_PERMISSION` for any other place, and for files that decide about later runs.
 */
export async function writablePath(path: string, grants: readonly Grant[]): Promise<string> {
  const folder = await realPath(dirname(resolve(path)));
  // The last name is replaced as it is, whatever it is: a link there is not followed.
  const real = join(folder, basename(resolve(path)));
  if (isProtected(real, grants)) {
    throw new DroverError("E_PERMISSION", `The deploy may not write "${real}": it decides about later runs`, {
      hint: "no option allows it; download it to another place and move it by hand",
    });
  }
  const isDownload = roots(grants).some((root) =>
    covers([folderGrant(join(root, DOWNLOADS))], "write", real)
  );
  if (isDownload || covers(grants, "write", real)) return real;
  throw refused("write", real);
}

/** Whether a path, links resolved, is one of the files of a project that decide about later runs. */
export function isProtected(path: string, grants: readonly Grant[]): boolean {
  return roots(grants).some((root) =>
    relative(root, path).split(sep).some((part) => part !== "" && PROTECTED_REGEXP.test(part)) &&
    !relative(root, path).startsWith("..")
  );
}

/** Whether a path, links resolved, lies in the project. Of a home directory, only what deploys consist of does. */
export function isInProject(path: string, grants: readonly Grant[]): boolean {
  const project = grants.filter((grant) => grant.project !== undefined);
  return covers(project, "read", path) ||
    roots(project).some((root) => !isPrivate(root) && isInside(path, root));
}

function roots(grants: readonly Grant[]): string[] {
  return grants.flatMap(({ project }) => project ?? []);
}

function folderGrant(folder: string): Grant {
  return { kind: "write", what: [folder], why: "" };
}

/** A refusal that says which option would allow it. */
export function refused(kind: "read" | "write", path: string): DroverError {
  const place = kind === "write" ? `, or a path in the project's ${DOWNLOADS} folder` : "";
  return new DroverError("E_PERMISSION", `The deploy may not ${kind} "${path}"`, {
    hint: `--allow-${kind}=${path} allows it, or permissions = { ${kind}: ["${path}"] } in config.ts${place}`,
  });
}

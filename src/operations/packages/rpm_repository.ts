/** Repositories of dnf, yum and zypper: a `.repo` file from a URL, or a section of one. */

import { basename } from "node:path/posix";
import { upload } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { File, FileContents } from "../../facts/files/mod.ts";
import { isUrl } from "../../facts/gpg_keys.ts";
import { withSection } from "../../facts/repository_file.ts";
import { RPM_REPOSITORIES } from "../../facts/rpm_repositories.ts";
import {
  alters,
  effect,
  host,
  type ParameterKinds,
  pathSubject,
  showDiff,
  type Steps,
  touches,
} from "../../host/mod.ts";
import { download, file } from "../files/mod.ts";

/** What the operations `repo` have in common. */
export interface RpmRepositoryArgs {
  /**
   * Name of the repository, which is that of its section and of its file as well; or the URL of a `.repo` file, which
   * the host downloads if it does not have it.
   */
  src: string;
  /** Whether there shall be such a file. Default: `true`. */
  present?: boolean;
  /** Where the packages are. Needed unless `src` is a URL or `present` is `false`. */
  baseurl?: string;
  /** What people read of it. Default: its name. */
  description?: string;
  /** Whether packages are installed from it. Default: `true`. */
  enabled?: boolean;
  /** Whether packages must be signed. Default: `true`. */
  gpgcheck?: boolean;
  /** URL of the key that they are signed with. */
  gpgkey?: string;
}

/** The kinds of the arguments, in the order that dnf and yum have them. */
export const RPM_REPOSITORY_PARAMETERS: ParameterKinds<RpmRepositoryArgs> = {
  src: "string",
  present: "boolean?",
  baseurl: "string?",
  description: "string?",
  enabled: "boolean?",
  gpgcheck: "boolean?",
  gpgkey: "string?",
};

/** Where files of repositories are, and what more is in them. */
export interface RepositoryPlace {
  /** Name of the operation, for errors. */
  operation: string;
  /** Directory of the files. */
  directory: string;
  /** The field `type`, which only zypper knows. */
  type?: string;
}

/** Creates, changes or removes the file of a repository. */
export async function* ensureRepository(args: RpmRepositoryArgs, place: RepositoryPlace): Steps {
  const { src, present = true } = args;
  const id = repositoryId(args, place);
  const path = `${place.directory}/${id}.repo`;
  touches(pathSubject(path));
  alters(RPM_REPOSITORIES);
  if (!present) return yield* file.steps({ path, present: false });
  if (isUrl(src)) {
    if (await host.getFact(File, { path })) return host.noop(`${path} exists`);
    yield* download.steps({ src, dest: path });
    return;
  }

  const options = optionsOf(id, args, place);
  const lines = await host.getFact(FileContents, { path });
  const wanted = withSection(lines ?? [], id, options);
  if (lines !== undefined && toText(lines) === toText(wanted)) {
    return host.noop(`repository ${id} is as wanted`);
  }
  if (lines === undefined) effect("create");
  showDiff({ path, before: lines && toText(lines), after: toText(wanted) });
  yield upload({ content: toText(wanted) }, path);
}

/** The name of the file without `.repo`. */
function repositoryId({ src, present, ...args }: RpmRepositoryArgs, { operation }: RepositoryPlace): string {
  const id = isUrl(src) ? basename(new URL(src).pathname).replace(/\.repo$/, "") : src;
  if (!/^[\w.:+~-]+$/.test(id) || /^[.-]/.test(id)) {
    throw new DroverError("E_ARGUMENT", `${operation}: src cannot be ${JSON.stringify(src)}`, {
      hint: "give the name of a repository, such as epel, or the URL of a .repo file",
    });
  }
  const own = [args.baseurl, args.description, args.gpgkey];
  if (present !== false && isUrl(src) && own.some((one) => one !== undefined)) {
    throw new DroverError(
      "E_ARGUMENT",
      `${operation}: a file from a URL tells baseurl, description and gpgkey itself`,
      {
        hint: "give a name instead of the URL, or leave them out",
      },
    );
  }
  return id;
}

function optionsOf(
  id: string,
  args: RpmRepositoryArgs,
  { operation, type }: RepositoryPlace,
): Record<string, string | undefined> {
  const { baseurl, description = id, enabled = true, gpgcheck = true, gpgkey } = args;
  if (baseurl === undefined || baseurl.trim() === "") {
    throw new DroverError("E_ARGUMENT", `${operation}: the repository ${id} needs a baseurl`);
  }
  for (const [name, value] of Object.entries({ baseurl, description, gpgkey, type })) {
    if (value === undefined || !/[\r\n\0]/.test(value)) continue;
    throw new DroverError("E_ARGUMENT", `${operation}: ${name} cannot hold a line break`);
  }
  return {
    name: description,
    baseurl,
    // These would be used instead of the address that is wanted, or beside it.
    mirrorlist: undefined,
    metalink: undefined,
    enabled: enabled ? "1" : "0",
    gpgcheck: gpgcheck ? "1" : "0",
    ...(type === undefined ? {} : { type }),
    gpgkey,
  };
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

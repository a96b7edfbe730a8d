/** Whole directories: `files.sync`. */

import { posix } from "node:path";
import { pathWord, sh, type ShellCommand, type Step, upload } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import {
  Directory,
  Entries,
  type Entry,
  FindDirectories,
  FindFiles,
  FindLinks,
  Link,
  type LinkInfo,
} from "../../facts/files/mod.ts";
import { alters, host, localFiles, operation, pathSubject, restsOn } from "../../host/mod.ts";
import { type Exclusions, type LocalTree, matchesAny, readLocalTree } from "./local_tree.ts";
import {
  checkMode,
  checkOwnership,
  correctOwnership,
  type OwnershipArgs,
  setOwnership,
  type Wanted,
} from "./ownership.ts";
import { type Access, accessTo, type FollowArgs, HERE, makeDirectory, reaching } from "./place.ts";
import { checkPath, joinPath, parentOf, withoutSlash } from "./remote_path.ts";

/** Arguments of {@linkcode sync}. */
export interface SyncArgs extends OwnershipArgs, FollowArgs {
  /** Path of the local directory, beside the deploy file or in the working directory. */
  src: string;
  /** Path of the directory on the host. */
  dest: string;
  /** Permissions of files: `644`, `"u=rw,go=r"`. Default: those of the local ones. */
  mode?: number | string | undefined;
  /** Permissions of directories. Default: those of the local ones. */
  dirMode?: number | string | undefined;
  /** Removes files and links that are not in the local directory; directories stay. Default: `false`. */
  delete?: boolean | undefined;
  /**
   * Patterns (`"*.pyc"`) of files to leave out, matched against the name, the path inside the directory and
   * the whole path. What is left out is not removed either.
   */
  exclude?: string | readonly string[] | undefined;
  /** Patterns (`"node_modules"`) of directories to leave out, matched against the name and the path inside. */
  excludeDir?: string | readonly string[] | undefined;
  /** `false` looks for the local directory in the working directory only. Default: `true`. */
  addDeployDir?: boolean | undefined;
}

/**
 * Makes a directory on the host the same as a local one: directories, files and symbolic links. The host is
 * asked once for all files together, and all uploads travel together.
 *
 * @example
 * ```ts
 * await files.sync({ src: "dist", dest: "/var/www/app", user: "www-data", delete: true, exclude: "*.map" });
 * ```
 */
export const sync = operation<SyncArgs>("files.sync", async function* (args) {
  const excluded = { files: toList(args.exclude), directories: toList(args.excludeDir) };
  const local = await readLocalTree(
    checkPath("files.sync", "src", args.src),
    args.addDeployDir ?? true,
    excluded,
  );
  const dest = withoutSlash(checkPath("files.sync", "dest", args.dest));
  const wanted = toWantedTree(args);
  const [found, way] = await Promise.all([
    readRemoteTree(dest, local, args.delete ?? false),
    accessTo(joinPath(dest, "x"), args),
  ]);
  const exposed = !way.follow && (way.exposed || belongsToOthers(found));
  const remote = { ...found, access: { ...way, exposed } };
  const names = [...local.directories, ...local.files, ...local.links].map(({ name }) => name);
  restsOn(pathSubject(remote.path, { below: args.delete ?? false }));
  for (const name of names) restsOn(pathSubject(joinPath(remote.path, name)));

  const steps = [
    ...directorySteps(remote, local, wanted),
    ...await fileSteps(remote, local, wanted),
    ...linkSteps(remote, local, wanted),
    ...deletions(remote, local, excluded),
  ];
  if (steps.length === 0) return host.noop(`${dest} is the same as ${args.src}`);
  yield* steps;
}, {
  parameters: {
    src: "string",
    dest: "string",
    user: "string | number?",
    group: "string | number?",
    mode: "string | number?",
    dirMode: "string | number?",
    follow: "boolean?",
    delete: "boolean?",
    exclude: "string | string[]?",
    excludeDir: "string | string[]?",
    addDeployDir: "boolean?",
  },
});

/** Owner and modes; without a mode, each file has that of its local one. */
interface WantedTree {
  owner: Wanted;
  mode: string | undefined;
  directoryMode: string | undefined;
}

/** The directory on the host. */
interface RemoteTree extends FoundTree {
  access: Access;
}

interface FoundTree {
  /** Its path, a link at its end followed. */
  path: string;
  /** What is at the paths that the local directory has too; `.` is the directory itself. */
  entries: ReadonlyMap<string, Entry>;
  links: ReadonlyMap<string, LinkInfo>;
  /** Paths inside of all files and links, if some may have to be removed. */
  present: readonly string[];
}

/** Names in one question. Longer ones would not fit into the arguments of one process. */
const QUESTION_SIZE = 48 * 1024;

async function readRemoteTree(dest: string, local: LocalTree, all: boolean): Promise<FoundTree> {
  const names = [".", ...[...local.directories, ...local.files, ...local.links].map(({ name }) => name)];
  const [directory, link, entries, links, printed, files, extraLinks] = await Promise.all([
    host.getFact(Directory, { path: dest }),
    host.getFact(Link, { path: dest }),
    Promise.all(portions(names).map((some) => host.getFact(Entries, { directory: dest, names: some }))),
    Promise.all(local.links.map(({ name }) => host.getFact(Link, { path: joinPath(dest, name) }))),
    all && /^[~-]/.test(dest) ? host.getFact(FindDirectories, { path: dest, maxdepth: 0 }) : [dest],
    all ? host.getFact(FindFiles, { path: dest }) : [],
    all ? host.getFact(FindLinks, { path: dest }) : [],
  ]);
  const known = new Map(entries.flatMap((some) => Object.entries(some)));
  if (directory === false && !link) {
    throw new DroverError("E_REMOTE_PATH", `${dest} exists and is not a directory`);
  }
  // `printed` is the directory as `find` writes it, its `~` expanded.
  const present = link && all ? await findThrough(dest) : [...files, ...extraLinks ?? []];
  return {
    path: link ? posix.resolve(parentOf(dest) ?? ".", link.linkTarget) : dest,
    entries: known,
    links: new Map(local.links.flatMap(({ name }, index) => links[index] ? [[name, links[index]]] : [])),
    present: namesBelow(printed[0] ?? dest, present),
  };
}

/** Whether directories inside belong to other users than root. */
function belongsToOthers({ entries }: FoundTree): boolean {
  return [...entries.values()].some(({ kind, numeric }) =>
    kind === "directory" && (numeric?.user ?? "0") !== "0"
  );
}

/** Names inside a directory of what `find` printed. They may hold newlines: every path begins with the directory. */
function namesBelow(directory: string, lines: readonly string[]): string[] {
  const start = directory.endsWith("/") ? directory : `${directory}/`;
  const names: string[] = [];
  for (const line of lines) {
    if (line.startsWith(start)) names.push(line.slice(start.length).replace(/^\/+/, ""));
    else if (names.length > 0) names[names.length - 1] += `\n${line}`;
  }
  return names;
}

/** `find` does not follow the link that it starts at, unless a slash says so. */
async function findThrough(dest: string): Promise<string[]> {
  const path = `${dest}/`;
  const found = await Promise.all([host.getFact(FindFiles, { path }), host.getFact(FindLinks, { path })]);
  return found.flat();
}

function* directorySteps(remote: RemoteTree, local: LocalTree, wanted: WantedTree): Generator<ShellCommand> {
  const { access } = remote;
  for (const { name, mode } of [{ name: ".", mode: local.mode }, ...local.directories]) {
    const path = name === "." ? remote.path : joinPath(remote.path, name);
    const entry = remote.entries.get(name);
    const ownership = { ...wanted.owner, mode: wanted.directoryMode ?? mode };
    if (entry === undefined) {
      yield makeDirectory(path, access);
      yield* setOwnership(path, ownership, { access });
    } else if (entry.kind !== "directory") {
      throw new DroverError("E_REMOTE_PATH", `${path} exists and is not a directory`);
    } else yield* correctOwnership(path, entry, ownership, { isDirectory: true, access });
  }
}

async function fileSteps(remote: RemoteTree, local: LocalTree, wanted: WantedTree): Promise<Step[]> {
  const steps: Step[] = [];
  const { access } = remote;
  for (const { name, path, mode } of local.files) {
    const dest = joinPath(remote.path, name);
    const entry = remote.entries.get(name);
    const ownership = { ...wanted.owner, mode: wanted.mode ?? mode };
    if (entry?.kind === "directory") {
      throw new DroverError("E_REMOTE_PATH", `${dest} exists and is not a file`);
    }
    if (entry?.kind === "file" && await isSame(entry, path)) {
      steps.push(...correctOwnership(dest, entry, ownership, { access }));
      continue;
    }
    // An upload would go through a link, and change a file outside of the directory.
    if (entry !== undefined && entry.kind !== "file") steps.push(removal(dest, access));
    steps.push(upload({ path }, dest, { ...ownership, follow: access.follow }));
  }
  return steps;
}

function removal(path: string, access: Access): ShellCommand {
  return reaching(path, access, sh`rm -f ${pathWord(path)}`, sh`rm -f ${HERE}`, { itself: true });
}

function* linkSteps(remote: RemoteTree, local: LocalTree, wanted: WantedTree): Generator<ShellCommand> {
  const { access } = remote;
  for (const { name, target } of local.links) {
    const path = joinPath(remote.path, name);
    const entry = remote.entries.get(name);
    const link = remote.links.get(name);
    if (entry?.kind === "directory") {
      throw new DroverError("E_REMOTE_PATH", `${path} exists and is not a link`);
    }
    if (link?.linkTarget === target) {
      yield* correctOwnership(path, { ...link, numeric: entry?.numeric }, wanted.owner, {
        noDereference: true,
        access,
      });
      continue;
    }
    if (entry !== undefined) yield removal(path, access);
    const dashes = target.startsWith("-") && "--";
    const plain = sh`ln -s ${dashes} ${target} ${pathWord(path)}`;
    yield reaching(path, access, plain, sh`ln -sn ${dashes} ${target} ${HERE}`, { itself: true });
    yield* setOwnership(path, wanted.owner, { noDereference: true, access });
  }
}

/** Paths in one command. */
const DELETIONS = 100;

function* deletions(remote: RemoteTree, local: LocalTree, excluded: Exclusions): Generator<ShellCommand> {
  const wanted = new Set([...local.files, ...local.links].map(({ name }) => name));
  const extra = remote.present.filter((name) =>
    !wanted.has(name) && isInside(name) && !isExcluded(name, remote.path, excluded)
  );
  for (let at = 0; at < extra.length; at += DELETIONS) {
    const paths = extra.slice(at, at + DELETIONS).map((name) => joinPath(remote.path, name));
    alters(...paths.map((path) => pathSubject(path)));
    if (remote.access.exposed) yield* paths.map((path) => removal(path, remote.access));
    else yield sh`rm -f ${paths.map((path) => pathWord(path))}`;
  }
}

/** A name that pretends to be two, by a newline and our own path in it, must not lead elsewhere. */
function isInside(name: string): boolean {
  return name !== "" && !name.split("/").includes("..");
}

function isExcluded(name: string, directory: string, excluded: Exclusions): boolean {
  const parts = name.split("/");
  const parents = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
  return matchesAny(excluded.files, [joinPath(directory, name), name, parts.at(-1)!]) ||
    parents.some((parent) => matchesAny(excluded.directories, [parent, parent.split("/").at(-1)!]));
}

async function isSame(entry: Entry, path: string): Promise<boolean> {
  if (entry.digest === undefined) return false;
  return entry.digest.hex === await localFiles().digest(path, entry.digest.algorithm);
}

function toWantedTree(args: SyncArgs): WantedTree {
  const { mode, ...owner } = checkOwnership("files.sync", args);
  const directoryMode = args.dirMode === undefined
    ? undefined
    : checkMode("files.sync", args.dirMode, "dirMode");
  return { owner, mode, directoryMode };
}

function portions(names: readonly string[]): string[][] {
  const made: string[][] = [];
  let size = Infinity;
  for (const name of names) {
    size += name.length + 6;
    if (size > QUESTION_SIZE) {
      made.push([]);
      size = name.length + 6;
    }
    made.at(-1)!.push(name);
  }
  return made;
}

function toList(patterns: string | readonly string[] | undefined): readonly string[] {
  return typeof patterns === "string" ? [patterns] : patterns ?? [];
}

/** What the deploy's worker may do: its project may be read; everything else is asked for. */

import { dirname, resolve } from "node:path";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import type { PermissionOptions } from "../host/mod.ts";
import type { Form } from "../usage/form.ts";
import { inventoryPath } from "../usage/inventory_path.ts";
import type { CliOptions } from "../usage/options.ts";
import { isInside } from "./inside.ts";
import { withoutOuterLinks } from "./links.ts";

/** Permissions that are asked for, in Deno's sense: `true` for all, or a list. */
export type RequestedPermissions = PermissionOptions;

/** The kinds that can be asked for. */
export const KINDS = ["read", "write", "net", "env", "run"] as const;
export type Kind = typeof KINDS[number];

const MARKERS = ["config.ts", "deno.json", "deno.jsonc", ".git"];
/** What a project consists of, where the directory itself is too much to grant. */
const PROJECT_PARTS = ["group_data", "host_data", "templates", "files", "tasks", "config.ts", "config.js"];

/** Variables that the YAML package looks at; refusing them would stop it. */
const YAML_VARIABLES = ["LOG_TOKENS", "LOG_STREAM"];

/** What a worker holds, and why. */
export interface Grant {
  kind: Kind | "sys";
  /** Paths, hosts, names; `true` for all. */
  what: readonly string[] | true;
  why: string;
  /** Of the project: its folders, links resolved. */
  project?: readonly string[];
}

/**
 * The permissions of a run: what a project has by default, what the command line adds, and what of the permissions
 * that `config.permissions` requests is in force.
 */
export async function grantsFor(
  inventory: string,
  form: Form,
  options: CliOptions,
  granted: RequestedPermissions,
): Promise<Grant[]> {
  const files = [inventoryPath(inventory), ...("files" in form ? form.files : [])]
    .map((file) => resolve(file));
  const named = [...files, ...options.groupData.map((path) => resolve(path))];
  if (options.config !== undefined) named.push(resolve(options.config));
  const grants: Grant[] = [
    await projectGrant(files),
    { kind: "read", what: await withRealPaths(await existing(named)), why: "named on the command line" },
    { kind: "read", what: ownPaths(), why: "Drover's own modules" },
    { kind: "sys", what: ["homedir"], why: "~ in local paths" },
    { kind: "env", what: YAML_VARIABLES, why: "the YAML reader looks whether it is being debugged" },
  ];
  for (const kind of KINDS) {
    const flag = flagOf(options, kind);
    if (flag !== undefined) grants.push({ kind, what: absolute(kind, flag), why: `--allow-${kind}` });
    const wanted = granted[kind];
    if (wanted !== undefined && wanted !== false) {
      grants.push({
        kind,
        what: absolute(kind, wanted === true ? true : [...wanted]),
        why: "config.permissions",
      });
    }
  }
  return grants.filter(({ what }) => what === true || what.length > 0);
}

/** Grants in the form that a Worker takes. */
export function workerPermissions(grants: readonly Grant[]): Deno.PermissionOptionsObject {
  const of = (kind: Grant["kind"]): boolean | string[] => {
    const own = grants.filter((grant) => grant.kind === kind).map(({ what }) => what);
    if (own.includes(true)) return true;
    const list = own.flatMap((what) => what === true ? [] : [...what]);
    return list.length === 0 ? false : list;
  };
  return {
    read: of("read"),
    write: of("write"),
    net: of("net"),
    env: of("env"),
    run: of("run"),
    sys: of("sys") as Deno.PermissionOptionsObject["sys"] & boolean,
    ffi: false,
    // Modules come from this machine: what the project has, or what was cached for it on purpose.
    import: false,
  };
}

/** Whether grants of a kind cover a path. */
export function covers(grants: readonly Grant[], kind: "read" | "write", path: string): boolean {
  return grants.some(({ kind: own, what }) =>
    own === kind && (what === true || what.some((root) => isInside(path, root)))
  );
}

/** What `--allow-read` and its like were given: a list, `true` for the bare flag. */
export function flagOf(options: CliOptions, kind: Kind): readonly string[] | true | undefined {
  const given = {
    read: options.allowRead,
    write: options.allowWrite,
    net: options.allowNet,
    env: options.allowEnv,
    run: options.allowRun,
  }[kind];
  if (given === undefined) return undefined;
  return given === "" ? true : given.split(",").filter((one) => one !== "");
}

/**
 * The project may be read, but for links that lead out of it. The closest folder upward with a marker is one,
 * unless it is the home directory or above: too much lies there that is nobody's business.
 */
async function projectGrant(files: readonly string[]): Promise<Grant> {
  const starts = [Deno.cwd(), ...files.map((file) => dirname(file))];
  const paths: string[] = [];
  const folders: string[] = [];
  for (const start of new Set(starts)) {
    const marked = await markedFolder(start) ?? start;
    const folder = isPrivate(marked) ? start : marked;
    const root = await Deno.realPath(folder).catch(() => undefined);
    // `@chroot/tmp` looks like a file in a folder that is not there.
    if (root === undefined) continue;
    folders.push(root);
    const whole = isPrivate(marked) ? undefined : readable([folder], root);
    paths.push(
      ...whole ?? readable(await existing(PROJECT_PARTS.map((part) => resolve(start, part))), root) ?? [],
    );
  }
  return { kind: "read", what: [...new Set(paths)], why: "the project", project: [...new Set(folders)] };
}

/**
 * What may be read of these paths, under their names and their real ones, by which uploads are judged; nothing
 * if it is too much to look at.
 */
function readable(paths: readonly string[], root: string): string[] | undefined {
  const found: string[] = [];
  for (const path of paths) {
    const real = realPathOf(path);
    if (real === undefined || !isInside(real, root)) continue;
    for (const name of new Set([path, real])) {
      const parts = withoutOuterLinks(name, [root]);
      if (parts === undefined) return undefined;
      found.push(...parts);
    }
  }
  return found;
}

function realPathOf(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    // A link that leads to nothing.
    return undefined;
  }
}

/** A path under the name that it was given, and under its real one: what is uploaded is judged by that. */
async function withRealPaths(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => Deno.realPath(path).catch(() => path)));
  return [...new Set(paths.flatMap((path, place) => [path, real[place]!]))];
}

async function markedFolder(start: string): Promise<string | undefined> {
  for (let folder = start; !isPrivate(folder); folder = dirname(folder)) {
    for (const marker of MARKERS) {
      if (await exists(resolve(folder, marker))) return folder;
    }
  }
  return undefined;
}

/** Whether a folder is the home directory, or holds it. */
export function isPrivate(folder: string): boolean {
  return folder === dirname(folder) || isInside(homedir(), folder);
}

/** Drover's modules and the packages that it loads when they are needed. */
function ownPaths(): string[] {
  const packages = ["eta", "yaml"].map((name) => import.meta.resolve(name))
    .filter((url) => url.startsWith("file:"))
    .map((url) => packageFolder(fileURLToPath(url)));
  return [fileURLToPath(new URL("../", import.meta.url)), ...new Set(packages)];
}

/** Up to the version's folder: its files read each other. */
function packageFolder(file: string): string {
  const folder = /^.*?[\\/](?:npm[\\/][^\\/]+|node_modules)[\\/].*?(?=[\\/](?:dist|lib|src|browser)[\\/])/
    .exec(file);
  return folder?.[0] ?? dirname(file);
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) if (await exists(path)) found.push(path);
  return found;
}

function exists(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}

function absolute(kind: Kind, what: readonly string[] | true): readonly string[] | true {
  return what === true || (kind !== "read" && kind !== "write") ? what : what.map((path) => resolve(path));
}

/** Where a memory is kept: the user's state directory, or a file that the command line or `config.ts` names. */

import { homedir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { covers, type Grant } from "../../sandbox/grants.ts";
import { isInProject, isProtected, realPath } from "../../sandbox/paths.ts";
import type { Form } from "../../usage/form.ts";
import type { MemoryFile, SectionNames } from "./file.ts";

/** A file, and what this command line is called in it. */
export interface MemoryPlace extends MemoryFile {
  names: SectionNames;
}

/** What is known of a command line when its configuration has been read. */
export interface PlaceRequest {
  inventory: string;
  form: Form;
  /** `--memory`; `false` for `--no-memory`. */
  flag: string | false | undefined;
  /** `config.memory`, an absolute path. */
  configured: string | undefined;
  grants: readonly Grant[];
}

/** Files of deploys that have not run for so many days are removed from the state directory. */
const DAYS = 60;
const MOST_FILES = 200;

/** Where the memory of a command line is; nothing if it has none, or why it cannot have the one that is named. */
export async function memoryPlace(
  request: PlaceRequest,
): Promise<MemoryPlace | { problem: string } | undefined> {
  const { flag, form, inventory, configured, grants } = request;
  // Only deploys come again in the same form.
  if (flag === false || form.kind !== "deploy") return undefined;
  const deploys = form.files.map((file) => resolve(file));
  if (flag !== undefined && flag !== "") return await named(resolve(flag), deploys, inventory);
  if (configured === undefined) return await ownPlace(deploys, inventory);
  const problem = await refusal(configured, grants);
  return problem === undefined ? await named(configured, deploys, inventory) : { problem };
}

/** Removes what has not been used for long from the state directory. */
export async function forgetOld(): Promise<void> {
  const files: { path: string; time: number }[] = [];
  for await (const { name } of Deno.readDir(stateDirectory())) {
    const path = join(stateDirectory(), name);
    files.push({ path, time: (await Deno.stat(path)).mtime?.getTime() ?? 0 });
  }
  files.sort((a, b) => b.time - a.time);
  const oldest = Date.now() - DAYS * 24 * 3600 * 1000;
  for (const [index, { path, time }] of files.entries()) {
    if (index >= MOST_FILES || time < oldest) await Deno.remove(path);
  }
}

function stateDirectory(): string {
  const state = Deno.env.get("XDG_STATE_HOME") || join(homedir(), ".local", "state");
  return join(state, "drover", "memory");
}

/** Names in a file of a project are relative to it, so that they hold wherever the project lies. */
async function named(path: string, deploys: readonly string[], inventory: string): Promise<MemoryPlace> {
  const name = (file: string) => relative(dirname(path), file).replaceAll("\\", "/");
  return {
    path,
    own: false,
    names: { deploy: deploys.map(name), inventory: await inventoryName(inventory, name) },
  };
}

async function ownPlace(deploys: readonly string[], inventory: string): Promise<MemoryPlace> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(deploys.join("\0")));
  return {
    path: join(stateDirectory(), `${new Uint8Array(digest).slice(0, 16).toHex()}.json`),
    own: true,
    names: { deploy: deploys, inventory: await inventoryName(inventory, (file) => file) },
  };
}

/** An inventory's file with the function that is called, if any. Hosts on the command line have no name. */
async function inventoryName(word: string, name: (file: string) => string): Promise<string> {
  if (await isFile(resolve(word))) return name(resolve(word));
  const [, file, called] = /^(.+\.(?:ts|js|mjs)):([A-Za-z_$][\w$]*)$/.exec(word) ?? [];
  return file !== undefined && await isFile(resolve(file)) ? `${name(resolve(file))}:${called}` : "";
}

/** The deploy's own code writes `config.memory`, so it leads nowhere but into the project. */
async function refusal(path: string, grants: readonly Grant[]): Promise<string | undefined> {
  if (!path.endsWith(".json")) return `config.memory must be a .json file: "${path}" is none`;
  // A link that leads nowhere yet would be followed by whoever creates the file.
  const place = await realPath(path).catch(() => undefined);
  if (place !== undefined && isProtected(place, grants)) {
    return `config.memory must not be a file that decides about later runs: "${path}" is one`;
  }
  if (place !== undefined && (isInProject(place, grants) || covers(grants, "write", place))) return undefined;
  return `config.memory must lie in the project: "${path}" does not`;
}

function isFile(path: string): Promise<boolean> {
  return Deno.stat(path).then((info) => info.isFile, () => false);
}

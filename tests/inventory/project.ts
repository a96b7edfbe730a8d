/** Inventories on disk for tests: a temporary directory of files, loaded as the command line would. */

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { DroverError } from "../../src/errors/mod.ts";
import { type InventoryRequest, type LoadedInventory, loadInventory } from "../../src/inventory/mod.ts";

/** A directory with files, removed when it goes out of scope. */
export class Project implements AsyncDisposable {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async with(files: Record<string, string>): Promise<Project> {
    const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "drover-inventory-" }));
    const project = new Project(directory);
    for (const [name, text] of Object.entries(files)) await project.write(name, text);
    return project;
  }

  async write(name: string, text: string): Promise<void> {
    const path = this.path(name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  load(word: string, request: Partial<InventoryRequest> = {}): Promise<LoadedInventory> {
    return loadInventory({ word, workingDirectory: this.directory, ...request });
  }

  /** The error that loading gives, with its place as `file:line:column` relative to the directory. */
  failure(word: string, request: Partial<InventoryRequest> = {}): Promise<Failure> {
    return failureOf(this.directory, () => this.load(word, request));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

export interface Failure {
  code: string;
  message: string;
  hint: string | undefined;
  detail: string | undefined;
  at: string | undefined;
}

/** The {@linkcode DroverError} that code throws. */
export async function failureOf(directory: string, code: () => unknown): Promise<Failure> {
  try {
    await code();
  } catch (error) {
    assert.ok(error instanceof DroverError, `no DroverError but ${Deno.inspect(error)}`);
    const { place } = error;
    const at = place && `${place.file.replace(`${directory}/`, "")}:${place.line}:${place.column}`;
    return { code: error.code, message: error.message, hint: error.hint, detail: error.detail, at };
  }
  throw new assert.AssertionError({ message: "an error was expected" });
}

/** The names of the hosts of a loaded inventory. */
export function names(hosts: Iterable<{ name: string }>): string[] {
  return [...hosts].map((host) => host.name);
}

/** Groups with the names of their hosts. */
export function groupsOf(loaded: LoadedInventory): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(loaded.inventory.groups).map(([group, hosts]) => [group, names(hosts)]),
  );
}

/** A host's whole data. */
export function dataOf(loaded: LoadedInventory, host: string): Record<string, unknown> {
  return loaded.inventory.getHost(host).data.toObject();
}

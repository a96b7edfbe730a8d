/** The worker behind `loading.ts`: loads inventory and data, and reads deploy files without running them. */

import { dirname, resolve } from "node:path";
import { deployFile, modulesBehind, referencesOf, requireLoadable, WrittenModule } from "../deploy/mod.ts";
import { type Problem, toProblem } from "../engine/mod.ts";
import { DroverError, type Place, readModuleError } from "../errors/mod.ts";
import { layersOf } from "../host/mod.ts";
import {
  dataFilesBeside,
  type LoadedInventory,
  loadInventory,
  readDataFile,
  requireHosts,
} from "../inventory/mod.ts";
import { lockDown } from "../sandbox/lockdown.ts";
import { takePort } from "../sandbox/port.ts";
import type { Loaded, LoadFiles } from "../sandbox/protocol.ts";
import { declaredData, misspelledKeys } from "./declared_data.ts";
import { dataUse, ownFacts, unknownData, unknownFacts, unknownOperations } from "./written_names.ts";
import { inventoryPath } from "../usage/inventory_path.ts";

const { send, receive } = await takePort<Loaded, LoadFiles>();
lockDown(() => {});
globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());

/** One request, and what has come of it so far. */
class Loading {
  readonly #loaded: Loaded = { problems: [], files: [], data: [], warnings: [], hosts: [], groups: [] };
  #inventory: LoadedInventory | undefined;

  constructor(readonly request: LoadFiles) {}

  async run(): Promise<Loaded> {
    const { deploys } = this.request;
    const directories = [...new Set(deploys.map((file) => dirname(resolve(file))))];
    await this.#attempt(() => this.#readInventory(directories));
    if (this.#inventory === undefined && deploys.length > 0) {
      await this.#attempt(() => this.#readData(directories));
    }
    for (const name of deploys) await this.#attempt(async () => void await deployFile(name, Deno.cwd()));
    if (deploys.length > 0) await this.#attempt(() => this.#readDeploys());
    return this.#loaded;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    await work().catch((thrown) => this.#note(thrown));
  }

  /** Takes note of a problem; one place may be met on several ways. */
  #note(thrown: unknown): void {
    const { problems } = this.#loaded;
    const problem = toProblem(thrown);
    const isSame = (other: Problem) =>
      isSamePlace(other.place, problem.place) && other.message === problem.message;
    // A file that cannot be read has said so when it was loaded.
    const isTold = (other: Problem) =>
      problem.code === "E_DEPLOY_LOAD" && other.place?.file === problem.place?.file &&
      /_LOAD$/.test(other.code);
    if (!problems.some((other) => isSame(other) || isTold(other))) problems.push(problem);
  }

  async #readInventory(directories: string[]): Promise<void> {
    const { inventory: word, options } = this.request;
    const loaded = await loadInventory({
      word,
      workingDirectory: Deno.cwd(),
      deployDirectories: directories,
      limit: options.limit,
      exclude: options.exclude,
      data: options.data,
      groupData: options.groupData,
    });
    this.#inventory = loaded;
    this.#loaded.hosts = loaded.selected.map((host) => host.name);
    this.#loaded.groups = Object.keys(loaded.inventory.groups);
    this.#loaded.warnings.push(...loaded.warnings);
    requireHosts(loaded);
  }

  /** An inventory that cannot be loaded has told its first mistake; its data may have more. */
  async #readData(directories: string[]): Promise<void> {
    const beside = dirname(resolve(inventoryPath(this.request.inventory)));
    for (const path of await dataFilesBeside([Deno.cwd(), ...directories, beside])) {
      if (this.#loaded.problems.some(({ place }) => place?.file === path)) continue;
      await this.#attempt(async () => void await readDataFile(path, Deno.cwd()));
    }
  }

  async #readDeploys(): Promise<void> {
    // Their names are what those in the code are compared with.
    await Promise.all([import("../operations/mod.ts"), import("../facts/mod.ts")]);
    const hosts = this.#inventory?.inventory.hosts ?? [];
    const valuesOf = (key: string) => {
      const layers = hosts.map((host) => layersOf(host).find(key));
      return layers.every((layer) => layer !== undefined)
        ? layers.map((layer) => layer!.values[key])
        : undefined;
    };
    const found = await referencesOf(
      this.request.deploys,
      this.#inventory === undefined ? undefined : valuesOf,
    );
    for (const missing of found.missing) this.#note(missing);
    for (const { what, place } of found.unknown) {
      this.#loaded.warnings.push({
        text: `the ${what} is not followed: only a run can tell its path`,
        place,
      });
    }
    const modules = await modulesBehind(found.files);
    const loadable = new Set<string>();
    for (const { file } of modules) if (await this.#isReadable(file)) loadable.add(file);
    this.#loaded.data = await this.#dataModules();
    this.#loaded.files = [...found.files.filter((file) => loadable.has(file)), ...this.#loaded.data];
    const templates = await Promise.all(
      found.templates.map(({ file }) => Deno.readTextFile(file).catch(() => "")),
    );
    const known = this.#checkNames(modules, templates);
    const { templateProblems } = await import("./template_check.ts");
    for (const problem of await templateProblems(found.templates, known)) this.#note(problem);
  }

  /** Whether a module can be read; one that imports a name that is not there can, and its types be checked. */
  async #isReadable(file: string): Promise<boolean> {
    try {
      await requireLoadable(file);
      return true;
    } catch (thrown) {
      this.#note(thrown);
      return thrown instanceof DroverError && readModuleError(thrown.cause)?.missing?.kind === "export";
    }
  }

  /** The inventory and data files, where they are modules that can be read. */
  async #dataModules(): Promise<string[]> {
    const inventory = resolve(inventoryPath(this.request.inventory));
    const directories = [
      ...this.request.deploys.map((file) => dirname(resolve(file))),
      dirname(inventory),
      Deno.cwd(),
    ];
    const modules: string[] = [];
    for (const file of [inventory, ...await dataFilesBeside(directories)]) {
      const isModule = /\.(?:ts|m?js)$/.test(file) &&
        await Deno.stat(file).then((info) => info.isFile, () => false);
      if (isModule && await this.#isReadable(file)) modules.push(file);
    }
    return modules;
  }

  /**
   * Checks the names of facts, operations and data in code.
   *
   * @returns The keys of data that there are; nothing if that cannot be told.
   */
  #checkNames(
    modules: readonly WrittenModule[],
    templates: readonly string[],
  ): ReadonlySet<string> | undefined {
    const facts = new Set(modules.flatMap(ownFacts));
    for (const module of modules) {
      for (const problem of [...unknownFacts(module, facts), ...unknownOperations(module)]) {
        this.#note(problem);
      }
    }
    if (this.#inventory === undefined) return undefined;
    const { hosts } = this.#inventory.inventory;
    const uses = modules.map((module) => ({ module, use: dataUse(module) }));
    const declared = declaredData(modules);
    const given = [...hosts.flatMap((host) => layersOf(host).keys()), ...uses.flatMap(({ use }) => use.sets)];
    const known = new Set([...declared.names, ...given]);
    const texts = [
      ...templates,
      ...modules.filter(({ file }) => !declared.files.has(file)).map(({ text }) => text),
    ];
    for (const problem of misspelledKeys(hosts, declared, texts)) this.#note(problem);
    if (hosts.length === 0 || uses.some(({ use }) => use.isOpen)) return undefined;
    for (const { module, use } of uses) {
      for (const problem of unknownData(module, use, known)) this.#note(problem);
    }
    return known;
  }
}

function isSamePlace(one: Place | undefined, other: Place | undefined): boolean {
  return one?.file === other?.file && one?.line === other?.line && one?.column === other?.column;
}

// Below the class: a request may have come already.
receive((request) => void new Loading(request).run().then(send));

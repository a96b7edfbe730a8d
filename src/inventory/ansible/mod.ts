/** Inventories of Ansible, in INI, YAML and JSON: their groups, hosts and variables as groups, hosts and data. */

import { basename, dirname, extname, join } from "node:path";
import { DroverError, messageOf } from "../../errors/mod.ts";
import type { DataLayer } from "../../host/mod.ts";
import { labelOf } from "../data_file.ts";
import { directoryNames, statOf } from "../directory.ts";
import { parseHost } from "../host_entry.ts";
import type { ParsedInventory, ParsedList } from "../shape.ts";
import { SourceText } from "../source_text.ts";
import type { InventoryWarning } from "../types.ts";
import { readIni } from "./ini.ts";
import { AnsibleInventory, type Variables } from "./model.ts";
import { hostNameOf, translateVariables } from "./translate.ts";
import { readTree } from "./tree.ts";
import { readAnsibleYaml, readVariables, type VariableFile, VAULTED } from "./variables.ts";

/** What Ansible passes over in a directory of inventories. */
const IGNORED_REGEXP = /^\.|~$|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry)$/;

/** A layer of variables, before they are data. */
interface Source {
  label: string;
  vars: Variables;
  text?: SourceText;
}

/** Variables by group or host: those of the inventory itself, and those of files beside it, which win. */
interface Layers {
  own: Source;
  files: readonly Source[];
}

/**
 * Reads an inventory of Ansible: a file, or a directory of them. Where Ansible would give a host another value than
 * groups that are layered whole (files win over all that inventories say of groups), the host has it of its own.
 *
 * @throws {DroverError} `E_INVENTORY_SYNTAX`, `E_INVENTORY_SHAPE`, `E_INVENTORY_FILE`
 */
export async function readAnsibleInventory(path: string, workingDirectory: string): Promise<ParsedInventory> {
  const reader = new AnsibleReader(path, workingDirectory);
  await reader.read();
  return reader.finish();
}

class AnsibleReader {
  readonly #path: string;
  readonly #directory: string;
  readonly #label: string;
  readonly #inventory = new AnsibleInventory();
  readonly #warnings: InventoryWarning[] = [];
  readonly #members = new Map<string, ReadonlySet<string>>();
  #groupFiles = new Map<string, VariableFile[]>();
  #hostFiles = new Map<string, VariableFile[]>();

  constructor(path: string, workingDirectory: string) {
    this.#path = path;
    this.#directory = workingDirectory;
    this.#label = labelOf(path, workingDirectory);
  }

  async read(): Promise<void> {
    const isDirectory = (await statOf(this.#path))?.isDirectory ?? false;
    const files = isDirectory ? await inventoriesIn(this.#path) : [this.#path];
    for (const file of files) await this.#readFile(file);
    const beside = isDirectory ? this.#path : dirname(this.#path);
    this.#groupFiles = await readVariables(join(beside, "group_vars"), this.#directory);
    this.#hostFiles = await readVariables(join(beside, "host_vars"), this.#directory);
  }

  async #readFile(path: string): Promise<void> {
    const label = labelOf(path, this.#directory);
    const text = await Deno.readTextFile(path).catch((thrown) => {
      throw new DroverError("E_INVENTORY_FILE", `${label} cannot be read: ${messageOf(thrown)}`, {
        cause: thrown,
      });
    });
    if (text.startsWith("#!")) throw isProgram(label);
    const source = SourceText.of(path, text);
    if (![".yml", ".yaml", ".json"].includes(extname(path))) {
      return readIni(text, { path, label }, this.#inventory);
    }
    const value = await readAnsibleYaml(text, { path, label, source });
    if (value === VAULTED) return this.#warn(`${label} is left out: it is encrypted by ansible-vault`);
    readTree(value, label, this.#inventory);
  }

  finish(): ParsedInventory {
    for (const group of this.#inventory.groups.keys()) {
      this.#members.set(group, this.#inventory.members(group));
    }
    const groups = this.#orderedGroups();
    const everyone = this.#everyone();
    const layersOf = new Map(["all", ...groups].map((name) => [name, this.#groupLayers(name)]));
    const names = this.#reachable(everyone, groups, layersOf);
    const groupData = new Map<string, DataLayer[]>();
    for (const [group, { own, files }] of layersOf) {
      const layers = [...files.toReversed(), own].map((source) => this.#dataLayer(source));
      groupData.set(group, layers.filter(({ values }) => Object.keys(values).length > 0));
    }
    const own = new Map([...names.keys()].map((host) => [host, this.#hostData(host, groups, layersOf)]));
    const listOf = (role: ParsedList["role"], name: string, hosts: Iterable<string>): ParsedList => ({
      role,
      name,
      source: this.#label,
      hosts: [...hosts].filter((host) => names.has(host)).map((host) =>
        parseHost([names.get(host)!, own.get(host)!], true, {
          label: `${host} of ${this.#label}`,
          place: () => undefined,
        })
      ),
    });
    return {
      lists: [
        listOf("all", "all", everyone),
        ...groups.map((group) => listOf("group", group, this.#members.get(group)!)),
      ],
      groupData,
      globals: { source: this.#label, values: {} },
      warnings: this.#warnings,
    };
  }

  /** Groups as their variables win: deeper ones over those above them, by priority, by name. */
  #orderedGroups(): string[] {
    const { groups } = this.#inventory;
    const depths = this.#depths();
    const rank = (
      name: string,
    ) => [depths.get(name)!, Number(groups.get(name)!.vars.ansible_group_priority ?? 1)];
    return [...groups.keys()].filter((name) =>
      name !== "all" && (name !== "ungrouped" || this.#ungrouped().size > 0)
    ).toSorted((left, right) => {
      const [[depth, priority], [otherDepth, otherPriority]] = [rank(left), rank(right)] as [
        number[],
        number[],
      ];
      return depth! - otherDepth! || priority! - otherPriority! || (left < right ? -1 : 1);
    });
  }

  #depths(): Map<string, number> {
    try {
      return this.#inventory.depths();
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      throw new DroverError(
        "E_INVENTORY_SHAPE",
        `${this.#label}: a group is its own child: ${thrown.message}`,
      );
    }
  }

  /** Hosts in the order in which they are first named. */
  #everyone(): Set<string> {
    const all = new Set(this.#inventory.hostVars.keys());
    for (const members of this.#members.values()) for (const host of members) all.add(host);
    return all;
  }

  /** Hosts that are in no group but `all`. */
  #ungrouped(): Set<string> {
    const { groups } = this.#inventory;
    const grouped = new Set(
      [...groups].filter(([name]) => name !== "all" && name !== "ungrouped")
        .flatMap(([, { hosts }]) => [...hosts]),
    );
    return new Set([...this.#everyone()].filter((host) => !grouped.has(host)));
  }

  #groupLayers(name: string): Layers {
    const group = this.#inventory.groups.get(name)!;
    if (name === "ungrouped") this.#members.set(name, this.#ungrouped());
    return {
      own: { label: `${this.#label} ${name}`, vars: group.vars },
      files: this.#filesOf(this.#groupFiles, name),
    };
  }

  #filesOf(files: ReadonlyMap<string, VariableFile[]>, name: string): Source[] {
    return (files.get(name) ?? []).flatMap(({ label, vars, source }) => {
      if (vars !== undefined) return [{ label, vars, text: source }];
      this.#warn(`${label} is left out: it is encrypted by ansible-vault`);
      return [];
    });
  }

  #dataLayer({ label, vars, text }: Source): DataLayer {
    const values = translateVariables(vars, (what) => this.#warn(`${label}: ${what}`));
    if (text === undefined) return { source: label, values };
    const placeOf = (key: string, value: string | number) => text.placeOfLiteral(key, String(value));
    return { source: label, values, placeOf };
  }

  /** Names here by names there; hosts that cannot be reached are told and left out. */
  #reachable(
    hosts: Iterable<string>,
    groups: readonly string[],
    layersOf: ReadonlyMap<string, Layers>,
  ): Map<string, string> {
    const names = new Map<string, string>();
    const taken = new Map<string, string>();
    for (const host of hosts) {
      const vars = { ...this.#groupVars(host, groups, layersOf), ...this.#ownVars(host) };
      const name = hostNameOf(host, vars);
      if (name === undefined) {
        this.#warn(
          `${host} is left out: there is no connection like ${String(vars.ansible_connection)} here`,
        );
      } else if (taken.has(name)) {
        this.#warn(`${host} is left out: it is ${name}, as ${taken.get(name)} is`);
      } else {
        names.set(host, name);
        taken.set(name, host);
      }
    }
    return names;
  }

  /** What a host has of its groups, as Ansible joins it: files of groups win over all that inventories say. */
  #groupVars(host: string, groups: readonly string[], layersOf: ReadonlyMap<string, Layers>): Variables {
    const own = this.#groupsOf(host, groups).map((group) => layersOf.get(group)!);
    return Object.assign(
      {},
      ...own.map(({ own }) => own.vars),
      ...own.flatMap(({ files }) => files.map(({ vars }) => vars)),
    );
  }

  /** The groups of a host, the weakest first. */
  #groupsOf(host: string, groups: readonly string[]): string[] {
    return ["all", ...groups.filter((group) => this.#members.get(group)!.has(host))];
  }

  #ownVars(host: string): Variables {
    const files = this.#filesOf(this.#hostFiles, host);
    return Object.assign({}, this.#inventory.hostVars.get(host), ...files.map(({ vars }) => vars));
  }

  /** Data of a host alone, with what its groups would give it otherwise than Ansible does. */
  #hostData(
    host: string,
    groups: readonly string[],
    layersOf: ReadonlyMap<string, Layers>,
  ): Record<string, unknown> {
    const wanted = this.#groupVars(host, groups, layersOf);
    const layered: Variables = Object.assign(
      {},
      ...this.#groupsOf(host, groups).flatMap((group) => {
        const { own, files } = layersOf.get(group)!;
        return [own.vars, ...files.map(({ vars }) => vars)];
      }),
    );
    const differing = Object.entries(wanted).filter(([name, value]) => layered[name] !== value);
    const vars = { ...Object.fromEntries(differing), ...this.#ownVars(host) };
    const data = translateVariables(vars, (what) => this.#warn(`${host}: ${what}`));
    // A container's name is in the name of the host.
    if (hostNameOf(host, { ...wanted, ...vars })?.startsWith("@")) delete data.ssh_hostname;
    return data;
  }

  #warn(text: string): void {
    if (!this.#warnings.some((warning) => warning.text === text)) this.#warnings.push({ text });
  }
}

async function inventoriesIn(directory: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of (await directoryNames(directory)).toSorted()) {
    const path = join(directory, name);
    if (IGNORED_REGEXP.test(name) || name === "group_vars" || name === "host_vars") continue;
    if ((await statOf(path))?.isDirectory) files.push(...await inventoriesIn(path));
    else files.push(path);
  }
  return files;
}

function isProgram(label: string): DroverError {
  return new DroverError("E_INVENTORY_FORMAT", `${label} is a program`, {
    hint: `give what it prints: ${label} --list > inventory.json, then ansible:inventory.json`,
  });
}

/** The name that an inventory gives its own group: `production` for `inventories/production/hosts`. */
export function ansibleName(path: string): string {
  const stem = basename(path, extname(path));
  return stem === "hosts" || stem === "inventory" ? basename(dirname(path)) : stem;
}

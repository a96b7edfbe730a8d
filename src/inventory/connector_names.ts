/** What the inventory asks of connectors: which hosts and groups a name stands for, which data they take. */

import { passwordProblem, Secret } from "../command/mod.ts";
// Not from mod.ts: the inventory needs names only, and the thread that loads it reaches no host.
import { CONNECTOR_DATA, dataKeysOf, parseHostName } from "../connectors/names.ts";
import { didYouMean, DroverError, suggest } from "../errors/mod.ts";
import { type Host, layersOf } from "../host/mod.ts";
import { describe } from "./host_entry.ts";
import type { InventoryWarning } from "./types.ts";

/** A host that a connector makes of a name in the inventory. */
export interface ConnectorHost {
  name: string;
  /** Groups that it joins: `@docker`. */
  groups: readonly string[];
  /** What the connector knows about it; data of the inventory is stronger. */
  data: Readonly<Record<string, unknown>>;
}

/** Makes hosts of names. */
export interface ConnectorNames {
  /**
   * The hosts that a name stands for: one for `web-01`, `@local` or `@docker/debian:12`; any number for a
   * connector that lists hosts.
   *
   * @throws {Error} If the name cannot be a connector's.
   */
  expand(name: string): ConnectorHost[] | Promise<ConnectorHost[]>;
}

/** The connectors of `src/connectors`: each name is one host. */
export const builtInNames: ConnectorNames = {
  expand: (name) => [{ name, groups: parseHostName(name).groups, data: {} }],
};

/**
 * Checks the types of the connector data of hosts, and their passwords, and warns about keys that look like one and are none.
 *
 * @throws {DroverError} `E_INVENTORY_DATA` naming the host, the key and where the value comes from.
 */
export function checkConnectorData(hosts: readonly Host[]): InventoryWarning[] {
  const warnings = new Map<string, InventoryWarning>();
  for (const host of hosts) {
    checkTypes(host);
    checkPasswords(host);
    for (const { source, values } of layersOf(host).layers) {
      for (const key of Object.keys(values)) {
        const meant = SSH_NAMES.has(key) || !key.startsWith("ssh_") ? undefined : suggest(key, SSH_NAMES);
        if (meant === undefined) continue;
        warnings.set(`${source} ${key}`, {
          text: `"${key}" in ${source} means nothing to the ssh connector`,
          hint: didYouMean(key, SSH_NAMES)!,
        });
      }
    }
  }
  return [...warnings.values()];
}

const SSH_NAMES: ReadonlySet<string> = new Set(CONNECTOR_DATA.ssh.map((key) => key.name));

function checkTypes(host: Host): void {
  for (const { name, type } of keysOf(host.name)) {
    const layer = layersOf(host).find(name);
    const value = layer?.values[name];
    if (layer === undefined || typeof value === type) continue;
    if (type === "string" && value instanceof Secret) continue;
    const shown = /password/.test(name) ? `of type ${typeof value}` : describe(value);
    throw new DroverError(
      "E_INVENTORY_DATA",
      `Data "${name}" of host ${host.name} must be a ${type}: it is ${shown}, from ${layer.source}`,
      {
        hint: layer.source === "--data" && type === "string"
          ? `write --data '${name}="…"' to give text that looks like something else`
          : undefined,
      },
    );
  }
}

/** Whatever the connector: `_sudo` and the like are arguments that may be data. */
const PASSWORDS = [
  "ssh_password",
  "ssh_key_password",
  "_sudoPassword",
  "_sudo_password",
  "_suPassword",
  "_su_password",
];

function checkPasswords(host: Host): void {
  for (const name of PASSWORDS) {
    const layer = layersOf(host).find(name);
    const value = layer?.values[name];
    if (typeof value !== "string" && !(value instanceof Secret)) continue;
    const problem = passwordProblem(value);
    if (problem === undefined) continue;
    throw new DroverError(
      "E_INVENTORY_DATA",
      `Data "${name}" of host ${host.name} ${problem}, from ${layer!.source}`,
    );
  }
}

/** Names of connectors that only list hosts are not known here; their hosts are reached by SSH. */
function keysOf(name: string) {
  try {
    return dataKeysOf(parseHostName(name));
  } catch {
    return CONNECTOR_DATA.ssh;
  }
}

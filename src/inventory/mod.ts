/** Inventory, data and configuration files, and hosts named on the command line. */

export { type ConfigRequest, loadConfig } from "./config_file.ts";
export type { ConnectorHost, ConnectorNames } from "./connector_names.ts";
export { type DebugHost, debugInventory, isSecretName, type JsonValue } from "./debug.ts";
export { type InventoryRequest, type LoadedInventory, loadInventory } from "./load.ts";
export { parseDataPairs, parseValue } from "./parse_value.ts";
export { readDataFile } from "./data_file.ts";
export { dataFilesBeside } from "./data_folders.ts";
export { requireHosts } from "./require_hosts.ts";
export type { Data, Groups, HostEntry, Hosts, InventoryWarning } from "./types.ts";

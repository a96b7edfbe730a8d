/** What a connector gets to know of a host: connector data, nothing else. */

import { reveal, Secret } from "../command/mod.ts";
import type { Host } from "../host/mod.ts";
import type { HostAddress } from "../shell/port.ts";

/** The port's address of a host. */
export function addressOf(host: Host): HostAddress {
  const data: HostAddress["data"] = {};
  for (const [key, value] of Object.entries(host.connectorData)) {
    const plain = value instanceof Secret ? reveal(value) : value;
    if (typeof plain === "string" || typeof plain === "number" || typeof plain === "boolean") {
      data[key] = plain;
    }
  }
  return { name: host.name, data };
}

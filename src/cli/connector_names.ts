/** Host names as the connectors understand them, for the inventory. */

import { HostNameError, parseHostName } from "../connectors/mod.ts";
import { DroverError } from "../errors/mod.ts";
import type { ConnectorNames } from "../inventory/mod.ts";

/** Checks names and says which groups they join. */
export const connectorNames: ConnectorNames = {
  expand(name) {
    try {
      return [{ name, groups: parseHostName(name).groups, data: {} }];
    } catch (error) {
      if (error instanceof HostNameError) throw new DroverError("E_CONNECTOR", error.message);
      throw error;
    }
  },
};

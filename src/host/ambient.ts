/** The ambient names of a deploy: `host`, `inventory`, `config` and `state` of whoever runs the code. */

import type { Config } from "./config.ts";
import { ambient } from "./context.ts";
import type { Host } from "./host.ts";
import type { Inventory } from "./inventory.ts";
import type { RunState } from "./run_state.ts";

/** The host that the running deploy works on. */
export const host: Host = ambient("host");

/** All hosts and groups. */
export const inventory: Inventory = ambient("inventory");

/** Options of the run; a deploy file may assign to them at its top. */
export const config: Config = ambient("config");

/** The run itself: its phase and which hosts have failed. */
export const state: RunState = ambient("state");

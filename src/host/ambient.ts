/** The ambient names of a deploy: `host`, `inventory`, `config` and `state` of whoever runs the code. */

import { ambient } from "./context.ts";

/** The host that the running deploy works on. */
export const host = ambient("host");

/** All hosts and groups. */
export const inventory = ambient("inventory");

/** Options of the run; a deploy file may assign to them at its top. */
export const config = ambient("config");

/** The run itself: its phase and which hosts have failed. */
export const state = ambient("state");

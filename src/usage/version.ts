/** The version of this program. */

import manifest from "../../deno.json" with { type: "json" };

/** As `deno.json` says it. */
export const VERSION: string = manifest.version;

/** Starts Drover: arguments in, exit status out. */

import { runCli } from "./src/cli/mod.ts";

Deno.exit(await runCli(Deno.args));

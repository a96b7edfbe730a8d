/** `cat` over the bundled SSH client, to compare uploads with: `cat.ts HOST DATA LOCAL REMOTE`. */

import { Surroundings } from "../../src/connectors/ssh2/surroundings.ts";
import { Passage } from "../../src/connectors/ssh2/passage.ts";
import { sh } from "../../src/command/mod.ts";

const [host = "", data = "{}", local = "", remote = ""] = Deno.args;
const surroundings = new Surroundings(10);
const passage = new Passage(surroundings);
const route = await surroundings.route(host, JSON.parse(data));
const given = { password: undefined, passphrase: undefined };
const outcome = await passage.open(route, given, new AbortController().signal);
if (!("link" in outcome)) throw new Error(outcome.error.message);
const process = await outcome.link.exec(sh`cat > ${remote}`.raw, {});
await (await Deno.open(local)).readable.pipeTo(process.stdin);
const { code } = await process.status;
await outcome.link.end();
Deno.exit(code);

/** `cat` over the bundled SSH client, to compare uploads with: `cat.ts HOST DATA LOCAL REMOTE`. */

import { ClientEnvironment } from "../../src/connectors/ssh2/client_environment.ts";
import { Router } from "../../src/connectors/ssh2/router.ts";
import { sh } from "../../src/command/mod.ts";

const [host = "", data = "{}", local = "", remote = ""] = Deno.args;
const environment = new ClientEnvironment(10);
const router = new Router(environment);
const route = await environment.route(host, JSON.parse(data));
const secrets = { password: undefined, passphrase: undefined };
const { signal } = new AbortController();
const outcome = await router.open(route, { secrets, signal, onAcceptedKey: () => {} });
if (!("link" in outcome)) throw new Error(outcome.error.message);
const process = await outcome.link.exec(sh`cat > ${remote}`.raw, {});
await (await Deno.open(local)).readable.pipeTo(process.stdin);
const { code } = await process.status;
await outcome.link.end();
Deno.exit(code);

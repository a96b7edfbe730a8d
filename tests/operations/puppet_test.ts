/** What the exit statuses of Puppet's agent mean. */

import assert from "node:assert/strict";
import * as puppet from "../../src/operations/puppet.ts";
import { LocalHost } from "../support/local_host.ts";
import { temporaryDirectory } from "../support/temporary.ts";

Deno.test("an agent that has changed something has not failed", async () => {
  await using place = await temporaryDirectory();
  const agent = `${place}/puppet`;
  await Deno.writeTextFile(agent, `#!/bin/sh\necho "$@" >>${place}/calls\nexit $(cat ${place}/status)\n`);
  await Deno.chmod(agent, 0o755);
  await using host = await LocalHost.connect({ _env: { PATH: `${place}:${Deno.env.get("PATH")}` } });
  const statuses = { 0: true, 1: false, 2: true, 4: false, 6: false };
  for (const [status, isFine] of Object.entries(statuses)) {
    await Deno.writeTextFile(`${place}/status`, status);
    const run = host.apply(puppet.agent, { server: "it's" });
    if (isFine) await run;
    else await assert.rejects(run, /puppet agent/, status);
  }
  assert.equal(await Deno.readTextFile(`${place}/calls`), "agent -t --server=it's\n".repeat(5));
});

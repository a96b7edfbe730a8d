/** No text in an argument is ever run: each text of each fixture is replaced by one that would be noticed. */

import assert from "node:assert/strict";
import { readFixtures } from "../support/fixtures.ts";
import {
  commandsOf,
  OPERATION_KEYS,
  type OperationFixture,
  runOperation,
} from "../support/operation_fixtures.ts";
import { PAYLOAD, poisoned, runsPayload } from "../support/payload.ts";

/** Arguments that are shell text by their very meaning. */
function isShellText(subject: string, argument: string, args: Record<string, unknown>): boolean {
  if (subject === "server.shell") return true;
  if (/^extra(Global)?((Un)?[iI]nstall)?Args$/.test(argument)) return typeof args[argument] === "string";
  return args.interpolateVariables === true;
}

const fixtures = await readFixtures<OperationFixture>(new URL("./", import.meta.url), OPERATION_KEYS);

Deno.test("no text in an argument is run by the shell", async () => {
  const found = new Set<string>();
  for (const { subject, name, content } of fixtures) {
    // Facts answer whatever the arguments are.
    const facts = (content.facts ?? []).map(({ args: _, ...fact }) => fact);
    for (const [argument, value] of Object.entries(content.args)) {
      if (isShellText(subject, argument, content.args)) continue;
      for (const other of poisoned(value)) {
        const args = { ...content.args, [argument]: other };
        const outcome = await runOperation(subject, { ...content, facts, args }, { strict: false });
        if (commandsOf(outcome).some(runsPayload)) found.add(`${name}: ${argument}`);
      }
    }
  }
  assert.deepEqual([...found], []);
});

Deno.test("such a text would be noticed", () => {
  for (
    const command of [`echo ${PAYLOAD}`, "echo $(run it)", 'echo "`run it`"', "echo 'a'run it", "a;run it"]
  ) {
    assert.ok(runsPayload(command), command);
  }
  for (
    const command of [
      "echo '$(run it)'",
      'echo "\\$(run it) \\`run it\\`;run it"',
      "echo 'it'\"'\"'s;run it'",
    ]
  ) {
    assert.ok(!runsPayload(command), command);
  }
});

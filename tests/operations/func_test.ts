/** Operations that run code of the deploy. */

import assert from "node:assert/strict";
import { func, server } from "../../src/operations/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { outcomes, runDeploy } from "../support/run.ts";

const NO_FACTS = { facts: () => undefined };

Deno.test("func.call plans by the name of the function and calls nothing", async () => {
  let calls = 0;
  function migrate() {
    calls++;
  }
  const { steps } = await collectSteps(func.call, { function: migrate }, NO_FACTS);
  assert.deepEqual(steps.map(String), ["call migrate"]);
  const nameless = await collectSteps(func.call, { function: (() => () => calls++)() }, NO_FACTS);
  assert.deepEqual(nameless.steps.map(String), ["call function"]);
  assert.equal(calls, 0);
});

Deno.test("what is no function and no error is refused", async () => {
  await assert.rejects(collectSteps(func.call, { function: "x" }, NO_FACTS), { code: "E_ARGUMENT" });
  await assert.rejects(collectSteps(func.raiseException, { exception: "x" }, NO_FACTS), {
    code: "E_ARGUMENT",
  });
});

Deno.test("func.call runs in its turn, with its arguments, and operations inside run at once", async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-func-" });
  const seen: unknown[] = [];
  try {
    const { events } = await runDeploy({
      deploy: async () => {
        await server.shell({ name: "before", commands: [`echo 1 > ${directory}/log`] });
        await func.call({
          name: "middle",
          function: async (first: string, second: number) => {
            seen.push(first, second, await Deno.readTextFile(`${directory}/log`));
            const result = await server.shell({ name: "inside", commands: [`cat ${directory}/log`] });
            seen.push(result.stdout);
          },
          args: ["a", 2],
        });
        await server.shell({ name: "after", commands: [`test -e ${directory}/log`] });
      },
    });
    assert.deepEqual(seen, ["a", 2, "1\n", "1\n"]);
    assert.ok(outcomes(events).length >= 3);
    assert.ok(outcomes(events).every((line) => line.endsWith("changed")), outcomes(events).join("\n"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("an exception, the result false and func.raiseException fail the operation", async () => {
  class Stop extends Error {}
  const broken = [
    () => func.call({ function: () => Promise.reject(new Error("broken on purpose")) }),
    () => func.call({ function: () => false }),
    () => func.raiseException({ exception: new Error("by hand") }),
    () => func.raiseException({ exception: Stop, args: ["by class"] }),
  ];
  for (const deploy of broken) {
    const { events } = await runDeploy({ deploy });
    assert.ok(outcomes(events).some((line) => line.endsWith("failed")), outcomes(events).join("\n"));
  }
});

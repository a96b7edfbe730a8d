/** The stream for machines. */

import assert from "node:assert/strict";
import { combineReports, createJsonReport } from "../../src/report/mod.ts";
import { APPLY, feed, START } from "./sample_run.ts";

function lines(output?: boolean): Record<string, unknown>[] {
  let text = "";
  const report = createJsonReport({
    sink: { write: (more) => void (text += more) },
    version: "0.1.0",
    run: "r1",
    now: () => new Date(0),
    ...(output === undefined ? {} : { output }),
  });
  feed(report, [...START, ...APPLY, { type: "command.output", host: "a", stream: "stdout", text: "x\n" }]);
  assert.ok(text.endsWith("\n"));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("every line of the JSON report parses and has a type, a time, a message and the event's fields", () => {
  const all = lines();
  assert.equal(all.length, START.length + APPLY.length);
  for (const [index, event] of [...START, ...APPLY].entries()) {
    const { message, time, schema: _, drover: __, run: ___, ...fields } = all[index]!;
    assert.equal(time, "1970-01-01T00:00:00.000Z");
    assert.ok(typeof message === "string" && message !== "" && !message.includes("undefined"));
    assert.deepEqual(fields, JSON.parse(JSON.stringify(event)));
  }
});

Deno.test("the first line of the JSON report names schema, version and run", () => {
  const first = lines()[0]!;
  assert.deepEqual(
    [first.type, first.schema, first.drover, first.run, first.message],
    ["run.started", "1.0", "0.1.0", "r1", "Running web.ts on 3 hosts of inventory.ts"],
  );
});

Deno.test("the JSON report has the output of hosts only where it is asked for", () => {
  assert.equal(lines(true).at(-1)?.type, "command.output");
  assert.equal(lines().at(-1)?.type, "run.finished");
});

Deno.test("combineReports() gives every event to all and closes all", async () => {
  const seen: string[] = [];
  const report = (name: string) => ({
    handle: (event: { type: string }) => void seen.push(`${name} ${event.type}`),
    close: () => void seen.push(`${name} closed`),
  });
  const both = combineReports([report("a"), report("b")]);
  feed(both, START.slice(0, 1));
  await both.close();
  assert.deepEqual(seen, ["a run.started", "b run.started", "a closed", "b closed"]);
});

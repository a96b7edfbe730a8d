import assert from "node:assert/strict";
import { LocalConnector } from "../../src/connectors/local.ts";
import { isPortError } from "../../src/shell/process.ts";
import { Session } from "../../src/shell/session.ts";
import type { ShellTask } from "../../src/shell/task.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A task whose stdout is kept. */
function counting(text: string): { task: ShellTask; output(): string } {
  let output = "";
  const decoder = new TextDecoder();
  const task: ShellTask = {
    text,
    codes: [0],
    output: (stream, bytes) => {
      if (stream === "stdout") output += decoder.decode(bytes, { stream: true });
    },
  };
  return { task, output: () => output };
}

Deno.test("a session that has run something before gives all of a stream to its last command", async () => {
  for (let round = 0; round < 20; round++) {
    const session = await Session.open(new LocalConnector(), 10);
    assert.ok(!isPortError(session));
    await session.run([counting("true").task], true);
    const { task, output } = counting("wc -c");
    const bytes: Bytes = new Uint8Array(100_000).fill(120);
    const end = await session.runLast(
      task,
      (async function* () {
        yield bytes;
      })(),
    );
    assert.deepEqual(end, { kind: "exit", status: 0 });
    assert.equal(Number(output()), bytes.length);
    await session.close(5);
  }
});

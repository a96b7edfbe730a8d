/** What is said of commands that failed, run by a real shell. */

import assert from "node:assert/strict";
import type { Problem } from "../../src/engine/events.ts";
import { operation, type Steps } from "../../src/host/mod.ts";
import { server } from "../../src/operations/mod.ts";
import { runDeploy } from "../support/run.ts";

async function problemOf(command: string, globals: Record<string, unknown> = {}): Promise<Problem> {
  const { problems } = await runDeploy({ deploy: () => server.shell({ commands: [command], ...globals }) });
  assert.equal(problems.length, 1, command);
  return problems[0]!;
}

Deno.test("a failed command of the user is named as it was written", async () => {
  const named = async (command: string) => (await problemOf(command)).message.replace(/ after [\d.]+s/, "");
  assert.equal(await named("false --now"), "false exited 1");
  assert.equal(
    await named("for x in 1 2; do false; done; exit 3"),
    '"for x in 1 2; do false; done; exit 3" exited 3',
  );
  assert.equal(await named("exit 4"), '"exit 4" exited 4');
  assert.equal(await named("cd /no/such/place"), '"cd /no/such/place" exited 2');
  assert.equal(await named("true\nfalse"), '"true false" exited 1');
  assert.match(await named(`test ${"x".repeat(80)} = y; exit 5`), /^"test x{54}…" exited 5$/);
});

Deno.test("what was not found is told by what the shell says", async () => {
  const { message, hint, command } = await problemOf("cd / && drover-no-such-program --flag");
  assert.match(
    message,
    /^"cd \/ && drover-no-such-program --flag" exited 127 .*: drover-no-such-program was not found$/,
  );
  assert.equal(hint, "install drover-no-such-program on the host, or give its whole path");
  assert.equal(command, "cd / && drover-no-such-program --flag");
  const own = await problemOf("exit 127");
  assert.match(own.message, /exited 127 after [\d.]+s$/);
  assert.equal(own.hint, undefined);
});

Deno.test("standard output is shown beside standard error", async () => {
  assert.equal((await problemOf("echo out; echo err >&2; exit 1")).detail, "err\nstandard output:\n  out");
  assert.equal((await problemOf("echo out; exit 1")).detail, "out");
  assert.equal((await problemOf("echo err >&2; exit 1")).detail, "err");
  const long = await problemOf("for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $n; done; exit 1");
  assert.equal(long.detail, "… 2 lines before\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12");
});

Deno.test("who is another user already is not told to become one", async () => {
  const refused = "echo 'x: Permission denied' >&2; exit 1";
  assert.match((await problemOf(refused)).hint!, /add _sudo: true/);
  const { problems } = await runDeploy({
    deploy: () => server.shell({ commands: [refused], _sudo: true }),
    // The answer is what matters here, whoever gives it.
    answer: (_batch, results) =>
      results.map((result) => ({
        ...result,
        outcome: "failure",
        error: undefined as never,
        exitStatus: 1,
        stderr: new TextEncoder().encode("x: Permission denied\n"),
      })),
  });
  assert.match(problems[0]!.hint!, /root itself was refused/);
  assert.equal(problems[0]!.command, `sudo sh -c 'echo '"'"'x: Permission denied'"'"' >&2; exit 1'`);
});

const odd = operation<Record<never, never>>("problem.odd", async function* (): Steps {
  yield "if true; then exit 6; fi";
});

Deno.test("plans and errors show commands as they can be pasted", async () => {
  const { plan } = await runDeploy({
    deploy: async () => {
      await server.shell({ commands: ["echo 1 > /tmp/x", "id"], _sudo: true, _sudoUser: "app" });
      await server.shell({ commands: ["id"], _suUser: "app", _precondition: "test -e /x" });
      await odd({});
    },
    request: { dry: true },
  });
  assert.deepEqual(plan.operations.map(({ hosts }) => hosts[0]!.commands), [
    ["sudo -u app sh -c 'echo 1 > /tmp/x'", "sudo -u app id"],
    ["precondition: su app -c 'test -e /x'", "su app -c id"],
    ["if true; then exit 6; fi"],
  ]);
});

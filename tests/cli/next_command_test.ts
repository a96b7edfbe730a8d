/** The line to run next, after a failure. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import { nextCommand } from "../../src/usage/next_command.ts";
import { project } from "../support/cli.ts";

Deno.test("the same words on the hosts that are not done", () => {
  assert.equal(
    nextCommand(["inv.ts", "deploy.ts", "-y", "--limit", "web", "-l", "db", "--limit=x", "-lx"], ["web-02"]),
    "drover inv.ts deploy.ts -y --limit web-02",
  );
  assert.equal(
    nextCommand(["my inv.ts", "deploy.ts"], ["@ssh/web-02", "it's"]),
    `drover 'my inv.ts' deploy.ts --limit @ssh/web-02 --limit 'it'"'"'s'`,
  );
  assert.equal(nextCommand(["i", "d.ts", "--limit", "web"], undefined), "drover i d.ts --limit web");
  assert.equal(
    nextCommand(["i", "exec", "--", "ls", "-l", "x"], ["a"]),
    "drover i exec --limit a -- ls -l x",
  );
});

Deno.test("no secret is in the line", () => {
  const value = secret("correct-horse").reveal();
  assert.equal(
    nextCommand(["i", "d.ts", "--data", "db_password=hunter2", "--data=apiToken=x", "--data", `a=${value}`], [
      "a",
    ]),
    "drover i d.ts --data 'db_password=***' '--data=apiToken=***' --data 'a=***' --limit a",
  );
});

Deno.test("a failed run ends with what is left, what is owed and how to go on", async () => {
  await using here = await project({
    "inventory.yaml": "web:\n  - '@local'\n  - nowhere.invalid\n",
    "deploy.ts": `
      import { files, server } from "drover/operations";
      const conf = await files.put({ name: "Conf", src: { content: "x" }, dest: "out/conf" });
      await server.shell({ name: "Break", commands: ["echo said; exit 3"] });
      await server.shell({ name: "Reload", commands: ["true > /dev/null"], _if: conf });`,
  });
  const { status, stderr } = await here.drover(
    ...["inventory.yaml", "deploy.ts", "-y", "--trust-config", "--connect-timeout", "2"],
    ...["--limit", "@local", "--data", "colour=light blue"],
  );
  assert.equal(status, 1);
  assert.match(stderr, /\nLeft out:\n {2}@local {2}"Reload"\n/);
  assert.match(
    stderr,
    /\nOwed: .*\n {2}@local {2}Reload \(server\.shell\), as "Conf" changed\n {6}\$ true > \/dev\/null\n/,
  );
  assert.match(
    stderr,
    /\nNext: drover inventory\.yaml deploy\.ts -y --trust-config --connect-timeout 2 --limit @local --data 'colour=light blue'\n/,
  );
  assert.match(stderr, /\nFailed: 1 of 1 host, .*\n$/);
});

Deno.test("a plan that depends is a change for --detailed-exitcode, and says so as JSON", async () => {
  await using here = await project({
    "deploy.ts": `
      import { files } from "drover/operations";
      await files.file({ name: "Make", path: "motd" });
      await files.file({ name: "Remove", path: "motd", present: false });`,
  });
  const run = await here.drover("@local", "deploy.ts", "--dry", "--detailed-exitcode", "--json");
  assert.equal(run.status, 2);
  const ready = run.stdout.trim().split("\n").map((line) => JSON.parse(line)).find(({ type }) =>
    type === "plan.ready"
  );
  assert.match(ready.message, /: 1 change, 1 depends on earlier ones$/);
  const [host] = ready.plan.operations[1].hosts;
  assert.deepEqual([host.state, host.dependsOn, host.reason], ["depends", [1], 'depends on "Make"']);
  assert.match(run.stderr, /\nPlan: 1 change on 1 host, 1 depends on earlier ones\./);
});

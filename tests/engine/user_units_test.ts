/** Units of a user whose systemd, or who, does not exist before the deploy runs. */

import assert from "node:assert/strict";
import { server, systemd } from "../../src/operations/mod.ts";
import { runDeploy } from "../support/run.ts";
import { requirement } from "../support/skip.ts";

/** What the plan says of each call of a deploy; the problem of the host if it has one. */
async function planned(deploy: () => unknown) {
  const { plan } = await runDeploy({ deploy, request: { dry: true } });
  return plan.operations.flatMap(({ hosts }) => hosts.map(({ state, reason }) => ({ state, reason })));
}

Deno.test({
  name: "a user's systemd that an earlier operation starts need not run while the plan is made",
  ignore: requirement("idleSystemd"),
  fn: async () => {
    const targets = [{ userMode: true }, { userMode: true, userName: "nobody" }];
    for (const target of targets) {
      const calls = await planned(async () => {
        await server.shell({ commands: "loginctl enable-linger nobody" });
        await systemd.service({ service: "app", enabled: true, ...target });
      });
      assert.equal(calls[1]?.state, "depends");
      assert.match(calls[1].reason ?? "", /cannot be reached/);
    }
  },
});

Deno.test({
  name: "nor need the user exist",
  ignore: requirement("idleSystemd", "sudo"),
  fn: async () => {
    const calls = await planned(async () => {
      await server.user({ user: "drover-nobody" });
      await systemd.service({ service: "app", userMode: true, _sudo: true, _sudoUser: "drover-nobody" });
    });
    assert.equal(calls[1]?.state, "depends", calls[1]?.reason);
  },
});

Deno.test({
  name:
    "without an operation before, it is an error that says what to do, and is tried as often as it is told to",
  ignore: requirement("idleSystemd"),
  fn: async () => {
    const { events } = await runDeploy({
      deploy: async () => {
        await server.shell({ commands: "true" });
        await systemd.service({ service: "app", userMode: true, _retries: 2, _retryDelay: 0 });
      },
    });
    const told = JSON.stringify(events.filter(({ type }) => type === "operation.retry"));
    assert.equal(told.match(/The systemd of the user on @local cannot be reached/g)?.length, 2);
    assert.match(told, /loginctl enable-linger/);
  },
});

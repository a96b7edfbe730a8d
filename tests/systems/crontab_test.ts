/** Crontabs with the `crontab` program of Debian, which refuses what it cannot read. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import { Crontab, CrontabLines } from "../../src/facts/crontab.ts";
import * as crontab from "../../src/operations/crontab/mod.ts";
import * as server from "../../src/operations/server/mod.ts";
import { type DebianRoot, debianRoot } from "../support/debian_root.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

const BEFORE = `# Made by hand
PATH=/usr/local/bin:/usr/bin:/bin
# /usr/bin/backup --quiet is what the line below calls
5 4 * * * /usr/bin/backup --quiet

@daily /usr/bin/backup --quiet --all % it's one
`;

const prepare = `useradd --create-home app
cat > /tmp/before <<'END'
${BEFORE}END
crontab -u app /tmp/before
rm /tmp/before`;

/** The crontab, and what is left of temporary files. */
const VERIFY = "crontab -l -u app; ls -A /tmp";

async function shown(root: DebianRoot): Promise<string> {
  return await root.run(VERIFY);
}

Deno.test({
  name: "a crontab on Debian: entries are added, changed, named and removed, and all else stays",
  ignore: requirement("debianRoot"),
  fn: async (t) => {
    await using root = await debianRoot("crontab", ["cron"], prepare);
    const { host } = root;
    const user = "app";
    const lines = BEFORE.trimEnd();
    const apply = async (args: Record<string, unknown>) => {
      const first = await host.apply(crontab.crontab, { user, ...args });
      const second = await host.apply(crontab.crontab, { user, ...args });
      assert.deepEqual(second.commands, [], "the second run finds nothing to do");
      return first;
    };

    await t.step("what is there is read", async () => {
      const entries = await host.fact(Crontab, { user });
      assert.deepEqual(entries, [
        {
          command: "/usr/bin/backup --quiet",
          minute: 5,
          hour: 4,
          month: "*",
          dayOfMonth: "*",
          dayOfWeek: "*",
          comments: ["# /usr/bin/backup --quiet is what the line below calls"],
        },
        { command: "/usr/bin/backup --quiet --all % it's one", specialTime: "@daily", comments: [] },
      ]);
      assert.deepEqual(await host.fact(CrontabLines, { user }), lines.split("\n"));
      assert.deepEqual(await host.fact(Crontab, {}), [], "root has none");
    });

    await t.step("an entry with a name, from nothing to nothing", async () => {
      await prove(root, crontab.crontab, {
        args: {
          command: `echo "it's $HOME" && a\\nb`,
          cronName: "a/b & $(c)",
          user,
          minute: 0,
          hour: [1, "2-4"],
        },
        verify: VERIFY,
        wanted: /^# pyinfra-name=a\/b & \$\(c\)\n0 1,2-4 \* \* \* echo "it's \$HOME" && a\\nb$/m,
        remove: { command: "whatever", cronName: "a/b & $(c)", user, present: false },
        removed: /^(?![\s\S]*pyinfra-name)[\s\S]*--all % it's one\s*$/,
      });
    });

    await t.step("the first entry of a user, under the older name", async () => {
      await prove(root, server.crontab, {
        args: { command: "/usr/bin/true", specialTime: "@reboot" },
        verify: "crontab -l 2>/dev/null; ls -A /tmp",
        wanted: /^@reboot \/usr\/bin\/true$/,
        remove: { command: "/usr/bin/true", present: false },
      });
    });

    await t.step("only the one line changes, also where others hold the same text", async () => {
      await root.run(`crontab -u app - <<'END'\n${BEFORE}END`);
      await apply({ command: "/usr/bin/backup --quiet", minute: 7, dayOfWeek: "mon-fri" });
      const changed = lines.replace("5 4 * * * /", "7 * * * mon-fri /");
      assert.equal(await shown(root), changed);
      await apply({ command: "/usr/bin/backup --quiet", cronName: "quick", minute: 7, dayOfWeek: "mon-fri" });
      assert.equal(await shown(root), changed.replace("7 * *", "# pyinfra-name=quick\n7 * *"));
      await apply({ command: "/usr/bin/faster -v 'a&b\\c'", cronName: "quick", specialTime: "@hourly" });
      const renamed = lines.replace(
        "5 4 * * * /usr/bin/backup --quiet",
        "# pyinfra-name=quick\n@hourly /usr/bin/faster -v 'a&b\\c'",
      );
      assert.equal(await shown(root), renamed);
      await apply({ command: "x", cronName: "quick", present: false });
      assert.equal(await shown(root), lines.replace("\n5 4 * * * /usr/bin/backup --quiet", ""));
    });

    await t.step("variables of the host's shell, once", async () => {
      await apply({ command: "echo $((1 + 1))$HOME", interpolateVariables: true, minute: 1 });
      assert.match(await shown(root), /^1 \* \* \* \* echo 2\/root$/m);
      await apply({ command: "echo $((1 + 1))$HOME", interpolateVariables: true, minute: 2 });
      assert.match(await shown(root), /^2 \* \* \* \* echo 2\/root$/m);
      await apply({ command: "echo $((1 + 1))$HOME", interpolateVariables: true, present: false });
      assert.doesNotMatch(await shown(root), /root/);
    });

    await t.step("a secret is no argument of a program", async () => {
      const { commands } = await apply({
        command: `report --key ${secret("hush&hush")}`,
        cronName: "report",
      });
      assert.doesNotMatch(commands.join("\n"), /hush/);
      assert.match(await shown(root), /^# pyinfra-name=report\n\* \* \* \* \* report --key hush&hush$/m);
      await apply({ command: "report", cronName: "report", present: false });
    });

    await t.step("what crontab refuses fails, and leaves all as it was", async () => {
      const before = await shown(root);
      const wrong = { user, command: "x", hour: "*/no" };
      await assert.rejects(host.apply(crontab.crontab, wrong), /bad hour|errors in crontab/);
      assert.equal(await shown(root), before);
    });
  },
});

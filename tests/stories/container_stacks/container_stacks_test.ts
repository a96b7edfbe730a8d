/** Container stacks: what Compose and systemd read of them; no engine runs in the lab, and none is pretended. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { parse } from "yaml";
import { onHost, Story, tryOnHost } from "../support.ts";

const LAB_HOST = "db-01";
const story = new Story(import.meta.url);

/** Stands in for Compose where it would need an engine: it checks the stack and says that nothing is started. */
const WITHOUT_ENGINE = `#!/bin/sh
case " $* " in *" config "*) exec docker-compose "$@" ;; esac
docker-compose config --quiet || exit
echo "\${PWD##*/}: $1, checked; there is no engine here, so no container is started or stopped" >> /run/stacks.log
`;

/** What an earlier run in the same lab has left. */
const CLEAN = `
systemctl disable --now stack-paperless stack-whoami
rm -rf /etc/systemd/system/stack-* /srv/stacks /run/stacks.log
systemctl daemon-reload
cat > /usr/local/sbin/compose-without-engine <<'END'
${WITHOUT_ENGINE}END
chmod 755 /usr/local/sbin/compose-without-engine
`;

Deno.test("container stacks from compose files", async (t) => {
  await tryOnHost(LAB_HOST, CLEAN);

  await t.step("drover check finds nothing wrong", async () => {
    await story.check();
    await story.check("--group-data", "less");
  });

  await t.step("the first run sets them up", async () => {
    const changed = await story.apply();
    ok(changed.includes("stacks.example.com: Start paperless"), changed.join("\n"));
    ok(changed.includes("stacks.example.com: Start whoami"), changed.join("\n"));
  });

  await t.step("Compose reads what was meant", async () => {
    const paperless = await composed("paperless");
    deepStrictEqual(Object.keys(paperless.services).toSorted(), ["broker", "db", "web"]);
    strictEqual(paperless.services.web.image, "paperlessngx/paperless-ngx:2.14");
    strictEqual(paperless.services.db.environment.PAPERLESS_SECRET_KEY, "k3y-&<of>-paperless");
    strictEqual(paperless.services.db.environment.PAPERLESS_TASK_WORKERS, "2");
    const { whoami } = (await composed("whoami")).services;
    deepStrictEqual(whoami.command, ["--name", 'it\'s "me" & <you>']);
    const text = await onHost(LAB_HOST, "cat /srv/stacks/paperless/docker-compose.yaml");
    deepStrictEqual(Object.keys(parse(text).services), ["web", "broker", "db"]);
    match(text, /^ {4}image: redis:7$/m);
  });

  await t.step("files and units are as they should be", async () => {
    strictEqual(
      await onHost(LAB_HOST, "cd /srv/stacks/paperless; stat -c '%n %U %a' stack.env data/* ."),
      "stack.env root 600\ndata/consume root 750\ndata/db root 750\ndata/media root 750\n. root 750",
    );
    strictEqual(await onHost(LAB_HOST, "systemctl is-active stack-paperless stack-whoami"), "active\nactive");
    strictEqual(
      await onHost(LAB_HOST, "systemctl is-enabled stack-paperless stack-whoami"),
      "enabled\nenabled",
    );
    strictEqual(await onHost(LAB_HOST, "systemd-analyze verify /etc/systemd/system/stack-*.service"), "");
    match(await onHost(LAB_HOST, "uniq /run/stacks.log"), /^paperless: up, checked;.*\nwhoami: up, checked;/);
  });

  await t.step("a second run changes nothing", async () => deepStrictEqual(await story.apply(), []));

  await t.step("what has drifted is mended, and nothing else", async () => {
    await onHost(LAB_HOST, "sed -i s/redis:7/redis:latest/ /srv/stacks/paperless/docker-compose.yaml");
    await onHost(LAB_HOST, "chmod 644 /srv/stacks/paperless/stack.env; systemctl stop stack-whoami");
    await onHost(LAB_HOST, "rmdir /srv/stacks/paperless/data/consume");
    deepStrictEqual(await story.apply(), [
      "stacks.example.com: Make paperless's ./data/consume",
      "stacks.example.com: Write paperless's compose file",
      "stacks.example.com: Write paperless's environment",
      "stacks.example.com: Bring paperless up to date",
      "stacks.example.com: Start whoami",
    ]);
    strictEqual((await composed("paperless")).services.broker.image, "redis:7");
    strictEqual(await onHost(LAB_HOST, "stat -c %a /srv/stacks/paperless/stack.env"), "600");
    strictEqual(await onHost(LAB_HOST, "systemctl is-active stack-whoami"), "active");
  });

  await t.step("a stack that is no longer wanted goes", async () => {
    const less = ["--group-data", "less"];
    deepStrictEqual(await story.apply(...less), [
      "stacks.example.com: Stop whoami",
      "stacks.example.com: Remove whoami's unit",
      "stacks.example.com: Forget whoami's unit",
      "stacks.example.com: Remove the directory of whoami",
    ]);
    match(await onHost(LAB_HOST, "tail -n 1 /run/stacks.log"), /^whoami: down,/);
    strictEqual(
      await onHost(LAB_HOST, "ls /srv/stacks; systemctl list-unit-files --no-legend 'stack-*' | wc -l"),
      "paperless\n1",
    );
    deepStrictEqual(await story.apply(...less), []);
  });

  await tryOnHost(LAB_HOST, CLEAN);
});

/** A stack as Compose itself understands it. */
// deno-lint-ignore no-explicit-any -- what Compose prints is judged by the asserts
async function composed(stack: string): Promise<any> {
  return parse(await onHost(LAB_HOST, `cd /srv/stacks/${stack} && docker-compose config`));
}

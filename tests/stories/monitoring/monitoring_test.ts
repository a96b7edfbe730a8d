/** Monitoring: Prometheus takes its configuration and asks the machines of the inventory; what drifts is mended. */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { until } from "../../../scripts/wait.ts";
import { eventually, onHost, Story, tryOnHost } from "../support.ts";

const SERVER = "web-01";
const CACHE = "cache-01";
const URL_OF_SERVER = "http://127.0.1.21:9090";
const story = new Story(import.meta.url);

/** What an earlier run in the same lab has left. */
const CLEAN = `
systemctl stop prometheus prometheus-node-exporter
DEBIAN_FRONTEND=noninteractive apt-get -qq purge prometheus prometheus-node-exporter
rm -rf /etc/prometheus /etc/default/prometheus*
`;

Deno.test("Prometheus with exporters", async (t) => {
  await Promise.all([SERVER, CACHE].map((name) => tryOnHost(name, CLEAN)));

  await t.step("drover check finds nothing wrong", () => story.check());

  await t.step("the first run sets it up", async () => {
    const changed = await story.apply();
    ok(changed.includes("cache.example.com: Start the exporter"), changed.join("\n"));
    ok(changed.includes("metrics.example.com: Check Prometheus's configuration"), changed.join("\n"));
  });

  await t.step("its programs say so", async () => {
    const checked = await onHost(SERVER, "promtool check config /etc/prometheus/prometheus.yml");
    ok(checked.includes("SUCCESS: 2 rules found") && checked.includes("SUCCESS: 1 rules found"), checked);
    strictEqual(
      await onHost(SERVER, "systemctl is-active prometheus prometheus-node-exporter"),
      "active\nactive",
    );
    await eventually(CACHE, "ss -Hltn | grep -wF 127.0.1.41:9100");
    ok((await (await fetch("http://127.0.1.41:9100/metrics")).text()).includes("node_load1 "));
  });

  await t.step("it reaches all machines, under their labels", async () => {
    let seen: unknown;
    const wanted = [
      { instance: "127.0.1.21:9090", rack: undefined, health: "up" },
      { instance: "cache.example.com", rack: "b2", health: "up" },
      { instance: "metrics.example.com", rack: "a1", health: "up" },
    ];
    await until(60, async () => JSON.stringify(seen = await targets()) === JSON.stringify(wanted));
    deepStrictEqual(seen, wanted);
  });

  await t.step("its own braces have come through", async () => {
    const { data } = await ask("rules");
    const rules = data.groups.flatMap((group: { rules: unknown[] }) => group.rules);
    const down = rules.find((rule: { name: string }) => rule.name === "NodeDown");
    strictEqual(down.annotations.summary, "{{ $labels.instance }} does not answer: is it on?");
    strictEqual(down.query, 'up{job="node"} == 0');
    const recorded = rules.find((rule: { type: string }) => rule.type === "recording");
    strictEqual(recorded.labels.about, "{{ $labels }} are filled in by Prometheus");
  });

  await t.step("a second run changes nothing", async () => deepStrictEqual(await story.apply(), []));

  await t.step("what has drifted is mended, and nothing else", async () => {
    await onHost(SERVER, "sed -i s/for:.2m/for:\\ 2h/ /etc/prometheus/rules/alerts.yml");
    await onHost(CACHE, "systemctl disable --now prometheus-node-exporter");
    deepStrictEqual((await story.apply()).toSorted(), [
      "cache.example.com: Start the exporter",
      "metrics.example.com: Check Prometheus's configuration",
      "metrics.example.com: Reload Prometheus",
      "metrics.example.com: Write the alerts",
    ]);
    strictEqual(await onHost(CACHE, "systemctl is-enabled prometheus-node-exporter"), "enabled");
    strictEqual(await onHost(CACHE, "systemctl is-active prometheus-node-exporter"), "active");
  });

  await t.step("a configuration that Prometheus refuses is never loaded", async () => {
    const ended = await story.run("--data", "scrape_interval=often");
    strictEqual(ended.code, 1, ended.stdout);
    strictEqual((await ask("status/config")).data.yaml.includes("often"), false);
    deepStrictEqual(await story.apply(), [
      "metrics.example.com: Configure Prometheus",
      "metrics.example.com: Check Prometheus's configuration",
      "metrics.example.com: Reload Prometheus",
    ]);
  });

  await t.step("a machine that retires is asked no more, and rules can go", async () => {
    const less = ["--data", 'retired=["cache.example.com"]', "--data", "recording=false"];
    const changed = await story.apply(...less);
    ok(changed.includes("cache.example.com: Remove the exporter"), changed.join("\n"));
    ok(changed.includes("metrics.example.com: Remove the rules for recording"), changed.join("\n"));
    strictEqual(await onHost(CACHE, "ss -Hltn | grep -c 127.0.1.41:9100 || :"), "0");
    strictEqual(await onHost(SERVER, "ls /etc/prometheus/rules"), "alerts.yml");
    const gone = async () => !(await targets()).some(({ instance }) => instance === "cache.example.com");
    ok(await until(60, gone));
    deepStrictEqual(await story.apply(...less), []);
  });

  await Promise.all([SERVER, CACHE].map((name) => tryOnHost(name, CLEAN)));
});

// deno-lint-ignore no-explicit-any -- what Prometheus answers is judged by the asserts
async function ask(what: string): Promise<any> {
  return await (await fetch(`${URL_OF_SERVER}/api/v1/${what}`)).json();
}

async function targets(): Promise<{ instance: string; rack: string | undefined; health: string }[]> {
  const { data } = await ask("targets");
  const active: { labels: Record<string, string>; health: string }[] = data.activeTargets;
  return active
    .map(({ labels, health }) => ({ instance: labels.instance!, rack: labels.rack, health }))
    .toSorted((one, other) => one.instance.localeCompare(other.instance));
}

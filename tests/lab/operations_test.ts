/** Every operation on a real host, over SSH with sudo: a dry run, a run, another run, and its removal. */

import { strictEqual } from "node:assert/strict";
import { capture, type Ended } from "../../scripts/process.ts";
import { say } from "../../scripts/print.ts";
import { definedOperations } from "../../src/host/mod.ts";
import * as operations from "../../src/operations/mod.ts";
import { LEFT_OUT, type Row, rows } from "./operations/rows.ts";
import { isElsewhere } from "../systems/catalogue.ts";
import { here, prepareSite, type Site } from "./operations/site.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const HOST = "web-02";

/** What became of an operation; nothing where there is nothing to see. */
interface Result {
  dry?: string;
  changed?: string;
  verified?: string;
  idempotent?: string;
  removed?: string;
}

/** The outcome of each operation of a run by its label, and what has been read besides. */
interface Run extends Ended {
  outcomes: Map<string, { outcome: string; problem: string | undefined }>;
}

Deno.test("every operation has a row, or a reason for having none", () => {
  const base = { base: "", hostname: "", pid: 0, fingerprint: "", url: "", local: "" };
  const known = [...rows(base).map((row) => row.operation), ...Object.keys(LEFT_OUT)];
  const wanted = [...definedOperations().keys()].filter((name) => known.includes(name) || !isElsewhere(name));
  strictEqual(known.toSorted().join("\n"), wanted.toSorted().join("\n"));
});

Deno.test("every operation does on a real host what it says", async (t) => {
  await using site = await prepareSite(HOST);
  const all = rows(site.situation);
  const results = new Map<string, Result>(all.map((row) => [row.operation, {}]));
  await applyAll(site, all, results);
  await removeAll(site, all, results);
  printTable(results);
  for (const row of all) {
    await t.step(row.operation, () => {
      const bad = Object.entries(results.get(row.operation)!).filter(([, text]) => text.startsWith("✗"));
      if (bad.length > 0) throw new Error(bad.map(([column, text]) => `${column}: ${text}`).join("\n"));
    });
  }
});

async function applyAll(site: Site, all: readonly Row[], results: Map<string, Result>): Promise<void> {
  await writeDeploy(site, all.map((row) => call(row, row.args)));
  const before = await look(site, all);
  await site.root("touch /root/.drover-ops-mark; sleep 1.1");
  const planned = await drover(site, "--dry");
  const afterDry = await look(site, all);
  const touched = await site.root(
    `find / -xdev -newercc /root/.drover-ops-mark \\( -type f -o -type d -o -type l \\) \
-not -path '/proc*' -not -path '/run*' -not -path '/var/log/*' -not -path '/tmp*' -not -path '/root*' \
-not -path '/var/lib/systemd/*' -not -path '/var/tmp*' 2>/dev/null; rm -f /root/.drover-ops-mark`,
  );
  const first = await drover(site, "--yes");
  const after = await look(site, all);
  const second = await drover(site, "--yes");
  const afterSecond = await look(site, all);
  for (const run of [first, second]) if (run.outcomes.size < all.length) throw new Error(run.stderr);
  if ([...planned.outcomes.values()].some(({ outcome }) => outcome !== "unchanged")) {
    throw new Error("the dry run applied something");
  }
  strictEqual(touched, "", "the dry run left something behind");
  for (const row of all) {
    const { operation } = row;
    const result = results.get(operation)!;
    const seen = after.get(operation) ?? "";
    const ran = first.outcomes.get(operation);
    const again = second.outcomes.get(operation);
    const isStateless = before.get(operation) === seen && row.always !== undefined;
    result.dry = ok(before.get(operation) === afterDry.get(operation), afterDry.get(operation));
    result.changed = ok(
      ran?.outcome === (row.fails ? "ignored" : "changed"),
      `${ran?.outcome} ${ran?.problem}`,
    );
    result.verified = isStateless
      ? "–"
      : ok(row.wanted.test(seen) && !row.wanted.test(before.get(operation) ?? ""), seen);
    if (row.always !== undefined) result.idempotent = `acts: ${row.always}`;
    else {
      const rested = again?.outcome === "unchanged" && afterSecond.get(operation) === seen;
      result.idempotent = ok(rested, `${again?.outcome} ${again?.problem}: ${afterSecond.get(operation)}`);
    }
  }
  baseline.set(site, before);
}

/** What the rows' commands printed before anything was done. */
const baseline = new WeakMap<Site, Map<string, string>>();

async function removeAll(site: Site, all: readonly Row[], results: Map<string, Result>): Promise<void> {
  const removable = all.filter((row) => row.remove !== undefined).toReversed();
  await writeDeploy(site, removable.map((row) => call(row, row.remove!)));
  const first = await drover(site, "--yes");
  const seen = await look(site, removable);
  const second = await drover(site, "--yes");
  for (const row of removable) {
    const ran = first.outcomes.get(row.operation);
    const again = second.outcomes.get(row.operation);
    const text = seen.get(row.operation) ?? "";
    const gone = row.removed?.test(text) ?? text === baseline.get(site)?.get(row.operation);
    const right = ran?.outcome === "changed" && gone && again?.outcome === "unchanged";
    const story = `${ran?.outcome} ${ran?.problem}, then ${again?.outcome} ${again?.problem}: ${text}`;
    results.get(row.operation)!.removed = ok(right, story);
  }
}

function ok(right: boolean, otherwise: string | undefined): string {
  return right ? "✓" : `✗ ${otherwise}`;
}

/** A call in the deploy. One that fails leaves the others their turn. */
function call({ operation }: Row, args: Record<string, unknown> | string): string {
  const text = typeof args === "string" ? args : JSON.stringify(args);
  const sudo = operation.startsWith("func.") ? "" : "_sudo: true, ";
  return `await ${operation}({ ...${text}, name: "${operation}", ${sudo}_ignoreErrors: true });`;
}

async function writeDeploy(site: Site, calls: readonly string[]): Promise<void> {
  const text = `// deno-lint-ignore-file\nimport { ${
    Object.keys(operations).join(", ")
  } } from "drover/operations";\n\n${calls.join("\n")}\n`;
  await Deno.writeTextFile(`${site.project}/deploy.ts`, text);
}

async function drover(site: Site, ...flags: string[]): Promise<Run> {
  const words = [
    `${ROOT}.lab/inventory.ts`,
    "deploy.ts",
    "--limit",
    HOST,
    "--json",
    `--allow-write=${site.project}`,
  ];
  const program = [Deno.execPath(), "run", "--allow-all", `${ROOT}main.ts`];
  const ended = await capture([...program, ...words, ...flags], { cwd: site.project });
  const events = ended.stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const outcomes: Run["outcomes"] = new Map();
  // What has nothing to do on any host has no turn at all.
  const plan = events.find((event) => event.type === "plan.ready")?.plan.operations ?? [];
  for (const one of plan) {
    if (one.hosts.every((host: { state: string }) => host.state === "none")) {
      outcomes.set(one.label, { outcome: "unchanged", problem: undefined });
    }
  }
  for (const event of events.filter((one) => one.type === "operation.finished" && !one.nested)) {
    outcomes.set(event.label, { outcome: event.outcome, problem: event.problem?.message });
  }
  if (!events.some((event) => event.type === "run.finished")) throw new Error(ended.stderr + ended.stdout);
  return { ...ended, outcomes };
}

/** The state as plain commands see it, by operation. */
async function look(site: Site, all: readonly Row[]): Promise<Map<string, string>> {
  const there = all.filter((row) => !row.verify.startsWith("LOCAL "));
  const script = there.map((row) => `echo "=== ${row.operation}"\n(\n${row.verify}\n) </dev/null\necho\n`)
    .join("");
  const parts = (await site.root(script)).split(/^=== (.*)\n/m).slice(1);
  const seen = new Map<string, string>();
  for (let index = 0; index < parts.length; index += 2) {
    // Where in the script something was missing is no part of the state.
    seen.set(parts[index]!, parts[index + 1]!.trim().replaceAll(/^sh: \d+: /gm, "sh: "));
  }
  for (const row of all) {
    if (row.verify.startsWith("LOCAL ")) {
      seen.set(row.operation, await here(row.verify.slice("LOCAL ".length)));
    }
  }
  return seen;
}

function printTable(results: ReadonlyMap<string, Result>): void {
  const columns = ["dry", "changed", "verified", "idempotent", "removed"] as const;
  say();
  say(`${"operation".padEnd(26)}${columns.map((name) => name.padEnd(11)).join("")}`);
  for (const [operation, result] of results) {
    const cells = columns.map((name) => (result[name] ?? "–").replace(/^✗[^]*/, "✗").padEnd(11));
    say(`${operation.padEnd(26)}${cells.join("").trimEnd()}`);
  }
  for (const [operation, reason] of Object.entries(LEFT_OUT)) {
    say(`${operation.padEnd(26)}not here: ${reason}`);
  }
  say();
}

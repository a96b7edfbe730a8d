/** The example pair of PostgreSQL on the lab: it replicates, the pool serves it, and the standby takes over. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { capture, type Ended } from "../../scripts/process.ts";
import { eventually, onHost, tryOnHost } from "../stories/support.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const CHANGES = 2;

/** The hosts are other tests' as well. */
const CLEAN = `
systemctl disable --now pgbouncer postgresql@15-pair
systemctl disable nftables
pg_dropcluster --stop 15 pair
apt-get -qq -y purge pgbouncer
rm -rf /etc/postgresql/15/pair /etc/pgbouncer /etc/nftables.conf /var/lib/postgresql/.pgpass
systemctl daemon-reload
`;

async function drover(...flags: string[]): Promise<Ended> {
  const words = ["inventories/lab.ts", "deploy.ts", "--yes", "--no-memory", "--detailed-exitcode"];
  const program = [Deno.execPath(), "run", "--allow-all", "../../main.ts"];
  return await capture([...program, ...words, ...flags], { cwd: `${ROOT}examples/postgres_pair` });
}

async function clean(): Promise<void> {
  for (const host of ["db-01", "db-02", "lb-01"]) await tryOnHost(host, CLEAN);
}

/** What PostgreSQL itself says on a server. */
function asked(statement: string, database = "postgres"): string {
  return `runuser -u postgres -- psql --port 5442 -XAtc "${statement}" ${database}`;
}

/** What an application sees through the pool. */
function pooled(statement: string): string {
  return `PGPASSWORD=app-of-the-lab psql --host 127.0.1.11 --port 6432 --username app -XAtc "${statement}" app`;
}

Deno.test("a pair of PostgreSQL with a pool", async (t) => {
  await clean();
  try {
    await t.step("the first run sets it up", async () => {
      const run = await drover();
      strictEqual(run.code, CHANGES, run.stdout + run.stderr);
    });
    await t.step("the standby follows the primary", async () => {
      await eventually("db-01", `${asked("select state from pg_stat_replication")} | grep -x streaming`);
      match(await onHost("db-01", pooled("create table t (a int); insert into t values (1)")), /INSERT 0 1/);
      await eventually("db-02", `${asked("select pg_is_in_recovery(), a from t", "app")} | grep -x 't|1'`);
    });
    await t.step("the firewall's rules are those of the example", async () => {
      const rules = await onHost("lb-01", "cat /etc/nftables.conf");
      ok(rules.includes("tcp dport 6432 ip saddr { 127.0.0.0/8 } accept"), rules);
    });
    await t.step("a second run changes nothing", async () => {
      const run = await drover();
      strictEqual(run.code, 0, run.stdout + run.stderr);
    });
    await t.step("the standby takes over", async () => {
      await onHost("db-01", "systemctl disable --now postgresql@15-pair");
      const other = [
        "--data",
        "primary=db-02.example.com",
        "--limit",
        "db-02.example.com",
        "--limit",
        "pools",
      ];
      const run = await drover(...other);
      strictEqual(run.code, CHANGES, run.stdout + run.stderr);
      match(await eventually("db-02", pooled("insert into t values (2)")), /INSERT 0 1/);
      deepStrictEqual(await onHost("db-02", pooled("select a from t order by a")), "1\n2");
    });
    await t.step("the former primary keeps its data until it may go, and follows then", async () => {
      const kept = await drover("--data", "primary=db-02.example.com");
      match(kept.stdout + kept.stderr, /this is no standby/);
      await onHost("db-01", "pg_dropcluster --stop 15 pair");
      const run = await drover("--data", "primary=db-02.example.com");
      strictEqual(run.code, CHANGES, run.stdout + run.stderr);
      await eventually("db-02", `${asked("select state from pg_stat_replication")} | grep -x streaming`);
    });
  } finally {
    await clean();
  }
});

/** The database server: roles log in, backups can be restored; what drifts is mended. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { onHost, Story, tryOnHost } from "../support.ts";

const LAB_HOST = "db-02";
const ADDRESS = "127.0.1.32";
const story = new Story(import.meta.url);

/** What an earlier run in the same lab has left; the login of this host is the user postgres, which stays. */
const CLEAN = `
systemctl disable --now pg-backup.timer
systemctl stop postgresql@15-main
rm -rf /etc/systemd/system/pg-backup.* /usr/local/sbin/pg-backup /var/backups/postgresql
systemctl daemon-reload
pg_dropcluster 15 main && pg_createcluster 15 main
`;

Deno.test("PostgreSQL with roles, databases and backups", async (t) => {
  await tryOnHost(LAB_HOST, CLEAN);

  await t.step("drover check finds nothing wrong", async () => {
    await story.check();
    await story.check("--group-data", "less");
  });

  await t.step("the first run sets it up", async () => {
    const changed = await story.apply();
    ok(changed.includes("db.example.com: Set the role shop"), changed.join("\n"));
    ok(changed.includes("db.example.com: Create the database wiki"), changed.join("\n"));
    ok(changed.includes("db.example.com: Start the timer for backups"), changed.join("\n"));
  });

  await t.step("its programs say so", async () => {
    strictEqual(
      await onHost(LAB_HOST, "systemctl is-active postgresql@15-main pg-backup.timer"),
      "active\nactive",
    );
    match(await onHost(LAB_HOST, "ss -Hltn"), /127\.0\.1\.32:5432/);
    strictEqual(await asPostgres("show max_connections"), "60");
    strictEqual(await asPostgres("show log_line_prefix"), "%m [%p] %q%u@%d ");
    strictEqual(
      await asPostgres(
        "select datname, pg_get_userbyid(datdba) from pg_database where not datistemplate order by 1",
      ),
      "postgres|postgres\nshop|shop\nwiki|shop",
    );
    strictEqual(await asPostgres("select rolconnlimit from pg_roles where rolname = 'shop'"), "20");
  });

  await t.step("roles come in with their passwords, and where they may", async () => {
    await as("shop", "shop-password", "shop", "create table orders (id int); insert into orders values (7)");
    strictEqual(await as("report-reader", "report-password", "shop", "select id from orders"), "7");
    match(await as("report-reader", "report-password", "shop", "delete from orders"), /permission denied/);
    match(await as("shop", "another", "shop", "select 1"), /password authentication failed/);
    match(await as("report-reader", "report-password", "wiki", "select 1"), /no pg_hba\.conf entry/);
  });

  await t.step("the secrets of roles are in no log", async () => {
    const log = await onHost(LAB_HOST, "cat /var/log/postgresql/*.log; journalctl --no-pager | tail -n 2000");
    strictEqual(log.includes("lwfHdzBjt9mOGOAH45J"), false);
  });

  await t.step("a backup is whole, private and can be restored", async () => {
    await onHost(LAB_HOST, "systemctl start pg-backup.service");
    strictEqual(
      await onHost(LAB_HOST, "cd /var/backups/postgresql; stat -c '%U %a' shop-*.dump; ls -A | wc -l"),
      "postgres 600\n2",
    );
    await asPostgres("create database restored");
    await onHost(
      LAB_HOST,
      "runuser -u postgres -- pg_restore -d restored /var/backups/postgresql/shop-*.dump",
    );
    strictEqual(await asPostgres("select id from orders", "restored"), "7");
    await asPostgres("drop database restored");
    match(await onHost(LAB_HOST, "systemctl list-timers --no-pager pg-backup.timer"), /02:3\d:|02:40:/);
  });

  await t.step("a second run changes nothing", async () => deepStrictEqual(await story.apply(), []));

  await t.step("what has drifted is mended, and nothing else", async () => {
    await asPostgres("alter role shop password 'guessed'");
    await asPostgres('drop role "report-reader"');
    await onHost(LAB_HOST, "echo 'host all all 0.0.0.0/0 trust' >> /etc/postgresql/15/main/pg_hba.conf");
    await onHost(LAB_HOST, "systemctl stop pg-backup.timer postgresql@15-main");
    deepStrictEqual(await story.apply(), [
      "db.example.com: Say who may come in",
      "db.example.com: Start PostgreSQL",
      "db.example.com: Reload PostgreSQL",
      "db.example.com: Set the role shop",
      "db.example.com: Set the role report-reader",
      "db.example.com: Start the timer for backups",
    ]);
    strictEqual(await as("shop", "shop-password", "shop", "select id from orders"), "7");
    match(await as("postgres", "any", "postgres", "select 1"), /no pg_hba\.conf entry/);
  });

  await t.step("a database and a role go where they are no longer wanted", async () => {
    const less = ["--group-data", "less"];
    deepStrictEqual(await story.apply(...less), [
      "db.example.com: Say who may come in",
      "db.example.com: Reload PostgreSQL",
      "db.example.com: Drop the database wiki",
      "db.example.com: Drop the role report-reader",
    ]);
    strictEqual(await asPostgres("select count(*) from pg_database where datname = 'wiki'"), "0");
    strictEqual(await asPostgres("select count(*) from pg_roles where rolname = 'report-reader'"), "0");
    deepStrictEqual(await story.apply(...less), []);
  });

  await tryOnHost(LAB_HOST, CLEAN);
});

async function asPostgres(statement: string, database = "postgres"): Promise<string> {
  return await onHost(
    LAB_HOST,
    `cd /tmp; runuser -u postgres -- psql -XAtc '${statement.replaceAll("'", "'\\''")}' ${database}`,
  );
}

/** Logs in over TCP; returns the answer or the error. */
async function as(role: string, password: string, database: string, statement: string): Promise<string> {
  const words = `psql -XAtqc '${statement}' -h ${ADDRESS} -U ${role} ${database}`;
  return await tryOnHost(LAB_HOST, `PGPASSWORD=${password} ${words}`);
}

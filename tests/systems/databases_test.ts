/** mysql and postgres on servers of their own, from Debian's packages. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import type { DroverError } from "../../src/errors/mod.ts";
import { mysql as mysqlFacts, postgres as postgresFacts } from "../../src/facts/mod.ts";
import { type AnyOperation, definedOperations, factByName } from "../../src/host/mod.ts";
import { mysql, postgres } from "../../src/operations/mod.ts";
import { type DebianRoot, debianRoot } from "../support/debian_root.ts";
import { LocalHost } from "../support/local_host.ts";
import { type Proof, prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";
import { settle } from "../support/userlands.ts";

const PACKAGES = ["mariadb-server", "postgresql"];

/** Starts MariaDB as Debian's unit does, for this root alone: no port is opened. */
const MARIADB = {
  start: `mkdir -p /run/mysqld; chown mysql /run/mysqld
setsid mariadbd --user=mysql --skip-networking --innodb-flush-log-at-trx-commit=0 >/tmp/mariadb.log 2>&1 </dev/null &
for i in $(seq 300); do mariadb-admin ping >/dev/null 2>&1 && break; sleep 0.1; done
mariadb-admin ping`,
  stop:
    "p=$(cat /run/mysqld/mysqld.pid); mariadb-admin shutdown; while kill -0 $p 2>/dev/null; do sleep 0.1; done",
  ready: /mysqld is alive/,
};

const POSTGRES = {
  start: `printf 'local all postgres peer\nlocal all all md5\n' >/etc/postgresql/15/main/pg_hba.conf
pg_ctlcluster 15 main start -o "-c listen_addresses='' -c fsync=off"; pg_isready`,
  stop: "pg_ctlcluster 15 main stop -m immediate",
  ready: /accepting connections/,
};

/** A root in which a server runs until the test ends. */
async function withServer(
  { start, stop, ready }: typeof MARIADB,
  body: (root: DebianRoot) => Promise<void>,
): Promise<void> {
  await using root = await debianRoot("databases", PACKAGES);
  try {
    assert.match(await root.run(start), ready);
    await body(root);
  } finally {
    await root.run(stop);
  }
}

const ODD = `it's "x\\y" \`z\` $HOME ü`;
const ODD_SECRET = `p'w"\\d #=;:%s 'ü`;

/** Hexadecimal of a text, which no client escapes. */
function hex(text: string): string {
  return new TextEncoder().encode(text).toHex().toUpperCase();
}

/** Whether a client runs that has been given secrets, and how often they are seen where others could look. */
const SEEN = `for i in $(seq 100); do pgrep -x 'mysql|psql' >/dev/null && break; sleep 0.1; done
for p in /proc/[0-9]*; do
  tr '\\0' ' ' <$p/cmdline
  case $(cat $p/comm) in mysql|mariadb|psql) echo client >&3; tr '\\0' ' ' <$p/environ; esac
done 3>/tmp/clients 2>/dev/null | grep -c sesame-4[12] >/tmp/seen
sort -u /tmp/clients; cat /tmp/seen`;

/** A fact that cannot be read shows what the client has said. */
async function fails(reading: Promise<unknown>, said: RegExp): Promise<void> {
  await assert.rejects(reading, (thrown: DroverError) => said.test(thrown.detail ?? ""));
}

Deno.test("what is called postgresql is postgres", () => {
  const operations = definedOperations();
  for (
    const name of [
      "postgresql.database",
      "postgresql.dump",
      "postgresql.load",
      "postgresql.role",
      "postgresql.sql",
    ]
  ) assert.equal(operations.get(name), operations.get(name.replace("postgresql", "postgres")), name);
  assert.equal(factByName("postgresql.PostgresqlRoles"), postgresFacts.PostgresRoles);
  assert.equal(factByName("postgresqlDatabases"), postgresFacts.PostgresDatabases);
});

Deno.test({
  name: "mysql on MariaDB",
  ignore: requirement("debianRoot"),
  fn: async (t) => {
    await withServer(MARIADB, async (root) => {
      const { host, run } = root;
      const asks = (statement: string) => `mysql -BN <<'DROVER_SQL'\n${statement}\nDROVER_SQL`;
      const proves = async (name: string, operation: AnyOperation, proof: Proof) =>
        void await t.step(name, () => prove(root, operation, proof));

      await proves("mysql.database", mysql.database, {
        args: { database: `x; DROP ${ODD}`, charset: "utf8mb4", collate: "utf8mb4_bin" },
        verify: asks("select hex(schema_name), default_collation_name from information_schema.schemata"),
        wanted: new RegExp(`^${hex(`x; DROP ${ODD}`)}\tutf8mb4_bin$`, "m"),
        remove: { database: `x; DROP ${ODD}`, present: false },
      });
      await run(asks(`create database shop_1; create database shopX1;
        create table shop_1.orders (id int, name text, note text); insert into shop_1.orders values (1, 'a', 'b')`));
      await proves("mysql.database changes what differs", mysql.database, {
        args: { database: "shop_1", charset: "utf8", collate: "utf8_bin" },
        verify: asks(
          "select default_collation_name from information_schema.schemata where schema_name='shop_1'",
        ),
        wanted: /^utf8(mb3)?_bin$/,
      });

      for (const password of ["hunter22", ODD_SECRET]) {
        const args = { user: ODD, userHostname: "localhost", password: secret(password) };
        await proves("mysql.user, with a certificate", mysql.user, {
          args: { ...args, require: "X509", requireSubject: "/CN=it's \\x", maxConnections: 3 },
          verify: asks(
            "select hex(User), Host, ssl_type, hex(x509_subject), max_user_connections from mysql.user",
          ),
          wanted: new RegExp(`^${hex(ODD)}\tlocalhost\tSPECIFIED\t${hex("/CN=it's \\x")}\t3$`, "m"),
        });
        await t.step("mysql.user: other requirements and another password", async () => {
          await settle(root, mysql.user, { ...args, require: "SSL", maxConnections: 0 });
          await settle(root, mysql.user, { ...args, require: "NONE", password: "another\\" });
          await settle(root, mysql.user, args);
        });
        await t.step("the user gets in with the password, whatever ~/.my.cnf says", async () => {
          await run("printf '[client]\\npassword=wrong\\n' >/root/.my.cnf");
          const connection = { mysqlUser: ODD, mysqlPassword: secret(password) };
          const { stdout } = await host.apply(mysql.sql, { sql: "SELECT CURRENT_USER()", ...connection });
          assert.ok(stdout.includes(`${ODD.replaceAll("\\", "\\\\")}@localhost`), stdout);
          await host.apply(mysql.dump, {
            dest: "/root/own.sql",
            database: "information_schema",
            ...connection,
          })
            .catch((thrown) => assert.doesNotMatch(String(thrown), /1045/));
          await run("rm /root/.my.cnf");
          const wrong = { mysqlUser: ODD, mysqlPassword: secret("no such password") };
          await fails(host.fact(mysqlFacts.MysqlDatabases, wrong), /ERROR 1045.*Access denied for user/);
        });
        await t.step("mysql.user is dropped", async () => {
          await settle(root, mysql.user, { user: ODD, present: false });
          assert.equal(await run(asks("select count(*) from mysql.user where user like 'it%'")), "0");
        });
      }
      await run(asks("create user shop@'10.0.0.%'; create user ''@localhost"));
      await t.step("mysql.user with a host in upper case", async () => {
        await settle(root, mysql.user, {
          user: "shop",
          userHostname: "DB.Example.com",
          privileges: "SELECT",
        });
        await settle(root, mysql.user, { user: "shop", userHostname: "DB.example.com", present: false });
      });
      await proves("mysql.user removes the one without a name", mysql.user, {
        args: { user: "", present: false },
        verify: asks("select count(*) from mysql.user where user = ''"),
        wanted: /^0$/,
      });
      const who = { user: "shop", userHostname: "10.0.0.%" };
      const grants = asks("show grants for shop@'10.0.0.%'");
      await proves("mysql.privileges, on columns of a table", mysql.privileges, {
        args: { ...who, database: "shop_1", table: "orders", privileges: ["select (name, id)", "INSERT"] },
        verify: grants,
        wanted: /GRANT SELECT \(`?(id|name)`?, `?(id|name)`?\), INSERT ON `shop_1`.`orders`/,
        remove: { ...who, database: "shop_1", table: "orders", privileges: [] },
      });
      await proves("mysql.database with a user, and no database whose name looks like it", mysql.database, {
        args: { database: "shop_1", ...{ user: "shop", userHostname: "10.0.0.%" } },
        verify: grants,
        wanted: /GRANT ALL PRIVILEGES ON `shop\\\\?\\_1`/,
      });
      await proves("mysql.privileges for everything, to hand on", mysql.privileges, {
        args: { ...who, privileges: "ALL", withGrantOption: true },
        verify: grants,
        wanted: /GRANT ALL PRIVILEGES ON \*\.\* .*WITH GRANT OPTION/,
      });
      await proves("mysql.privileges revokes what is too much", mysql.privileges, {
        args: { ...who, privileges: ["SELECT", "REPLICATION CLIENT"], withGrantOption: true, flush: false },
        verify: grants,
        wanted: /GRANT SELECT, BINLOG MONITOR ON \*\.\* .*WITH GRANT OPTION/,
      });
      await proves("mysql.user with privileges", mysql.user, {
        args: { ...who, privileges: ["SELECT", "PROCESS"] },
        verify: grants,
        wanted: /GRANT SELECT, PROCESS ON \*\.\* (?!.*WITH GRANT OPTION)/,
      });

      await proves("mysql.dump", mysql.dump, {
        args: { dest: "/root/it's a dump.sql", database: "shop_1" },
        verify:
          'stat -c %a "/root/it\'s a dump.sql"; grep -c "INSERT INTO" "/root/it\'s a dump.sql"; ls -A /root',
        wanted: /^600\n1$/m,
        always: "the data may have changed",
      });
      await t.step("a dump that fails leaves the old one", async () => {
        const args = { dest: "/root/it's a dump.sql", database: "nowhere" };
        await assert.rejects(host.apply(mysql.dump, args), /Unknown database/);
        assert.equal(
          await run('grep -c "INSERT INTO" "/root/it\'s a dump.sql"; ls -A /root | grep -c drover'),
          "1\n0",
        );
      });
      await proves("mysql.load", mysql.load, {
        args: { src: "/root/it's a dump.sql", database: "shopX1" },
        verify: asks("select count(*) from information_schema.tables where table_schema = 'shopX1'"),
        wanted: /^1$/,
        always: "the file may have changed",
      });
      await t.step("secrets are in no argument of the host, and in no environment of a client", async () => {
        const connection = { mysqlUser: "clerk", mysqlPassword: secret("open-sesame-41") };
        await settle(root, mysql.user, {
          user: "clerk",
          password: secret("open-sesame-41"),
          privileges: "INSERT",
        });
        const sql = `INSERT INTO orders VALUES (2, "${secret("sesame-42")}", (SELECT SLEEP(2)))`;
        const running = host.apply(mysql.sql, { sql, database: "shop_1", ...connection });
        const [seen, { commands }] = await Promise.all([run(SEEN), running]);
        assert.equal(seen, "client\n0");
        assert.match(commands.join(), /\*\*\*/);
        assert.equal(await run(asks("select name from shop_1.orders where id = 2")), "sesame-42");
      });
      await t.step("where the backslash means nothing", async () => {
        await run(asks("set global sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'"));
        const args = {
          user: ODD,
          password: secret(ODD_SECRET),
          require: "X509",
          requireSubject: "/CN=it's \\x",
        };
        await settle(root, mysql.user, args);
        const users = await host.fact(mysqlFacts.MysqlUsers);
        assert.equal(users[`${ODD}@localhost`]?.x509Subject, "/CN=it's \\x");
        await settle(root, mysql.privileges, {
          user: ODD,
          privileges: "SELECT",
          database: "a`b\\c",
          table: "x",
        })
          .catch((thrown) => assert.match(String(thrown), /1146|doesn't exist/));
        await settle(root, mysql.user, { user: ODD, present: false });
      });
      await t.step("with the client of MariaDB 11 alone", async () => {
        await run("mkdir /usr/bin/aside; mv /usr/bin/mysql /usr/bin/mysqldump /usr/bin/aside");
        await settle(root, mysql.database, { database: "by_mariadb" });
        await settle(root, mysql.database, { database: "by_mariadb", present: false });
        await host.apply(mysql.dump, { dest: "/root/all.sql" });
        await run("mv /usr/bin/aside/* /usr/bin");
      });
      await t.step("no server", async () => {
        await run(MARIADB.stop);
        await fails(host.fact(mysqlFacts.MysqlUsers), /ERROR 2002 .*Can't connect to local server/s);
        await fails(host.fact(mysqlFacts.MysqlUserGrants, { user: "x" }), /ERROR 2002 /);
      });
      assert.equal(await run("ls /tmp | grep drover"), "", "nothing is left");
    });
  },
});

Deno.test({
  name: "postgres",
  ignore: requirement("debianRoot"),
  fn: async (t) => {
    await withServer(POSTGRES, async (root) => {
      const { run, path } = root;
      const address = { name: `@chroot/${path}`, data: {} };
      await using host = await LocalHost.connect({ _suUser: "postgres" }, {}, address);
      const ground = { host, run };
      const asks = (statement: string) =>
        `cd /; su postgres -c 'psql -XAt' <<'DROVER_SQL'\n${statement}\nDROVER_SQL`;
      const proves = async (name: string, operation: AnyOperation, proof: Proof) =>
        void await t.step(name, () => prove(ground, operation, proof));
      const strange = `x; DROP|${ODD}`;

      const passwords = { "scram-sha-256": ["hunter22", ODD_SECRET], md5: [ODD_SECRET] };
      for (const [encryption, some] of Object.entries(passwords)) {
        await run(asks(`alter system set password_encryption = '${encryption}'; select pg_reload_conf()`));
        for (const password of some) {
          await proves(`postgres.role, ${encryption}`, postgres.role, {
            args: { role: strange, password: secret(password), createdb: true, connectionLimit: 2 },
            verify: asks(
              "select encode(rolname::text::bytea, 'hex') from pg_roles where rolcreatedb and rolconnlimit = 2",
            )
              .replace("rolname::text::bytea", "convert_to(rolname, 'UTF8')"),
            wanted: new RegExp(`^${hex(strange).toLowerCase()}$`, "m"),
          });
          await t.step("postgres.role: what differs, and nothing else", async () => {
            const role = { role: strange, connectionLimit: -1, createdb: false, inherit: false };
            assert.equal((await settle(ground, postgres.role, role)).length, 1);
            await settle(ground, postgres.role, { role: strange, password: "another\\" });
            await settle(ground, postgres.role, { role: strange, password: secret(password), inherit: true });
          });
          await t.step("the role gets in with the password", async () => {
            await run(
              "printf '*:*:*:*:wrong\\n' >~postgres/.pgpass; chmod 600 ~postgres/.pgpass; chown postgres ~postgres/.pgpass",
            );
            const connection = {
              psqlUser: strange,
              psqlPassword: secret(password),
              psqlDatabase: "postgres",
            };
            const { stdout } = await host.apply(postgres.sql, { sql: "SELECT current_user", ...connection });
            assert.ok(stdout.includes(strange), stdout);
            await host.apply(postgres.dump, { dest: "/tmp/own.sql", ...connection });
            await host.apply(postgres.load, { src: "/tmp/own.sql", ...connection });
            assert.equal(
              await host.fact(postgresFacts.PostgresVerifier, { role: "postgres", ...connection }),
              undefined,
            );
            const wrong = { ...connection, psqlPassword: secret("no such password") };
            await fails(host.fact(postgresFacts.PostgresRoles, wrong), /password authentication failed/);
            await run("rm ~postgres/.pgpass /tmp/own.sql");
          });
          await t.step("postgres.role is dropped", async () => {
            await settle(ground, postgres.role, { role: strange, present: false });
          });
        }
      }

      await run(asks("create role owner; create role second"));
      await run("mkdir -m 700 /srv/space; chown postgres /srv/space");
      await host.apply(postgres.sql, { sql: "CREATE TABLESPACE \"the space\" LOCATION '/srv/space'" });
      await proves("postgres.database", postgres.database, {
        args: {
          database: strange,
          owner: "owner",
          template: "template0",
          encoding: "utf-8",
          lcCollate: "C",
          lcCtype: "C.UTF-8",
          tablespace: "the space",
          connectionLimit: 7,
        },
        verify: asks("select datconnlimit, datcollate, pg_get_userbyid(datdba) from pg_database"),
        wanted: /^7\|C\|owner$/m,
      });
      await proves("postgres.database changes what differs", postgres.database, {
        args: { database: strange, owner: "second", tablespace: "pg_default", connectionLimit: 8 },
        verify: asks("select datconnlimit, dattablespace = 1663, pg_get_userbyid(datdba) from pg_database"),
        wanted: /^8\|t\|second$/m,
      });
      await t.step("a locale or an encoding that cannot be changed", async () => {
        await settle(ground, postgres.database, { database: strange, encoding: "UTF8", lcCtype: "C.utf8" });
        const args = { database: strange, encoding: "LATIN1" };
        await assert.rejects(
          host.apply(postgres.database, args),
          /exists with the encoding UTF8 instead of LATIN1/,
        );
        await assert.rejects(
          host.apply(postgres.database, { database: strange, lcCollate: "de_DE.UTF-8" }),
          /collate C/,
        );
      });
      await t.step("a role that owns something stays", async () => {
        await assert.rejects(
          host.apply(postgres.role, { role: "second", present: false }),
          /owner of database/,
        );
      });
      await proves("postgres.sql", postgres.sql, {
        args: {
          sql: `CREATE TABLE IF NOT EXISTS "t'" (a text); INSERT INTO "t'" VALUES ('\\x')`,
          psqlDatabase: strange,
        },
        verify: "true",
        wanted: /^$/,
        always: "statements may be about anything",
      });
      await proves("postgres.dump", postgres.dump, {
        args: { dest: "/var/lib/postgresql/it's a dump.sql", psqlDatabase: strange },
        verify: 'cd /var/lib/postgresql; stat -c %a it*; grep -c "CREATE TABLE" it*; ls -A | grep -c drover',
        wanted: /^600\n1\n0$/m,
        always: "the data may have changed",
      });
      await t.step("a dump that fails leaves the old one", async () => {
        const args = { dest: "/var/lib/postgresql/it's a dump.sql", psqlDatabase: "no=where" };
        await assert.rejects(host.apply(postgres.dump, args), /database "no=where" does not exist/);
        assert.equal(
          await run('cd /var/lib/postgresql; grep -c "CREATE TABLE" it*; ls -A | grep -c drover'),
          "1\n0",
        );
      });
      await t.step("postgres.load", async () => {
        await run(asks("create database copy template template0"));
        const args = { src: "/var/lib/postgresql/it's a dump.sql", psqlDatabase: "copy" };
        await host.apply(postgres.load, args);
        assert.equal(
          await run("cd /; su postgres -c 'psql -XAtc \"select distinct a from \\\"t'\\''\\\"\" copy'"),
          "\\x",
        );
        await assert.rejects(host.apply(postgres.load, args), /already exists/);
      });
      await t.step("postgres.database is dropped", async () => {
        await settle(ground, postgres.database, { database: strange, present: false });
        await settle(ground, postgres.role, { role: "second", present: false });
      });
      await t.step("secrets are in no argument of the host, and in no environment of a client", async () => {
        const password = secret("open-sesame-41");
        await settle(ground, postgres.role, { role: "clerk", password });
        const connection = { psqlUser: "clerk", psqlPassword: password, psqlDatabase: "postgres" };
        const running = host.apply(postgres.sql, {
          sql: `SELECT pg_sleep(2), '${secret("sesame-42")}'`,
          ...connection,
        });
        const [seen, { commands }] = await Promise.all([run(SEEN), running]);
        assert.equal(seen, "client\n0");
        assert.match(commands.join(), /\*\*\*/);
      });
      await t.step("no server", async () => {
        await run(POSTGRES.stop);
        await fails(host.fact(postgresFacts.PostgresRoles), /connection to server on socket .* failed/);
      });
      assert.equal(await run("ls /tmp | grep drover"), "", "nothing is left");
    });
  },
});

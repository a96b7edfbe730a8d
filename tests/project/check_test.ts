import assert from "node:assert/strict";
import { project } from "../support/cli.ts";

const INVENTORY = `import type { Hosts } from "drover";
export const web: Hosts = ["web-01", "web-02"];
`;

Deno.test("check finds nothing wrong, runs no deploy, connects to no host and leaves no file behind", async () => {
  await using here = await project({
    "inventory.ts": INVENTORY,
    "deploy.ts": `import { include } from "drover";
import { server } from "drover/operations";
import { names } from "./names.ts";
throw new Error("the deploy runs");
await server.shell({ commands: names });
await include("tasks/more.ts");
`,
    "names.ts": "export const names = ['true']; console.log('an import runs');",
    "tasks/more.ts": "export {};",
  });
  const { status, stderr, stdout } = await here.drover("check", "inventory.ts", "deploy.ts");
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /^Nothing is wrong with inventory\.ts, deploy\.ts: 2 hosts; types by deno \d+\.\d+\.\d+ \(.+deno\)\n$/,
  );
  assert.equal(await here.exists(".drover"), false);
  assert.equal(await here.exists("deno.lock"), false);
});

Deno.test("check tells types that are wrong, with their lines and what was meant", async () => {
  await using here = await project({
    "inventory.ts": INVENTORY,
    "deploy.ts": `import { files } from "drover/operations";
await files.file({ path: "/x", moode: 644 });
await files.fiel({ path: "/x" });
await files.directory({ path: 1 });
`,
  });
  const { status, stderr } = await here.drover("check", "inventory.ts", "deploy.ts");
  assert.equal(status, 65);
  assert.match(stderr, /error\[E_TYPE\]: .*'moode' does not exist .*\n\s+--> deploy\.ts:2:32\n/);
  assert.match(stderr, /hint: did you mean "mode"\?/);
  assert.match(
    stderr,
    /error\[E_OPERATION_NAME\]: There is no operation "files\.fiel"\n\s+--> deploy\.ts:3:13\n/,
  );
  assert.match(stderr, /hint: did you mean "file"\?/);
  assert.match(stderr, /Type 'number' is not assignable to type 'string'/);
  assert.match(stderr, /\n3 problems in inventory\.ts, deploy\.ts; types by deno .*\n$/);
  assert.doesNotMatch(stderr, /file:\/\/|Stack backtrace/);
});

/** Found with and without Deno: files of a project, and what check says of them. */
const WRONG: [what: string, files: Record<string, string>, ...says: RegExp[]][] = [
  [
    "a deploy that cannot be parsed",
    { "deploy.ts": "const a = ;\n" },
    /error\[E_DEPLOY_LOAD\]: .*\n\s+--> deploy\.ts:1:11\n/,
    /\n1 problem in/,
  ],
  [
    "an import that is not there",
    { "deploy.ts": `import { a } from "./nowhere.ts";\nconsole.log(a);\n` },
    /error\[E_DEPLOY_LOAD\]: Module not found ".*nowhere\.ts"\n\s+--> deploy\.ts:1:19\n/,
  ],
  [
    "a name that an import does not export",
    { "deploy.ts": `import { apt2 } from "drover/operations";\nconsole.log(apt2);\n` },
    /"drover\/operations" exports no "apt2"/,
    /--> deploy\.ts:1:10/,
    /did you mean "apt"\?/,
  ],
  [
    "an include that is not there, but not one in a comment",
    {
      "deploy.ts":
        `import { include } from "drover";\n// include("tasks/no.ts")\nawait include("tasks/one.ts");\n`,
    },
    /error\[E_LOCAL_FILE\]: There is no local file "tasks\/one\.ts"\n\s+--> deploy\.ts:3:15\n/,
    /\n1 problem in/,
  ],
  [
    "a syntax error in an include of an include",
    {
      "deploy.ts": `import { include } from "drover";\nawait include("tasks/one.ts");\n`,
      "tasks/one.ts":
        `import { include } from "drover";\nawait include("two.ts");\nawait include("one.ts");\n`,
      "tasks/two.ts": "let = = 1;\n",
    },
    /--> tasks\/two\.ts:1:\d+\n/,
    /\n1 problem in/,
  ],
  [
    "a template that is not there",
    {
      "deploy.ts":
        `import { files } from "drover/operations";\nawait files.template({ src: "templates/x.j2", dest: "/x" });\n`,
    },
    /There is no local file "templates\/x\.j2"/,
  ],
  [
    "an inventory with wrong data",
    {
      "inventory.ts": `export const web = [["web-01", { ssh_port: "many" }]];\n`,
      "deploy.ts": "export {};",
    },
    /error\[E_INVENTORY_DATA\]: .*ssh_port.*must be a number/,
  ],
  [
    "an inventory that cannot be parsed",
    { "inventory.ts": "export const web = [\n", "deploy.ts": "export {};" },
    /error\[E_INVENTORY_LOAD\]: inventory\.ts cannot be loaded/,
    /\n1 problem in/,
  ],
  [
    "group data that cannot be read",
    { "group_data/all.yaml": "a: [1\n", "deploy.ts": "export {};" },
    /group_data\/all\.yaml/,
  ],
  [
    "a wrong option in config.ts",
    { "config.ts": "export const paralel = 3;\n", "deploy.ts": "export {};" },
    /paralel/,
    /did you mean "parallel"\?/,
  ],
  [
    "an inventory file without hosts",
    { "inventory.ts": "export const port = 80;\n", "deploy.ts": "export {};" },
    /error\[E_INVENTORY_EMPTY\]: inventory\.ts exports no hosts\n\s+--> inventory\.ts:1:1\n/,
  ],
  [
    "every data file that cannot be read",
    {
      "group_data/all.yaml": "a: [1\n",
      "group_data/web.json": '{\n  "a": ]\n}',
      "host_data/web-01.ts": "export const a = ;\n",
      "deploy.ts": "export {};",
    },
    /--> group_data\/all\.yaml:2:1\n/,
    /--> group_data\/web\.json:2:8\n/,
    /--> host_data\/web-01\.ts:1:18\n/,
    /\n3 problems in/,
  ],
  [
    "facts, operations and data of names that nothing has",
    {
      "group_data/all.ts": "export const app_port = 80;\n",
      "deploy.ts": `import { facts, host } from "drover";
import { files, server } from "drover/operations";
await host.getFact("server.Kernl");
await host.fact.kernl();
await host.getFact(facts.server.Kernl);
await files.puts({ src: { content: "" }, dest: "/x" });
await server.shell({ commands: [\`echo \${host.data.app_prot}\`] });
`,
    },
    /E_FACT_NAME\]: There is no fact "server\.Kernl"\n\s+--> deploy\.ts:3:20\n[^]*?hint: did you mean "server\.Kernel"\?/,
    /E_FACT_NAME\]: There is no fact "kernl"\n\s+--> deploy\.ts:4:17\n/,
    /--> deploy\.ts:5:20\n/,
    /E_OPERATION_NAME\]: There is no operation "files\.puts"\n\s+--> deploy\.ts:6:13\n[^]*?hint: did you mean "put"\?/,
    /E_DATA_KEY\]: No host has data "app_prot"\n\s+--> deploy\.ts:7:51\n[^]*?hint: did you mean "app_port"\?/,
    /\n5 problems in/,
  ],
  [
    "data that is called almost as DataTypes declares it",
    {
      "inventory.ts": "export const web = ['web-01'];\nexport const web_data = { app_prot: 81 };\n",
      "group_data/all.ts": "export const app_port: number = 80;\n",
      "deploy.ts": `import { host } from "drover";
type Shared = typeof import("./group_data/all.ts");
declare module "drover" { interface DataTypes extends Shared {} }
console.log(host.data.app_port);
`,
    },
    /E_DATA_KEY\]: DataTypes declares no "app_prot".*\n\s+--> inventory\.ts:2:27\n[^]*?hint: did you mean "app_port"\?/,
    /\n1 problem in/,
  ],
  [
    "mistakes in includes of loops",
    {
      "inventory.ts": "export const web = ['web-01'];\nexport const roles = { first: 1 };\n",
      "group_data/all.ts": `export const roles = ["nginx", "php"];\n`,
      "names.ts": `export const NAMES = ["three.ts", "gone.ts"] as const;\n`,
      "deploy.ts": `import { host, include } from "drover";
import { NAMES } from "./names.ts";
for (const task of ["one", "two"]) await include(\`tasks/\${task}.ts\`);
for (const name of NAMES) {
  await include(name);
}
for (const role of host.data.roles) await include(\`roles/\${role}.ts\`);
await Promise.all(["x.ts"].map((name) => include(name)));
`,
      "tasks/one.ts": "const = 1;\n",
      "tasks/two.ts": `import { x } from "./none.ts";\nconsole.log(x);\n`,
      "three.ts": "let = = 1;\n",
      "roles/nginx.ts": "export {};",
      "roles/php.ts": "a b c\n",
    },
    /--> tasks\/one\.ts:1:\d+\n/,
    /--> tasks\/two\.ts:1:19\n/,
    /--> three\.ts:1:\d+\n/,
    /There is no local file "gone\.ts"\n\s+--> deploy\.ts:5:17\n/,
    /--> roles\/php\.ts:1:\d+\n/,
    /There is no local file "x\.ts"/,
    /\n6 problems in/,
  ],
  [
    "what templates and includes of imported functions have wrong",
    {
      "deploy.ts": `import { install } from "./parts/install.ts";\nawait install();\n`,
      "parts/install.ts": `import { deploy, include } from "drover";
import { files } from "drover/operations";
import { template } from "drover/operations/files";
export const install = deploy("Install", async () => {
  await template({ src: "templates/app.j2", dest: "/a", data: { port: 1 } });
  await files.put({ src: "another/projects.txt", dest: "/b" });
  await include("tasks/one.ts");
});
`,
      "templates/app.j2": "{{ prot }}\n",
      "tasks/one.ts": "const = 1;\n",
    },
    /"prot" is undefined\n\s+--> templates\/app\.j2:1:1\n[^]*?= the call at parts\/install\.ts:5 gives port\n/,
    /--> tasks\/one\.ts:1:\d+\n/,
    /\n2 problems in/,
  ],
  [
    "what templates need and are not given, and templates that cannot be read",
    {
      "inventory.ts": "export const web = ['web-01'];\nexport const app_port = 80;\n",
      "deploy.ts": `import { files } from "drover/operations";
await files.template({ src: "templates/app.j2", dest: "/a", data: { port: 1, users: [] } });
await files.template({ src: "templates/bad.j2", dest: "/b" });
`,
      "templates/app.j2":
        "{{ port }}\n{{ prot }}\n{{ host.data.app_prot }}\n{% include 'part.j2' %}\n{% for u in users %}{{ w }}{% endfor %}\n",
      "templates/part.j2": "{{ port }} {{ missing_one }}\n",
      "templates/bad.j2": "fine\n{% if %}\n",
    },
    /"prot" is undefined\n\s+--> templates\/app\.j2:2:1\n[^]*?= the call at deploy\.ts:2 gives port, users\n\s+= hint: did you mean "port"\?/,
    /"host\.data\.app_prot" is undefined: no host has data "app_prot"\n\s+--> templates\/app\.j2:3:1\n[^]*?hint: did you mean "app_port"\?/,
    /"missing_one" is undefined\n\s+--> templates\/part\.j2:1:1\n/,
    /"w" is undefined\n\s+--> templates\/app\.j2:5:1\n/,
    /--> templates\/bad\.j2:2:1\n/,
    /\n5 problems in/,
  ],
  [
    "an inventory that ends the program",
    { "inventory.ts": "Deno.exit(0);\n", "deploy.ts": "export {};" },
    /The code of a project cannot end the program/,
  ],
  [
    "an inventory that reaches for the network",
    {
      "inventory.ts": `export const web = await (await fetch("http://127.0.0.1:9999")).json();\n`,
      "deploy.ts": "export {};",
    },
    /Requires net access/,
  ],
];

for (const [what, files, ...says] of WRONG) {
  for (const deno of ["with", "without"]) {
    Deno.test(`check ${deno} Deno finds ${what}`, async () => {
      await using here = await project({ "inventory.ts": "export const web = ['web-01'];\n", ...files });
      const env: Record<string, string> = deno === "with" ? {} : { DROVER_DENO: "" };
      const { status, stderr } = await here.droverWith(env, "check", "inventory.ts", "deploy.ts");
      for (const said of says) assert.match(stderr, said);
      assert.equal(status, 65, stderr);
      assert.equal(/types were not checked/.test(stderr), deno === "without", stderr);
      assert.doesNotMatch(stderr, /This is a bug|E_TYPE_CHECK/);
    });
  }
}

Deno.test("check alarms nobody without a reason, and says what it could not follow", async () => {
  await using here = await project({
    "inventory.ts":
      `export const web = ["web-01", ["web-02", { only_here: 1 }]];\nexport const app_port = 80;\n`,
    "deploy.ts": `import { deploy, fact, host, include } from "drover";
import { files, server } from "drover/operations";
import * as deb from "./own_facts.ts";
import { apt } from "./own_facts.ts";
// host.data.commented and files.nothing()
const Mine = fact({ name: "my.Kernl", command: () => "true" });
await host.getFact(Mine);
// @ts-expect-error -- it is not declared
if (host.data.get("optional", 0)) await host.getFact("my.Kernl");
await host.getFact(deb.Own);
apt.nothing();
host.data.assigned = host.data.only_here;
await include("tasks/one.ts", { data: { from_include: 1 } });
export const part = deploy("Part", async () => {
  await server.shell({ commands: [\`echo \${host.data.from_defaults} \${host.data.assigned}\`] });
}, { dataDefaults: { from_defaults: 1 } });
const data = { port: host.data.app_port, "quoted": 1 };
await files.template({ src: "templates/app.j2", dest: "/a", data });
await files.template({ src: "templates/open.j2", dest: "/b", data: { ...data } });
await files.template({ src: "templates/other.j2", dest: "/c", jinjaEnvKwargs: { variable_start_string: "<<" } });
const path = host.name === "web-01" ? "tasks/one.ts" : "tasks/two.ts";
await include(path);
`,
    "own_facts.ts": `import { fact } from "drover";
export const Own = fact({ name: "deb.Own", command: () => "true" });
export const apt = { nothing: () => {} };
`,
    "tasks/one.ts": `import { host } from "drover";\nconsole.log(host.data.from_include);\n`,
    "templates/app.j2": `{% from "macros.j2" import line as row %}{% import "macros.j2" as macros %}
{% macro m(a, b=1) %}{{ a }}{{ b }}{{ varargs }}{{ caller() }}{% endmacro %}
{% set z, y = 1, 2 %}{% set block %}{{ z }}{% endset %}{{ block }}{{ y }}{{ port }}{{ quoted }}
{% for k, v in {"a": 1}.items() if v %}{{ loop.index }}{{ k }}{% else %}{{ none }}{{ True }}{% endfor %}
{{ maybe | default("x") }}{{ maybe2 | d("x") }}{% if bar is defined and bar.x %}{{ bar.y }}{% endif %}
{% if host.data.unset is defined %}{{ host.data.unset }}{% endif %}{{ host.data.get("unset", 1) }}
{% with q = 1 %}{{ q }}{% endwith %}{% call m(1) %}x{% endcall %}{{ row() }}{{ macros.line() }}
{{ range(3) | list }}{{ dict(a=1) }}{{ host.name }}{{ inventory }}{{ state }}{{ host.data.only_here }}
{% set ns = namespace(n=0) %}{% set ns.n = 1 %}{{ ns.n }}{% include "part.j2" %}{% include "no.j2" ignore missing %}
{% raw %}{{ not_a_variable }}{% endraw %}{# {{ nor_this }} #}
`,
    "templates/part.j2": "{{ z }}{{ port }}{{ k }}\n",
    "templates/macros.j2": "{% macro line() %}x{% endmacro %}\n",
    "templates/open.j2": "{{ anything }}\n",
    "templates/other.j2": "<< port }} {{ {% %}\n",
  });
  for (const env of [{}, { DROVER_DENO: "" }]) {
    const { status, stderr } = await here.droverWith(env, "check", "inventory.ts", "deploy.ts");
    assert.match(
      stderr,
      /^warning: deploy\.ts:22: the include is not followed: only a run can tell its path\nNothing/,
    );
    assert.equal(status, 0, stderr);
  }
});

Deno.test("check compares data files with what DataTypes declares", async () => {
  await using here = await project({
    "inventory.ts": `export const web = ["web-01"];
export const web_data = { greeting: 5, other: 1 };
`,
    "group_data/all.ts": `export const app_port: number = 80;
export const greeting = "one text";
export const level: "low" | "high" = "low";
`,
    "group_data/web.ts": `// app_port
export const app_port = "81";
export const greeting = "another text";
export const level = "hihg";
`,
    "deploy.ts": `import { host } from "drover";
type Shared = typeof import("./group_data/all.ts");
declare module "drover" { interface DataTypes extends Shared {} }
console.log(host.data.app_port, host.data.other);
`,
  });
  const { status, stderr } = await here.drover("check", "inventory.ts", "deploy.ts");
  assert.equal(status, 65, stderr);
  assert.match(
    stderr,
    /"greeting" in inventory\.ts is not of the type that DataTypes declares\n\s+--> inventory\.ts:2:27\n/,
  );
  assert.match(
    stderr,
    /"app_port" in group_data\/web\.ts is not of the type that DataTypes declares\n\s+--> group_data\/web\.ts:2:14\n/,
  );
  assert.match(stderr, /"level" in group_data\/web\.ts .*\n\s+--> group_data\/web\.ts:4:14\n/);
  assert.match(stderr, /\n3 problems in/);
});

Deno.test("check names Drover's modules as imports do", async () => {
  await using here = await project({
    "inventory.ts": INVENTORY,
    // What nothing uses is not loaded, but has a type.
    "deploy.ts": `import { Wich } from "drover/facts/server";\nimport { hosst } from "drover";\n`,
  });
  const { stderr } = await here.drover("check", "inventory.ts", "deploy.ts");
  assert.match(
    stderr,
    /"drover\/facts\/server" has no exported member named 'Wich' \(TS2724\)\n[^]*?hint: did you mean "Which"\?/,
  );
  assert.match(stderr, /"drover" has no exported member named 'hosst' \(TS2724\)/);
  assert.doesNotMatch(stderr, /\.d\.ts"/);
});

Deno.test("check --json writes problems with their places, and nothing else on standard output", async () => {
  await using here = await project({
    "inventory.ts": INVENTORY,
    "deploy.ts": `import { host } from "drover";\nawait host.getFact("server.Kernl");\n`,
  });
  const { status, stdout, stderr } = await here.drover("check", "inventory.ts", "deploy.ts", "--json");
  assert.equal(status, 65, stderr);
  const { problems, hosts, types } = JSON.parse(stdout);
  assert.deepEqual(
    problems.map(({ code, place }: { code: string; place: unknown }) => ({ code, place })),
    [{ code: "E_FACT_NAME", place: { file: `${here.path}/deploy.ts`, line: 2, column: 20 } }],
  );
  assert.deepEqual(hosts, ["web-01", "web-02"]);
  assert.match(types.deno, /^\d+\.\d+/);
});

Deno.test("check shows problems by file", async () => {
  await using here = await project({
    "inventory.ts": INVENTORY,
    "deploy.ts": `import { host, include } from "drover";
await include("one.ts");
await host.getFact("server.Kernl");
await include("none.ts");
`,
    "one.ts": "const a = ;\n",
  });
  const { stderr } = await here.droverWith({ DROVER_DENO: "" }, "check", "inventory.ts", "deploy.ts");
  const places = [...stderr.matchAll(/^(?:(\S+\.ts)$|\s+--> (\S+))/gm)].map(([, file, place]) =>
    file ?? place
  );
  assert.deepEqual(places, ["deploy.ts", "deploy.ts:3:20", "deploy.ts:4:15", "one.ts", "one.ts:1:11"]);
});

Deno.test("check names a missing deploy file and what was meant", async () => {
  await using here = await project({ "inventory.ts": INVENTORY, "deploy.ts": "export {};" });
  const { status, stderr } = await here.drover("check", "inventory.ts", "deplyo.ts");
  assert.equal(status, 65);
  assert.match(stderr, /There is no deploy file "deplyo\.ts"\n.*did you mean "deploy\.ts"\?/);
});

Deno.test("check uses the project's deno.json and brings its declarations up to date", async () => {
  await using here = await project({
    "deno.json": JSON.stringify({ imports: { "drover": "./.drover/drover.d.ts", "names": "./names.ts" } }),
    ".drover/drover.d.ts": "export const old: number;",
    "names.ts": "export const port = 1;",
    "inventory.ts": INVENTORY,
    "deploy.ts": `import { host } from "drover";\nexport const name: string = host.name;\n`,
  });
  const { status, stderr } = await here.drover("check", "inventory.ts", "deploy.ts");
  assert.equal(status, 0, stderr);
  assert.match(await here.read(".drover/drover.d.ts"), /DataTypes/);
});

const USAGE: [words: string[], says: RegExp][] = [
  [["check"], /check needs an inventory/],
  [["check", "@local", "server.shell"], /check takes deploy files, not "server\.shell"/],
  [["check", "@local", "--paralell", "3"], /Did you mean --parallel\?/],
  [["check", "@local", "deploy.ts", "--chdir", "nowhere"], /Cannot work in the directory "nowhere"/],
];

for (const [words, says] of USAGE) {
  Deno.test(`drover ${words.join(" ")} exits 64`, async () => {
    await using here = await project();
    const { status, stderr } = await here.drover(...words);
    assert.match(stderr, says);
    assert.equal(status, 64);
  });
}

Deno.test("a Deno that DROVER_DENO names must be one", async () => {
  await using here = await project({ "deploy.ts": "export {};" });
  const { status, stderr } = await here.droverWith(
    { DROVER_DENO: "/bin/false" },
    "check",
    "@local",
    "deploy.ts",
  );
  assert.equal(status, 64);
  assert.match(stderr, /DROVER_DENO names no Deno: "\/bin\/false"/);
});

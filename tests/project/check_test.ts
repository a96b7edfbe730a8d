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
  assert.match(stderr, /Property 'fiel' does not exist on type 'files' \(TS2339\)/);
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
    /does not provide an export named 'apt2'/,
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

/** What is wrong with the text of a project is told as that, at its line, before any host is connected. */

import assert from "node:assert/strict";
import { type Project, project } from "../support/cli.ts";

// deno-lint-ignore no-control-regex -- what colours are made of is what must not be there
const BUG = /This is a bug|E_BUG|file:\/\/|\x1b|\\x1b/;

/** Found before connecting. */
const TEXTS: [what: string, files: Record<string, string>, ...says: RegExp[]][] = [
  [
    "an export of Drover that is mistyped",
    { "deploy.ts": `import { fils } from "drover/operations";\nawait fils.put({});\n` },
    /E_DEPLOY_LOAD\]: "drover\/operations" exports no "fils"\n\s+--> deploy\.ts:1:10\n/,
    /hint: did you mean "files"\?/,
  ],
  [
    "a module of Drover that is mistyped",
    { "deploy.ts": `import { x } from "drover/operation";\nconsole.log(x);\n` },
    /E_DEPLOY_LOAD\]: There is no module "drover\/operation"\n\s+--> deploy\.ts:1:19\n/,
    /hint: did you mean "drover\/operations"\?/,
  ],
  [
    "a module of pyinfra's that has another name",
    { "deploy.ts": `import { python } from "drover/operations";\nconsole.log(python);\n` },
    /"drover\/operations" exports no "python"\n\s+--> deploy\.ts:1:10\n/,
    /hint: python is func here/,
  ],
  [
    "a module of pyinfra's that is imported by itself",
    { "deploy.ts": `import { call } from "drover/operations/python";\nconsole.log(call);\n` },
    /There is no module "drover\/operations\/python"/,
    /hint: drover\/operations\/python is drover\/operations\/func here/,
  ],
  [
    "a fact of pyinfra's that is in another module",
    { "deploy.ts": `import { Crontab } from "drover/facts/server";\nconsole.log(Crontab);\n` },
    /hint: server\.Crontab is crontab\.Crontab here/,
  ],
  [
    "a fact imported by a name that is mistyped",
    { "deploy.ts": `import { Wich } from "drover/facts/server";\nconsole.log(Wich);\n` },
    /"drover\/facts\/server" exports no "Wich"\n\s+--> deploy\.ts:1:10\n/,
    /hint: did you mean "Which"\?/,
  ],
  [
    "an operation that is looked for among the rest",
    { "deploy.ts": `import { apt } from "drover";\nconsole.log(apt);\n` },
    /"drover" exports no "apt"/,
    /hint: import { apt } from "drover\/operations"/,
  ],
  [
    "a file that is not there",
    { "deploy.ts": `import "./missin.ts";\n`, "missing.ts": "" },
    /E_DEPLOY_LOAD\]: Module not found ".*\/missin\.ts"\n\s+--> deploy\.ts:1:8\n/,
    /hint: did you mean "missing\.ts"\?/,
  ],
  [
    "a package that nothing maps",
    { "deploy.ts": `import "lodash";\n` },
    /There is no module "lodash"\n\s+--> deploy\.ts:1:8\n/,
  ],
  [
    "a name that a file of the project does not export",
    {
      "deploy.ts": `import { prot } from "./names.ts";\nconsole.log(prot);\n`,
      "names.ts": "export const port = 1;\n",
    },
    /"\.\/names\.ts" exports no "prot"\n\s+--> deploy\.ts:1:10\n/,
    /hint: did you mean "port"\?/,
  ],
  [
    "a syntax error in the deploy",
    { "deploy.ts": "const a = ;\n" },
    /E_DEPLOY_LOAD\]: Syntax error: expression expected\n\s+--> deploy\.ts:1:11\n/,
  ],
  [
    "a syntax error in an include",
    {
      "deploy.ts":
        `import { include } from "drover";\nfor (const one of ["a"]) await include(\`\${one}.ts\`);\n`,
      "a.ts": "let x = 1;\nlet x = 2;\n",
    },
    /--> a\.ts:2:5\n/,
  ],
  [
    "a syntax error in a template",
    {
      "deploy.ts":
        `import { files } from "drover/operations";\nawait files.template({ src: "a.j2", dest: "/a" });\n`,
      "a.j2": "x\n{% if %}\n",
    },
    /E_TEMPLATE\].*\n\s+--> a\.j2:2:1\n/,
  ],
  [
    "a mistyped import in the inventory",
    { "inventory.ts": `import { hosts } from "./host.ts";\nexport const web = hosts;\n`, "hosts.ts": "" },
    /E_INVENTORY_LOAD\]: inventory\.ts cannot be loaded: Module not found .*\n\s+--> inventory\.ts:1:23\n/,
    /hint: did you mean "hosts\.ts"\?/,
  ],
  [
    "a syntax error in data",
    { "group_data/all.ts": "export const a = ;\n" },
    /group_data\/all\.ts cannot be loaded: Syntax error: expression expected\n\s+--> group_data\/all\.ts:1:18\n/,
  ],
  [
    "a mistyped import in config.ts",
    { "config.ts": `import { x } from "./nope.ts";\nexport const parallel = x;\n` },
    /config\.ts cannot be loaded: Module not found .*\n\s+--> config\.ts:1:19\n/,
  ],
  [
    "YAML",
    { "group_data/all.yaml": "a: 1\nb: [1\n" },
    /no valid YAML: .*\n\s+--> group_data\/all\.yaml:3:1\n/,
  ],
  [
    "JSON",
    { "group_data/all.json": '{\n  "b": ]\n}' },
    /no valid JSON: .*\n\s+--> group_data\/all\.json:2:8\n/,
  ],
  [
    "an inventory that throws a text",
    { "inventory.ts": `throw "boom";\n` },
    /inventory\.ts cannot be loaded: it threw "boom"/,
  ],
  [
    "an inventory without hosts",
    { "inventory.ts": "export const port = 1;\n" },
    /E_INVENTORY_EMPTY\]: inventory\.ts exports no hosts/,
  ],
];

for (const [what, files, ...says] of TEXTS) {
  Deno.test(`a run tells ${what} before it connects`, async () => {
    await using here = await started(files);
    for (const env of [{}, { NO_COLOR: "", FORCE_COLOR: "1" }]) {
      const { status, stderr } = await here.droverWith(
        env,
        "inventory.ts",
        "deploy.ts",
        "--dry",
        "--color=never",
      );
      for (const said of says) assert.match(stderr, said);
      assert.doesNotMatch(stderr, BUG);
      assert.doesNotMatch(stderr, /Connected|host:/);
      assert.equal(status, 65, stderr);
    }
  });
}

/** Known only when the deploy runs. */
const RUNS: [what: string, deploy: string, status: number, ...says: RegExp[]][] = [
  [
    "an operation that is mistyped",
    `import { files } from "drover/operations";\nawait files.puts({ src: "a", dest: "/x" });\n`,
    65,
    /E_OPERATION_NAME\]: There is no operation "files\.puts"\n\s+--> deploy\.ts:2:13\n/,
    /hint: did you mean "put"\?/,
  ],
  [
    "a fact that is mistyped",
    `import { host } from "drover";\nimport { server } from "drover/facts";\nawait host.getFact(server.Kernl);\n`,
    65,
    /E_FACT_NAME\]: server\.Kernl is no fact: it is undefined\n\s+--> deploy\.ts:3:12\n/,
    /hint: did you mean "Kernel"\?/,
  ],
  [
    "a fact of pyinfra's that has another name",
    `import { host } from "drover";\nimport { server } from "drover/facts";\nawait host.getFact(server.Crontab);\n`,
    65,
    /E_FACT_NAME\]: server\.Crontab is no fact: it is undefined\n\s+--> deploy\.ts:3:12\n/,
    /hint: server\.Crontab is crontab\.Crontab here/,
  ],
  [
    "a fact that is mistyped as a method",
    `import { host } from "drover";\nawait host.fact.kernl();\n`,
    65,
    /There is no fact "kernl"\n\s+--> deploy\.ts:2:17\n/,
  ],
  [
    "a fact that is none yet, and asked with others",
    `import { facts, host } from "drover";\nlet f;\nawait Promise.all([host.getFact(facts.server.Kernel), host.getFact(f)]);\n`,
    65,
    /E_FACT_NAME\]: f is no fact: it is undefined\n\s+--> deploy\.ts:3:60\n/,
  ],
  [
    "an operation in place of a fact",
    `import { host } from "drover";\nimport { files } from "drover/operations";\nawait host.getFact(files.file);\n`,
    65,
    /files\.file is no fact: it is the operation files\.file/,
  ],
  [
    "what reads from a fact that is undefined",
    `import { facts, host } from "drover";\nconst file = await host.getFact(facts.files.File, { path: "/nowhere" });\nconsole.log(file.mode);\n`,
    1,
    /TypeError: Cannot read properties of .*\(reading 'mode'\)\n\s+--> deploy\.ts:3:18\n/,
  ],
  ["a text that is thrown", `throw "boom";\n`, 1, /deploy\.ts threw "boom"/, /hint: throw new Error/],
  ["null that is thrown", `throw null;\n`, 1, /deploy\.ts threw null/],
  [
    "a promise that is thrown",
    `throw Promise.resolve(1);\n`,
    1,
    /deploy\.ts threw Promise/,
    /hint: await the promise/,
  ],
  [
    "a module that throws",
    `import "./thrower.ts";\n`,
    1,
    /error\[E_USER\]: at import\n\s+--> thrower\.ts:1:7\n/,
  ],
  [
    "a module that import() does not find",
    `const name = "./gone.ts";\nawait import(name);\n`,
    65,
    /E_DEPLOY_LOAD\]: Module not found ".*gone\.ts"\n\s+--> deploy\.ts:2:/,
  ],
  [
    "modules that import each other",
    `import { b } from "./circle.ts";\nexport const a = b + 1;\n`,
    1,
    /Cannot access 'b' before initialization\n\s+--> deploy\.ts:2:18\n/,
    /hint: "b" comes from "\.\/circle\.ts", which imports this file in turn/,
  ],
];

for (const [what, deploy, expected, ...says] of RUNS) {
  Deno.test(`a run tells ${what}`, async () => {
    await using here = await started({
      "deploy.ts": deploy,
      "thrower.ts": `throw new Error("at import");\n`,
      "circle.ts": `import { a } from "./deploy.ts";\nexport const b = a + 1;\n`,
    });
    const { status, stderr } = await here.drover("@local", "deploy.ts", "--dry");
    for (const said of says) assert.match(stderr, said);
    assert.doesNotMatch(stderr, BUG);
    assert.equal(status, expected, stderr);
  });
}

for (
  const [what, files, words] of [
    ["a deploy", { "deploy.ts": "await new Promise(() => {});\n" }, ["@local", "deploy.ts", "--dry"]],
    ["an inventory", { "inventory.ts": "await new Promise(() => {});\n" }, [
      "inventory.ts",
      "deploy.ts",
      "--dry",
    ]],
  ] as const
) {
  Deno.test(`${what} that waits for ever is named, and ended by Ctrl-C`, async () => {
    await using here = await started(files);
    const child = here.start(...words);
    let told = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      told += text;
      if (/deploy\.ts is not at its end on @local|inventory\.ts and its data are not loaded/.test(told)) {
        child.kill("SIGINT");
      }
    }
    assert.equal((await child.status).code, 130, told);
    assert.match(told, /after [12]0 seconds/);
    assert.doesNotMatch(told, BUG);
    await child.stdout.cancel();
  });
}

function started(files: Record<string, string>): Promise<Project> {
  return project({
    "inventory.ts": `export const here = ["@local"];\n`,
    "deploy.ts": "export {};\n",
    ...files,
  });
}

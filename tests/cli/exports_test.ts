import assert from "node:assert/strict";
import { project } from "../support/cli.ts";
import { requirement } from "../support/skip.ts";

const TASKS = `
import { deploy, fact, host, operation, upload } from "drover";
import { files, server } from "drover/operations";

export const line = operation<{ path: string; text?: string }>("app.line", async function* ({ path, text = "?" }) {
  yield upload({ content: text + "\\n" }, path);
}, { parameters: { path: "string", text: "string?" } });

export const install = deploy("Install", async ({ path, tags }: { path: string; tags?: string[] }) => {
  tags?.push(host.name);
  await server.shell({ name: "Tell", commands: [\`echo "\${host.data.word} \${tags} $COLOR" > \${path}\`] });
}, { dataDefaults: { word: "default" } });

export async function message({ path }: { path: string }) {
  await files.template({ src: "message.j2", dest: path });
}
export default message;

export const Motd = fact<string, { path: string; upper?: boolean }>({
  name: "app.Motd",
  command: ({ path }) => \`cat \${path}\`,
  process: ([text = ""], { upper }) => upper ? text.toUpperCase() : text,
  parameters: { path: "string", upper: "boolean?" },
});

export const port = 8080;
export class Thing {}
`;

const FILES = {
  "tasks/motd.ts": TASKS,
  "tasks/message.j2": "hello {{ host.name }}\n",
  "tasks/throws.ts": `\nthrow new Error("it is broken");`,
  "tasks/syntax.ts": `export const message = ;`,
  "tasks/ambient.ts": `import { host } from "drover";\nexport const name = host.name;`,
  "tasks/empty.ts": "export {};",
  "deploy.ts": "export {};",
  "group_data/all.yaml": "word: hello\n",
  "odd:dir/odd:task.ts": `export { message } from "../tasks/motd.ts";`,
  "odd:dir/message.j2": "odd\n",
};

Deno.test("an operation of a file runs like a built-in one: words, arguments, global arguments", async () => {
  await using here = await project(FILES);
  const words = ["@local", "./tasks/motd.ts:line", `${here.path}/out`, "text=a b", "_chdir=/"];
  const dry = await here.drover(...words, "--dry", "--detailed-exitcode");
  assert.equal(dry.status, 2, dry.stderr);
  assert.match(dry.stderr, /app\.line/);
  assert.equal(await here.exists("out"), false);
  const { status, stderr } = await here.drover(...words, "-y");
  assert.equal(status, 0, stderr);
  assert.equal(await here.read("out"), "a b\n");
});

Deno.test(
  "a deploy() of a file has its defaults, data and global arguments, and each host its own arguments",
  {
    ignore: requirement("root"),
  },
  async () => {
    await using here = await project(FILES);
    const path = `${here.path}/out`;
    const { status, stderr } = await here.drover(
      "@local,@chroot//",
      "tasks/motd.ts:install",
      `path=${path}`,
      `tags=["a"]`,
      `_env={"COLOR":"red"}`,
      "-y",
      "--serial",
    );
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Install \| Tell/);
    assert.equal(await here.read("out"), "hello a,@chroot// red\n");
  },
);

for (const word of ["tasks/motd.ts:message", "./tasks/motd.ts:default"]) {
  Deno.test(`${word} calls a function, with templates beside its file`, async () => {
    await using here = await project(FILES);
    const { status, stderr } = await here.drover("@local", word, `path=${here.path}/out`, "-y");
    assert.equal(status, 0, stderr);
    assert.equal(await here.read("out"), "hello @local\n");
  });
}

Deno.test("colons in paths are paths: the last one stands before the export", async () => {
  await using here = await project(FILES);
  const { status, stderr } = await here.drover(
    "@local",
    "odd:dir/odd:task.ts:message",
    `path=${here.path}/out`,
    "-y",
  );
  assert.equal(status, 0, stderr);
  assert.equal(await here.read("out"), "odd\n");
});

Deno.test("facts of files are read beside built-in ones, with arguments", async () => {
  await using here = await project({ ...FILES, motd: "welcome\n" });
  const path = `${here.path}/motd`;
  const ended = await here.drover(
    "@local",
    "fact",
    "./tasks/motd.ts:Motd",
    path,
    "upper=true",
    "server.Kernel",
    "tasks/motd.ts:Motd",
    `path=${path}`,
  );
  assert.equal(ended.status, 0, ended.stderr);
  assert.deepEqual(JSON.parse(ended.stdout), {
    [`app.Motd ${path} upper=true`]: { "@local": "WELCOME" },
    "server.Kernel": { "@local": "Linux" },
    [`app.Motd path=${path}`]: { "@local": "welcome" },
  });
});

/** Words after `@local`, the status that they end with, and what standard error must say. */
const WRONG: [words: string[], status: number, ...says: RegExp[]][] = [
  [["tasks/modt.ts:message"], 65, /There is no file "tasks\/modt\.ts"/, /did you mean "motd\.ts"\?/],
  [["nowhere/motd.ts:message"], 65, /There is no file "nowhere\/motd\.ts"/],
  [["tasks/motd.ts:mesage"], 64, /exports no "mesage"/, /did you mean "message"\?/],
  [["tasks/motd.ts:zzzzzzzzzz"], 64, /exports no "zzzzzzzzzz"/, /it exports .*install.*line/],
  [["tasks/empty.ts:message"], 64, /exports no "message"/, /exports nothing of that kind/],
  [["tasks/motd.ts:toString"], 64, /exports no "toString"/],
  [
    ["tasks/motd.ts:port"],
    64,
    /"port" of tasks\/motd\.ts is no operation, deploy\(\) or function: it is 8080/,
  ],
  [["tasks/motd.ts:Thing"], 64, /"Thing" of tasks\/motd\.ts is no operation/],
  [["tasks/motd.ts:Motd"], 64, /it is a fact: drover INVENTORY fact tasks\/motd\.ts:Motd/],
  [["tasks/motd.ts:"], 64, /say which of its exports is meant/, /write tasks\/motd\.ts:NAME/],
  [["tasks/throws.ts:message"], 65, /it is broken/, /tasks\/throws\.ts:2/],
  [["tasks/syntax.ts:message"], 65, /tasks\/syntax\.ts:1/],
  [["tasks/ambient.ts:message"], 65, /host can only be used while Drover runs/, /tasks\/ambient\.ts:2/],
  [["tasks/motd.ts:line"], 64, /app\.line needs the argument "path"/],
  [["tasks/motd.ts:line", "/x", "txt=a"], 64, /app\.line has no argument "txt"/, /did you mean "text"\?/],
  [["tasks/motd.ts:install", "word"], 64, /no place for the word "word"/, /write each as NAME=VALUE/],
  [["tasks/motd.ts:install", "_sudo=perhaps"], 64, /_sudo/],
  [["tasks/motd.ts:install", "_sudoo=true"], 64, /has no argument "_sudoo"/, /did you mean "_sudo"\?/],
  [["tasks/motd.ts:line", "tasks/motd.ts:message"], 64, /One at a time/],
  [["tasks/motd.ts:line", "deploy.ts"], 64, /One at a time: "deploy\.ts"/],
  [["deploy.ts", "tasks/motd.ts:line"], 64, /stands after "deploy\.ts"/],
  [["fact", "tasks/motd.ts:Modt"], 64, /exports no "Modt"/, /did you mean "Motd"\?/],
  [["fact", "tasks/motd.ts:line"], 64, /is no fact/, /it can be run: drover INVENTORY tasks\/motd\.ts:line/],
  [["fact", "tasks/motd.ts:port"], 64, /"port" of tasks\/motd\.ts is no fact: it is 8080/, /it exports Motd/],
  [["fact", "tasks/motd.ts"], 64, /say which of its exports is meant/],
  [["fact", "motd.ts"], 64, /say which of its exports is meant/],
  [["fact", "tasks/motd.ts:Motd"], 64, /fact app\.Motd needs the argument "path"/],
  [["fact", "tasks/throws.ts:Motd"], 65, /it is broken/, /tasks\/throws\.ts:2/],
];

for (const [words, status, ...says] of WRONG) {
  Deno.test(`drover @local ${words.join(" ")} exits ${status} and says what is meant`, async () => {
    await using here = await project(FILES);
    const ended = await here.drover("@local", ...words, "--dry");
    for (const said of says) assert.match(ended.stderr, said);
    assert.equal(ended.status, status, ended.stderr);
    assert.equal(ended.stdout, "");
    assert.doesNotMatch(ended.stderr, /src\/(cli|engine|host|deploy)|This is a bug|Connected/);
  });
}

Deno.test("a function that fails is told with the user's line", async () => {
  await using here = await project({
    "task.ts": `export function message() {\n  throw new Error("not today");\n}\n`,
  });
  const ended = await here.drover("@local", "task.ts:message", "-y");
  assert.equal(ended.status, 1);
  assert.match(ended.stderr, /not today/);
  assert.match(ended.stderr, /task\.ts:2/);
});

Deno.test("the tasks of the quickstart run one by one", async () => {
  await using here = await project();
  const file = new URL("../../examples/quickstart/tasks/greet.ts", import.meta.url).pathname;
  const words = [`${file}:install`, "who=you", `dir=${here.path}/new`, "-y", "--detailed-exitcode"];
  const first = await here.drover("@local", ...words);
  assert.equal(first.status, 2, first.stderr);
  const second = await here.drover("@local", ...words);
  assert.equal(second.status, 0, second.stderr);
  const path = `${here.path}/new/greeting.txt`;
  const read = await here.drover("@local", "fact", `${file}:Greeting`, path);
  assert.deepEqual(JSON.parse(read.stdout), { [`quickstart.Greeting ${path}`]: { "@local": "Hello, you!" } });
  const alone = await here.drover("@local", `${file}:greet`, "you", path, "--dry", "--detailed-exitcode");
  assert.equal(alone.status, 0, alone.stderr);
});

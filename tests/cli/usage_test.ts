import assert from "node:assert/strict";
import { project } from "../support/cli.ts";

/** Words, the status that they end with, and what standard error must say. */
const WRONG: [words: string[], status: number, ...says: RegExp[]][] = [
  [[], 64, /Usage: drover/],
  [["--paralell", "3", "@local", "deploy.ts"], 64, /unknown option '--paralell'/, /--parallel/],
  [["@local", "deploy.ts", "--parallel", "many"], 64, /--parallel/, /whole number/],
  [["@local", "deploy.ts", "--fail-percent", "101"], 64, /percentage from 0 to 100/],
  [["@local"], 64, /E_USAGE.*Nothing to do/],
  [["@local", "exce", "--", "ls"], 64, /"exce" is neither/, /did you mean "exec"\?/],
  [["@local", "exec"], 64, /exec needs a command/],
  [["@local", "fact"], 64, /fact needs the name/],
  [["@local", "debug-inventory", "more"], 64, /Too many words: "more"/],
  [["@local", "deplyo.ts"], 65, /There is no deploy file "deplyo\.ts"/, /did you mean "deploy\.ts"\?/],
  [
    ["inventroy.ts", "deploy.ts"],
    65,
    /There is no inventory file "inventroy\.ts"/,
    /did you mean "inventory\.ts"\?/,
  ],
  [["@lokal", "deploy.ts"], 65, /@lokal/, /@local/],
  [
    ["@local", "fact", "server.Kernl"],
    64,
    /There is no fact "server\.Kernl"/,
    /did you mean "server\.Kernel"\?/,
  ],
  [["@local", "fact", "files.File", "pth=/"], 64, /files\.File/, /"pth"|"path"/],
  [["@local", "files.fil", "/x"], 64, /There is no operation "files\.fil"/, /did you mean "files\.file"\?/],
  [
    ["@local", "files.file", "path=/x", "mod=644", "--dry"],
    64,
    /files\.file has no argument "mod"/,
    /did you mean "mode"\?/,
  ],
  [
    ["@local", "files.template", "src=a", "dest=/x", "foo=bar", "--dry"],
    64,
    /files\.template has no argument "foo"/,
    /variables of the template go under data: { foo: … }/,
  ],
  [
    ["@local", "server.user", "app", "add_deploy_dir=false", "--dry"],
    64,
    /server\.user has no argument "addDeployDir"/,
    /keys are looked for beside the deploy/,
  ],
  [["@local", "fact", "server.Crontab"], 64, /There is no fact/, /server\.Crontab is crontab\.Crontab here/],
  [["@local", "python.call", "--dry"], 64, /func\.call needs the argument "function"/],
  [["@local", "files.file", "--dry"], 64, /files\.file needs the argument "path"/],
  [
    ["@local", "files.file", "/x", "present=maybe", "--dry"],
    64,
    /files\.file: present must be true or false: it is "maybe"/,
    /write true, yes, on or 1/,
  ],
  [["@local", "server.wait", "soon", "--dry"], 64, /server\.wait: port must be a number: it is "soon"/],
  [
    ["@local", "server.wait", "80", "_sudo=perhaps", "--dry"],
    64,
    /server\.wait: _sudo must be true or false/,
  ],
  [
    ["@local", "apt.packages", 'packages=["nginx", 5]', "--dry"],
    64,
    /apt\.packages: packages\[1\] must be a string: it is 5/,
  ],
  [
    ["@local", "fact", "server.Port", "port=22", "protocol=tpc"],
    64,
    /fact server\.Port: protocol must be "tcp" or "udp": it is "tpc"/,
    /did you mean "tcp"\?/,
  ],
  [["@local", "server.hostname", "a", "b", "c"], 64, /has no place for the word "c"/],
  [["@local", "deploy.ts", "--data", "novalue"], 65, /novalue/],
  [["@local", "deploy.ts", "--config", "cfg.ts"], 65, /There is no configuration file "cfg\.ts"/],
  [["@local", "deploy.ts", "--chdir", "nowhere"], 64, /Cannot work in the directory "nowhere"/],
  [
    ["@local", "deploy.ts", "--sudo-password-file", "none", "--use-sudo-password"],
    64,
    /Cannot read the password file "none"|there is no terminal/,
  ],
  [["inventory.ts", "deploy.ts", "--limit", "web_server", "--dry"], 3, /web_server/, /web_servers/],
];

for (const [words, status, ...says] of WRONG) {
  Deno.test(`drover ${words.join(" ")} exits ${status} and says what is meant`, async () => {
    await using here = await project({
      "deploy.ts": "export {};",
      "inventory.ts": `export const web_servers = ["@local"];`,
    });
    const ended = await here.drover(...words);
    for (const said of says) assert.match(ended.stderr, said);
    assert.equal(ended.status, status, ended.stderr);
    assert.equal(ended.stdout, "");
    assert.doesNotMatch(ended.stderr, /src\/(cli|engine|host)|This is a bug/);
  });
}

Deno.test("drover --help shows the forms, flags in groups and exit statuses on standard output", async () => {
  await using here = await project();
  const { status, stdout } = await here.drover("--help");
  assert.equal(status, 0);
  for (
    const part of ["INVENTORY deploy.ts", "Targeting:", "--limit", "Privilege:", "--sudo", "Exit statuses"]
  ) {
    assert.ok(stdout.includes(part), part);
  }
});

Deno.test("drover --version prints the version", async () => {
  await using here = await project();
  assert.match((await here.drover("--version")).stdout, /^drover \d+\.\d+\.\d+\n$/);
});

Deno.test("flags have twins in the environment", async () => {
  await using here = await project({
    "deploy.ts": `import { server } from "drover/operations";
await server.shell({ commands: ["touch made"], _chdir: Deno.cwd() });`,
  });
  const ended = await here.droverWith({ DROVER_DRY: "1" }, "@local", "deploy.ts", "-y");
  assert.equal(ended.status, 0, ended.stderr);
  assert.equal(await here.exists("made"), false);
});

Deno.test("arguments of one operation are read by their kinds", async () => {
  await using here = await project({ "made": "" });
  const ended = await here.drover("@local", "files.file", `${here.path}/made`, "present=no", "-y");
  assert.equal(ended.status, 0, ended.stderr);
  assert.equal(await here.exists("made"), false);
});

/** Calls with values that only a run can tell to be wrong, and what is said of them. */
const KINDS: [call: string, ...says: RegExp[]][] = [
  ['files.file({ path: "/x", ...given })', /files\.file: present must be true or false: it is "no"/],
  [
    "host.getFact(facts.files.File, { path: [given.present] })",
    /fact files\.File: path must be a string: it is \[ "no" \]/,
  ],
  ["func.call({ function: () => {}, args: given.present })", /func\.call: args must be a list: it is "no"/],
  ["nested(given)", /files\.file: present must be true or false: it is "no"/],
];

for (const [call, ...says] of KINDS) {
  Deno.test(`${call} is refused at its line`, async () => {
    await using here = await project({
      "deploy.ts": `import { facts, host, operation } from "drover";
import { files, func } from "drover/operations";
const given = JSON.parse('{"present": "no"}');
const nested = operation<{ present: boolean }>("my.nested", async function* ({ present }) {
  yield* files.file.steps({ path: "/x", present });
});
await ${call};`,
    });
    const ended = await here.drover("@local", "deploy.ts", "--dry");
    for (const said of says) assert.match(ended.stderr, said);
    assert.match(ended.stderr, /E_ARGUMENT/);
    assert.match(ended.stderr, /deploy\.ts:7:/);
    assert.equal(ended.status, 1, ended.stderr);
  });
}

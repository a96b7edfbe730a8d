import assert from "node:assert/strict";
import { type Project, project } from "../support/cli.ts";
import { requirement } from "../support/skip.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

const FILES = {
  "inventory.ts": `export const web_servers = ["web-01", "web-02"];
export const db_servers = ["db-01"];
`,
  "deploy.ts": "export {};",
  "my deploy.ts": "export {};",
  "tasks/one.ts": `export const line: Line = operation("x.line", body);
export const install = deploy("Install", body);
export async function message() {}
export const Motd = fact<string>({ name: "x.Motd" });
export const port = 8080;
`,
  "notes.txt": "",
  "private.key": "",
};

/**
 * Presses Tab again where nothing came: an inventory that a busy machine has not loaded within two seconds is not
 * waited for.
 */
async function pressTab(ask: () => Promise<string>): Promise<string> {
  for (let presses = 1;; presses++) {
    const answer = await ask();
    if (answer.trim() !== "" || presses === 5) return answer;
  }
}

async function complete(here: Project, ...words: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await here.drover("__complete", "--", ...words);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  return stdout.trimEnd().split("\n").map((line) => line.split("\t")[0]!).filter((word) => word !== "");
}

/** Words before, the one that is typed, and all that may come of it. */
const EXACT: [words: string[], ...candidates: string[]][] = [
  [["in"], "init", "inventory.ts"],
  [["@lo"], "@local"],
  [["inventory.ts", "debug"], "debug-inventory"],
  [["inventory.ts", "de"], "debug-inventory", "deploy.ts"],
  [["inventory.ts", "files.unar"], "files.unarchive"],
  [["inventory.ts", "files.link", "sy"], "symbolic="],
  [["inventory.ts", "files.link", "path=/x", "pa"]],
  [["inventory.ts", "files.link", "_sudoU"], "_sudoUser="],
  [["inventory.ts", "files.link", "symbolic="], "symbolic=true", "symbolic=false"],
  [["inventory.ts", "files.link", "_sudo=f"], "_sudo=false"],
  [["inventory.ts", "files.link", "path="]],
  [["inventory.ts", "fact", "server.Port", "protocol="], "protocol=tcp", "protocol=udp"],
  [["inventory.ts", "fact", "server.KernelV"], "server.KernelVersion"],
  [["inventory.ts", "fact", "files.File", "pat"], "path="],
  [["inventory.ts", "exec", "--", "l"]],
  [["inventory.ts", "exec", "--", "--li"]],
  [["inventory.ts", "deploy.ts", "ta"], "tasks/"],
  [["inventory.ts", "tasks/"], "tasks/one.ts"],
  [["inventory.ts", "tasks/one.ts:"], "tasks/one.ts:line", "tasks/one.ts:install", "tasks/one.ts:message"],
  [["inventory.ts", "./tasks/one.ts:me"], "./tasks/one.ts:message"],
  [["inventory.ts", "fact", "tasks/"], "tasks/one.ts"],
  [["inventory.ts", "fact", "tasks/one.ts:"], "tasks/one.ts:Motd"],
  [["inventory.ts", "tasks/two.ts:"]],
  [
    ["inventory.ts", "deploy.ts", "--limit", ""],
    "web_servers",
    "db_servers",
    "inventory",
    "all",
    "web-01",
    "web-02",
    "db-01",
  ],
  [["inventory.ts", "--exclude=web"], "--exclude=web_servers", "--exclude=web-01", "--exclude=web-02"],
  [["--limit", "x", "inventory.ts", "-l", "db"], "db_servers", "db-01"],
  [["web-01,web-02", "-l", "web"], "web-01", "web-02"],
  [["--limit", "web"]],
  [["@local", "--color", "a"], "auto", "always"],
  [["@local", "--ssh-key", "p"], "private.key"],
  [["@local", "--chdir", ""], "tasks/"],
  [["@local", "--sudo-u"], "--sudo-user"],
  [["@local", "--port"]],
  [["check", "inventory.ts", "my"], "my deploy.ts"],
  [["check", "inventory.ts", "--limit", "web-"], "web-01", "web-02"],
  [["init", ""], "tasks/"],
  [["init", "--"], "--help"],
  [["completions", ""], "bash", "zsh", "fish"],
  [["missing.ts", "deploy.ts", "--limit", "w"]],
];

for (const [words, ...candidates] of EXACT) {
  Deno.test(`completing "${words.join(" ")}" gives ${candidates.join(", ") || "nothing"}`, async () => {
    await using here = await project(FILES);
    const ask = async () => (await here.drover("__complete", "--", ...words)).stdout;
    const stdout = candidates.length === 0 ? await ask() : await pressTab(ask);
    const found = stdout.split("\n").filter((line) => line !== "").map((line) => line.split("\t")[0]!);
    assert.deepEqual(found.toSorted(), candidates.toSorted());
  });
}

Deno.test("every operation and fact is completed, hidden flags are not", async () => {
  await using here = await project(FILES);
  const first = await complete(here, "");
  for (
    const word of ["init", "types", "check", "completions", "convert", "inventory.ts", "@docker/", "tasks/"]
  ) {
    assert.ok(first.includes(word), word);
  }
  assert.ok(!first.includes("notes.txt"));
  assert.ok((await complete(here, "@local", "")).includes("files."));
  assert.ok((await complete(here, "@local", "apt.")).includes("apt.packages"));
  assert.ok((await complete(here, "@local", "fact", "")).includes("server."));
  const flags = await complete(here, "@local", "--");
  assert.ok(flags.includes("--dry") && flags.includes("--help"));
  assert.ok(!flags.includes("--same-sudo-password"));
});

Deno.test("completing hosts reaches no network, whatever the configuration asks for, and waits for nobody", async () => {
  let asked = 0;
  await using server = Deno.serve({ port: 0, onListen: () => {} }, () => {
    asked++;
    return Response.json(["web-01"]);
  });
  await using here = await project({
    "config.ts": "export const permissions = { net: true };",
    "inventory.ts": `export const web = await (await fetch("http://127.0.0.1:${server.addr.port}")).json();`,
    "slow.ts": "await new Promise(() => setInterval(() => {}, 1000));",
  });
  assert.deepEqual(await complete(here, "inventory.ts", "deploy.ts", "--limit", "w"), []);
  assert.equal(asked, 0);
  const start = performance.now();
  const { stdout } = await here.drover("__complete", "--", "slow.ts", "--limit", "w");
  assert.equal(stdout, "");
  assert.ok(performance.now() - start < 10_000);
});

Deno.test("names with control characters are not offered", async () => {
  await using here = await project({
    "inventory.json": JSON.stringify({ web: ["web-01"] }),
    "a\u001b[31m.ts": "",
  });
  assert.ok(!(await complete(here, "@local", "")).some((word) => word.includes("\u001b")));
});

Deno.test("completions for a shell that has none exit 64", async () => {
  await using here = await project();
  for (
    const [words, says] of [[[], /needs the name/], [["bsh"], /did you mean "bash"/], [
      ["zsh", "x"],
      /also "x"/,
    ]]
  ) {
    const { status, stderr } = await here.drover("completions", ...words as string[]);
    assert.equal(status, 64);
    assert.match(stderr, says as RegExp);
  }
});

/** Runs a shell with `drover` on its PATH, in the project. */
async function inShell(here: Project, ...words: string[]): Promise<string> {
  await here.write("bin/drover", `#!/bin/sh\nexec '${Deno.execPath()}' run -A '${MAIN}' "$@"\n`);
  await Deno.chmod(`${here.path}/bin/drover`, 0o755);
  const [program, ...args] = words;
  const { stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd: here.path,
    env: { PATH: `${here.path}/bin:${Deno.env.get("PATH")}`, TERM: "dumb" },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

/** A line, and what bash is to put after the last character that it splits words at. */
const BASH_LINES: [line: string, ...replies: string[]][] = [
  ["drover @lo", "@local"],
  ["drover inventory.ts files.unar", "files.unarchive"],
  ["drover inventory.ts files.link symb", "symbolic="],
  ["drover inventory.ts --limit=web-", "web-01", "web-02"],
  ["drover inventory.ts --limit=@", ""],
  ["drover inventory.ts my", "mysql.", "my\\ deploy.ts"],
  ['drover inventory.ts "my', "mysql.", "my deploy.ts"],
];

Deno.test("bash completes", { ignore: requirement("bash") }, async () => {
  await using here = await project(FILES);
  for (const [line, ...replies] of BASH_LINES) {
    const script = `source <(drover completions bash)
complete -p drover >/dev/null || exit 1
COMP_LINE=$1 COMP_POINT=\${#1}
_drover
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const ask = () => inShell(here, "bash", "--norc", "-c", script, "bash", line);
    const said = replies.join("") === "" ? await ask() : await pressTab(ask);
    assert.deepEqual(said.trimEnd().split("\n"), replies, line);
  }
});

Deno.test("fish completes", { ignore: requirement("fish") }, async () => {
  await using here = await project(FILES);
  const script = "drover completions fish | source; complete -C $argv[1]";
  const ask = (line: string) => pressTab(() => inShell(here, "fish", "--no-config", "-c", script, line));
  assert.equal(await ask("drover inventory.ts files.unar"), "files.unarchive\n");
  assert.equal(await ask("drover inventory.ts --limit web-"), "web-01\thost\nweb-02\thost\n");
  assert.equal(await ask("drover @lo"), "@local\n");
  assert.match(await ask("drover inventory.ts --dr"), /^--dry\tend after the plan\n/);
});

Deno.test("zsh completes", { ignore: requirement("zsh") }, async () => {
  await using here = await project(FILES);
  // A zsh of its own behind a pseudo-terminal, as completion exists only where a person types.
  const script = `zmodload zsh/zpty
zpty -b inner zsh -f -i
zpty -w inner 'PS1=; autoload -Uz compinit; compinit -u -d $TMPDIR/zcompdump; source <(drover completions zsh); echo READY'
zpty -r inner said '*READY*READY*'
zpty -w -n inner $'drover inventory.ts files.unar\\t'
zpty -r inner said '*files.unarchive*' && print -r -- "DONE $said"`;
  const said = await inShell(here, "timeout", "30", "zsh", "-f", "-c", script);
  assert.match(said, /DONE [\s\S]*files\.unarchive/);
});

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readDirective, readSeconds } from "../../src/connectors/ssh2/config_lines.ts";
import { readJump, readSettings, type Settings } from "../../src/connectors/ssh2/settings.ts";

const ignore = await Deno.stat("/usr/bin/ssh").then(() => false, () => true);
const home = "/root";

async function settings(
  text: string,
  host: string,
  options: string[] = [],
  kerberos = false,
): Promise<Settings> {
  return await readSettings(options, text, {
    host,
    home,
    localUser: "root",
    uid: 0,
    localHostname: Deno.hostname(),
    kerberos,
    env: (name) => name === "SSH_AUTH_SOCK" ? "/agent" : Deno.env.get(name),
    read: (path) => Deno.readTextFile(path).catch(() => undefined),
    list: (directory) => Array.fromAsync(Deno.readDir(directory), ({ name }) => name).catch(() => []),
  });
}

/** What ssh itself makes of it; nothing when it refuses. */
async function sshG(
  text: string,
  host: string,
  options: string[] = [],
): Promise<Record<string, string[]> | undefined> {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, text);
  const args = ["-G", "-F", file, ...options.flatMap((option) => ["-o", option]), "--", host];
  const output = await new Deno.Command("ssh", { args, env: { SSH_AUTH_SOCK: "/agent" } }).output();
  await Deno.remove(file);
  if (!output.success) return undefined;
  const values: Record<string, string[]> = {};
  for (const line of new TextDecoder().decode(output.stdout).trimEnd().split("\n")) {
    const [name = "", ...words] = line.split(" ");
    (values[name] ??= []).push(words.join(" "));
  }
  return values;
}

/** Compares everything that ssh tells. */
async function agree(text: string, host: string, options: string[] = []): Promise<Settings | undefined> {
  const theirs = await sshG(text, host, options);
  const ours = await settings(text, host, options);
  if (theirs === undefined) return undefined;
  const one = (name: string): string | undefined => theirs[name]?.[0];
  const tilde = (paths: string[]): string[] => paths.map((path) => path.replace(/^~(?=\/)/, home));
  const context = `${host}\n${options.join("\n")}\n---\n${text}`;
  const jumps = ours.jumps.map(({ user, host: name, port }) =>
    `${user === undefined ? "" : `${user}@`}${name.includes(":") ? `[${name}]` : name}${
      port === undefined ? "" : `:${port}`
    }`
  ).join(",");
  assert.deepEqual({
    hostname: ours.hostname,
    port: String(ours.port),
    user: ours.user,
    connecttimeout: ours.connectTimeout === 0 ? "none" : String(ours.connectTimeout),
    serveraliveinterval: String(ours.aliveInterval),
    serveralivecountmax: String(ours.aliveCountMax),
    strict: ours.strictness,
    userknownhostsfile: ours.userKnownHosts,
    globalknownhostsfile: ours.globalKnownHosts,
    hashknownhosts: ours.hashKnownHosts,
    identitiesonly: ours.identitiesOnly,
    forwardagent: ours.forwardAgent,
    hostkeyalias: ours.hostKeyAlias,
    jumps: jumps === "" ? undefined : jumps,
    sendenv: ours.sendEnv,
    identityFiles: ours.identityFiles.filter((path) => !/%|\$/.test(path)),
  }, {
    hostname: one("hostname"),
    port: one("port"),
    user: one("user"),
    connecttimeout: one("connecttimeout"),
    serveraliveinterval: one("serveraliveinterval"),
    serveralivecountmax: one("serveralivecountmax"),
    strict: ({ true: "yes", false: "no" } as Record<string, string>)[one("stricthostkeychecking")!] ??
      one("stricthostkeychecking"),
    userknownhostsfile: one("userknownhostsfile") === "none"
      ? []
      : tilde(one("userknownhostsfile")!.split(" ")),
    globalknownhostsfile: one("globalknownhostsfile") === "none"
      ? []
      : one("globalknownhostsfile")!.split(" "),
    hashknownhosts: one("hashknownhosts") === "yes",
    identitiesonly: one("identitiesonly") === "yes",
    forwardagent: one("forwardagent") === "yes",
    hostkeyalias: one("hostkeyalias"),
    jumps: one("proxyjump"),
    sendenv: theirs["sendenv"] ?? [],
    identityFiles: tilde(theirs["identityfile"] ?? []).filter((path) => path !== "none"),
  }, context);
  return ours;
}

Deno.test({ name: "written configurations mean what ssh says they mean", ignore }, async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${directory}/a.conf`,
    "Port 1001\nHost web-*\n  User fromA\nHost *\n  HashKnownHosts yes\n",
  );
  await Deno.writeTextFile(`${directory}/b.conf`, "Host nothing\n  User no\nMatch all\n  ForwardAgent yes\n");
  const texts = [
    "",
    "Host web-01\n  HostName 10.0.0.1\n  User=deploy\n  Port = 2222\nHost *\n  User other\n  Port 22\n",
    'Host "web-01" db\n  IdentityFile "~/.ssh/my key"\n  IdentityFile ~/.ssh/other\n  IdentitiesOnly yes # always\n',
    "Host * !web-01\n  User other\nHost web-?? \n  HostName %h.example.com\n",
    `Include ${directory}/*.conf\nHost web-01\n  Port 7\n`,
    `Host web-01\n  Include ${directory}/a.conf\nHost other\n  Include ${directory}/b.conf\nPort 9\n`,
    "Match host web-01\n User a\nMatch originalhost web-* user a\n Port 99\nMatch !host web-01\n Port 98\n",
    "HostName target.example.com\nMatch host target.example.com\n User matched\nMatch originalhost target.*\n Port 3\n",
    "Match host web-*,!web-01\n Port 5\nMatch host WEB-01,x\n Port 6\n",
    "Match user nobody\n Port 5\nMatch localuser root\n User switched\nMatch user switched\n Port 77\n",
    "Match final all\n Port 42\nHost web-01\n HostName other\nMatch final host other\n User late\n",
    "Match canonical all\n Port 42\nMatch !final all\n User early\nMatch final\n User late\n",
    "ProxyJump alice@bastion:2200,[::1]:22\nHost *\nProxyJump none\n",
    "ProxyJump none\nProxyJump other\n",
    "UserKnownHostsFile ~/.ssh/a /tmp/%h-%p\nGlobalKnownHostsFile none\nStrictHostKeyChecking off\n",
    "ServerAliveInterval 1m\nServerAliveCountMax 9\nConnectTimeout 1m30\nStrictHostKeyChecking accept-new\n",
    "SendEnv LANG LC_*\nSendEnv FOO -LANG\nSetEnv A=b C=d\n",
    "IdentityFile none\nHostKeyAlias Alias\nIdentityFile ~/.ssh/x\nIdentityFile ~/.ssh/x\n",
    "Match final\nUser bob\nHost web-*\nHostName target\nSendEnv LANG\nHost target\nPort 7\n",
    "  \t# comment\n\tHOST\tweb-01\t\n\tpOrT\t=\t44\r\n",
  ];
  for (const text of texts) {
    for (const host of ["web-01", "WEB-01", "db", "other"]) {
      const ours = await agree(text, host);
      assert.deepEqual(ours?.doubts, [], text);
    }
    await agree(text, "web-01", ["Port=1", "User=data", "HostName=127.0.0.1"]);
  }
  await Deno.remove(directory, { recursive: true });
});

const hosts = ["web-01", "web-02", "db", "a.example.com"];
const pattern = fc.constantFrom(
  "*",
  "web-*",
  "web-0?",
  "db",
  "!db",
  "!web-01",
  "*.example.com",
  "nothing",
  "target",
);
const directive = fc.oneof(
  fc.constantFrom("alice", "bob", "root").map((user) => `User ${user}`),
  fc.integer({ min: 1, max: 65535 }).map((port) => `Port ${port}`),
  fc.constantFrom("target", "%h.internal", "10.1.2.3", "x%%y").map((name) => `HostName ${name}`),
  fc.constantFrom("yes", "no").map((flag) => `IdentitiesOnly=${flag}`),
  fc.constantFrom("yes", "no", "ask", "accept-new", "off").map((value) => `StrictHostKeyChecking ${value}`),
  fc.constantFrom('"~/.ssh/one two"', "~/.ssh/id", "/abs/key", "none").map((path) => `IdentityFile ${path}`),
  fc.integer({ min: 1, max: 500 }).map((seconds) => `ServerAliveInterval ${seconds}`),
  fc.constantFrom("LANG", "LC_* X", "-LANG").map((names) => `SendEnv ${names}`),
  fc.constantFrom("bastion", "u@bastion:22", "none").map((jump) => `ProxyJump ${jump}`),
);
const criterion = fc.oneof(
  pattern.map((one) => `host ${one}`),
  pattern.map((one) => `!originalhost ${one}`),
  fc.constantFrom("user alice", "user *,!bob", "!user root", "localuser root", "final"),
);
const block = fc.oneof(
  fc.array(pattern, { minLength: 1, maxLength: 3 }).map((patterns) => `Host ${patterns.join(" ")}`),
  fc.array(criterion, { minLength: 1, maxLength: 3 }).map((criteria) => `Match ${criteria.join(" ")}`),
  fc.constant("Match all"),
);
const text = fc.array(fc.oneof(directive, directive, block), { maxLength: 14 }).map((lines) =>
  lines.join("\n")
);

Deno.test({ name: "generated configurations mean what ssh says they mean", ignore }, async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(...hosts), async (config, host) => {
      await agree(config, host);
    }),
    { numRuns: 400 },
  );
});

Deno.test("what only OpenSSH can follow is named, with its place", async () => {
  const doubts = async (config: string, kerberos = false): Promise<string[]> =>
    (await settings(config, "web-01", [], kerberos)).doubts;
  for (
    const line of [
      "ProxyCommand nc %h %p",
      "PKCS11Provider /lib/x.so",
      "CanonicalizeHostname yes",
      "CertificateFile ~/.ssh/c",
      "Ciphers aes256-ctr",
      "KbdInteractiveDevices pam",
      "Compression yes",
      "BindAddress 10.0.0.1",
      "HostbasedAuthentication yes",
      "Match exec true",
      "NeverHeardOf yes",
    ]
  ) {
    assert.equal((await doubts(`${line}\n`)).length, 1, line);
  }
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/c`, "\nHost web-*\n  ProxyCommand x\n");
  assert.deepEqual(await doubts(`Include ${directory}/c\n`), [`ProxyCommand (${directory}/c line 3)`]);
  await Deno.remove(directory, { recursive: true });
  for (
    const line of [
      "ProxyCommand none",
      "GSSAPIAuthentication yes",
      "IgnoreUnknown UseKeychain\nUseKeychain yes",
      "Host other\n ProxyCommand x",
      "Match host other exec false\n Port 3",
      "ControlMaster auto\nControlPath x\nLogLevel DEBUG\nAddKeysToAgent yes\nForwardX11 yes",
      "User one\nProxyCommand none\nProxyCommand late",
    ]
  ) {
    assert.deepEqual(await doubts(`${line}\n`), [], line);
  }
  assert.equal((await doubts("GSSAPIAuthentication yes\n", true)).length, 1);
  assert.equal((await doubts('User "unclosed\n')).length, 1);
});

Deno.test("values", async () => {
  assert.equal(readDirective("# only a comment"), undefined);
  assert.deepEqual(readDirective('A="b c" d\\ e f#g # h'), { name: "a", args: ["b c", "d e", "f#g"] });
  assert.deepEqual(["90", "1m30s", "2h", "", "x", "1w1d"].map(readSeconds), [
    90,
    90,
    7200,
    undefined,
    undefined,
    691200,
  ]);
  assert.deepEqual(readJump("ssh://u@h:2"), { user: "u", host: "h", port: 2 });
  assert.deepEqual(readJump("me@corp@h"), { user: "me@corp", host: "h", port: undefined });
  assert.equal(readJump("-oProxyCommand=x"), undefined);
  const { agent, methods, setEnv } = await settings(
    "IdentityAgent none\nPasswordAuthentication no\nSetEnv A=1 A=2\n",
    "h",
  );
  assert.deepEqual([agent, methods, setEnv], [undefined, ["publickey", "keyboard-interactive"], { A: "1" }]);
  assert.equal((await settings("", "h")).agent, "/agent");
  assert.deepEqual((await settings("PreferredAuthentications password,publickey\n", "h")).methods, [
    "password",
    "publickey",
  ]);
});

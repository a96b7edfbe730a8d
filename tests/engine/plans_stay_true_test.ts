/** Whatever a deploy does, its plans must not make a difference: it ends as if every operation looked again. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { sh } from "../../src/command/mod.ts";
import { fact, host, inventory, operation, type OperationResult } from "../../src/host/mod.ts";
import { files, func } from "../../src/operations/mod.ts";
import { outcomes, runDeploy, type TestRun } from "../support/run.ts";
import { requirement } from "../support/skip.ts";

const Text = fact<string, { path: string }>({
  name: "true.Text",
  command: ({ path }) => sh`cat ${path} 2>/dev/null || true`,
  default: () => "",
});

const shell = operation<{ commands: string[] }>("true.shell", async function* ({ commands }) {
  yield* commands;
});

const write = operation<{ path: string; text: string }>("true.write", async function* ({ path, text }) {
  if (await host.getFact(Text, { path }) !== text) yield sh`printf %s ${text} > ${path}`;
});

/** Asks something after its first step, so that its plan is only a forecast. */
const double = operation<{ path: string }>("true.double", async function* ({ path }) {
  const before = await host.getFact(Text, { path });
  yield sh`printf %s ${before} >> ${path}`;
  if ((await host.getFact(Text, { path })).length > 40) yield sh`printf short > ${path}`;
});

const copyFromPeer = operation<{ peer: string; from: string; path: string }>(
  "true.copyFromPeer",
  async function* ({ peer, from, path }) {
    const text = await inventory.getHost(peer).getFact(Text, { path: from });
    if (await host.getFact(Text, { path }) !== text) yield sh`printf %s ${text} > ${path}`;
  },
);

const KINDS = [
  "write",
  "append",
  "put",
  "line",
  "upload",
  "download",
  "function",
  "nested",
  "double",
  "peer",
  "if",
  "result",
  "ignore",
  "keep going",
  "retry",
  "once",
  "serial",
  "precondition",
  "failing check",
  "fail",
  "missing",
] as const;

/** An operation of a random deploy: what it does to one of three files. */
const action = fc.record({
  kind: fc.constantFrom(...KINDS),
  file: fc.constantFrom("a", "b", "c"),
  text: fc.constantFrom("x", "y"),
  /** On which of the hosts: the others leave the call out. */
  hosts: fc.constantFrom("all", "first", "others"),
  together: fc.boolean(),
});
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

const HOSTS = { "@local": { first: true }, "@chroot/2": {}, "@chroot/3": {} };

/** Ways of going over hosts, and whether hosts that look at each other end the same each time. */
const WAYS: { name: string; test: Partial<TestRun>; peers: boolean }[] = [
  { name: "one host", test: { hosts: { "@local": { first: true } } }, peers: true },
  { name: "live", test: { hosts: { "@local": { first: true } }, request: { live: true } }, peers: true },
  { name: "together", test: { hosts: HOSTS }, peers: true },
  { name: "serial", test: { hosts: HOSTS, request: { strategy: "serial" } }, peers: true },
  { name: "no-wait", test: { hosts: HOSTS, request: { strategy: "no-wait" } }, peers: false },
];

async function perform(actions: readonly Action[], root: string, peers: boolean): Promise<void> {
  const directoryOf = (name: string) => `${root}/${name.replaceAll("/", "_")}`;
  const own = directoryOf(host.name);
  let last: OperationResult = await shell({ name: "first", commands: [`mkdir -p ${own}`] });
  const open: Promise<unknown>[] = [];
  for (const [index, { kind, file, text, hosts, together }] of actions.entries()) {
    const isFirst = host.data.get("first") === true;
    if (hosts !== "all" && (hosts === "first") !== isFirst) continue;
    const path = `${own}/${file}`;
    const local = `${root}/controller-${host.name.replaceAll("/", "_")}-${file}`;
    const name = `${index} ${kind}`;
    const append = (what: string) => `printf ${what} >> ${path}`;
    const call = (): Promise<OperationResult> | undefined => {
      switch (kind) {
        case "write":
          return write({ name, path, text });
        case "append":
          return shell({ name, commands: [append(text)] });
        case "put":
          return files.put({ name, src: { content: `${text}\n` }, dest: path });
        case "line":
          return files.line({ name, path, line: text });
        case "upload":
          return files.put({ name, src: local, dest: path, assumeExists: true, _ignoreErrors: true });
        case "download":
          return files.get({ name, src: path, dest: local, _ignoreErrors: true });
        case "function":
          return func.call({
            name,
            function: () => Deno.writeTextFile(index % 2 ? path : local, `f${index}`),
          });
        case "nested":
          return func.call({ name, function: async () => void await write({ name: "inner", path, text }) });
        case "double":
          return double({ name, path });
        case "peer": {
          const peer = isFirst ? "@chroot/2" : "@local";
          const from = `${directoryOf(peer)}/${file}`;
          const isThere = inventory.hosts.some((one) => one.name === peer);
          return peers && isThere ? copyFromPeer({ name, peer, from, path }) : undefined;
        }
        case "if":
          return shell({ name, commands: [append("i")], _if: last });
        case "result":
          return func.call({ name, function: () => Deno.writeTextFile(path, String(last.didChange())) });
        case "ignore":
          return shell({ name, commands: [append("g"), "false", append("h")], _ignoreErrors: true });
        case "keep going":
          return shell({
            name,
            commands: ["false", append("k")],
            _ignoreErrors: true,
            _continueOnError: true,
          });
        case "retry":
          return shell({
            name,
            commands: [append("r"), `[ $(wc -c < ${path}) -gt 3 ]`],
            _retries: 1,
            _retryDelay: 0,
            _ignoreErrors: true,
          });
        case "once":
          // Which host comes first is chance where each goes at its own pace.
          return peers ? shell({ name, commands: [append("o")], _runOnce: true }) : undefined;
        case "serial":
          return shell({ name, commands: [append("s")], _serial: true });
        case "precondition":
          return shell({ name, commands: [append("p")], _precondition: append("q"), _ignoreErrors: true });
        case "failing check":
          return write({ name, path, text, _postcondition: "false", _ignoreErrors: true });
        case "fail":
          return index > 6 ? shell({ name, commands: [append("f"), "false"] }) : undefined;
        case "missing":
          return write({ name, path: `${own}/missing/${file}`, text, _ignoreErrors: true });
      }
    };
    const called = call();
    if (called === undefined) continue;
    if (together) open.push(called);
    else last = await called;
  }
  await Promise.all(open);
}

/** What is left of a run: files, outcomes by host, summaries. */
async function endOf(
  test: Partial<TestRun>,
  actions: readonly Action[],
  peers: boolean,
  distrustful: boolean,
) {
  const root = await Deno.makeTempDir();
  const request = { ...test.request, distrustful };
  const { events, runs } = await runDeploy({ ...test, deploy: () => perform(actions, root, peers), request });
  const texts: Record<string, string> = {};
  const find = async (directory: string, prefix = "") => {
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      if (isDirectory) await find(`${directory}/${name}`, `${prefix}${name}/`);
      else texts[`${prefix}${name}`] = await Deno.readTextFile(`${directory}/${name}`);
    }
  };
  await find(root);
  await Deno.remove(root, { recursive: true });
  const lines = outcomes(events);
  const byHost = runs.map(({ host: { name } }) => lines.filter((line) => line.startsWith(`${name} `)));
  const summaries = runs.map(({ summary: { seconds: _, ...summary } }) => summary);
  return { texts: Object.entries(texts).sort(), byHost, summaries };
}

const RUNS = Number(Deno.env.get("DROVER_TEST_RUNS") ?? 12);

for (const { name, test, peers } of WAYS) {
  // Other hosts are entered by chroot.
  const rights = { ignore: test.hosts === HOSTS && requirement("root") };
  Deno.test(
    `${name}: random deploys end as if every operation looked again in its turn`,
    rights,
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
          const trusting = await endOf(test, actions, peers, false);
          const reference = { ...test, request: { ...test.request, live: false } };
          assert.deepEqual(trusting, await endOf(reference, actions, peers, true));
        }),
        { numRuns: RUNS },
      );
    },
  );
}

/** Secrets in a deploy, from the text that is made with them to the host: whole there, and nowhere else. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { raw, secret, sh, upload } from "../../src/command/mod.ts";
import { maskEvent, portEvents, type RunEvent } from "../../src/engine/mod.ts";
import { File } from "../../src/facts/files/mod.ts";
import { host, operation } from "../../src/host/mod.ts";
import * as operations from "../../src/operations/mod.ts";
import { outcomes, runDeploy } from "../support/run.ts";

const { files, func, server } = operations;

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "drover-secrets-" });
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Everything that a run says, as its reports get it. */
function said(run: Awaited<ReturnType<typeof runDeploy>>): string {
  const texts: string[] = [];
  JSON.stringify([run.events, run.problems, run.plan], (_key, value) => {
    if (typeof value === "string") texts.push(value);
    return value;
  });
  return texts.join("\n\n");
}

const config = { diff: true };

Deno.test("whatever the value: hosts get exactly it, and no event, command, difference or problem shows it", async () => {
  const line = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 }).filter((text) =>
    !text.includes("\0")
  );
  const marked = line.map((text) => `Q${text}7xK`);
  await fc.assert(
    fc.asyncProperty(marked, async (value) =>
      await inDirectory(async (directory) => {
        const password = secret(value);
        const at = (name: string) => `${directory}/${name}`;
        const deploy = async () => {
          await files.put({
            name: `Put ${password}`,
            src: { content: `PW=${password}\nend\n` },
            dest: at("put"),
          });
          await files.put({ src: { content: JSON.stringify({ a: [password] }) }, dest: at("json") });
          const data = { password, dsn: `db:${password}@h`, deep: { list: [`[${password}]`] } };
          const content = "{{ password }}|{{ dsn }}|{{ deep.list[0] }}|{{ password | length }}";
          await files.template({ src: { content }, dest: at("jinja"), data });
          await files.template({
            src: { content: "<%= password %>|<%= dsn %>" },
            dest: at("eta"),
            data,
            engine: "eta",
          });
          await files.line({ path: at("line"), line: `pw ${password}`, escapeRegexCharacters: true });
          await files.block({ path: at("block"), content: [`a ${password}`, "b"] });
          await server.shell({
            commands: [
              `printf %s ${password} > ${directory}/text`,
              sh`printf %s ${`=${password}`} > ${at("sh")}`,
            ],
          });
          await server.shell({
            commands: [`printf %s "$PW" > ${directory}/env`],
            _env: { PW: `e ${password}` },
          });
          await server.shell({
            commands: `cat > ${directory}/stdin; cat ${directory}/put; false`,
            _stdin: [`in ${password}`],
            _ignoreErrors: true,
          });
          await func.call({
            function: (text: string) =>
              server.shell({ commands: [`printf %s '${text}' > ${directory}/call`] }),
            args: [`c ${password}`],
          });
          host.log(`log ${password}`);
        };
        const first = await runDeploy({ config, deploy, request: { live: true } });
        const read = (name: string) => Deno.readTextFile(at(name));
        assert.equal(await read("put"), `PW=${value}\nend\n`, JSON.stringify(first.problems));
        assert.deepEqual(JSON.parse(await read("json")), { a: [value] });
        assert.equal(await read("jinja"), `${value}|db:${value}@h|[${value}]|${[...value].length}`);
        assert.equal(await read("eta"), `${value}|db:${value}@h`);
        assert.equal(await read("line"), `pw ${value}\n`);
        assert.match(await read("block"), /BEGIN/);
        assert.ok((await read("block")).includes(`\na ${value}\nb\n`));
        assert.equal(await read("text"), value);
        assert.equal(await read("sh"), `=${value}`);
        assert.equal(await read("env"), `e ${value}`);
        assert.equal(await read("stdin"), `in ${value}\n`);
        assert.equal(await read("call"), `c ${value}`);
        const second = await runDeploy({ config, deploy, request: { live: true } });
        assert.deepEqual(
          outcomes(second.events).filter((one) =>
            /files\..*changed$/.test(one) && !one.includes("unchanged")
          ),
          [],
        );
        for (const run of [first, second]) {
          const text = said(run);
          assert.equal(text.includes(value), false, text);
          assert.doesNotMatch(text, /[\uFDD0-\uFDD2]/);
        }
      })),
    { numRuns: 8 },
  );
});

Deno.test("a secret that a deploy changes is an error at its line, and nothing of it reaches the host", async () => {
  await inDirectory(async (directory) => {
    const token = secret("s3cr3t-w0rd");
    const dest = `${directory}/x`;
    const ways: (() => Promise<unknown>)[] = [
      () => files.put({ src: { content: `PW=${token}`.slice(0, 12) }, dest }),
      () => files.put({ src: new TextEncoder().encode(`${token}`.toUpperCase()), dest }),
      () => server.shell({ commands: [`echo ${token}`.toLowerCase()] }),
      () => server.shell({ commands: [`cat > ${dest} <<EOF\n${secret("it's")}\nEOF`] }),
      () => server.shell({ commands: ["true"], _env: { A: `${token}`.slice(4) } }),
      () => host.getFact(File, { path: `${token}`.slice(2) }),
      () => files.line({ path: dest, line: `pw=${secret("a.b*c")}` }),
      () => files.line({ path: dest, line: "x", replace: `pw=${secret("a\\1b!")}` }),
      () =>
        files.replace({ path: dest, text: "x", replace: `${secret("a$HOME")}`, interpolateVariables: true }),
    ];
    for (const way of ways) {
      const run = await runDeploy({ deploy: way });
      const [problem] = run.problems;
      assert.equal(problem?.code, "E_SECRET", String(way));
      assert.match(problem?.place?.file ?? "", /secrets_test\.ts$/, String(way));
      assert.ok(problem?.hint);
    }
    await assert.rejects(Deno.stat(dest));
  });
});

Deno.test("operations of a deploy's own get texts as the host will, and texts that they make carry secrets too", async () => {
  await inDirectory(async (directory) => {
    const seen: unknown[] = [];
    const own = operation<{ text: string; token: unknown }>("my.op", async function* ({ text, token }) {
      seen.push(text);
      yield upload({ content: `T=${token}` }, `${directory}/own`);
      yield raw(`printf %s '${token}' > ${directory}/raw`);
      yield `printf %s ${token} > ${directory}/plain`;
    });
    const token = secret("it's $HOME");
    const run = await runDeploy({ deploy: () => own({ text: `a ${token}`, token }) });
    assert.deepEqual(seen[0], "a it's $HOME");
    assert.equal(await Deno.readTextFile(`${directory}/own`), "T=it's $HOME");
    assert.equal(await Deno.readTextFile(`${directory}/raw`), "it's $HOME");
    assert.equal(await Deno.readTextFile(`${directory}/plain`), "it's $HOME");
    assert.equal(said(run).includes("$HOME"), false);
  });
});

Deno.test("a secret is taken wherever text is, also from data and configuration", async () => {
  await inDirectory(async (directory) => {
    const path = secret(`${directory}/dir with space`);
    const run = await runDeploy({
      hosts: {
        "@local": {
          where: path,
          dsn: `db:${secret("s3cr3t-w0rd")}`,
          _env: { FROM_DATA: `d ${secret("f1rst")}` },
        },
      },
      config: { env: { FROM_CONFIG: `c ${secret("s3c0nd")}` } },
      deploy: async () => {
        await files.directory({ path: host.data.where as string });
        await files.line({ path: `${host.data.where}/line`, line: host.data.dsn as string });
        await server.shell({ commands: [`printf '%s|%s' "$FROM_DATA" "$FROM_CONFIG" > ${directory}/env`] });
      },
    });
    assert.deepEqual(run.problems, []);
    assert.equal(await Deno.readTextFile(`${directory}/dir with space/line`), "db:s3cr3t-w0rd\n");
    assert.equal(await Deno.readTextFile(`${directory}/env`), "d f1rst|c s3c0nd");
    assert.doesNotMatch(said(run), /dir with|s3cr3t|f1rst|s3c0nd/);
  });
});

Deno.test("a difference shows neither the new secret nor the one that stands there", async () => {
  await inDirectory(async (directory) => {
    const dest = `${directory}/env`;
    await Deno.writeTextFile(dest, "user=app\nPW=the former one\nold=1\n");
    const content = `user=app\nPW=${secret("s3cr3t-w0rd")}\nnew=1\n`;
    const run = await runDeploy({ config, deploy: () => files.put({ src: { content }, dest }) });
    const [diff] = run.plan.operations[0]!.hosts[0]!.diffs;
    assert.deepEqual([diff?.before, diff?.after], [
      "user=app\nPW=*** (before)\nold=1\n",
      "user=app\nPW=***\nnew=1\n",
    ]);
  });
});

Deno.test("a secret that a host prints in pieces is hidden while it arrives", async () => {
  const token = secret("s3cr3t-w0rd");
  const { events } = await runDeploy({
    deploy: () =>
      server.shell({
        commands: [
          sh`x=${token}; printf 'is %s' "\${x%-*}"; sleep 0.5; printf -- '-w0rd, done'; printf s3cr >&2`,
        ],
      }),
    request: { live: true },
  });
  const output = (stream: string) =>
    events.flatMap((event) => event.type === "command.output" && event.stream === stream ? [event.text] : [])
      .join("");
  assert.equal(output("stdout"), "is ***, done");
  assert.equal(output("stderr"), "s3cr");
});

Deno.test("portEvents() keeps the streams of hosts and requests apart", () => {
  void secret("s3cr3t-w0rd");
  const events: RunEvent[] = [];
  const listen = portEvents((event) => events.push(event));
  const output = (host: string, stream: "stdout" | "stderr", text: string, last = false) =>
    listen({ type: "output", host, batch: 1, request: 0, stream, text, ...(last ? { last } : {}) });
  output("a", "stdout", "x s3cr3t");
  output("b", "stdout", "-w0rd.");
  output("a", "stderr", "-w0rd.");
  output("a", "stdout", "-w0rd.", true);
  assert.deepEqual(
    events.map((event) => event.type === "command.output" && [event.host, event.stream, event.text]),
    [["a", "stdout", "x "], ["b", "stdout", "-w0rd."], ["a", "stderr", "-w0rd."], ["a", "stdout", "***."]],
  );
});

Deno.test("a secret that is a word of the report leaves the report's words alone", async () => {
  for (const word of ["changed", "E_COMMAND", "server.shell", "done", "@local"]) void secret(word);
  const run = await runDeploy({
    deploy: () => server.shell({ name: "it changed", commands: ["echo changed; false"] }),
  });
  assert.equal(run.problems[0]?.code, "E_COMMAND");
  assert.equal(run.problems[0]?.host, "@local");
  const finished = run.events.find((event) => event.type === "operation.finished")!;
  assert.deepEqual([finished.outcome, finished.name, finished.label], ["failed", "server.shell", "it ***"]);
  assert.equal(finished.problem?.detail, "***");
  const changed = maskEvent({ ...finished, outcome: "changed", noops: ["changed"] }) as typeof finished;
  assert.deepEqual([changed.outcome, changed.noops], ["changed", ["***"]]);
  const read = maskEvent({
    type: "fact.read",
    host: "@local",
    fact: "x.Y",
    args: { name: "changed" },
    command: "",
    cached: false,
  });
  assert.deepEqual("args" in read && read.args, { name: "***" });
});

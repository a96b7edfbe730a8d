/** Each documented exit status by a case that really ends with it. */

import assert from "node:assert/strict";
import { EXIT } from "../../src/usage/exit_status.ts";
import { project } from "../support/cli.ts";

const FILES: Record<string, string> = {
  "inventory.ts": `export const hosts = ["@local"];`,
  "nobody.ts": `export const hosts = [["127.0.0.1", { ssh_port: 1 }]];`,
  "half.ts": `export const hosts = ["@local", ["127.0.0.1", { ssh_port: 1 }]];`,
  "works.ts": `import { server } from "drover/operations";\nawait server.shell({ commands: ["true"] });`,
  "fails.ts": `import { server } from "drover/operations";\nawait server.shell({ commands: ["false"] });`,
  "throws.ts": `throw new Error("no");`,
  "throws_syntax.ts": `JSON.parse("{");`,
  "throws_type.ts": `(undefined as unknown as { x: number }).x;`,
  "throws_nothing.ts": `throw null;`,
  "waits.ts": `import { server } from "drover/operations";\nawait server.shell({ commands: ["sleep 60"] });`,
  "syntax.ts": `const x = ;`,
  "type_syntax.ts": `interface {`,
  "missing_import.ts": `import "./nowhere.ts";`,
  "wrong_name.ts": `import { hosst } from "drover";\nhosst.name;`,
  "includes.ts": `import { include } from "drover";\nawait include("syntax.ts");`,
  "imports.ts": `import "./syntax.ts";`,
  "imports_late.ts": `await import("./syntax.ts");`,
  "jinja.ts":
    `import { files } from "drover/operations";\nawait files.template({ src: "t.j2", dest: "/x" });`,
  "eta.ts": `import { files } from "drover/operations";\nawait files.template({ src: "t.eta", dest: "/x" });`,
  "t.j2": "{% if %}",
  "t.eta": "<% if ( { %>",
  "deploys/forged.js": await Deno.readTextFile(
    new URL("../hostile/deploys/sends_null_message.js", import.meta.url),
  ),
  "grab.js": await Deno.readTextFile(new URL("../hostile/grab.js", import.meta.url)),
  "broken_inventory.ts": `export const hosts = [;`,
  "broken_inventory.yaml": `hosts: [`,
  "wrong_inventory.ts": `export const hosts = [["a"]], b = ["@nowhere/x"];`,
  "broken_config.ts": `export const sudo = ;`,
  "wrong_config.ts": `export const maxDownload = "much";`,
  "broken_data/all.yaml": "a: [",
  "broken_data/all.ts": "export const a = ;",
};

/** Names of statuses with command lines that end with them. */
const CASES: readonly [status: keyof typeof EXIT, ...words: string[]][] = [
  ["ok", "@local", "works.ts", "-y"],
  ["ok", "@local", "fails.ts", "--dry"],
  ["ok", "--version"],
  ["failed", "@local", "fails.ts", "-y"],
  ["failed", "@local", "exec", "--", "exit 9"],
  ["failed", "@local", "throws.ts", "-y"],
  ["failed", "@local", "throws_syntax.ts", "-y"],
  ["failed", "@local", "throws_type.ts", "-y"],
  ["failed", "@local", "throws_nothing.ts", "-y"],
  ["failed", "@local", "files.put", "src=nofile", "dest=/x", "-y"],
  ["failed", "half.ts", "fails.ts", "-y", "--trust-config"],
  ["changes", "@local", "works.ts", "-y", "--detailed-exitcode"],
  ["changes", "@local", "works.ts", "--dry", "--detailed-exitcode"],
  ["nothing", "inventory.ts", "works.ts", "--limit", "nobody", "-y"],
  ["unreachable", "nobody.ts", "works.ts", "-y"],
  ["unreachable", "half.ts", "works.ts", "-y", "--trust-config"],
  ["stopped", "@local", "fails.ts", "-y", "--fail-percent", "0"],
  ["stopped", "half.ts", "works.ts", "-y", "--trust-config", "--fail-percent", "10"],
  ["usage", "@local", "--nonsense"],
  ["usage", "@local", "works.ts", "--max-download", "much"],
  ["usage", "@local", "works.ts", "--no-input"],
  ["invalid", "@local", "nofile.ts", "-y"],
  ["invalid", "@local", "syntax.ts", "-y"],
  ["invalid", "@local", "type_syntax.ts", "-y"],
  ["invalid", "@local", "missing_import.ts", "-y"],
  ["invalid", "@local", "wrong_name.ts", "-y"],
  ["invalid", "@local", "includes.ts", "-y"],
  ["invalid", "@local", "imports.ts", "-y"],
  ["invalid", "@local", "imports_late.ts", "-y"],
  ["invalid", "@local", "syntax.ts", "-y", "--fail-percent", "0"],
  ["invalid", "@local", "jinja.ts", "-y"],
  ["invalid", "@local", "eta.ts", "-y"],
  ["invalid", "broken_inventory.ts", "works.ts", "-y"],
  ["invalid", "broken_inventory.yaml", "works.ts", "-y"],
  ["invalid", "wrong_inventory.ts", "works.ts", "-y"],
  ["invalid", "@local", "works.ts", "-y", "--config", "broken_config.ts"],
  ["invalid", "@local", "works.ts", "-y", "--config", "wrong_config.ts"],
  ["invalid", "@local", "works.ts", "-y", "--group-data", "broken_data/all.yaml"],
  ["invalid", "@local", "works.ts", "-y", "--group-data", "broken_data/all.ts"],
  ["bug", "@local", "deploys/forged.js", "-y"],
];

for (const [status, ...words] of CASES) {
  Deno.test(`drover ${words.join(" ")} exits ${EXIT[status]}`, async () => {
    await using here = await project(FILES);
    const ended = await here.drover(...words);
    assert.equal(ended.status, EXIT[status], ended.stderr);
    if (status !== "bug") assert.doesNotMatch(ended.stderr, /E_BUG|This is a bug/);
  });
}

for (const [signal, status] of [["SIGINT", "interrupted"], ["SIGTERM", "terminated"]] as const) {
  Deno.test(`drover exits ${EXIT[status]} after ${signal}`, async () => {
    await using here = await project(FILES);
    const child = here.start("@local", "waits.ts", "-y", "-vv");
    let said = "";
    const decoder = new TextDecoder();
    let begun = false;
    for await (const chunk of child.stderr) {
      said += decoder.decode(chunk, { stream: true });
      if (begun || !said.includes(">>> sleep 60")) continue;
      begun = true;
      // The first lets the operation end; the second does not.
      for (const delay of [0, 500]) setTimeout(() => child.kill(signal), delay);
    }
    await child.stdout.cancel();
    assert.equal((await child.status).code, EXIT[status], said);
  });
}

Deno.test("the documentation names every exit status", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const named = [...readme.matchAll(/^\| (\d+) +\|/gm)].map(([, status]) => Number(status));
  // 71 is the portable executable's own, before Drover has started.
  assert.deepEqual(named.filter((status) => status !== 71), Object.values(EXIT));
  const proven = new Set<number>([
    ...CASES.map(([status]) => EXIT[status]),
    EXIT.interrupted,
    EXIT.terminated,
  ]);
  assert.deepEqual([...proven].toSorted((a, b) => a - b), Object.values(EXIT));
});

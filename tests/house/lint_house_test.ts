/** The house's lint rules: what they report and what they let pass. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { circleThrough, importsOf } from "../../scripts/import_graph.ts";
import plugin, { whyNotImport, whyNotName, whyNotSpecifier } from "../../scripts/lint_house.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

function reports(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, `${ROOT}${path}`, source).map((report) => report.id);
}

const ALLOWED: readonly [from: string, to: string][] = [
  ["src/command/sh.ts", "src/errors/mod.ts"],
  ["src/host/host.ts", "src/command/mod.ts"],
  ["src/host/fact_reader.ts", "src/shell/port.ts"],
  ["src/engine/run.ts", "src/shell/port.ts"],
  ["src/operations/files.ts", "src/template/mod.ts"],
  ["src/operations/files.ts", "src/facts/mod.ts"],
  ["src/deploy/run.ts", "src/inventory/mod.ts"],
  ["src/report/log.ts", "src/terminal/mod.ts"],
  ["src/mod.ts", "src/deploy/mod.ts"],
  ["src/testing/steps.ts", "src/engine/mod.ts"],
  ["main.ts", "src/cli/mod.ts"],
  ["src/usage/version.ts", "deno.json"],
  ["src/sandbox/session.ts", "src/engine/run.ts"],
  ["src/project/check.ts", "src/sandbox/permissions.ts"],
  ["src/project/check.ts", "src/terminal/mod.ts"],
  ["tests/shell/session_test.ts", "src/shell/session.ts"],
];

const REFUSED: readonly [from: string, to: string][] = [
  ["src/errors/error.ts", "src/command/mod.ts"],
  ["src/command/sh.ts", "src/host/mod.ts"],
  ["src/shell/session.ts", "src/connectors/ssh.ts"],
  ["src/host/host.ts", "src/shell/session.ts"],
  ["src/facts/files.ts", "src/connectors/ssh.ts"],
  ["src/facts/files.ts", "src/template/mod.ts"],
  ["src/operations/files.ts", "src/shell/session.ts"],
  ["src/engine/run.ts", "src/terminal/mod.ts"],
  ["src/engine/run.ts", "src/report/mod.ts"],
  ["src/terminal/color.ts", "src/host/mod.ts"],
  ["src/engine/run.ts", "src/testing/mod.ts"],
  ["src/engine/run.ts", "src/mod.ts"],
  ["src/mod.ts", "src/engine/mod.ts"],
  ["src/sandbox/session.ts", "src/cli/mod.ts"],
  ["src/sandbox/session.ts", "src/report/mod.ts"],
  ["src/sandbox/session.ts", "src/terminal/mod.ts"],
  ["src/project/check.ts", "src/cli/mod.ts"],
  ["src/engine/run.ts", "scripts/print.ts"],
  ["src/nowhere/file.ts", "src/host/mod.ts"],
];

for (const [from, to] of ALLOWED) {
  Deno.test(`${from} may import ${to}`, () => strictEqual(whyNotImport(from, to), undefined));
}

for (const [from, to] of REFUSED) {
  Deno.test(`${from} may not import ${to}`, () => strictEqual(typeof whyNotImport(from, to), "string"));
}

Deno.test("packages come from the import map", () => {
  for (const specifier of ["npm:eta@4", "jsr:@std/path", "https://example.com/mod.ts"]) {
    match(whyNotSpecifier(specifier, "src/template/eta.ts")!, /deno\.json/);
  }
  strictEqual(whyNotSpecifier("eta", "src/template/eta.ts"), undefined);
  strictEqual(whyNotSpecifier("drover", "examples/deploy.ts"), undefined);
  strictEqual(typeof whyNotSpecifier("drover/facts", "src/operations/apt.ts"), "string");
});

Deno.test("file names say what a file is for", () => {
  for (
    const path of ["src/host/utils.ts", "src/string_helpers.ts", "src/cli/fileManager.ts", "src/Host.ts"]
  ) {
    strictEqual(typeof whyNotName(path), "string", path);
  }
  for (const path of ["src/host/call_site.ts", "tests/host/data_test.ts", "src/mod.ts"]) {
    strictEqual(whyNotName(path), undefined, path);
  }
});

Deno.test("the plugin reports imports, re-exports, a missing first comment and printing", () => {
  const first = "/** A job. */\n";
  deepStrictEqual(reports("src/command/made_up.ts", `${first}import "../host/mod.ts";`), ["house/imports"]);
  deepStrictEqual(reports("src/command/made_up.ts", `${first}export * from "../host/mod.ts";`), [
    "house/imports",
  ]);
  deepStrictEqual(reports("src/command/made_up.ts", `${first}export { a } from "npm:a@1";`), [
    "house/imports",
  ]);
  deepStrictEqual(reports("src/command/made_up.ts", "const a = 1;"), ["house/first-comment"]);
  deepStrictEqual(reports("src/engine/run.ts", `${first}Deno.stdout.close();`), ["house/no-printing"]);
  deepStrictEqual(reports("src/report/log.ts", `${first}Deno.stdout.close();`), []);
  deepStrictEqual(reports("src/command/made_up.ts", `${first}import "../errors/mod.ts";`), []);
});

Deno.test("imports that are loaded later, and those of types, are held to the same", () => {
  const first = "/** A job. */\n";
  deepStrictEqual(reports("src/command/made_up.ts", `${first}await import("../host/mod.ts");`), [
    "house/imports",
  ]);
  deepStrictEqual(reports("src/command/made_up.ts", `${first}type A = typeof import("../host/mod.ts");`), [
    "house/imports",
  ]);
  deepStrictEqual(reports("src/command/made_up.ts", `${first}await import("npm:a@1");`), ["house/imports"]);
  deepStrictEqual(reports("src/command/made_up.ts", `${first}await import("../errors/mod.ts");`), []);
  deepStrictEqual(reports("src/cli/mod.ts", `${first}await import("./a" + ".ts");`), ["house/imports"]);
  deepStrictEqual(reports("src/deploy/files.ts", `${first}await import(url.href);`), []);
  deepStrictEqual(reports("scripts/compile/start.ts", `${first}await import(url.href);`), []);
});

Deno.test("files that import each other are reported with the way around", () => {
  const first = "/** A job. */\n";
  // `secret.ts` imports nothing, and `sh.ts` imports it.
  for (const source of [`import type { Word } from "./sh.ts";`, `await import("./sh.ts");`]) {
    const [report] = Deno.lint.runPlugin(plugin, `${ROOT}src/command/secret.ts`, first + source);
    strictEqual(report?.id, "house/no-circles");
    match(report.message, /src\/command\/secret\.ts → src\/command\/sh\.ts → src\/command\/secret\.ts$/);
  }
});

Deno.test("circles are found however long they are, and comments import nothing", () => {
  const graph = new Map([["a", ["b", "x"]], ["b", ["c"]], ["c", ["x", "a"]], ["x", []], ["y", ["a"]]]);
  deepStrictEqual(circleThrough(graph, "a"), ["a", "b", "c"]);
  deepStrictEqual(circleThrough(graph, "c"), ["c", "a", "b"]);
  strictEqual(circleThrough(graph, "x"), undefined);
  strictEqual(circleThrough(graph, "y"), undefined);
  const text = `/**
 * import "./one.ts";
 */
// import "./two.ts";
import {
  type A,
} from "../three.ts";
export * from "./four.ts";
import "./five.ts";
type B = typeof import("./six.ts");
await import("./seven.ts");
import { d } from "drover";
`;
  deepStrictEqual(importsOf("src/host/mod.ts", text), [
    "src/three.ts",
    "src/host/four.ts",
    "src/host/five.ts",
    "src/host/six.ts",
    "src/host/seven.ts",
  ]);
});

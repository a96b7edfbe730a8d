/** What people copy names facts so that `Date` and `File` stay what JavaScript calls so. */

import { deepStrictEqual } from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import { definedFacts } from "../../src/host/mod.ts";
import { filesBelow, ROOT } from "../support/tree.ts";

const NAMES = [...definedFacts().values()].map(({ name }) => name.split(".")[1]!);

/** Names of facts that something else has in every file. */
const GLOBALS = NAMES.filter((name) => name in globalThis);

/**
 * Facts that are taken out of their module: `getFact(File`, `import { File }`, `const { File } = facts.files`. By
 * an import that is shown beside it, a fact may be taken that is not called as a global is.
 */
function bareFacts(text: string): string[] {
  const named = (names: readonly string[]) => `\\b(?:${names.join("|")})\\b`;
  const listed = (keyword: string, names: readonly string[]) =>
    new RegExp(`${keyword}\\s*\\{[^}]*?(${named(names)})[^}]*\\}\\s*(?:from|=)[^;\\n]*facts`, "g");
  const imported = new Set(
    [...text.matchAll(/import\s*\{([^}]*)\}\s*from\s*"drover\/facts\/\w+"/g)]
      .flatMap(([, names]) => names!.split(",").map((name) => name.trim())),
  );
  const asked = new RegExp(`\\bgetFact\\(\\s*(${named(NAMES)})`, "g");
  return [
    ...[...text.matchAll(asked)].map((match) => match[1]!)
      .filter((name) => GLOBALS.includes(name) || !imported.has(name)),
    ...[...text.matchAll(listed("import", GLOBALS)), ...text.matchAll(listed("const", NAMES))].map((match) =>
      match[1]!
    ),
  ];
}

/** Comments only: the program itself takes what it needs. */
function comments(text: string): string {
  return text.match(/^\s*\/?\*.*$/gm)?.join("\n") ?? "";
}

Deno.test("examples, documentation and comments name facts with their modules", async () => {
  const found: string[] = [];
  const shown = ["README.md", ...await filesBelow("docs/", ".md"), ...await filesBelow("examples/", ".ts")];
  for (const path of shown) {
    for (const name of bareFacts(await Deno.readTextFile(new URL(path, ROOT)))) {
      found.push(`${path}: ${name}`);
    }
  }
  for (const path of await filesBelow("src/", ".ts")) {
    const text = comments(await Deno.readTextFile(new URL(path, ROOT)));
    for (const name of bareFacts(text)) found.push(`${path}: ${name}`);
  }
  deepStrictEqual(found, []);
});

Deno.test("a fact without its module would be noticed", () => {
  deepStrictEqual(bareFacts("await host.getFact(facts.server.Date);"), []);
  deepStrictEqual(bareFacts("await host.getFact(Date);"), ["Date"]);
  deepStrictEqual(bareFacts('import { File } from "drover/facts/files";'), ["File"]);
  deepStrictEqual(bareFacts("const { Date, Users } = facts.server;"), ["Date"]);
  deepStrictEqual(bareFacts("await host.getFact(Which, { command });"), ["Which"]);
  const imported = 'import { Which } from "drover/facts/server";\nawait host.getFact(Which, { command });';
  deepStrictEqual(bareFacts(imported), []);
});

Deno.test("every fact is where its name says", () => {
  const modules = facts as unknown as Record<string, Record<string, unknown>>;
  const lost = [...definedFacts()].filter(([name, fact]) => {
    const [module = "", own = ""] = name.split(".");
    return modules[module]?.[own] !== fact;
  });
  deepStrictEqual(lost.map(([name]) => name), []);
});

/** Checks the documentation: its links, commands and flags, the code of guides that are copied from, and TSDoc. */

import { dirname, join } from "node:path";
import { createProgram } from "../src/usage/options.ts";
import { say } from "./print.ts";
import { capture } from "./process.ts";

const files = [
  "README.md",
  "CONTRIBUTING.md",
  ...await pages("docs"),
  ...await pages("docs/reference"),
  ...await pages("docs/reference/facts"),
  ...await pages("docs/reference/operations"),
];
const flags = new Set(
  createProgram("0", () => {}).options.flatMap((option) => [option.long, option.short].filter(Boolean)),
);
const known = new Set([
  ...flags,
  "--help",
  "--version",
  "--hosts",
  "--runs",
  "--purge",
  "--only",
  "--out",
  "--force",
  "--allow-scripts",
]);
const problems: string[] = [];

for (const file of files) {
  const text = await Deno.readTextFile(file);
  for (const [, target = "", anchor] of text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const path = target === "" ? file : join(dirname(file), target);
    const found = await Deno.stat(path).catch(() => undefined);
    if (found === undefined) problems.push(`${file}: the link to ${target} leads nowhere`);
    else if (anchor !== undefined && !(await anchors(path)).has(anchor)) {
      problems.push(`${file}: ${target} has no heading #${anchor}`);
    }
  }
  for (const [line] of text.matchAll(/^.*\bdrover .*$/gm)) {
    for (const [flag] of line.matchAll(/(?<=\s)--[a-z][a-z-]+/g)) {
      if (!known.has(flag)) problems.push(`${file}: there is no flag ${flag}`);
    }
  }
}
const readme = await Deno.readTextFile("README.md");
for (const option of createProgram("0", () => {}).options) {
  if (option.hidden || option.long === undefined || option.long === "--version") continue;
  if (!readme.includes(option.long)) problems.push(`README.md does not name ${option.long}`);
}

problems.push(...await unreachable("README.md"), ...await undocumented());
for (const page of ["docs/from_pyinfra.md", "docs/from_ansible.md"]) problems.push(...await wrongCode(page));

for (const problem of problems) say(problem);
if (problems.length > 0) Deno.exit(1);
say(`${files.length} pages are right`);

/** Pages to which no links lead from a page, over however many others. */
async function unreachable(start: string): Promise<string[]> {
  const reached = new Set([start]);
  for (const page of reached) {
    const text = await Deno.readTextFile(page).catch(() => "");
    for (const [, target = ""] of text.matchAll(/\]\(([^)#]+\.md)(?:#[^)]*)?\)/g)) {
      if (!/^[a-z]+:/.test(target)) reached.add(join(dirname(page), target));
    }
  }
  return files.filter((file) => !reached.has(file)).map((file) => `no link leads from ${start} to ${file}`);
}

/** What `deno doc` finds in the public modules: symbols without a comment or a type, types that are not exported. */
async function undocumented(): Promise<string[]> {
  const { imports } = JSON.parse(await Deno.readTextFile("deno.json")) as { imports: Record<string, string> };
  // The modules of operations and facts have pages of the reference, which leave nothing undescribed.
  const modules = Object.entries(imports).filter(([name]) => /^drover(\/\w+)?$/.test(name));
  const words = [Deno.execPath(), "doc", "--lint", ...modules.map(([, path]) => path)];
  const { code, stderr } = await capture(words, { env: { NO_COLOR: "1" } });
  return code === 0 ? [] : [stderr.split("\nStack backtrace")[0]!.trim()];
}

/** What `deno check` finds in the code of a page, each block of which is a file of its own. */
async function wrongCode(page: string): Promise<string[]> {
  const blocks = [...(await Deno.readTextFile(page)).matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  const directory = await Deno.makeTempDir({ dir: "docs", prefix: ".checked-" });
  try {
    const paths = blocks.map((_block, index) => join(directory, `${index}.ts`));
    for (const [index, path] of paths.entries()) await Deno.writeTextFile(path, blocks[index]![1]!);
    const { code, stderr } = await capture([Deno.execPath(), "check", "--quiet", ...paths], {
      env: { NO_COLOR: "1" },
    });
    return code === 0 ? [] : [`${page}: ${stderr.split("\nStack backtrace")[0]!.trim()}`];
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The anchors that forges give to a page's headings. */
async function anchors(path: string): Promise<ReadonlySet<string>> {
  const headings = (await Deno.readTextFile(path)).matchAll(/^#+ (.*)$/gm);
  const plain = [...headings].map(([, text = ""]) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}_ -]/gu, ""));
  return new Set(plain.map((text) => text.replaceAll(" ", "-")));
}

async function pages(directory: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []);
  for (const entry of entries) if (entry.name.endsWith(".md")) found.push(`${directory}/${entry.name}`);
  return found.sort();
}

/** The corpus of templates, and Jinja2 as its judge. */

import { basename } from "node:path";
import { parse } from "yaml";

/** A template of the corpus and what it is rendered with. */
export interface CorpusCase {
  file: string;
  template: string;
  data: Record<string, unknown>;
  options?: Record<string, unknown>;
  /** Texts of the templates beside it. */
  files?: Record<string, string>;
}

/** What came of a template: a text, or why there is none. */
export type Outcome = { output: string } | { error: string };

/** A template of the corpus, and what Jinja2 made of it. */
export interface RecordedCase {
  template: string;
  outcome: Outcome;
}

const DIRECTORY = new URL("./corpus/", import.meta.url);
const RECORD = new URL("./corpus/jinja2.json", import.meta.url);
/** Debian's own Python, which its packages are for. */
const PYTHON = "/usr/bin/python3";

/** The names of the corpus's parts. */
export function partsOfCorpus(): string[] {
  return [...Deno.readDirSync(DIRECTORY)].map(({ name }) => name).filter((name) => name.endsWith(".yaml"))
    .map((name) => basename(name, ".yaml")).sort();
}

/** The cases of a part; its `data` and `files` are those of each of them. */
export function readPart(part: string): CorpusCase[] {
  const { data = {}, files = {}, cases } = parse(
    Deno.readTextFileSync(new URL(`${part}.yaml`, DIRECTORY)),
  );
  return cases.map((one: string | CorpusCase) => ({
    file: "template.j2",
    data,
    files,
    ...(typeof one === "string" ? { template: one } : one),
  }));
}

/** What Jinja2 made of the corpus when it was last asked, by part. */
export function readRecord(): Record<string, RecordedCase[]> {
  return JSON.parse(Deno.readTextFileSync(RECORD));
}

/** Asks Jinja2 about the whole corpus and writes down what it says. */
export async function record(): Promise<void> {
  const recorded: Record<string, RecordedCase[]> = {};
  for (const part of partsOfCorpus()) {
    const cases = readPart(part);
    const outcomes = await judge(cases);
    recorded[part] = cases.map(({ template }, index) => ({ template, outcome: outcomes[index]! }));
  }
  await Deno.writeTextFile(RECORD, JSON.stringify(recorded, null, 2) + "\n");
}

/** The version of Jinja2 on this machine; nothing where there is none. */
export async function jinja2Version(): Promise<string | undefined> {
  const found = await python(["-c", "import jinja2; print(jinja2.__version__)"], "").catch(() => undefined);
  return found?.trim();
}

/** What Jinja2 itself makes of templates. */
export async function judge(cases: readonly CorpusCase[]): Promise<Outcome[]> {
  const script = new URL("./judge.py", import.meta.url).pathname;
  return JSON.parse(await python([script], JSON.stringify(cases)));
}

async function python(args: string[], input: string): Promise<string> {
  const child = new Deno.Command(PYTHON, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) await record();

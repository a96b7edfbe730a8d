// temporary: writes fixtures from compact inputs
import { Document, stringify as plain, visit } from "yaml";
function stringify(value: object, options: object): string {
  const doc = new Document(value, options);
  visit(doc, { Scalar(key, node) {
    if (key === "key" || typeof node.value !== "string" || node.tag) return;
    const text = plain(node.value, options as never).trim();
    if (text.startsWith("\"") && text.includes("\\") && !/[\t\r]|\s$|^\s|\n\s*$/.test(node.value)) node.type = "BLOCK_LITERAL";
  } });
  return doc.toString(options as never);
}
import { parseFixture, shorten, withoutNothing } from "./support/fixtures.ts";
import { runOperation } from "./support/operation_fixtures.ts";
import { definedFacts } from "../src/host/mod.ts";
import "../src/facts/mod.ts";
import { DroverError } from "../src/errors/mod.ts";
const [kind, ...inputs] = Deno.args;
const dateTag = { tag: "!date", identify: (v: unknown) => v instanceof Date, resolve: (t: string) => new Date(t), stringify: (n: { value: unknown }) => (n.value as Date).toISOString().replace(".000Z", "Z") };
const opts = { customTags: [dateTag as never], lineWidth: 0, blockQuote: "literal" as const, defaultStringType: "PLAIN" as const };
for (const input of inputs) {
  const text = await Deno.readTextFile(input);
  for (const part of text.split(/^=== /m).slice(1)) {
    const nl = part.indexOf("\n");
    const name = part.slice(0, nl).trim();
    const body = part.slice(nl + 1).trim();
    const [subject = ""] = name.split("/");
    let made: unknown;
    try {
      const content = parseFixture(body) as never;
      made = kind === "facts" ? readFact(subject, content) : await runOperation(subject, content);
    } catch (e) { console.log("!!", name, e instanceof Error ? e.message : e); continue; }
    let clean = withoutNothing(made) as Record<string, unknown>;
    clean = JSON.parse(shorten(JSON.stringify(clean)));
    for (const key of ["steps", "noop", "diffs"]) if (Array.isArray(clean[key]) && (clean[key] as unknown[]).length === 0) delete clean[key];
    let out = "";
    if (kind === "facts") out = stringify(made as object, { ...opts });
    else out = Object.keys(clean).length ? stringify(clean, opts) : "";
    const dir = `/work/main/tests/${kind === "facts" ? "facts" : "operations"}/${subject}`;
    await Deno.mkdir(dir, { recursive: true });
    await Deno.writeTextFile(`/work/main/tests/${kind === "facts" ? "facts" : "operations"}/${name}.yaml`, `${body}\n${out}`);
    console.log(`=== ${name}\n${body.split("\n").slice(1).join("\n")}\n---\n${out}`);
  }
}
function readFact(subject: string, content: any): unknown {
  const fact = definedFacts().get(subject)!;
  if (!fact) throw new Error("no fact " + subject);
  const args = content.args ?? {};
  const out: Record<string, unknown> = {};
  try {
    const c = fact.command(args);
    out.command = typeof c === "string" ? c : c.raw;
    const setup = fact.setup?.(args)?.raw; if (setup) out.setup = setup;
    const req = typeof fact.requires === "function" ? fact.requires(args) : fact.requires; if (req) out.requires = req;
    if (content.output !== undefined) {
      const lines = typeof content.output === "string" ? content.output.replace(/\n$/, "").split("\n") : content.output;
      const v = withoutNothing(lines.length === 0 && fact.default ? fact.default(args) : fact.process(lines, args));
      if (v !== undefined) out.value = v;
    }
  } catch (e) { if (!(e instanceof DroverError)) throw e; return { error: { code: e.code, message: e.message } }; }
  return out;
}

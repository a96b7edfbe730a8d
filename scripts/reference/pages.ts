/** Markdown pages of the reference. */

import type { Entry, Field, Module, NamedType } from "./model.ts";
import type { ObjectPage } from "./objects.ts";

export const NOTICE =
  "<!-- Written by `deno task reference` from the comments in src/: change those. -->\n\n";

/** All pages by their path in `docs/reference/`. */
export function pages(modules: readonly Module[], objects: readonly ObjectPage[]): Map<string, string> {
  const linked = new Linker(modules);
  return new Map([
    ["README.md", index(modules, objects)],
    ...modules.map((module) => [pathOf(module), modulePage(module, linked)] as const),
  ]);
}

function pathOf({ kind, name }: Module): string {
  return `${kind}s/${name}.md`;
}

function index(modules: readonly Module[], objects: readonly ObjectPage[]): string {
  const table = (kind: Entry["kind"]) =>
    rows(
      ["module", `${kind}s`],
      modules.filter((module) => module.kind === kind).map((module) => [
        `[${module.name}](${pathOf(module)})`,
        module.entries.map((entry) => `[${shortName(entry)}](${pathOf(module)}#${anchor(entry.name)})`).join(
          ", ",
        ),
      ]),
    );
  const count = (kind: Entry["kind"]) =>
    modules.filter((one) => one.kind === kind).flatMap((one) => one.entries).length;
  return `${NOTICE}# Reference

Every operation and every fact, with its arguments. Operations take the
[global arguments](global_arguments.md) beside their own.

## What deploys work with

${rows(["name", "what it is"], objects.map(({ title, path, summary }) => [`[${title}](${path})`, summary]))}

## ${count("operation")} operations

\`\`\`ts
import { files, server } from "drover/operations";

await files.line({ path: "/etc/motd", line: "Managed by Drover", _sudo: true });
\`\`\`

${table("operation")}

## ${count("fact")} facts

\`\`\`ts
import { facts, host } from "drover";

const users = await host.getFact(facts.server.Users);
const now = await host.getFact(facts.server.Date); // with its module: JavaScript has a Date of its own
\`\`\`

${table("fact")}
`;
}

function modulePage(module: Module, linked: Linker): string {
  const other = linked.counterpart(module);
  const lines = [
    `${NOTICE}# ${module.kind === "fact" ? "Facts" : "Operations"}: ${module.name}`,
    "",
    linked.text(module.description, module),
    "",
    [`All: [reference](../README.md)`, other].filter(Boolean).join(". ") + ".",
    "",
    module.entries.map((entry) => `[${shortName(entry)}](#${anchor(entry.name)})`).join(" · "),
    "",
    ...module.entries.flatMap((entry) => entryLines(entry, module, linked)),
    ...typeLines(module, linked),
  ];
  if (module.reads.length > 0) {
    lines.push(
      `These operations read the facts ${module.reads.map((name) => linked.name(name, module)).join(", ")}.`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function entryLines(entry: Entry, module: Module, linked: Linker): string[] {
  return [
    `## ${entry.name}`,
    "",
    linked.text(entry.description, module),
    "",
    ...(entry.kind === "operation" && !entry.idempotent ? ["Acts each time it is called.", ""] : []),
    ...(entry.kind === "operation" && entry.idempotent
      ? ["Idempotent: a second run finds nothing to do.", ""]
      : []),
    ...(entry.fields.length === 0
      ? ["It takes no arguments.", ""]
      : [fieldTable("argument", entry.fields, module, linked), ""]),
    ...(entry.value === undefined ? [] : [`Value: ${linked.type(entry.value, module)}${needs(entry)}`, ""]),
    ...(entry.example === undefined ? [] : ["```ts", entry.example, "```", ""]),
  ];
}

function needs({ requires }: Entry): string {
  return requires === undefined
    ? ""
    : `. It needs \`${requires}\` on the host, and is empty where that is missing.`;
}

function typeLines(module: Module, linked: Linker): string[] {
  if (module.types.length === 0) return [];
  return ["## Types", "", ...module.types.flatMap((type) => typeSection(type, module, linked))];
}

function typeSection(type: NamedType, module: Module, linked: Linker): string[] {
  const body = type.definition === undefined
    ? fieldTable("field", type.fields, module, linked)
    : linked.type(type.definition, module, type.name);
  return [`### ${type.name}`, "", linked.text(type.description, module), "", body, ""];
}

function fieldTable(title: string, fields: readonly Field[], module: Module, linked: Linker): string {
  const isValue = title === "field" && fields.every((field) => field.default === undefined);
  const head = isValue ? [title, "type", "meaning"] : [title, "type", "default", "meaning"];
  return rows(
    head,
    fields.map((field) => {
      const description = sentence(linked.text(field.description, module));
      const name = `\`${field.name}\`${isValue && !field.required ? "?" : ""}`;
      const type = linked.type(field.type, module);
      const given = field.default ?? (field.required ? "**required**" : "");
      return isValue ? [name, type, description] : [name, type, given, description];
    }),
  );
}

/** Cells are one line; a bar would end them. */
export function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/(?<!\\)\|/g, "\\|");
}

function sentence(text: string): string {
  return text.replace(/[.]$/, "");
}

function shortName({ name }: Entry): string {
  return name.slice(name.indexOf(".") + 1);
}

/** The anchor that forges give a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9_ -]/g, "").replaceAll(" ", "-");
}

/** Makes links of the names of operations, facts and types. */
class Linker {
  readonly #modules: readonly Module[];
  readonly #entries = new Map<string, Module>();

  constructor(modules: readonly Module[]) {
    this.#modules = modules;
    for (const module of modules) for (const entry of module.entries) this.#entries.set(entry.name, module);
  }

  /** A link from the operations of a module to its facts, or back. */
  counterpart(module: Module): string | undefined {
    const other = this.#modules.find((one) => one.name === module.name && one.kind !== module.kind);
    return other && `The ${other.kind}s of this module: [${other.name}](../${pathOf(other)})`;
  }

  /** A name such as `files.File`, linked where it has a page. */
  name(name: string, from: Module): string {
    const module = this.#entries.get(name);
    if (module === undefined) return `\`${name}\``;
    const page = module === from
      ? ""
      : module.kind === from.kind
      ? `${module.name}.md`
      : `../${pathOf(module)}`;
    return `[\`${name}\`](${page}#${anchor(name)})`;
  }

  /** Prose: links of the comment, and full names of operations and facts. */
  text(text: string, from: Module): string {
    return text
      .replaceAll(/\{\{([\w.]+)\}\}/g, (_, name: string) => {
        const full = [name, `${from.name}.${name}`].find((one) => this.#entries.has(one));
        if (full !== undefined) return this.name(full, from);
        return from.types.some((type) => type.name === name)
          ? `[\`${name}\`](#${anchor(name)})`
          : `\`${name}\``;
      })
      .replaceAll(
        /(?<!\[)`(\w+\.\w+)`/g,
        (code, name: string) => this.#entries.has(name) ? this.name(name, from) : code,
      );
  }

  /** A type as code; its own named parts are linked behind it. */
  type(type: string, from: Module, except?: string): string {
    const links = from.types.filter(({ name }) => name !== except && new RegExp(`\\b${name}\\b`).test(type));
    const only = links.length === 1 && links[0]!.name === type;
    if (only) return `[\`${type}\`](#${anchor(type)})`;
    const list = links.map(({ name }) => `[${name}](#${anchor(name)})`).join(", ");
    return `\`${type}\`${list === "" ? "" : ` (${list})`}`;
  }
}

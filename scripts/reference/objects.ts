/** Pages of what deploys work with beside operations and facts: hosts, results, the inventory, options. */

import { createConfig } from "../../src/host/mod.ts";
import { NOTICE, rows } from "./pages.ts";
import { openSources, type Sources } from "./sources.ts";

/** Something of the public interface that has a page of its own. */
export interface ObjectPage {
  title: string;
  /** In `docs/reference/`. */
  path: string;
  summary: string;
  /** What it says beside its members. */
  guide: string;
  /** The heading of its fields. */
  fieldTitle: string;
  fields: { name: string; type: string; default: string | undefined; description: string }[];
  methods: {
    name: string;
    forms: string[];
    description: string;
    throws: string[];
    example: string | undefined;
  }[];
}

interface Wanted {
  name: string;
  title: string;
  source: string;
  path: string;
  fieldTitle: string;
  guide: string;
  defaults?: Readonly<Record<string, unknown>>;
}

const WANTED: readonly Wanted[] = [
  {
    name: "Host",
    title: "Host",
    source: "src/host/host.ts",
    path: "host.md",
    fieldTitle: "property",
    guide:
      'The host that a deploy runs for is `host` of `"drover"`; others are found in the [inventory](inventory.md). ' +
      "Its data is explained in [inventories and data](../inventory.md).",
  },
  {
    name: "Inventory",
    title: "Inventory",
    source: "src/host/inventory.ts",
    path: "inventory.md",
    fieldTitle: "property",
    guide: 'In a deploy it is `inventory` of `"drover"`. How inventories are written: ' +
      "[inventories and data](../inventory.md).",
  },
  {
    name: "OperationResult",
    title: "OperationResult",
    source: "src/host/result.ts",
    path: "operation_result.md",
    fieldTitle: "property",
    guide:
      "Every call of an operation gives one: `const conf = await files.put({ … })`. What it tells while the plan " +
      "is made, and what afterwards: [deploys](../deploys.md#operations-and-their-results).",
  },
  {
    name: "GlobalArguments",
    title: "Global arguments",
    source: "src/host/arguments.ts",
    path: "global_arguments.md",
    fieldTitle: "argument",
    guide:
      "They are given beside an operation's own arguments; facts take those that say how a host is reached. How " +
      "they work together: [global arguments](../global_arguments.md).",
  },
  {
    name: "ConfigOptions",
    title: "Config",
    source: "src/host/config.ts",
    path: "config.md",
    fieldTitle: "option",
    guide:
      "Each is an export of `config.ts`, or is assigned at the top of a deploy: `config.failPercent = 10`, with " +
      '`config` of `"drover"`. Flags of the command line are stronger.',
    defaults: { ...createConfig({}) },
  },
];

/** Reads what the pages tell. */
export async function readObjects(): Promise<ObjectPage[]> {
  const sources = await openSources(WANTED.map(({ source }) => source));
  return WANTED.map((wanted) => readObject(sources, wanted));
}

function readObject(sources: Sources, wanted: Wanted): ObjectPage {
  const { title, path, fieldTitle, guide, defaults } = wanted;
  const symbol = sources.exported(wanted.source, wanted.name);
  const members = sources.publicMembers(symbol).map((member) => ({
    member,
    forms: sources.signatures(member).map(({ text }) => text),
    comment: plain(sources.comment(member)),
  }));
  return {
    title,
    path,
    fieldTitle,
    guide,
    summary: plain(sources.comment(symbol)),
    fields: members.filter(({ forms }) => forms.length === 0).map(({ member, comment }) => ({
      name: member.name,
      type: sources.declaredType(member),
      default: defaults === undefined ? undefined : shown(defaults[member.name]),
      description: comment,
    })),
    methods: members.filter(({ forms }) => forms.length > 0).map(({ member, forms, comment }) => ({
      name: member.name,
      forms,
      description: plain(sources.signatures(member)[0]!.comment) || comment,
      throws: sources.throws(member).map(plain),
      example: sources.example(member),
    })),
  };
}

/** What a reader would miss. */
export function objectGaps(objects: readonly ObjectPage[]): string[] {
  return objects.flatMap(({ title, summary, fields, methods }) => [
    ...(summary === "" ? [`${title} has no description`] : []),
    ...[...fields, ...methods].filter(({ description }) => description === "")
      .map(({ name }) => `${title} does not describe ${name}`),
  ]);
}

/** All pages by their path in `docs/reference/`. */
export function objectPages(objects: readonly ObjectPage[]): Map<string, string> {
  return new Map(objects.map((one) => [one.path, page(one)]));
}

function page({ title, summary, guide, fieldTitle, fields, methods }: ObjectPage): string {
  const hasDefaults = fields.some((field) => field.default !== undefined);
  const head = hasDefaults ? [fieldTitle, "type", "default", "meaning"] : [fieldTitle, "type", "meaning"];
  const table = rows(
    head,
    fields.map(({ name, type, default: given = "", description }) => [
      `\`${name}\``,
      `\`${type}\``,
      ...hasDefaults ? [given] : [],
      description.replace(/\.$/, ""),
    ]),
  );
  return [
    `${NOTICE}# ${title}`,
    "",
    summary,
    "",
    guide,
    "",
    "All: [reference](README.md).",
    "",
    table,
    "",
    ...methods.flatMap(({ name, forms, description, throws, example }) => [
      `## ${name}`,
      "",
      "```ts",
      ...forms,
      "```",
      "",
      description,
      "",
      ...throws.flatMap((one) => [/^`/.test(one) ? `Fails with ${one}` : `Fails ${lowerFirst(one)}`, ""]),
      ...example === undefined ? [] : ["```ts", example, "```", ""],
    ]),
  ].join("\n");
}

/** Links of comments as code. */
function plain(text: string): string {
  return text.replaceAll(/\{\{([^}]+)\}\}/g, "`$1`").trim();
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function shown(value: unknown): string {
  return value === undefined ? "" : `\`${JSON.stringify(value)}\``;
}

/** Checks the templates that deploys name: whether they can be read, and whether they are given what they need. */

import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { NamedTemplate } from "../deploy/mod.ts";
import { didYouMean, DroverError } from "../errors/mod.ts";
import { inspectTemplate } from "../template/inspect.ts";
import type { FreeName } from "../template/mod.ts";

/** What every template sees. */
const GIVEN = ["host", "inventory", "state"];

/** What is known of data: nothing where it cannot be told. */
export type KnownData = ReadonlySet<string> | undefined;

/** What is wrong with templates, each with the names that its call gives it. */
export async function templateProblems(
  templates: readonly NamedTemplate[],
  data: KnownData,
): Promise<DroverError[]> {
  const problems: DroverError[] = [];
  for (const template of templates) {
    if (template.isSpecial) continue;
    const names = template.names === undefined ? undefined : new Set([...GIVEN, ...template.names]);
    const check = new TemplateCheck(template, data);
    await check.file(template.file, names);
    problems.push(...check.problems);
  }
  return problems;
}

/** One call's template, with those that it includes. */
class TemplateCheck {
  readonly problems: DroverError[] = [];
  readonly #seen = new Set<string>();

  constructor(readonly call: NamedTemplate, readonly data: KnownData) {}

  /** @param names What it is given; nothing if that is not known. */
  async file(file: string, names: ReadonlySet<string> | undefined): Promise<void> {
    if (this.#seen.has(file)) return;
    this.#seen.add(file);
    const text = await Deno.readTextFile(file).catch(() => undefined);
    if (text === undefined) return;
    try {
      const needs = inspectTemplate(file, text);
      if (needs === undefined) return;
      for (const name of needs.names) this.#name(name, file, names);
      for (const { name, withContext } of needs.templates) {
        const found = await this.#find(name, file);
        // What a template defines, those that it includes see too.
        const seen = withContext && names !== undefined ? new Set([...names, ...needs.defined]) : undefined;
        if (found !== undefined) await this.file(found, seen);
      }
    } catch (error) {
      if (!(error instanceof DroverError)) throw error;
      this.problems.push(error);
    }
  }

  #name({ name, line, path }: FreeName, file: string, names: ReadonlySet<string> | undefined): void {
    const place = { file, line, column: 1 };
    if (names !== undefined && !names.has(name)) {
      const own = [...this.call.names ?? []];
      const given = own.length === 0 ? "gives no data" : `gives ${own.join(", ")}`;
      this.problems.push(
        new DroverError("E_TEMPLATE", `"${name}" is undefined`, {
          place,
          hint: didYouMean(name, names) ?? "pass it in the operation's data, or use a default",
          detail: `the call at ${
            relative(Deno.cwd(), this.call.place.file)
          }:${this.call.place.line} ${given}`,
        }),
      );
      return;
    }
    const [of, key] = path;
    if (name !== "host" || of !== "data" || key === undefined || this.data === undefined) return;
    if (this.data.has(key) || key === "get" || key === "toObject") return;
    this.problems.push(
      new DroverError("E_TEMPLATE", `"host.data.${key}" is undefined: no host has data "${key}"`, {
        place,
        hint: didYouMean(key, this.data) ?? "set it in the inventory, or use a default",
      }),
    );
  }

  async #find(name: string, file: string): Promise<string | undefined> {
    const candidates = isAbsolute(name)
      ? [name]
      : [dirname(file), this.call.directory].map((root) => resolve(root, name));
    for (const path of candidates) {
      if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
    }
    return undefined;
  }
}

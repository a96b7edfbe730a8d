/** Renders Jinja2 templates with minijinja, made to print and to fail as Jinja2 does. */

import { readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, resolve } from "node:path";
import { Environment } from "minijinja-js";
import { didYouMean, DroverError, messageOf } from "../errors/mod.ts";
import { FILTERS, TESTS } from "./jinja_filters.ts";
import { type JinjaOptions, readJinjaOptions } from "./jinja_options.ts";
import { type PreparedSource, prepareSource, PRINT_FILTER } from "./jinja_source.ts";
import { pythonStr } from "./python_text.ts";
import type { TemplateRequest } from "./request.ts";
import { templateError, type TemplatePlace, undefinedError } from "./template_error.ts";
import { type InventoryLike, isInventory, plainInventory, toPlain } from "./variables.ts";

/** Dynamic includes are found one by one; no sensible template has more. */
const MOST_INCLUDES = 200;
const ERROR_REGEXP = /^([\s\S]*?) \(in (.+):(\d+)\)/;

/** Renders a Jinja2 template; see {@linkcode renderTemplate}. */
export function renderJinja(request: TemplateRequest): string {
  const rendering = new Rendering(request, readJinjaOptions(request.file, request.options));
  try {
    return rendering.run();
  } finally {
    rendering.free();
  }
}

interface LoadedTemplate extends PreparedSource {
  file: string;
}

/** An environment of its own for each rendering: it costs 40 µs, and a panic spoils no other. */
class Rendering {
  readonly #request: TemplateRequest;
  readonly #options: JinjaOptions;
  readonly #environment = new Environment();
  readonly #templates = new Map<string, LoadedTemplate>();
  readonly #printed: { template: LoadedTemplate; index: number }[] = [];
  /** What went wrong in a function of ours. An exception thrown through the engine would crash it. */
  #thrown: { error: unknown; name: string } | undefined;
  /** The error of this rendering. */
  #failure: DroverError | undefined;
  #spoiled = false;

  constructor(request: TemplateRequest, options: JinjaOptions) {
    this.#request = request;
    this.#options = options;
    const environment = this.#environment;
    environment.undefinedBehavior = "strict";
    environment.debug = true;
    environment.trimBlocks = options.trimBlocks;
    environment.lstripBlocks = options.lstripBlocks;
    environment.keepTrailingNewline = options.keepTrailingNewline;
    environment.enablePyCompat();
    this.#addFunctions();
  }

  run(): string {
    const main = basename(this.#request.file);
    this.#add(main, this.#request.file, this.#request.text);
    const variables = this.#variables();
    for (let attempt = 0;; attempt++) {
      this.#failure = undefined;
      this.#thrown = undefined;
      try {
        const text = this.#environment.renderTemplate(main, variables);
        this.#placeThrown(this.#firstUse());
        if (this.#failure === undefined) return text;
      } catch (error) {
        const failed = this.#failure !== undefined || this.#thrown !== undefined;
        if (!failed && attempt < MOST_INCLUDES && this.#findMissing(error)) continue;
        // The engine stumbles over the value that stands for a failure of ours, and tells where.
        this.#placeThrown(this.#placeOf(messageOf(error)));
        this.#failure ??= this.#explain(error, variables);
      }
      throw this.#failure;
    }
  }

  free(): void {
    if (!this.#spoiled) this.#environment.free();
  }

  #addFunctions(): void {
    for (const [name, filter] of Object.entries(FILTERS)) {
      this.#environment.addFilter(name, (value: unknown, ...rest: unknown[]) =>
        this.#guard(name, () => {
          if (value === undefined) throw new TypeError(`filter "${name}" is given an undefined value`);
          const last = rest.at(-1);
          const named = last instanceof Map ? Object.fromEntries(last) as Record<string, unknown> : {};
          return filter(value, last instanceof Map ? rest.slice(0, -1) : rest, named);
        }));
    }
    for (const [name, test] of Object.entries(TESTS)) this.#environment.addTest(name, test);
    this.#environment.addFilter(PRINT_FILTER, (value: unknown, number: number) => this.#print(value, number));
  }

  #print(value: unknown, number: number): string {
    if (value !== undefined && this.#thrown === undefined) return pythonStr(value);
    const { template, index } = this.#printed[number]!;
    const { text, line } = template.printed[index]!;
    const place = { file: template.file, line };
    this.#placeThrown(place);
    this.#failure ??= undefinedError(place, text, this.#request.variables);
    return "";
  }

  /** Makes an error of what one of our functions threw, now that the line is known. */
  #placeThrown(place: TemplatePlace): void {
    if (this.#thrown === undefined) return;
    const { error } = this.#thrown;
    const hint = error instanceof DroverError ? error.hint : undefined;
    this.#failure ??= templateError(place, messageOf(error), { cause: error, hint });
  }

  #guard(name: string, run: () => unknown): unknown {
    try {
      return run();
    } catch (error) {
      this.#thrown ??= { error, name };
      return FAILED;
    }
  }

  /** Adds a template and all that it names; what cannot be found may never be asked for. */
  #add(name: string, file: string, text: string): void {
    const prepared = prepareSource(text, this.#options.delimiters);
    const offset = this.#printed.length;
    const source = offset === 0 ? prepared.source : prepared.source.replaceAll(
      new RegExp(`\\|${PRINT_FILTER}\\((\\d+)\\)`, "g"),
      (_, number: string) => `|${PRINT_FILTER}(${Number(number) + offset})`,
    );
    const template: LoadedTemplate = { ...prepared, source, file };
    prepared.printed.forEach((_, index) => this.#printed.push({ template, index }));
    this.#templates.set(name, template);
    try {
      this.#environment.addTemplate(name, source);
    } catch (error) {
      throw this.#explain(error, {});
    }
    for (const reference of prepared.references) this.#load(reference);
  }

  #load(name: string): boolean {
    if (this.#templates.has(name)) return false;
    const roots = [dirname(this.#request.file), this.#request.projectDirectory].filter((one) =>
      one !== undefined
    );
    const candidates = isAbsolute(name) ? [name] : roots.map((root) => resolve(root, name));
    for (const file of candidates) {
      const text = readIfThere(file);
      if (text === undefined) continue;
      this.#add(name, file, text);
      return true;
    }
    return false;
  }

  /** Loads the template whose name only the rendering has told. */
  #findMissing(error: unknown): boolean {
    const name = /tried to include non-existing template "(.+?)"|template "(.+?)" does not exist/.exec(
      messageOf(error),
    );
    return name !== null && this.#load((name[1] ?? name[2])!);
  }

  #variables(): Record<string, unknown> {
    const mentionsInventory = [...this.#templates.values()].some((one) => one.mentionsInventory);
    const plain: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(this.#request.variables)) {
      if (value === undefined) continue;
      // Converting a thousand hosts takes a while: only for templates that ask for them.
      if (isInventory(value)) {
        if (mentionsInventory) plain[name] = this.#inventory(value);
      } else plain[name] = this.#callable(name, toPlain(value));
    }
    return plain;
  }

  /** With the methods that pyinfra's templates call. */
  #inventory(inventory: InventoryLike): Record<string, unknown> {
    const plain = plainInventory(inventory);
    const find = <T>(all: Readonly<Record<string, T>>, kind: string) => (name: string) =>
      this.#guard(`get_${kind}`, () => {
        if (Object.hasOwn(all, name)) return all[name];
        const hint = didYouMean(name, Object.keys(all));
        throw new DroverError("E_TEMPLATE", `there is no ${kind} "${name}" in the inventory`, { hint });
      });
    const hosts = Object.fromEntries(plain.hosts.map((host) => [host.name, host]));
    return { ...plain, get_host: find(hosts, "host"), get_group: find(plain.groups, "group") };
  }

  #callable(name: string, value: unknown): unknown {
    if (typeof value !== "function") return value;
    return (...args: unknown[]) => this.#guard(name, () => toPlain(value(...args)));
  }

  /** Where a function whose failure was not printed is mentioned first: a good guess, as most are used once. */
  #firstUse(): TemplatePlace {
    const name = this.#thrown?.name;
    const { file, text } = this.#request;
    const lines = text.split("\n");
    const index = lines.findIndex((line) => name !== undefined && new RegExp(`\\b${name}\\b`).test(line));
    return { file, line: Math.max(0, index) + 1 };
  }

  #placeOf(message: string): TemplatePlace {
    const match = ERROR_REGEXP.exec(message);
    const file = this.#templates.get(match?.[2] ?? "")?.file ?? this.#request.file;
    return { file, line: Number(match?.[3] ?? 1) };
  }

  #explain(error: unknown, variables: Record<string, unknown>): DroverError {
    const message = messageOf(error);
    const match = ERROR_REGEXP.exec(message);
    if (match === null) {
      // Anything else is a panic, after which the engine must not be touched.
      this.#spoiled = true;
      return templateError({ file: this.#request.file, line: 1 }, "the template engine broke down", {
        detail: message,
        cause: error,
      });
    }
    const reason = match[1]!;
    const template = this.#templates.get(match[2]!);
    const place = this.#placeOf(message);
    if (reason === "undefined value") {
      const expression = markedExpression(message, template);
      if (expression !== undefined) return undefinedError(place, expression, variables);
    }
    return templateError(place, reason.replace(/^(syntax error|unknown \w+|invalid operation): /, ""), {
      hint: hintFor(reason),
    });
  }
}

/** What our functions return when they fail: nothing that the engine could print by itself. */
const FAILED = { failed: true };

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** The expression under the carets of minijinja's message, with what stands before it: `a.b` of `a.b.c`. */
function markedExpression(message: string, template: LoadedTemplate | undefined): string | undefined {
  const marked = /^ *(\d+) > .*\n {5}i (.*?)(\^+)/m.exec(message);
  if (marked === null || template === undefined) return undefined;
  const line = template.source.split("\n")[Number(marked[1]) - 1] ?? "";
  const at = marked[2]!.length;
  const before = /[\w.\[\]'"]*$/.exec(line.slice(0, at))![0];
  const whole = before + line.slice(at, at + marked[3]!.length);
  // With something before it, the carets mark the access that failed: its left side is undefined.
  return before === "" || /^['"[(]/.test(before) ? whole : whole.replace(/(?:\.\w+|\[[^\]]*\])$/, "");
}

function hintFor(reason: string): string | undefined {
  const unknown = /^unknown filter: filter (\w+) is unknown/.exec(reason);
  if (unknown !== null) return didYouMean(unknown[1]!, [...Object.keys(FILTERS), ...BUILT_IN_FILTERS]);
  if (/unknown statement (break|continue)\b/.test(reason)) {
    return "loop controls are no part of Jinja2's standard; filter the list instead: {% for x in list if … %}";
  }
  return undefined;
}

const BUILT_IN_FILTERS = [
  "abs,attr,batch,capitalize,count,default,dictsort,escape,filesizeformat,first,float,groupby,indent,int",
  "items,last,length,list,lower,map,max,min,reject,rejectattr,replace,reverse,round,safe,select,selectattr",
  "slice,sort,striptags,sum,title,trim,truncate,unique,upper",
].flatMap((names) => names.split(","));

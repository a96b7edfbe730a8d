/** Renders Eta templates: strict about names that do not exist, and exact about what is between the tags. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, isAbsolute, resolve } from "node:path";
import { Eta } from "eta";
import { Secret } from "../command/mod.ts";
import { DroverError, messageOf } from "../errors/mod.ts";
import type { TemplateRequest } from "./request.ts";
import { templateError, templateSyntaxError, undefinedError } from "./template_error.ts";

type Variables = Readonly<Record<string, unknown>>;
type Parts = ReturnType<Eta["parse"]>;

/** Name of the function that printed expressions go through. */
const SHOW = "__show";
/** Names that Eta itself asks the variables for. */
const ETA_NAMES = ["__blocks", "body", SHOW];

/** Says that an expression has no value. */
class UndefinedValue extends Error {
  constructor(readonly expression: string) {
    super(`"${expression}" is undefined`);
  }
}

/** Renders an Eta template; see {@linkcode renderTemplate}. */
export function renderEta(request: TemplateRequest): string {
  const [option] = Object.keys(request.options ?? {});
  if (option !== undefined) {
    throw templateError({ file: request.file, line: 1 }, `Eta templates have no option "${option}"`);
  }
  const variables = Object.fromEntries(
    Object.entries(request.variables).filter(([, value]) => value !== undefined),
  );
  return new EtaRendering(request).render(request.file, request.text, variables);
}

class EtaRendering {
  readonly #roots: string[];
  readonly #eta = new Eta({
    autoEscape: false,
    autoTrim: false,
    cache: false,
    debug: true,
    // Both `it.port` and `port` work, as one is Eta's way and the other everybody else's.
    useWith: true,
    plugins: [{ processAST: wrapPrinted }],
  });

  constructor(request: TemplateRequest) {
    this.#roots = [request.projectDirectory].filter((root) => root !== undefined);
    // What `include` and `layout` of a template call; `meta` tells which template that is.
    this.#eta.render = (template, data, meta) => {
      const file = this.#find(String(template), dirname(meta?.filepath ?? request.file));
      return this.render(file, readFileSync(file, "utf8"), { ...data as Variables });
    };
    this.#eta.RuntimeErr = (error, _text, line, file) => {
      const explained = error instanceof DroverError && error.code.startsWith("E_TEMPLATE");
      throw explained ? error : explain(error, { file, line }, this.#variables);
    };
  }

  #variables: Variables = {};

  render(file: string, text: string, variables: Variables): string {
    const outer = this.#variables;
    this.#variables = variables;
    try {
      const run = this.#compile(file, text);
      return run.call(this.#eta, strict(variables), { filepath: file });
    } finally {
      this.#variables = outer;
    }
  }

  #compile(file: string, text: string): ReturnType<Eta["compile"]> {
    try {
      return this.#eta.compile(text, { filepath: file });
    } catch (error) {
      const message = messageOf(error);
      const place = /^(.*) at line (\d+) col (\d+):/.exec(message);
      if (place !== null) {
        throw templateSyntaxError({ file, line: Number(place[2]), column: Number(place[3]) }, place[1]!);
      }
      const reason = message.split("\n")[2] || "syntax error";
      throw templateSyntaxError({ file, line: this.#badLine(text) }, `its code cannot be read: ${reason}`);
    }
  }

  /** The line of the first printed expression that is none; where a statement is at fault, the first line. */
  #badLine(text: string): number {
    for (const part of this.#eta.parse(text)) {
      if (typeof part === "string" || part.t === "e") continue;
      try {
        new Function(`return (${part.val})`);
      } catch {
        return part.lineNo ?? 1;
      }
    }
    return 1;
  }

  #find(name: string, directory: string): string {
    const file = extname(name) === "" ? `${name}.eta` : name;
    if (isAbsolute(file) && existsSync(file)) return file;
    const roots = [...new Set([directory, ...this.#roots])];
    const found = roots.map((root) => resolve(root, file)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    throw new Error(`there is no template "${name}" in ${roots.join(" or ")}`);
  }
}

/** Makes printed expressions tell their own text, for the error when they have no value. */
function wrapPrinted(parts: Parts): Parts {
  return parts.map((part) => {
    if (typeof part === "string" || part.t === "e" || part.val.startsWith(`${SHOW}(`)) return part;
    // A call gives a text or fails by itself.
    if (/^(?:include|block)\s*\(/.test(part.val)) return part;
    return { ...part, val: `${SHOW}((${part.val}\n), ${JSON.stringify(part.val)})` };
  });
}

function show(value: unknown, expression: string): unknown {
  if (value === undefined) throw new UndefinedValue(expression);
  return value instanceof Secret ? value.reveal() : value;
}

/** Variables of which only those that exist can be read. */
function strict(variables: Variables): object {
  return new Proxy({ ...variables, [SHOW]: show }, {
    get(target, key) {
      const name = String(key);
      if (typeof key === "symbol" || key in target || ETA_NAMES.includes(name)) {
        return Reflect.get(target, key);
      }
      throw new UndefinedValue(name);
    },
    ownKeys: (target) => Reflect.ownKeys(target).filter((key) => key !== SHOW),
  });
}

function explain(
  error: unknown,
  place: { file: string; line: number },
  variables: Variables,
): DroverError {
  if (error instanceof UndefinedValue) {
    const expression = error.expression.replace(/^it\./, "");
    return undefinedError(place, expression, variables);
  }
  const unknown = error instanceof ReferenceError ? /^(\S+) is not defined$/.exec(error.message) : null;
  if (unknown !== null) return undefinedError(place, unknown[1]!, variables);
  return templateError(place, messageOf(error), {
    cause: error,
    hint: hintOf(error),
  });
}

function hintOf(error: unknown): string | undefined {
  const hint: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "hint") : undefined;
  return typeof hint === "string" ? hint : undefined;
}

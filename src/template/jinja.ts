/** Renders Jinja2 templates: finds those that they name, and tells users what is wrong with them. */

import { readFileSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import { toValue } from "./jinja/data.ts";
import { Interpreter, type TemplateSource } from "./jinja/interpreter.ts";
import { SyntaxFault } from "./jinja/lexer.ts";
import { readJinjaOptions } from "./jinja/options.ts";
import { PlacedFault } from "./jinja/places.ts";
import { GivenScope } from "./jinja/scope.ts";
import { Fault, UndefinedFault } from "./jinja/values.ts";
import type { TemplateRequest } from "./request.ts";
import { missingError, templateError, templateSyntaxError } from "./template_error.ts";

/** Renders a Jinja2 template; see {@linkcode renderTemplate}. */
export function renderJinja(request: TemplateRequest): string {
  const { file, text, variables } = request;
  const options = readJinjaOptions(file, request.options);
  const interpreter = new Interpreter(options, (name) => findTemplate(name, request));
  try {
    return interpreter.render(
      { file, text },
      (globals) => new GivenScope(globals, Object.keys(variables), (name) => toValue(variables[name])),
    );
  } catch (error) {
    throw error instanceof PlacedFault ? explain(error, file) : error;
  }
}

/** A template beside the one that is rendered, or in the project. */
function findTemplate(name: string, { file, projectDirectory }: TemplateRequest): TemplateSource | undefined {
  const roots = [dirname(file), projectDirectory].filter((one) => one !== undefined);
  const candidates = isAbsolute(name) ? [name] : roots.map((root) => resolve(root, name));
  for (const path of candidates) {
    const text = readIfThere(path);
    if (text !== undefined) return { file: path, text };
  }
  return undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw new Fault(`"${path}" cannot be read: ${messageOf(error)}`);
  }
}

function explain({ fault, line, file }: PlacedFault, main: string): unknown {
  const place = { file: file ?? main, line: fault instanceof SyntaxFault ? fault.line : line };
  if (fault instanceof UndefinedFault) {
    const { path, key = path, candidates = () => [], message } = fault.reason;
    if (message !== undefined) return templateError(place, message);
    return missingError(place, { path, key, candidates: candidates() });
  }
  const hint = fault instanceof Fault || fault instanceof DroverError ? fault.hint : undefined;
  const error = fault instanceof SyntaxFault ? templateSyntaxError : templateError;
  return error(place, messageOf(fault), { cause: fault, hint });
}

/** Chooses the engine that a template is written for, loads it when it is first needed, and renders. */

import { extname } from "node:path";
import type { TemplateRequest } from "./request.ts";

/**
 * Renders a template. Undefined variables are errors, and values are not escaped unless the template asks for it.
 * Line ends of Jinja2 templates become `\n`, as in Jinja2.
 *
 * @throws {DroverError} `E_TEMPLATE`, or `E_TEMPLATE_SYNTAX` for a template that cannot be read, with the template's file and line.
 * @example
 * ```ts
 * await renderTemplate({ text: "port {{ port }}\n", file: "/srv/app.conf.j2", variables: { port: 80 } });
 * ```
 */
export async function renderTemplate(request: TemplateRequest): Promise<string> {
  const engine = request.engine ?? (extname(request.file).toLowerCase() === ".eta" ? "eta" : "jinja");
  if (engine === "eta") return (await import("./eta.ts")).renderEta(request);
  return (await import("./jinja.ts")).renderJinja(request);
}

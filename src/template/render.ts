/** Chooses the engine that a template is written for, loads it when it is first needed, and renders. */

import { extname } from "node:path";

/** The languages that templates are written in. */
export type TemplateEngineName = "jinja" | "eta";

/** A template and what it is rendered with. */
export interface TemplateRequest {
  /** The template's source. */
  text: string;
  /** Absolute path that it was read from; includes are looked for beside it. */
  file: string;
  /** Includes are looked for here too. Default: the template's own directory only. */
  projectDirectory?: string | undefined;
  /** What the template sees: `host`, `inventory`, `state` and the operation's data. */
  variables: Readonly<Record<string, unknown>>;
  /** Default: by the file's extension; Eta for `.eta`, Jinja2 for everything else, as in pyinfra. */
  engine?: TemplateEngineName | undefined;
  /**
   * Options of Jinja2's `Environment`, in snake_case or camelCase: `trim_blocks`, `lstrip_blocks`,
   * `keep_trailing_newline` (default: `true`), `autoescape` (default: `false`), `newline_sequence`,
   * `variable_start_string` and its like, `line_statement_prefix`, `line_comment_prefix`, and `extensions`:
   * `jinja2.ext.do`, `jinja2.ext.loopcontrols`.
   */
  options?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Renders a template. Undefined variables are errors, and values are not escaped unless the template asks for it.
 * Line ends of Jinja2 templates become `\n`, as in Jinja2.
 *
 * @throws {DroverError} `E_TEMPLATE` with the template's file and line.
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

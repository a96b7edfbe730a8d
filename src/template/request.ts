/** What is asked of a template engine. */

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

/** Templates: `files.template`. */

import { dirname, resolve } from "node:path";
import { DroverError } from "../../errors/mod.ts";
import { localFiles, operation, requireLocalPath, requireScope } from "../../host/mod.ts";
import { renderTemplate, type TemplateEngineName } from "../../template/mod.ts";
import type { OwnershipArgs } from "./ownership.ts";
import type { FollowArgs } from "./place.ts";
import { put } from "./put.ts";

/** Arguments of {@linkcode template}. */
export interface TemplateArgs extends OwnershipArgs, FollowArgs {
  /**
   * Path of a local template, beside the deploy file or in the working directory; or `{ content }`, the
   * template itself.
   */
  src: string | { readonly content: string };
  /** Path of the file on the host. */
  dest: string;
  /** Makes the file's directory where it is missing, with the same user and group. Default: `true`. */
  createRemoteDir?: boolean | undefined;
  /**
   * Options of Jinja2, under the names of its `Environment` or in camelCase: `trim_blocks`, `lstrip_blocks`,
   * `keep_trailing_newline` (default: `true`), `autoescape` (default: `false`), `newline_sequence`,
   * `variable_start_string` and its like, `line_statement_prefix`, `line_comment_prefix`, and `extensions` with
   * `jinja2.ext.do` and `jinja2.ext.loopcontrols`.
   */
  jinjaEnvKwargs?: Readonly<Record<string, unknown>> | undefined;
  /** Variables of the template, beside `host`, `inventory` and `state`. */
  data?: Readonly<Record<string, unknown>> | undefined;
  /** The template's language. Default: Eta for files ending in `.eta`, Jinja2 for all others. */
  engine?: TemplateEngineName | undefined;
}

/**
 * Renders a template with the host's values and uploads what comes out, if the host's file is missing or
 * differs. A variable that is not defined is an error. Values are written as they are, whatever the file is
 * called: a template that wants them escaped says so, with `{% autoescape true %}` or the filter `e`.
 *
 * @example
 * ```ts
 * await files.template({
 *   src: "templates/app.conf.j2",
 *   dest: "/etc/app.conf",
 *   mode: 640,
 *   data: { port: host.data.app_port },
 * });
 * ```
 */
export const template = operation<TemplateArgs>("files.template", async function* (args) {
  const { dest, user, group, mode, createRemoteDir, follow } = args;
  const content = await render(args);
  yield* put.steps({ src: { content }, dest, user, group, mode, createRemoteDir, follow });
}, {
  parameters: {
    src: "string | object",
    dest: "string",
    user: "string | number?",
    group: "string | number?",
    mode: "string | number?",
    createRemoteDir: "boolean?",
    follow: "boolean?",
    jinjaEnvKwargs: "Record<string, unknown>?",
    data: "Record<string, unknown>?",
    engine: "'jinja' | 'eta'?",
  },
});

async function render(args: TemplateArgs): Promise<string> {
  const { host, inventory, state, deploy } = requireScope("files.template");
  const projectDirectory = dirname(deploy.file);
  const source = await readTemplate(args.src, projectDirectory);
  return await renderTemplate({
    ...source,
    projectDirectory,
    variables: { host, inventory, state, ...args.data },
    engine: args.engine,
    options: args.jinjaEnvKwargs,
  });
}

async function readTemplate(
  src: TemplateArgs["src"],
  projectDirectory: string,
): Promise<{ text: string; file: string }> {
  if (typeof src === "string") {
    const file = await requireLocalPath(src);
    return { text: new TextDecoder().decode(await localFiles().read(file)), file };
  }
  if (typeof src?.content === "string") {
    return { text: src.content, file: resolve(projectDirectory, "template") };
  }
  throw new DroverError("E_ARGUMENT", `files.template: src cannot be ${Deno.inspect(src)}`, {
    hint: "give the path of a local template, or { content: text }",
  });
}

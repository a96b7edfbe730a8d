/** The operations that run local scripts on the host. */

import { dirname } from "node:path";
import { pathWord, sh, type Step, upload } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { freshNames, localFiles, operation, requireLocalPath, requireScope } from "../../host/mod.ts";
import { joinPath, withoutSlash } from "../files/remote_path.ts";
import { renderTemplate } from "../../template/mod.ts";
import { removingAtExit, temporaryDirectory } from "../temporary.ts";

/** Arguments of {@linkcode script}. */
export interface ScriptArgs {
  /** Local file with the script; its first line (`#!`) tells what runs it, without one it is `sh`. */
  src: string;
  /** Words that the script is called with. */
  args?: readonly (string | number)[];
}

/** Arguments of {@linkcode scriptTemplate}. */
export interface ScriptTemplateArgs extends ScriptArgs {
  /** Variables of the template, beside `host`, `inventory` and `state`. */
  data?: Record<string, unknown>;
}

/**
 * Uploads a local script, runs it and removes it, also when it fails. It acts each time it is called.
 *
 * @example
 * ```ts
 * await server.script({ src: "scripts/migrate.sh", args: ["--to", version], _sudo: true });
 * ```
 */
export const script = operation<ScriptArgs>("server.script", async function* ({ src, args = [] }) {
  const path = await requireScript(src);
  yield* runUploaded((dest) => upload({ path }, dest, { mode: "700" }), args);
}, { parameters: { src: "string", args: "(string | number)[]?" }, idempotent: false });

/**
 * Renders a local template, uploads the result as a script, runs it and removes it, also when it fails. It
 * acts each time it is called.
 *
 * @example
 * ```ts
 * await server.scriptTemplate({ src: "scripts/setup.sh.j2", data: { port: 8080 } });
 * ```
 */
export const scriptTemplate = operation<ScriptTemplateArgs>(
  "server.scriptTemplate",
  async function* ({ src, args = [], data = {} }) {
    const file = await requireScript(src);
    const text = new TextDecoder().decode(await localFiles().read(file));
    const { host, inventory, state, deploy } = requireScope("server.scriptTemplate");
    const variables = { host, inventory, state, ...data };
    const content = await renderTemplate({ text, file, projectDirectory: dirname(deploy.file), variables });
    yield* runUploaded((dest) => upload({ content }, dest, { mode: "700" }), args);
  },
  {
    parameters: {
      src: "string",
      args: "(string | number)[]?",
      data: "Record<string, unknown>?",
    },
    idempotent: false,
  },
);

async function requireScript(src: string): Promise<string> {
  const path = await requireLocalPath(src);
  const info = await localFiles().info(path);
  if (info?.kind !== "directory") return path;
  throw new DroverError("E_LOCAL_FILE", `The script "${src}" is a directory`);
}

/** The script is removed by the command that runs it: no failure and no signal can come between them. */
function* runUploaded(
  makeUpload: (dest: string) => Step,
  args: readonly (string | number)[],
): Generator<Step, void, void> {
  const dest = joinPath(withoutSlash(temporaryDirectory()), freshNames().temporary());
  const file = pathWord(dest);
  yield makeUpload(dest);
  yield removingAtExit(file, sh`${[file, ...args]}`);
}

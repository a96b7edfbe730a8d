/** apt.repo: one source of apt in a `.list` file. */

import { DroverError } from "../../errors/mod.ts";
import { AptSources } from "../../facts/apt.ts";
import { type AptSource, parseSourceLine, sameOptions, sameSource } from "../../facts/apt_sources.ts";
import { effect, host, operation, touches } from "../../host/mod.ts";
import { line } from "../files/mod.ts";
import { sourceFilePath } from "./source_files.ts";

const DEFAULT_FILE = "/etc/apt/sources.list";

/** Arguments of {@linkcode repo}. */
export interface RepoArgs {
  /** The source as a line of `sources.list`: `deb https://example.com/debian bookworm main`. */
  src: string;
  /** Whether apt shall have the source. Default: `true`. */
  present?: boolean;
  /** Name of a file in `/etc/apt/sources.list.d`; `.list` is added. Default: `/etc/apt/sources.list`. */
  filename?: string;
}

/**
 * Adds a source to apt or removes it. Changes something if none of apt's files (or one of them, with
 * `present: false`) names the source; the order of components does not count. Where a `.list` file names it
 * with other options, its line is replaced, since apt refuses one source with two keys.
 *
 * @example
 * ```ts
 * await apt.repo({
 *   src: "deb [signed-by=/etc/apt/keyrings/docker.gpg] https://download.docker.com/linux/debian bookworm stable",
 *   filename: "docker",
 *   _sudo: true,
 * });
 * ```
 */
export const repo = operation<RepoArgs>("apt.repo", async function* ({ src, present = true, filename }) {
  const wanted = parseSource(src);
  const { type, url, distribution, components } = wanted;
  touches({ kind: "apt source", name: [type, url, distribution, ...components].join(" ") });
  const named = filename === undefined ? undefined : sourceFilePath(filename, ".list");
  const similar = (await host.getFact(AptSources)).filter((source) => sameSource(source, wanted));
  const found = similar.find((source) => sameOptions(source, wanted)) ?? similar[0];
  const path = found?.file ?? named ?? DEFAULT_FILE;

  if (found === undefined) {
    if (!present) return host.noop(`apt repo ${src} does not exist`);
    effect("create");
    yield* line.steps({ path, line: src, escapeRegexCharacters: true });
    return;
  }

  const identical = sameOptions(found, wanted);
  if (present && identical) {
    return host.noop(`apt repo ${src} exists${found.file ? ` in ${found.file}` : ""}`);
  }
  refuseDeb822(path);
  if (present) {
    yield* line.steps({ path, line: linePattern(found), replace: src });
    return;
  }
  effect("remove");
  yield* line.steps({ path, line: linePattern(found), present: false });
}, { parameters: { src: "string", present: "boolean?", filename: "string?" } });

function parseSource(src: string): AptSource {
  const source = /[\r\n]/.test(src) ? undefined : parseSourceLine(src);
  if (source !== undefined) return source;
  throw new DroverError("E_ARGUMENT", `"${src}" is not a source of apt`, {
    hint: "write it as in sources.list: deb [options] URL SUITE COMPONENTS; for ppa:… there is apt.ppa",
  });
}

function refuseDeb822(path: string): void {
  if (!path.endsWith(".sources")) return;
  throw new DroverError("E_APT_SOURCE", `${path} names the source, and apt.repo cannot edit it`, {
    hint: "use apt.sourcesFile for files in the deb822 format",
  });
}

/** A basic regular expression for the lines that name a source, whatever their options and spaces. */
function linePattern({ type, url, distribution, components }: AptSource): string {
  const escape = (text: string) => text.replaceAll(/[.*[\]^$\\]/g, "\\$&");
  const space = "[[:space:]][[:space:]]*";
  const words = [`${escape(url.replace(/\/+$/, ""))}/*`, ...[distribution, ...components].map(escape)];
  return `^[[:space:]]*${type}${space}\\(\\[.*\\]${space}\\)*${words.join(space)}[[:space:]]*\\(#.*\\)*$`;
}

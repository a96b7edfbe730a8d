/** apt.sourcesFile: a deb822 file of sources, as a whole. */

import { sh, upload } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { FileContents } from "../../facts/files/mod.ts";
import { effect, host, operation, pathSubject, showDiff, touches } from "../../host/mod.ts";
import { sourceFilePath } from "./source_files.ts";

/** Arguments of {@linkcode sourcesFile}. Where several values may stand, a list or words in one string. */
export interface SourcesFileArgs {
  /** Name of the file in `/etc/apt/sources.list.d`; `.sources` is added. */
  filename: string;
  /** `deb`, `deb-src` or both. Default: `deb`. */
  types?: string | string[];
  /** URLs of repositories. Needed unless `present` is `false`. */
  uris?: string | string[];
  /** Suites, such as `bookworm`, or one path that ends with `/`. Needed unless `present` is `false`. */
  suites?: string | string[];
  /** Components, such as `main`. */
  components?: string | string[];
  /** Only these architectures, such as `amd64`. */
  architectures?: string | string[];
  /** Absolute path of the keyring that the repository is signed with. */
  signedBy?: string;
  /** Whether the file shall exist. Default: `true`. */
  present?: boolean;
}

/**
 * Creates, replaces or removes a file in `/etc/apt/sources.list.d` in the deb822 format. Changes something if
 * the content of the file differs. New lists are fetched by `apt.update`.
 *
 * @example
 * ```ts
 * await apt.sourcesFile({
 *   filename: "docker",
 *   uris: "https://download.docker.com/linux/debian",
 *   suites: "bookworm",
 *   components: "stable",
 *   signedBy: "/etc/apt/keyrings/docker.gpg",
 *   _sudo: true,
 * });
 * ```
 */
export const sourcesFile = operation<SourcesFileArgs>("apt.sourcesFile", async function* (args) {
  const path = sourceFilePath(args.filename, ".sources");
  touches(pathSubject(path));
  const lines = await host.getFact(FileContents, { path });
  const before = lines && toText(lines);

  if (args.present === false) {
    if (before === undefined) return host.noop(`${path} does not exist`);
    effect("remove");
    showDiff({ path, before, after: undefined });
    yield sh`rm -f ${path}`;
    return;
  }

  const after = toText(fieldsOf(args));
  if (before === after) return host.noop(`${path} is as wanted`);
  effect(before === undefined ? "create" : "change");
  showDiff({ path, before, after });
  yield upload({ content: after }, path, { user: "root", group: "root", mode: "644" });
}, {
  parameters: {
    filename: "string",
    types: "string | string[]?",
    uris: "string | string[]?",
    suites: "string | string[]?",
    components: "string | string[]?",
    architectures: "string | string[]?",
    signedBy: "string?",
    present: "boolean?",
  },
});

function fieldsOf(args: SourcesFileArgs): string[] {
  const types = values("types", args.types ?? "deb");
  const unknown = types.find((type) => type !== "deb" && type !== "deb-src");
  if (unknown !== undefined) throw new DroverError("E_ARGUMENT", `"${unknown}" is no type of apt source`);
  const suites = required("suites", args.suites);
  const components = values("components", args.components);
  checkComponents(suites, components);
  const fields = {
    "Types": types,
    "URIs": required("uris", args.uris),
    "Suites": suites,
    "Components": components,
    "Architectures": values("architectures", args.architectures),
    "Signed-By": values("signedBy", args.signedBy),
  };
  return Object.entries(fields)
    .filter(([, words]) => words.length > 0)
    .map(([name, words]) => `${name}: ${words.join(" ")}`);
}

/** apt reads a suite as a plain path when it ends with a slash, and then knows no components. */
function checkComponents(suites: string[], components: string[]): void {
  const isPath = suites.some((suite) => suite.endsWith("/"));
  if (isPath === (components.length === 0)) return;
  throw new DroverError(
    "E_ARGUMENT",
    isPath ? "A suite that is a path has no components" : `The suite ${suites.join(" ")} needs components`,
    { hint: 'give suites and components ("bookworm", "main"), or a path as the suite ("./")' },
  );
}

function required(name: string, given: string | readonly string[] | undefined): string[] {
  const words = values(name, given);
  if (words.length > 0) return words;
  throw new DroverError("E_ARGUMENT", `apt.sourcesFile needs "${name}" for a file that shall be present`);
}

function values(name: string, given: string | readonly string[] | undefined): string[] {
  const texts = given === undefined ? [] : [given].flat();
  if (texts.some((text) => /[\r\n]/.test(text))) {
    throw new DroverError("E_ARGUMENT", `"${name}" of apt.sourcesFile cannot hold a line break`);
  }
  return texts.flatMap((text) => text.split(/\s+/)).filter(Boolean);
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

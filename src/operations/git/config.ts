/** git.config: one setting of git. */

import { doubleQuoted, reveal, type Secret, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Directory } from "../../facts/files/mod.ts";
import { GitConfig } from "../../facts/git.ts";
import { host, operation, touches } from "../../host/mod.ts";
import { gitDirectory, type GitIn, gitIn, refuseOptions } from "./git_command.ts";

/** Arguments of {@linkcode config}. */
export interface ConfigArgs {
  /** The setting: `user.email`, `remote.origin.url`. */
  key: string;
  /** The value that it shall have. */
  value: string | Secret;
  /** Adds the value to those that the setting has, instead of replacing them. Default: `false`. */
  multiValue?: boolean;
  /** Directory of a repository whose own configuration is meant. Default: the configuration of the user. */
  repo?: string;
  /** Without `repo`: the configuration of the system instead of the user's. Default: `false`. */
  system?: boolean;
}

/**
 * Sets a value in the configuration of git. Changes something if the setting has another value or, with
 * `multiValue`, lacks this one.
 *
 * @example
 * ```ts
 * await git.config({ key: "user.email", value: "deploy@example.com", _sudo: true, _sudoUser: "app" });
 * ```
 */
export const config = operation<ConfigArgs>("git.config", async function* (args) {
  const { key, value, multiValue = false, repo, system = false } = args;
  refuseOptions({ key, repo });
  if (repo !== undefined && system) {
    throw new DroverError("E_ARGUMENT", "git.config takes either repo or system");
  }
  touches({
    kind: "git setting",
    name: `${normalizeKey(key)} of ${repo ?? (system ? "the system" : "the user")}`,
  });
  const found = await readValues(args);
  if (found.includes(reveal(value)) && (multiValue || found.length === 1)) {
    return host.noop(`git config ${key} is set to ${value}`);
  }
  const how = multiValue ? sh`--add` : found.length > 1 && sh`--replace-all`;
  yield (await gitFor(repo, system))(sh`${how} ${key} ${doubleQuoted(value)}`);
}, {
  parameters: {
    key: "string",
    value: "string | Secret",
    multiValue: "boolean?",
    repo: "string?",
    system: "boolean?",
  },
});

async function readValues({ key, repo, system = false }: ConfigArgs): Promise<string[]> {
  if (repo === undefined) return (await host.getFact(GitConfig, { system }))[normalizeKey(key)] ?? [];
  // Cloning the repository may be what an earlier operation is going to do.
  if (!await host.getFact(Directory, { path: gitDirectory(repo) })) return [];
  return (await host.getFact(GitConfig, { repo }))[normalizeKey(key)] ?? [];
}

async function gitFor(repo: string | undefined, system: boolean): Promise<GitIn> {
  if (repo === undefined) return (words) => sh`git config ${system ? sh`--system` : sh`--global`} ${words}`;
  const git = await gitIn(repo);
  return (words) => git(sh`config --local ${words}`);
}

/** Git lists sections and names in lower case; only what stands between them keeps its case. */
function normalizeKey(key: string): string {
  const [first, last] = [key.indexOf("."), key.lastIndexOf(".")];
  if (first === -1) return key.toLowerCase();
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}

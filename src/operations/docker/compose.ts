/** Stacks of Docker Compose. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { alters, effect, type Operation, operation } from "../../host/mod.ts";
import { dockerSubject } from "./names.ts";
import { splitWords } from "./words.ts";

/** Arguments of {@linkcode compose}. */
export interface ComposeArgs {
  /** Directory of the project on the host. */
  projectDirectory: string;
  /** Compose files on the host. Default: those in the directory that Compose finds by their names. */
  files?: string | readonly string[] | undefined;
  /** Name of the project. Default: that of the directory. */
  projectName?: string | undefined;
  /** Whether the stack should be up; `false` takes it down. Default: `true`. */
  present?: boolean | undefined;
  /** When to pull images: `always`, `missing` or `never`. */
  pull?: "always" | "missing" | "never" | undefined;
  /** Builds images first. Default: `false`. */
  build?: boolean | undefined;
  /** Creates all containers again. Default: `false`. */
  forceRecreate?: boolean | undefined;
  /** Removes containers of services that are no longer in the files. Default: `true`. */
  removeOrphans?: boolean | undefined;
  /** Removes the volumes, too, where the stack is taken down. Default: `false`. */
  removeVolumes?: boolean | undefined;
  /** The command to run. Default: `docker compose`. */
  composeCommand?: string | undefined;
}

/**
 * Brings a stack up or takes it down. It acts each time; Compose itself leaves services alone that have not changed.
 *
 * @example
 * ```ts
 * await docker.compose({ projectDirectory: "/srv/app", pull: "always", _sudo: true });
 * ```
 */
export const compose: Operation<ComposeArgs> = operation<ComposeArgs>(
  "docker.compose",
  async function* (args) {
    const { present = true, removeOrphans = true, composeCommand = "docker compose" } = args;
    if (args.projectDirectory.trim() === "") {
      throw new DroverError("E_ARGUMENT", "docker.compose needs the directory of a project");
    }
    const command = splitWords("docker.compose", composeCommand);
    if (command.length === 0) {
      throw new DroverError(
        "E_ARGUMENT",
        "docker.compose has an empty composeCommand",
      );
    }
    alters(
      dockerSubject("container"),
      dockerSubject("network"),
      dockerSubject("volume"),
      dockerSubject("image"),
    );
    const project = [
      sh`--project-directory ${pathWord(args.projectDirectory)}`,
      [args.files ?? []].flat().map((file) => sh`-f ${pathWord(file)}`),
      args.projectName !== undefined && sh`--project-name ${args.projectName}`,
    ];
    const orphans = removeOrphans && sh`--remove-orphans`;
    if (!present) {
      effect("remove");
      yield sh`${command} ${project} down ${args.removeVolumes && sh`-v`} ${orphans}`;
      return;
    }
    const options = [
      args.pull !== undefined && sh`--pull ${args.pull}`,
      args.build && sh`--build`,
      args.forceRecreate && sh`--force-recreate`,
    ];
    yield sh`${command} ${project} up -d ${options} ${orphans}`;
  },
  {
    parameters: {
      projectDirectory: "string",
      files: "string | string[]?",
      projectName: "string?",
      present: "boolean?",
      pull: "'always' | 'missing' | 'never'?",
      build: "boolean?",
      forceRecreate: "boolean?",
      removeOrphans: "boolean?",
      removeVolumes: "boolean?",
      composeCommand: "string?",
    },
    idempotent: false,
  },
);

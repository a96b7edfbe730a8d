/** Commands in containers that run. */

import { sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type Operation, operation } from "../../host/mod.ts";
import { checkName } from "./names.ts";
import { splitWords } from "./words.ts";

/** Arguments of {@linkcode containerExec}. */
export interface ContainerExecArgs {
  /** Name or number of the container. */
  container: string;
  /** The command: its words, or one text as it is typed, in which nothing is expanded. */
  command: string | readonly string[];
  /** User that it runs as, by name or number. */
  user?: string | undefined;
  /** Directory in the container to run it in. */
  workdir?: string | undefined;
  /** Environment variables by name. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Does not wait for its end. Default: `false`. */
  detach?: boolean | undefined;
  /** Gives it all rights. Default: `false`. */
  privileged?: boolean | undefined;
  /** Gives it a terminal. Default: `false`. */
  tty?: boolean | undefined;
}

/**
 * Runs a command in a container. It acts each time, so give it a condition.
 *
 * @example
 * ```ts
 * const config = await files.put({ src: "nginx.conf", dest: "/srv/web/nginx.conf", _sudo: true });
 * await docker.containerExec({ container: "web", command: "nginx -s reload", _if: config, _sudo: true });
 * ```
 */
export const containerExec: Operation<ContainerExecArgs> = operation<ContainerExecArgs>(
  "docker.containerExec",
  async function* (args) {
    const name = checkName("docker.containerExec", "the name of a container", args.container);
    const words = typeof args.command === "string"
      ? splitWords("docker.containerExec", args.command)
      : args.command;
    if (words.length === 0) throw new DroverError("E_ARGUMENT", "docker.containerExec has an empty command");
    const options = [
      args.user !== undefined && sh`--user ${args.user}`,
      args.workdir !== undefined && sh`--workdir ${args.workdir}`,
      Object.entries(args.env ?? {}).map(([key, value]) => sh`--env ${`${key}=${value}`}`),
      args.detach && sh`--detach`,
      args.privileged && sh`--privileged`,
      args.tty && sh`--tty`,
    ];
    yield sh`docker container exec ${options} ${name} ${words}`;
  },
  {
    parameters: {
      container: "string",
      command: "string | string[]",
      user: "string?",
      workdir: "string?",
      env: "Record<string, string>?",
      detach: "boolean?",
      privileged: "boolean?",
      tty: "boolean?",
    },
    idempotent: false,
  },
);

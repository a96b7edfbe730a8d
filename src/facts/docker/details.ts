/** What Docker tells of itself, and of what its containers are doing. */

import { sh } from "../../command/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";
import type { DockerObject } from "./inspect.ts";

/** The argument of facts about what a container does. */
export interface ContainerIdArgs {
  /** Name or number of the container. */
  containerId: string;
}

/** A path that a container has changed. */
export interface FsChange {
  /** The path in the container. */
  path: string;
  /** `A` for added, `C` for changed, `D` for deleted. */
  change: "A" | "C" | "D";
}

/**
 * Paths in a container that are not as in its image; empty if there is no such container.
 *
 * @example
 * ```ts
 * const changes = await host.getFact(facts.docker.DockerContainerFsChanges, { containerId: "web" });
 * ```
 */
export const DockerContainerFsChanges: Fact<FsChange[], ContainerIdArgs> = fact<FsChange[], ContainerIdArgs>({
  name: "docker.DockerContainerFsChanges",
  remember: { containerId: "line" },
  parameters: { containerId: "string" },
  requires: "docker",
  command: ({ containerId }) =>
    sh`docker container diff -- ${containerId} 2> /dev/null || docker version > /dev/null`,
  default: () => [],
  process: (lines) =>
    lines.flatMap((line) => {
      const [, change, path] = /^([ACD]) (.+)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ path, change: change as FsChange["change"] }];
    }),
});

/**
 * Processes in a container by the columns of `ps`; empty if it is not running.
 *
 * @example
 * ```ts
 * const processes = await host.getFact(facts.docker.DockerContainerProcesses, { containerId: "web" });
 * const commands = processes.map(({ CMD }) => CMD);
 * ```
 */
export const DockerContainerProcesses: Fact<Record<string, string>[], ContainerIdArgs> = fact<
  Record<string, string>[],
  ContainerIdArgs
>({
  name: "docker.DockerContainerProcesses",
  remember: { containerId: "line" },
  parameters: { containerId: "string" },
  requires: "docker",
  command: ({ containerId }) =>
    sh`docker container top ${containerId} 2> /dev/null || docker version > /dev/null`,
  default: () => [],
  process: ([header = "", ...lines]) =>
    lines.filter((line) => line.trim() !== "").map((line) => readRow(header, line)),
});

/** The last column may hold spaces. */
function readRow(header: string, line: string): Record<string, string> {
  const names = header.trim().split(/\s+/);
  const words = line.trim().split(/\s+/);
  const rest = line.trim().replace(new RegExp(`^(?:\\S+\\s+){${names.length - 1}}`), "");
  return Object.fromEntries(
    names.map((name, index) => [name, index === names.length - 1 ? rest : words[index] ?? ""]),
  );
}

/** What each running container uses, as `docker stats` prints it: `{ Name: "web", CPUPerc: "0.01%", … }`. */
export const DockerContainerStats: Fact<Record<string, string>[]> = fact<Record<string, string>[]>({
  name: "docker.DockerContainerStats",
  remember: {},
  requires: "docker",
  command: () => sh`docker stats --no-stream --format ${"{{json .}}"}`,
  default: () => [],
  process: readJsonLines,
});

/** The argument of {@linkcode DockerImageHistory}. */
export interface ImageIdArgs {
  /** Name or number of the image. */
  imageId: string;
}

/**
 * How an image was made, the last step first, as `docker history` prints it; empty if there is no such image.
 *
 * @example
 * ```ts
 * const [last] = await host.getFact(facts.docker.DockerImageHistory, { imageId: "nginx:alpine" });
 * ```
 */
export const DockerImageHistory: Fact<Record<string, string>[], ImageIdArgs> = fact<
  Record<string, string>[],
  ImageIdArgs
>({
  name: "docker.DockerImageHistory",
  about: ({ imageId }) => ({ kind: "docker image", name: imageId }),
  remember: { imageId: "line" },
  parameters: { imageId: "string" },
  requires: "docker",
  command: ({ imageId }) =>
    sh`docker image history --no-trunc --format ${"{{json .}}"} -- ${imageId} 2> /dev/null || docker version > /dev/null`,
  default: () => [],
  process: readJsonLines,
});

/** What `docker system info` tells of the engine, of its swarm too; `undefined` where Docker is missing. */
export const DockerSystemInfo: Fact<DockerObject | undefined> = fact<DockerObject | undefined>({
  name: "docker.DockerSystemInfo",
  remember: {},
  requires: "docker",
  command: () => sh`docker system info --format=${"{{json .}}"}`,
  default: () => undefined,
  process: (lines) => JSON.parse(lines.join("\n")) as DockerObject,
});

/** The version of the program, such as `Docker version 28.2.2, build e6534b4`; `undefined` where it is missing. */
export const DockerVersion: Fact<string | undefined> = fact<string | undefined>({
  name: "docker.DockerVersion",
  remember: {},
  requires: "docker",
  command: () => "docker --version",
  default: () => undefined,
  process: (lines) => lines.join("\n").trim(),
});

/** What stands in the file between quotes behind these names is a password, or as good as one. */
const WITHOUT_PASSWORDS =
  `s/"(auth|identitytoken|registrytoken|password)"[[:space:]]*:[[:space:]]*"[^"]*"/"\\1":""/g`;

/** Registries that the user is logged in to, as Docker names them; the passwords do not leave the host. */
export const DockerAuths: Fact<string[]> = fact<string[]>({
  name: "docker.DockerAuths",
  about: () => ({ kind: "docker login" }),
  remember: {},
  command: () =>
    sh`config="\${DOCKER_CONFIG:-$HOME/.docker}/config.json"; ! [ -r "$config" ] || sed -E ${WITHOUT_PASSWORDS} "$config"`,
  default: () => [],
  process: (lines) => {
    try {
      const { auths } = JSON.parse(lines.join("\n")) as { auths?: Record<string, unknown> | null };
      return Object.keys(auths ?? {});
    } catch {
      return [];
    }
  },
});

function readJsonLines(lines: readonly string[]): Record<string, string>[] {
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as Record<string, string>);
}

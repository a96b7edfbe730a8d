/** Building images on the host. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { DockerImage } from "../../facts/docker/inspect.ts";
import { effect, host, type Operation, operation, touches } from "../../host/mod.ts";
import { checkName, dockerSubject, holdsSecret, isThere } from "./names.ts";
import { splitWords } from "./words.ts";

/** Arguments of {@linkcode build}. */
export interface BuildArgs {
  /** Directory on the host with what the image is built from, or a URL of a Git repository. */
  path: string;
  /** Names with tags for the image: `app:1.0`. Without them it is built each time. */
  tags?: string | readonly string[] | undefined;
  /** The Dockerfile, relative to the directory. Default: `Dockerfile`. */
  dockerfile?: string | undefined;
  /** Values for `ARG` in the Dockerfile by name. They stay in the image's history. */
  buildArgs?: Readonly<Record<string, string>> | undefined;
  /** Labels by name. */
  labels?: Readonly<Record<string, string>> | undefined;
  /** The stage to build. Default: the last. */
  target?: string | undefined;
  /** What to build it for, such as `linux/arm64`. */
  platform?: string | undefined;
  /** Network for `RUN`, such as `host`. */
  network?: string | undefined;
  /** Where to take layers from: images, or backends such as `type=local,src=/var/cache/app`. */
  cacheFrom?: string | readonly string[] | undefined;
  /** Where to put layers for the next build. */
  cacheTo?: string | readonly string[] | undefined;
  /** Secrets for `RUN --mount=type=secret`: `["id=npmrc,src=/root/.npmrc"]`. */
  secrets?: readonly string[] | undefined;
  /** Pulls newer images that it is built on. Default: `false`. */
  pull?: boolean | undefined;
  /** Uses no layers of earlier builds. Default: `false`. */
  noCache?: boolean | undefined;
  /** Builds it even if all tags are there. Default: `false`. */
  force?: boolean | undefined;
  /** Name of the builder that buildx uses. */
  builder?: string | undefined;
  /** The command that builds. Default: `docker build`. */
  buildCmd?: string | undefined;
}

/**
 * Builds an image. It changes something if one of the tags is not on the host: a change of the directory is not
 * noticed, so tag each version, or use `force` with a condition. Without `tags` it acts each time.
 *
 * @example
 * ```ts
 * await docker.build({ path: "/srv/app", tags: ["app:1.4.2", "app:stable"], _sudo: true });
 * ```
 */
export const build: Operation<BuildArgs> = operation<BuildArgs>("docker.build", async function* (args) {
  const { force = false, buildCmd = "docker build" } = args;
  if (args.path.trim() === "") {
    throw new DroverError("E_ARGUMENT", "docker.build needs a directory or URL to build from");
  }
  const command = splitWords("docker.build", buildCmd);
  if (command.length === 0) throw new DroverError("E_ARGUMENT", "docker.build has an empty buildCmd");
  const tags = listOf(args.tags).map((tag) => checkName("docker.build", "a tag", tag));
  touches(...tags.map((tag) => dockerSubject("image", tag)));
  if (tags.length > 0 && !force) {
    const found = await Promise.all(tags.map((objectId) => host.getFact(DockerImage, { objectId })));
    if (found.every(isThere)) {
      return host.noop(`${tags.length > 1 ? "images" : "image"} ${tags.join(", ")} exist`);
    }
    if (!found.some(isThere)) effect("create");
  }
  const options = [
    args.builder !== undefined && sh`--builder ${args.builder}`,
    tags.map((tag) => sh`-t ${tag}`),
    args.dockerfile !== undefined && sh`-f ${pathWord(args.dockerfile)}`,
    Object.entries(args.buildArgs ?? {}).map(([name, value]) => sh`--build-arg ${openValue(name, value)}`),
    Object.entries(args.labels ?? {}).map(([name, value]) => sh`--label ${`${name}=${value}`}`),
    args.target !== undefined && sh`--target ${args.target}`,
    args.platform !== undefined && sh`--platform ${args.platform}`,
    args.network !== undefined && sh`--network ${args.network}`,
    listOf(args.cacheFrom).map((one) => sh`--cache-from ${one}`),
    listOf(args.cacheTo).map((one) => sh`--cache-to ${one}`),
    listOf(args.secrets).map((one) => sh`--secret ${one}`),
    args.pull && sh`--pull`,
    args.noCache && sh`--no-cache`,
  ];
  yield sh`${command} ${options} ${pathWord(args.path)}`;
}, {
  parameters: {
    path: "string",
    tags: "string | string[]?",
    dockerfile: "string?",
    buildArgs: "Record<string, string>?",
    labels: "Record<string, string>?",
    target: "string?",
    platform: "string?",
    network: "string?",
    cacheFrom: "string | string[]?",
    cacheTo: "string | string[]?",
    secrets: "string[]?",
    pull: "boolean?",
    noCache: "boolean?",
    force: "boolean?",
    builder: "string?",
    buildCmd: "string?",
  },
});

function openValue(name: string, value: string): string {
  if (!holdsSecret(value)) return `${name}=${value}`;
  throw new DroverError(
    "E_ARGUMENT",
    `docker.build: the secret in ${name} would stay in the image's history`,
    {
      hint: 'use secrets: ["id=token,src=/root/token"], which the Dockerfile mounts where it needs them',
    },
  );
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

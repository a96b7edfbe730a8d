/** What `docker inspect` tells of containers, images, networks, volumes and plugins. */

import { sh, type ShellCommand } from "../../command/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";

/** A container, image, network, volume or plugin as `docker inspect` prints it, with Docker's own names of fields. */
export type DockerObject = Readonly<Record<string, unknown>>;

/** The argument of facts about one object. */
export interface ObjectArgs {
  /** Its name or number; of an image, its name with a tag or digest. */
  objectId: string;
}

/** A kind of object, as the commands of Docker call it. */
type Kind = "container" | "image" | "network" | "volume" | "plugin";

/** Where an object is not found, the engine must say so: one that cannot be reached is not one without objects. */
const REACHABLE = sh`docker version > /dev/null`;

/**
 * A container as `docker container inspect` prints it, as a list of one; empty if there is none.
 *
 * @example
 * ```ts
 * const [web] = await host.getFact(facts.docker.DockerContainer, { objectId: "web" });
 * ```
 */
export const DockerContainer: Fact<DockerObject[], ObjectArgs> = objectFact(
  "docker.DockerContainer",
  "container",
);

/**
 * An image as `docker image inspect` prints it, as a list of one; empty if there is none.
 *
 * @example
 * ```ts
 * const [image] = await host.getFact(facts.docker.DockerImage, { objectId: "nginx:alpine" });
 * ```
 */
export const DockerImage: Fact<DockerObject[], ObjectArgs> = objectFact("docker.DockerImage", "image");

/**
 * A network as `docker network inspect` prints it, as a list of one; empty if there is none.
 *
 * @example
 * ```ts
 * const [network] = await host.getFact(facts.docker.DockerNetwork, { objectId: "backend" });
 * ```
 */
export const DockerNetwork: Fact<DockerObject[], ObjectArgs> = objectFact("docker.DockerNetwork", "network");

/**
 * A volume as `docker volume inspect` prints it, as a list of one; empty if there is none.
 *
 * @example
 * ```ts
 * const [volume] = await host.getFact(facts.docker.DockerVolume, { objectId: "data" });
 * ```
 */
export const DockerVolume: Fact<DockerObject[], ObjectArgs> = objectFact("docker.DockerVolume", "volume");

/**
 * A plugin as `docker plugin inspect` prints it, as a list of one; empty if there is none.
 *
 * @example
 * ```ts
 * const [plugin] = await host.getFact(facts.docker.DockerPlugin, { objectId: "vieux/sshfs" });
 * ```
 */
export const DockerPlugin: Fact<DockerObject[], ObjectArgs> = objectFact("docker.DockerPlugin", "plugin");

/** All containers, running or not, as `docker container inspect` prints them. */
export const DockerContainers: Fact<DockerObject[]> = listFact(
  "docker.DockerContainers",
  "container",
  asList,
  [],
);

/** All images that have a name, as `docker image inspect` prints them. */
export const DockerImages: Fact<DockerObject[]> = listFact("docker.DockerImages", "image", asList, []);

/** All networks as `docker network inspect` prints them. */
export const DockerNetworks: Fact<DockerObject[]> = listFact("docker.DockerNetworks", "network", asList, []);

/** All volumes as `docker volume inspect` prints them. */
export const DockerVolumes: Fact<DockerObject[]> = listFact("docker.DockerVolumes", "volume", asList, []);

/** All plugins as `docker plugin inspect` prints them. */
export const DockerPlugins: Fact<DockerObject[]> = listFact("docker.DockerPlugins", "plugin", asList, []);

/** Environment variables of all containers by the containers' numbers: `{ "3f2a…": { PATH: "/usr/bin" } }`. */
export const DockerContainerEnvs: Fact<Record<string, Record<string, string>>> = listFact(
  "docker.DockerContainerEnvs",
  "container",
  (objects) => byId(objects, (one) => variables(field(one, "Config", "Env"))),
  {},
);

/** Labels of all containers by the containers' numbers. */
export const DockerContainerLabels: Fact<Record<string, Record<string, string>>> = listFact(
  "docker.DockerContainerLabels",
  "container",
  (objects) => byId(objects, (one) => record<string>(field(one, "Config", "Labels"))),
  {},
);

/** What is mounted into all containers by the containers' numbers, as Docker describes it. */
export const DockerContainerMounts: Fact<Record<string, DockerObject[]>> = listFact(
  "docker.DockerContainerMounts",
  "container",
  (objects) => byId(objects, (one) => list<DockerObject>(field(one, "Mounts"))),
  {},
);

/** Networks that all containers are in, by the containers' numbers and the networks' names. */
export const DockerContainerNetworks: Fact<Record<string, Record<string, DockerObject>>> = listFact(
  "docker.DockerContainerNetworks",
  "container",
  (objects) => byId(objects, (one) => record<DockerObject>(field(one, "NetworkSettings", "Networks"))),
  {},
);

/** Where a port of a container is published. */
export interface PortBinding {
  /** The address on the host. */
  HostIp: string;
  /** The port on the host. */
  HostPort: string;
}

/** Ports of all containers by the containers' numbers and the ports, `80/tcp`; `null` for one that is not published. */
export const DockerContainerPorts: Fact<Record<string, Record<string, PortBinding[] | null>>> = listFact(
  "docker.DockerContainerPorts",
  "container",
  (objects) => byId(objects, (one) => record<PortBinding[] | null>(field(one, "NetworkSettings", "Ports"))),
  {},
);

/** Labels of all images that have a name, by the images' numbers. */
export const DockerImageLabels: Fact<Record<string, Record<string, string>>> = listFact(
  "docker.DockerImageLabels",
  "image",
  (objects) => byId(objects, (one) => record<string>(field(one, "Config", "Labels"))),
  {},
);

/** Digests of the layers of all images that have a name, by the images' numbers. */
export const DockerImageLayers: Fact<Record<string, string[]>> = listFact(
  "docker.DockerImageLayers",
  "image",
  (objects) => byId(objects, (one) => list<string>(field(one, "RootFS", "Layers"))),
  {},
);

/** Labels of all networks by the networks' numbers. */
export const DockerNetworkLabels: Fact<Record<string, Record<string, string>>> = listFact(
  "docker.DockerNetworkLabels",
  "network",
  (objects) => byId(objects, (one) => record<string>(field(one, "Labels"))),
  {},
);

/** Labels of all volumes by the volumes' names. */
export const DockerVolumeLabels: Fact<Record<string, Record<string, string>>> = listFact(
  "docker.DockerVolumeLabels",
  "volume",
  (objects) => byId(objects, (one) => record<string>(field(one, "Labels")), "Name"),
  {},
);

/** What an image brings into its containers. */
export interface ImageDefaults {
  /** The image's number. */
  id: string;
  /** Environment variables by name. */
  env: Record<string, string>;
  /** Labels by name. */
  labels: Record<string, string>;
}

/**
 * What an image brings into containers that are made of it; `undefined` if it is not on the host.
 *
 * @example
 * ```ts
 * const image = await host.getFact(facts.docker.DockerImageDefaults, { objectId: "nginx:alpine" });
 * ```
 */
export const DockerImageDefaults: Fact<ImageDefaults | undefined, ObjectArgs> = fact<
  ImageDefaults | undefined,
  ObjectArgs
>({
  name: "docker.DockerImageDefaults",
  about: ({ objectId }) => ({ kind: "docker image", name: objectId }),
  remember: { objectId: "line" },
  parameters: { objectId: "string" },
  requires: "docker",
  command: ({ objectId }) => inspectCommand("image", objectId),
  default: () => undefined,
  process: (lines) => {
    const [image] = asList(parse(lines));
    if (image === undefined) return undefined;
    return {
      id: String(image.Id ?? ""),
      env: variables(field(image, "Config", "Env")),
      labels: record<string>(field(image, "Config", "Labels")),
    };
  },
});

function inspectCommand(kind: Kind, id: string): ShellCommand {
  return sh`docker ${kind} inspect -- ${id} 2> /dev/null || ${REACHABLE}`;
}

function objectFact(name: string, kind: Kind): Fact<DockerObject[], ObjectArgs> {
  return fact<DockerObject[], ObjectArgs>({
    name,
    about: ({ objectId }) => ({ kind: `docker ${kind}`, name: objectId }),
    remember: { objectId: "line" },
    parameters: { objectId: "string" },
    requires: "docker",
    command: ({ objectId }) => inspectCommand(kind, objectId),
    default: () => [],
    process: (lines) => asList(parse(lines)),
  });
}

/** What comes or goes between the list and the look at it is left out. */
function listFact<T>(name: string, kind: Kind, read: (objects: DockerObject[]) => T, nothing: T): Fact<T> {
  const all = kind === "container" ? sh`-aq` : sh`-q`;
  return fact<T>({
    name,
    about: () => ({ kind: `docker ${kind}` }),
    remember: {},
    requires: "docker",
    command: () =>
      sh`ids=$(docker ${kind} ls ${all}) || exit 1; [ -z "$ids" ] || docker ${kind} inspect $ids 2> /dev/null || ${REACHABLE}`,
    default: () => structuredClone(nothing),
    process: (lines) => read(withoutTwins(parse(lines))),
  });
}

function parse(lines: readonly string[]): unknown {
  return JSON.parse(lines.join("\n"));
}

/** An image with two names is listed under each of them. */
function withoutTwins(value: unknown): DockerObject[] {
  if (!Array.isArray(value)) return asList(value);
  const seen = new Set<unknown>();
  return asList(value).filter(({ Id: id }) => id === undefined || !seen.has(id) && seen.add(id));
}

/** `docker inspect` prints a list, whatever it was asked for. */
function asList(value: unknown): DockerObject[] {
  return value as DockerObject[];
}

/** The value of a field in fields, if there is one. */
export function field(object: unknown, ...names: string[]): unknown {
  return names.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    object,
  );
}

/** `["A=1", "B"]` as `{ A: "1", B: "" }`. */
export function variables(value: unknown): Record<string, string> {
  return Object.fromEntries(
    list<string>(value).map((one) => {
      const [, name = one, text = ""] = /^([^=]*)=([\s\S]*)$/.exec(one) ?? [];
      return [name, text];
    }),
  );
}

/** Docker writes `null` for a list without entries. */
function list<T>(value: unknown): T[] {
  return Array.isArray(value) ? value : [];
}

function record<T>(value: unknown): Record<string, T> {
  return typeof value === "object" && value !== null ? value as Record<string, T> : {};
}

function byId<T>(
  objects: readonly DockerObject[],
  read: (one: DockerObject) => T,
  key = "Id",
): Record<string, T> {
  return Object.fromEntries(objects.map((one) => [String(one[key]), read(one)]));
}

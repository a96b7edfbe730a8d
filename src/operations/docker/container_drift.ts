/** In what a container differs from what is wanted of it. */

import { field, type ImageDefaults, variables } from "../../facts/docker/inspect.ts";
import type { ContainerArgs } from "./container_args.ts";
import { splitWords } from "./words.ts";

/** A container, and the image that a new one would be made of. */
interface Found {
  container: unknown;
  image: ImageDefaults | undefined;
}

type Check<T> = (wanted: T, found: Found, args: ContainerArgs) => boolean;

/** Whether an argument that is given is as the container has it. What is not told here cannot be seen from outside. */
const CHECKS: { readonly [K in keyof ContainerArgs]?: Check<NonNullable<ContainerArgs[K]>> } = {
  image: sameImage,
  ports: samePorts,
  networks: sameNetworks,
  volumes: sameVolumes,
  envVars: sameVariables,
  labels: sameLabels,
  restartPolicy: sameRestartPolicy,
  autoRemove: (wanted, { container }) => wanted === (field(container, "HostConfig", "AutoRemove") === true),
  mounts: (wanted, { container }) => sameSet(wanted.map(readMount), foundMounts(container)),
  privileged: (wanted, { container }) => wanted === (field(container, "HostConfig", "Privileged") === true),
  hostname: (wanted, { container }) => wanted === field(container, "Config", "Hostname"),
  entrypoint: (wanted, { container }) => sameList([wanted], texts(field(container, "Config", "Entrypoint"))),
  user: (wanted, { container }) => wanted === field(container, "Config", "User"),
  cpus: (wanted, { container }) => Math.round(wanted * 1e9) === field(container, "HostConfig", "NanoCpus"),
  memory: (wanted, { container }) => readSize(wanted) === field(container, "HostConfig", "Memory"),
  dns: (wanted, { container }) => sameList(wanted, texts(field(container, "HostConfig", "Dns"))),
  command: (wanted, { container }) =>
    sameList(splitWords("docker.container", wanted), texts(field(container, "Config", "Cmd"))),
};

/**
 * Names of the arguments that a container is not as wanted in. Arguments that are not given are not compared.
 *
 * @param container What `docker container inspect` prints of it.
 * @param image The image that is wanted, if it is on the host.
 */
export function containerDrift(
  args: ContainerArgs,
  container: unknown,
  image: ImageDefaults | undefined,
): string[] {
  return Object.entries(CHECKS).filter(([name, check]) => {
    const wanted = args[name as keyof ContainerArgs];
    if (wanted === undefined) return false;
    return !(check as Check<unknown>)(wanted, { container, image }, args);
  }).map(([name]) => name);
}

/** A tag can be given to another image: the one of the same name may not be the one that the container is made of. */
function sameImage(wanted: string, { container, image }: Found): boolean {
  if (wanted === "") return true;
  const name = field(container, "Config", "Image");
  if (typeof name !== "string") return true;
  if (fullImageName(name) !== fullImageName(wanted)) return false;
  // Where containerd keeps the images, the numbers are of different things.
  const comparable = image !== undefined && field(container, "ImageManifestDescriptor") === undefined;
  return !comparable || field(container, "Image") === image.id;
}

/** `nginx` is `docker.io/library/nginx:latest`. */
function fullImageName(name: string): string {
  const short = name.replace(/^(?:index\.)?docker\.io\//, "").replace(/^library\//, "");
  return /@|:[^/]+$/.test(short) ? short : `${short}:latest`;
}

function samePorts(wanted: readonly string[], { container }: Found): boolean {
  const bindings = field(container, "HostConfig", "PortBindings");
  const found = typeof bindings !== "object" || bindings === null
    ? []
    : Object.entries(bindings).flatMap(([port, places]) =>
      (Array.isArray(places) ? places : []).map((place) => {
        const [address, number] = [field(place, "HostIp") ?? "", field(place, "HostPort") ?? ""];
        return `${address}|${number === "0" ? "" : number}|${port}`;
      })
    );
  const ports = wanted.map(readPorts);
  return ports.includes(undefined) || sameSet(ports.flatMap((one) => one ?? []), found);
}

/** `127.0.0.1:8000-8001:80-81/udp` as `address|host port|80/udp` for each port; nothing for what is not known. */
function readPorts(text: string): string[] | undefined {
  const [, address = "", rest = ""] = /^(?:\[?(.+?)\]?:(?=[^:]*:))?(.+)$/.exec(text) ?? [];
  const [, hostPorts = "", inside = "", protocol = "tcp"] =
    /^(?:(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)(?:\/(\w+))?$/.exec(rest) ?? [];
  if (inside === "") return undefined;
  const [inner, outer] = [readRange(inside), hostPorts === "" ? [] : readRange(hostPorts)];
  // One port may be published on any of several, which Docker keeps as they were given.
  if (inner.length === 1) {
    return [`${address}|${outer.length > 1 ? hostPorts : outer[0] ?? ""}|${inner[0]}/${protocol}`];
  }
  return inner.map((port, index) => `${address}|${outer[index] ?? ""}|${port}/${protocol}`);
}

function readRange(text: string): number[] {
  const [first = 0, last = first] = text.split("-").map(Number);
  return Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) => first + index);
}

function sameNetworks(wanted: readonly string[], { container }: Found): boolean {
  const mode = field(container, "HostConfig", "NetworkMode");
  const found = Object.entries(field(container, "NetworkSettings", "Networks") ?? {});
  const names = wanted.map((one) => /(?:^|,)name=([^,]*)/.exec(one)?.[1] ?? one);
  if (names.some((name) => name.startsWith("container:"))) return true;
  const isIn = (name: string) =>
    name === mode || found.some(([key, network]) => key === name || field(network, "NetworkID") === name);
  const expected = names.length === 0 ? ["bridge", "default"] : names;
  return names.length === 0
    ? found.every(([key]) => expected.includes(key))
    : names.every(isIn) && found.length <= names.length;
}

function sameVolumes(wanted: readonly string[], { container }: Found): boolean {
  const plain = (one: string) => one.replace(/:rw$/, "");
  const binds = texts(field(container, "HostConfig", "Binds")).map(plain);
  const named = wanted.filter((one) => one.includes(":")).map(plain);
  const inside = Object.keys(field(container, "Config", "Volumes") ?? {});
  // The program completes a directory that is relative to where it is run.
  if (named.some((one) => one.startsWith("."))) return binds.length === named.length;
  return sameSet(named, binds) && wanted.every((one) => one.includes(":") || inside.includes(one));
}

/** Variables that neither the arguments nor the image know are left over from what was wanted before. */
function sameVariables(
  wanted: readonly string[],
  { container, image }: Found,
  { envFiles = [] }: ContainerArgs,
): boolean {
  const found = variables(field(container, "Config", "Env"));
  const given = wanted.filter((one) => one.includes("="));
  const known = variables([...wanted]);
  if (Object.entries(variables(given)).some(([name, value]) => found[name] !== value)) return false;
  if (image === undefined || envFiles.length > 0) return true;
  return Object.entries(found).every(([name, value]) =>
    Object.hasOwn(known, name) || image.env[name] === value || name === "PATH"
  );
}

function sameLabels(wanted: readonly string[], { container, image }: Found): boolean {
  const found = field(container, "Config", "Labels") as Record<string, string> | null ?? {};
  const known = variables([...wanted]);
  if (Object.entries(known).some(([name, value]) => found[name] !== value)) return false;
  return image === undefined ||
    Object.entries(found).every(([name, value]) =>
      Object.hasOwn(known, name) || image.labels[name] === value
    );
}

function sameRestartPolicy(wanted: string, { container }: Found): boolean {
  const policy = field(container, "HostConfig", "RestartPolicy");
  const [name = "", count = "0"] = wanted.split(":");
  return (field(policy, "Name") || "no") === (name || "no") &&
    Number(count) === Number(field(policy, "MaximumRetryCount") ?? 0);
}

const MOUNT_NAMES: Readonly<Record<string, string>> = {
  src: "source",
  dst: "target",
  destination: "target",
  ro: "readonly",
};

function readMount(text: string): string {
  const parts = Object.fromEntries(
    text.split(",").map((part) => {
      const [name = "", value = "true"] = part.split(/=(.*)/s);
      return [MOUNT_NAMES[name] ?? name, value];
    }),
  );
  const { type = "volume", source = "", target = "", readonly = "false" } = parts;
  return [type, source, target, readonly === "true" || readonly === "1"].join("|");
}

function foundMounts(container: unknown): string[] {
  const mounts = field(container, "HostConfig", "Mounts");
  return (Array.isArray(mounts) ? mounts : []).map((one) =>
    [field(one, "Type"), field(one, "Source") ?? "", field(one, "Target"), field(one, "ReadOnly") === true]
      .join("|")
  );
}

/** `512m` in bytes. */
function readSize(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  return digits === undefined
    ? undefined
    : Math.floor(Number(digits) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " "));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function sameList(wanted: readonly string[], found: readonly string[]): boolean {
  return wanted.length === found.length && wanted.every((one, index) => one === found[index]);
}

function sameSet(wanted: readonly string[], found: readonly string[]): boolean {
  return sameList([...new Set(wanted)].sort(), [...new Set(found)].sort());
}

/** Host names of the inventory: which connector each means, its groups, and the data it understands. */

/** A connector that enters something on the machine underneath. */
export type EnteredKind = "chroot" | "kubectl" | "lxc" | "lxd" | "incus" | "nspawn";

/** A connector that runs commands. */
export type ConnectorKind = "ssh" | "local" | "docker" | "podman" | EnteredKind;

/** One step on the way to a host: `@ssh/HOST`, then `@docker/NAME`. */
export interface Hop {
  kind: ConnectorKind;
  /** Host, image, container or directory; empty for `@local`. */
  target: string;
}

/** What a host's name says. */
export interface HostName {
  /** From this machine outwards; at least one. */
  hops: Hop[];
  /** Groups that the host joins because of its connectors. */
  groups: string[];
}

/** A connector data key. */
export interface DataKey {
  name: string;
  type: "string" | "number" | "boolean";
  description: string;
}

/** How the name of a host looks, by its connector. */
const FORMS: Readonly<Record<ConnectorKind, string>> = {
  ssh: "@ssh/HOST",
  local: "@local",
  docker: "@docker/NAME",
  podman: "@podman/NAME",
  chroot: "@chroot/NAME",
  kubectl: "@kubectl/[CONTEXT/]NAMESPACE/POD[:CONTAINER]",
  lxc: "@lxc/NAME",
  lxd: "@lxd/[REMOTE:]NAME",
  incus: "@incus/[REMOTE:]NAME",
  nspawn: "@nspawn/NAME",
};

/** All connectors that run commands. */
export const CONNECTOR_KINDS = Object.keys(FORMS) as readonly ConnectorKind[];

/** Connectors of pyinfra that name two hops at once. */
const OLD_PAIRS: Readonly<Record<string, ConnectorKind>> = { dockerssh: "docker", podmanssh: "podman" };

const SSH_KEYS: readonly DataKey[] = [
  key("ssh_hostname", "string", "Name or address to connect to, if not the host's name"),
  key("ssh_port", "number", "Port of the ssh server"),
  key("ssh_user", "string", "User to log in as"),
  key(
    "ssh_proxy_jump",
    "string",
    "Jump hosts on the way, as `[user@]host[:port]`, by commas; `none` for none",
  ),
  key("ssh_password", "string", "Password to log in with"),
  key("ssh_key", "string", "Path of the private key; `~` and relative paths work"),
  key("ssh_key_password", "string", "Passphrase of the private key"),
  key("ssh_allow_agent", "boolean", "Whether the ssh agent may be used (default true)"),
  key("ssh_look_for_keys", "boolean", "Whether the usual key files are tried (default true)"),
  key("ssh_forward_agent", "boolean", "Whether the ssh agent is forwarded to the host"),
  key("ssh_config_file", "string", "OpenSSH configuration to read instead of ~/.ssh/config"),
  key("ssh_known_hosts_file", "string", "File of known host keys"),
  key("ssh_strict_host_key_checking", "string", "`yes`, `no` or `accept-new` (default)"),
  key("ssh_backend", "string", "`auto` (default), `openssh` or the bundled `ssh2`"),
  key(
    "ssh_keepalive_interval",
    "number",
    "Seconds of silence before a sign of life is asked for (default 15)",
  ),
  key(
    "ssh_keepalive_count",
    "number",
    "Signs of life that may be missed before the host is lost (default 3)",
  ),
  key(
    "ssh_connect_retries",
    "number",
    "How often to try again to connect (default 3 where the server drops connections before the login, else 0)",
  ),
  key(
    "ssh_connect_retry_min_delay",
    "number",
    "Shortest pause before trying again, in seconds (default 0.1, or growing where the server drops connections)",
  ),
  key(
    "ssh_connect_retry_max_delay",
    "number",
    "Longest pause before trying again, in seconds (default 0.5, or growing where the server drops connections)",
  ),
];

const CONTAINER_KEYS: readonly DataKey[] = [
  key("docker_identifier", "string", "Image or container, if not the one in the host's name"),
  key("docker_platform", "string", "Platform for a new container, such as linux/arm64"),
  key("docker_architecture", "string", "Architecture for a new container, such as arm64"),
];

/** The data keys that each connector understands. */
export const CONNECTOR_DATA: Readonly<Record<ConnectorKind, readonly DataKey[]>> = {
  ssh: SSH_KEYS,
  local: [],
  docker: CONTAINER_KEYS,
  podman: CONTAINER_KEYS,
  chroot: [key("chroot_directory", "string", "Directory, if not the one in the host's name")],
  kubectl: [
    key(
      "kubectl_context",
      "string",
      "Context of the cluster, if not the one in the host's name or kubectl's own",
    ),
    key("kubectl_namespace", "string", "Namespace, if not the one in the host's name"),
    key(
      "kubectl_container",
      "string",
      "Container of the pod, if not the one in the host's name or the first",
    ),
  ],
  lxc: [],
  lxd: [],
  incus: [],
  nspawn: [],
};

/** A host name that means nothing. */
export class HostNameError extends Error {
  override readonly name = "HostNameError";
  readonly code = "E_HOST_NAME";
}

/**
 * Reads a host's name.
 *
 * @throws {HostNameError} If the connector does not exist or its target is missing.
 * @example
 * ```ts
 * parseHostName("@ssh/web-01/@docker/app");
 * // { hops: [{ kind: "ssh", target: "web-01" }, { kind: "docker", target: "app" }], groups: ["@ssh", "@docker"] }
 * ```
 */
export function parseHostName(name: string): HostName {
  if (name.trim() === "") throw new HostNameError("A host has an empty name");
  if (!name.startsWith("@")) return { hops: [{ kind: "ssh", target: name }], groups: [] };
  const hops: Hop[] = [];
  const groups: string[] = [];
  for (const part of name.split(/\/(?=@[a-z]+(?:\/|$))/)) {
    const [, word = "", rest] = /^@([^/]*)(?:\/([\s\S]*))?$/.exec(part) ?? [];
    const second = OLD_PAIRS[word];
    groups.push(`@${word}`);
    if (second !== undefined) {
      const [, host, image] = /^([^:]+):([\s\S]+)$/.exec(rest ?? "") ?? [];
      if (host === undefined || image === undefined) {
        throw new HostNameError(`'${name}' must look like @${word}/HOST:IMAGE`);
      }
      hops.push({ kind: "ssh", target: host }, { kind: second, target: image });
      continue;
    }
    hops.push({ kind: kindOf(word, name), target: targetOf(word, rest, name) });
  }
  const misplaced = hops.slice(1).find((hop) => hop.kind === "ssh" || hop.kind === "local");
  if (misplaced !== undefined) {
    throw new HostNameError(
      `'${name}': @${misplaced.kind} must come first` +
        (misplaced.kind === "ssh" ? "; for jump hosts set the data ssh_proxy_jump" : ""),
    );
  }
  return {
    hops,
    groups: groups.filter((group, index) => group !== "@ssh" && groups.indexOf(group) === index),
  };
}

/** The data keys that mean something for a host of this name. */
export function dataKeysOf(name: HostName): DataKey[] {
  return [...new Set(name.hops.flatMap((hop) => CONNECTOR_DATA[hop.kind]))];
}

function kindOf(word: string, name: string): ConnectorKind {
  const kind = CONNECTOR_KINDS.find((known) => known === word);
  if (kind !== undefined) return kind;
  const known = [...CONNECTOR_KINDS, ...Object.keys(OLD_PAIRS)];
  const near = known.toSorted((a, b) => distance(word, a) - distance(word, b))[0] ?? "ssh";
  const guess = distance(word, near) <= 2
    ? `did you mean @${near}?`
    : `known connectors: ${known.map((one) => `@${one}`).join(", ")}`;
  throw new HostNameError(`'${name}': there is no connector @${word}; ${guess}`);
}

function targetOf(word: string, rest: string | undefined, name: string): string {
  if (word === "local") {
    if (rest === undefined || rest === "") return "";
    throw new HostNameError(`'${name}': @local takes no name`);
  }
  const form = FORMS[word as ConnectorKind];
  if (rest === undefined || rest === "") throw new HostNameError(`'${name}' must look like ${form}`);
  if (word === "chroot") return rest.startsWith("/") ? rest : `/${rest}`;
  if (word === "kubectl" && !POD_REGEXP.test(rest)) {
    throw new HostNameError(`'${name}' must look like ${form}`);
  }
  // Programs would take it for one of their options.
  if (rest.startsWith("-")) throw new HostNameError(`'${name}': ${JSON.stringify(rest)} begins with a dash`);
  return rest;
}

/** Names of Kubernetes are those of DNS; contexts may be called anything. */
const POD_REGEXP = /^(?:[^-].*\/)?[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9.-]*(?::[a-z0-9][a-z0-9-]*)?$/;

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function key(name: string, type: DataKey["type"], description: string): DataKey {
  return { name, type, description };
}

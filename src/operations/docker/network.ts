/** The operation on networks. */

import { sh } from "../../command/mod.ts";
import { DockerNetwork, field } from "../../facts/docker/inspect.ts";
import { effect, host, type Operation, operation, touches } from "../../host/mod.ts";
import { checkName, dockerSubject, firstOf } from "./names.ts";

/** Arguments of {@linkcode network}. */
export interface NetworkArgs {
  /** Name of the network. */
  network: string;
  /** The driver, such as `bridge`, `overlay` or `macvlan`. Default: `bridge`. */
  driver?: string | undefined;
  /** Address of the gateway. */
  gateway?: string | undefined;
  /** The range that containers get their addresses of. */
  ipRange?: string | undefined;
  /** The driver that manages the addresses. */
  ipamDriver?: string | undefined;
  /** The subnet: `172.28.0.0/16`. */
  subnet?: string | undefined;
  /** Where the network reaches: `local` or `swarm`. */
  scope?: string | undefined;
  /** Addresses of other machines in the subnet by name. */
  auxAddresses?: Readonly<Record<string, string>> | undefined;
  /** Options for the driver: `["com.docker.network.driver.mtu=1400"]`. */
  opts?: readonly string[] | undefined;
  /** Options for the driver of the addresses. */
  ipamOpts?: readonly string[] | undefined;
  /** Labels: `["role=backend"]`. */
  labels?: readonly string[] | undefined;
  /** Makes it the network by which a swarm is reached from outside. Default: `false`. */
  ingress?: boolean | undefined;
  /** Lets containers that are no services of the swarm join it. Default: `false`. */
  attachable?: boolean | undefined;
  /** Whether it should exist. Default: `true`. */
  present?: boolean | undefined;
}

/**
 * Creates or removes a network. It changes something if the network does not exist, or still does. Docker cannot
 * change a network: one that differs is left alone, and the report says in what.
 *
 * @example
 * ```ts
 * await docker.network({ network: "backend", subnet: "172.28.0.0/16", _sudo: true });
 * ```
 */
export const network: Operation<NetworkArgs> = operation<NetworkArgs>(
  "docker.network",
  async function* (args) {
    const { present = true } = args;
    const name = checkName("docker.network", "the name of a network", args.network);
    touches(dockerSubject("network", name));
    const existing = firstOf(await host.getFact(DockerNetwork, { objectId: name }));
    if (!present) {
      if (existing === undefined) return host.noop(`network ${name} does not exist`);
      effect("remove");
      yield sh`docker network rm ${name}`;
      return;
    }
    if (existing !== undefined) return host.noop(`network ${name} exists${describeDrift(args, existing)}`);
    effect("create");
    const options = [
      option("-d", args.driver),
      option("--gateway", args.gateway),
      option("--ip-range", args.ipRange),
      option("--ipam-driver", args.ipamDriver),
      option("--subnet", args.subnet),
      option("--scope", args.scope),
      Object.entries(args.auxAddresses ?? {}).map(([key, value]) => sh`--aux-address ${`${key}=${value}`}`),
      (args.opts ?? []).map((one) => sh`--opt ${one}`),
      (args.ipamOpts ?? []).map((one) => sh`--ipam-opt ${one}`),
      (args.labels ?? []).map((one) => sh`--label ${one}`),
      args.ingress && sh`--ingress`,
      args.attachable && sh`--attachable`,
    ];
    yield sh`docker network create ${name} ${options}`;
  },
  {
    parameters: {
      network: "string",
      driver: "string?",
      gateway: "string?",
      ipRange: "string?",
      ipamDriver: "string?",
      subnet: "string?",
      scope: "string?",
      auxAddresses: "Record<string, string>?",
      opts: "string[]?",
      ipamOpts: "string[]?",
      labels: "string[]?",
      ingress: "boolean?",
      attachable: "boolean?",
      present: "boolean?",
    },
  },
);

function option(name: string, value: string | undefined) {
  return value === undefined || value === "" ? undefined : sh`${name} ${value}`;
}

/** What can be seen to differ of a network that exists; empty if nothing does. */
function describeDrift(args: NetworkArgs, existing: unknown): string {
  const [address] = [field(existing, "IPAM", "Config")].flat();
  const found = {
    driver: field(existing, "Driver"),
    scope: field(existing, "Scope"),
    subnet: field(address, "Subnet"),
    gateway: field(address, "Gateway"),
    ipRange: field(address, "IPRange"),
  };
  const other = Object.entries(found).filter(([key, value]) => {
    const wanted = args[key as keyof typeof found];
    return wanted !== undefined && wanted !== "" && value !== undefined && value !== wanted;
  });
  if (other.length === 0) return "";
  const list = other.map(([key, value]) => `${key} ${value}`).join(", ");
  return `, but with ${list}, which Docker cannot change: remove it first`;
}

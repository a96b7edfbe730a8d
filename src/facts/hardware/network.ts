/** Facts about network interfaces and their addresses, from `ip` or `ifconfig`. */

import { type Fact, fact } from "../../host/mod.ts";

/** One address of an interface. */
export interface NetworkAddress {
  /** The address itself, without its mask. */
  address: string;
  /** Bits of the network's part. */
  maskBits?: number;
  /** The same for IPv4 in dots: `255.255.255.0`. */
  netmask?: string;
  /** For IPv4. */
  broadcast?: string;
}

/** The addresses of one family: the first, and what comes after it. */
export interface NetworkAddresses extends NetworkAddress {
  /** Those after the first; not there if there are none. */
  additionalIps?: NetworkAddress[];
}

/** A network interface. */
export interface NetworkDevice {
  /** Hardware address; not there for those that have none, such as `lo`. */
  ether?: string;
  /** The largest packet, in bytes. */
  mtu?: number;
  /** `UP` if it is switched on, otherwise `DOWN`, or `UNKNOWN` where only `ifconfig` tells. */
  state: string;
  /** Not there if it has no address of this family. */
  ipv4?: NetworkAddresses;
  /** Not there if it has no address of this family. */
  ipv6?: NetworkAddresses;
}

/** An interface while it is read. */
interface Interface {
  device: NetworkDevice;
  ipv4: NetworkAddress[];
  ipv6: NetworkAddress[];
}

/** What `ip -j addr` prints of an interface, where it does. */
interface IpInterface {
  ifname?: string;
  flags?: string[];
  mtu?: number;
  address?: string;
  link_type?: string;
  addr_info?: { family?: string; local?: string; prefixlen?: number; broadcast?: string }[];
}

/**
 * Network interfaces by name.
 *
 * @example
 * ```ts
 * const { eth0 } = await host.getFact(facts.hardware.NetworkDevices);
 * console.log(eth0?.ipv4?.address, eth0?.ipv4?.maskBits);
 * ```
 */
export const NetworkDevices: Fact<Record<string, NetworkDevice>> = interfacesFact(
  "hardware.NetworkDevices",
  finish,
);

/**
 * All IPv4 addresses by interface; interfaces without any are left out.
 *
 * @example
 * ```ts
 * const [address] = (await host.getFact(facts.hardware.Ipv4Addrs)).eth0 ?? [];
 * ```
 */
export const Ipv4Addrs: Fact<Record<string, string[]>> = interfacesFact(
  "hardware.Ipv4Addrs",
  (found) => addresses(found, "ipv4"),
);

/**
 * All IPv6 addresses by interface; interfaces without any are left out.
 *
 * @example
 * ```ts
 * const [address] = (await host.getFact(facts.hardware.Ipv6Addrs)).eth0 ?? [];
 * ```
 */
export const Ipv6Addrs: Fact<Record<string, string[]>> = interfacesFact(
  "hardware.Ipv6Addrs",
  (found) => addresses(found, "ipv6"),
);

/** The first IPv4 address of each interface. There may be more: see {@linkcode Ipv4Addrs}. */
export const Ipv4Addresses: Fact<Record<string, string>> = interfacesFact(
  "hardware.Ipv4Addresses",
  (found) => firstAddresses(found, "ipv4"),
);

/** The first IPv6 address of each interface. There may be more: see {@linkcode Ipv6Addrs}. */
export const Ipv6Addresses: Fact<Record<string, string>> = interfacesFact(
  "hardware.Ipv6Addresses",
  (found) => firstAddresses(found, "ipv6"),
);

function interfacesFact<T>(name: string, view: (found: Map<string, Interface>) => T): Fact<T> {
  return fact<T>({
    name,
    remember: {},
    command: () => "ip -j addr show 2> /dev/null || ip addr show 2> /dev/null || ifconfig -a",
    process: (lines) => view(lines[0]?.startsWith("[") ? parseJson(lines.join("\n")) : parseText(lines)),
  });
}

function addresses(found: Map<string, Interface>, family: "ipv4" | "ipv6"): Record<string, string[]> {
  const all = [...found].map(([name, one]) => [name, one[family].map(({ address }) => address)] as const);
  return Object.fromEntries(all.filter(([, list]) => list.length > 0));
}

function firstAddresses(found: Map<string, Interface>, family: "ipv4" | "ipv6"): Record<string, string> {
  return Object.fromEntries(
    Object.entries(addresses(found, family)).map(([name, [first]]) => [name, first!]),
  );
}

function finish(found: Map<string, Interface>): Record<string, NetworkDevice> {
  return Object.fromEntries(
    [...found].map(([name, { device, ipv4, ipv6 }]) => [name, {
      ...device,
      ...(ipv4.length === 0 ? {} : { ipv4: firstAndMore(ipv4) }),
      ...(ipv6.length === 0 ? {} : { ipv6: firstAndMore(ipv6) }),
    }]),
  );
}

function firstAndMore([first, ...more]: readonly NetworkAddress[]): NetworkAddresses {
  return { ...first!, ...(more.length === 0 ? {} : { additionalIps: more }) };
}

function parseJson(text: string): Map<string, Interface> {
  const found = new Map<string, Interface>();
  for (const one of readList(text)) {
    if (one.ifname === undefined) continue;
    const local = (one.addr_info ?? []).filter(({ local }) => local !== undefined);
    found.set(one.ifname, {
      device: {
        ...(one.link_type === "ether" && one.address !== undefined ? { ether: one.address } : {}),
        ...(one.mtu === undefined ? {} : { mtu: one.mtu }),
        state: one.flags?.includes("UP") ? "UP" : "DOWN",
      },
      ipv4: local.filter(({ family }) => family === "inet").map(({ local, prefixlen, broadcast }) =>
        ipv4Address(local!, prefixlen, broadcast)
      ),
      ipv6: local.filter(({ family }) => family === "inet6").map(({ local, prefixlen }) =>
        ipv6Address(local!, prefixlen)
      ),
    });
  }
  return found;
}

function readList(text: string): IpInterface[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** `2: eth0: <UP> mtu 1500 …` of `ip`, `en0: flags=8863<UP> mtu 1500` of `ifconfig`; then what belongs to it. */
function parseText(lines: readonly string[]): Map<string, Interface> {
  const found = new Map<string, Interface>();
  let current: Interface | undefined;
  for (const line of lines) {
    const [, name, flags] = /^(?:\d+: )?(\S+?): .*?<([^>]*)>/.exec(line) ?? [];
    if (name !== undefined) {
      const mtu = /\bmtu (\d+)/.exec(line)?.[1];
      const down = /^\d+: /.test(line) ? "DOWN" : "UNKNOWN";
      const device: NetworkDevice = {
        ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
        state: flags!.split(",").includes("UP") ? "UP" : down,
      };
      current = { device, ipv4: [], ipv6: [] };
      found.set(name, current);
    } else if (current !== undefined) readDetail(line.trim(), current);
  }
  return found;
}

function readDetail(line: string, { device, ipv4, ipv6 }: Interface): void {
  const [, ether] = /^(?:link\/)?ether ([0-9a-f:]{17})/i.exec(line) ?? [];
  if (ether !== undefined) device.ether = ether;
  const [, version, address, prefix] = /^inet(6?) ([0-9a-f.:]+)(?:%\S+)?(?:\/(\d+))?/i.exec(line) ?? [];
  if (address === undefined) return;
  const [, bits = prefix] = /\bprefixlen (\d+)/.exec(line) ?? [];
  const [, netmask] = /\bnetmask (\S+)/.exec(line) ?? [];
  const [, broadcast] = /\b(?:brd|broadcast) ([0-9.]+)/.exec(line) ?? [];
  const maskBits = bits === undefined ? netmask && bitsOf(netmask) : Number(bits);
  if (version === "6") ipv6.push(ipv6Address(address, maskBits || undefined));
  else ipv4.push(ipv4Address(address, maskBits === "" ? undefined : maskBits, broadcast));
}

function ipv4Address(address: string, maskBits?: number, broadcast?: string): NetworkAddress {
  return {
    address,
    ...(maskBits === undefined ? {} : { maskBits, netmask: netmaskOf(maskBits) }),
    ...(broadcast === undefined ? {} : { broadcast }),
  };
}

function ipv6Address(address: string, maskBits?: number): NetworkAddress {
  return { address, ...(maskBits === undefined ? {} : { maskBits }) };
}

/** 20 as `255.255.240.0`. */
function netmaskOf(bits: number): string {
  return [0, 8, 16, 24].map((start) => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - start)))).join(".");
}

/** The ones in `255.255.255.0`, or as the BSDs write it: `0xffffff00`. */
function bitsOf(netmask: string): number {
  const number = netmask.startsWith("0x")
    ? Number(netmask)
    : netmask.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return [...number.toString(2)].filter((bit) => bit === "1").length;
}

/** Facts about firewalld: its state and its zones. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** Whether a question is about what is in force now, or what lasts. */
export interface FirewalldScopeArgs {
  /** Asks for what is in force after a restart, also while firewalld does not run. Default: `false`. */
  permanent?: boolean | undefined;
}

/** Arguments of {@linkcode FirewalldZone}. */
export interface FirewalldZoneArgs extends FirewalldScopeArgs {
  /** Name of the zone. Default: the default zone. */
  zone?: string | undefined;
}

/** Arguments of {@linkcode FirewalldHas}. */
export interface FirewalldHasArgs extends FirewalldZoneArgs {
  /** What to look for, as in `--query-SETTING`: `service`, `port`, `rich-rule`. */
  setting: string;
  /** Which one: `http`, `8080/tcp`. `masquerade` has none. */
  value?: string | undefined;
}

/** What a zone lets in. */
export interface FirewalldZoneInfo {
  /** What becomes of all other packets: `default`, `ACCEPT`, `DROP` or `REJECT`. */
  target: string;
  /** Interfaces that belong to it. */
  interfaces: string[];
  /** Sources that belong to it. */
  sources: string[];
  /** Services that are open. */
  services: string[];
  /** Ports that are open: `8080/tcp`. */
  ports: string[];
  /** Protocols that are open. */
  protocols: string[];
  /** Whether addresses are hidden behind the host's own. */
  masquerade: boolean;
  /** Ports that are sent elsewhere. */
  forwardPorts: string[];
  /** Ports from which packets may come. */
  sourcePorts: string[];
  /** Kinds of ICMP messages that are blocked. */
  icmpBlocks: string[];
  /** Rules in firewalld's rich language. */
  richRules: string[];
}

const about = () => ({ kind: "firewalld" });

/** Whether firewalld is running. */
export const FirewalldRunning: Fact<boolean> = fact<boolean>({
  name: "firewalld.FirewalldRunning",
  about: () => ({ kind: "unit", name: "firewalld.service" }),
  remember: {},
  requires: "firewall-cmd",
  command: () => "firewall-cmd --state 2>/dev/null || true",
  default: () => false,
  process: (lines) => lines.includes("running"),
});

/**
 * Names of all zones; empty where firewalld does not run, unless `permanent` is asked for.
 *
 * @example
 * ```ts
 * const zones = await host.getFact(facts.firewalld.FirewalldZones, { permanent: true });
 * ```
 */
export const FirewalldZones: Fact<string[], FirewalldScopeArgs> = fact<string[], FirewalldScopeArgs>({
  name: "firewalld.FirewalldZones",
  about,
  remember: { permanent: "boolean" },
  parameters: { permanent: "boolean?" },
  requires: "firewall-cmd",
  command: ({ permanent }) => asking(permanent, sh`--get-zones`),
  default: () => [],
  process: (lines) => lines.flatMap((line) => line.split(/\s+/)).filter((name) => name !== ""),
});

/**
 * The zone of all interfaces that belong to no other; `undefined` where firewalld is missing.
 *
 * @example
 * ```ts
 * const zone = await host.getFact(facts.firewalld.FirewalldDefaultZone);
 * ```
 */
export const FirewalldDefaultZone: Fact<string | undefined> = fact<string | undefined>({
  name: "firewalld.FirewalldDefaultZone",
  about,
  remember: {},
  requires: "firewall-cmd",
  command: () => "firewall-cmd --get-default-zone 2>/dev/null || firewall-offline-cmd --get-default-zone",
  default: () => undefined,
  process: ([line]) => line?.trim(),
});

/**
 * What a zone lets in; `undefined` where there is no such zone, or firewalld does not run and `permanent` is not asked
 * for.
 *
 * @example
 * ```ts
 * const zone = await host.getFact(facts.firewalld.FirewalldZone, { zone: "public", permanent: true });
 * if (zone?.services.includes("http")) { … }
 * ```
 */
export const FirewalldZone: Fact<FirewalldZoneInfo | undefined, FirewalldZoneArgs> = fact<
  FirewalldZoneInfo | undefined,
  FirewalldZoneArgs
>({
  name: "firewalld.FirewalldZone",
  about,
  remember: { zone: "line", permanent: "boolean" },
  parameters: { zone: "string?", permanent: "boolean?" },
  requires: "firewall-cmd",
  command: ({ zone, permanent }) => asking(permanent, sh`${zoneOption(zone)} --list-all`),
  default: () => undefined,
  process: parseZone,
});

/**
 * Whether a zone has a setting, however it is spelled: firewalld itself compares. `undefined` where it does not
 * understand the question, as where there is no such zone or service.
 *
 * @example
 * ```ts
 * const open = await host.getFact(facts.firewalld.FirewalldHas, { setting: "service", value: "http" });
 * ```
 */
export const FirewalldHas: Fact<boolean | undefined, FirewalldHasArgs> = fact<
  boolean | undefined,
  FirewalldHasArgs
>({
  name: "firewalld.FirewalldHas",
  about,
  remember: { setting: "line", value: "line", zone: "line", permanent: "boolean" },
  parameters: { setting: "string", value: "string?", zone: "string?", permanent: "boolean?" },
  requires: "firewall-cmd",
  command: ({ setting, value, zone, permanent }) =>
    asking(permanent, sh`${zoneOption(zone)} ${settingOption("query", setting, value)}`),
  default: () => undefined,
  process: (lines) => lines.includes("yes") || (lines.includes("no") ? false : undefined),
});

/** The option that names a zone; without it, the default zone is meant. */
export function zoneOption(zone: string | undefined): string | undefined {
  return zone === undefined ? undefined : `--zone=${zone}`;
}

/** `--add-port=80/tcp`, `--query-masquerade`. */
export function settingOption(action: string, setting: string, value: string | undefined): string {
  return value === undefined ? `--${action}-${setting}` : `--${action}-${setting}=${value}`;
}

/** Where firewalld does not run, another program knows what lasts. What is not understood is no answer. */
function asking(permanent: boolean | undefined, words: ShellCommand): ShellCommand {
  return sh`out=$(firewall-cmd ${permanent && sh`--permanent`} ${words} 2>&1); s=$?
case $s in 36|252) ${permanent ? sh`out=$(firewall-offline-cmd ${words} 2>&1); s=$?` : sh`s=2`};; esac
case $s in
0|1) printf '%s\\n' "$out";;
253|255) printf '%s\\n' "$out" >&2; exit $s;;
esac`;
}

function parseZone(lines: readonly string[]): FirewalldZoneInfo | undefined {
  const fields = new Map<string, string[]>();
  let field: string[] = [];
  for (const line of lines) {
    const [, name, rest = ""] = /^ {2}([a-z][a-z -]*):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      // Long settings have a line each.
      if (line.startsWith("\t")) field.push(line.trim());
      continue;
    }
    field = rest.split(/\s+/).filter((word) => word !== "");
    fields.set(name, field);
  }
  if (!fields.has("target")) return undefined;
  const list = (name: string) => fields.get(name) ?? [];
  return {
    target: list("target")[0] ?? "default",
    interfaces: list("interfaces"),
    sources: list("sources"),
    services: list("services"),
    ports: list("ports"),
    protocols: list("protocols"),
    masquerade: list("masquerade")[0] === "yes",
    forwardPorts: list("forward-ports"),
    sourcePorts: list("source-ports"),
    icmpBlocks: list("icmp-blocks"),
    richRules: list("rich rules"),
  };
}

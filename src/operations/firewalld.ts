/** Zones of firewalld and what they let in. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  FirewalldDefaultZone,
  FirewalldHas,
  FirewalldRunning,
  FirewalldZone,
  type FirewalldZoneInfo,
  FirewalldZones,
  settingOption,
  zoneOption,
} from "../facts/firewalld.ts";
import { effect, host, type Operation, operation, restsOn, touches } from "../host/mod.ts";

/** Arguments of {@linkcode rule}. */
export interface RuleArgs {
  /** Name of the zone. Default: the default zone. */
  zone?: string | undefined;
  /** Whether the zone shall have all of these, or none of them. Default: `true`. */
  present?: boolean | undefined;
  /** Services that are open: `http`, `ssh`. */
  services?: string | string[] | undefined;
  /** Ports that are open, with their protocol: `8080/tcp`, `6000-6010/udp`. */
  ports?: string | string[] | undefined;
  /** Protocols that are open: `gre`. */
  protocols?: string | string[] | undefined;
  /** Ports that packets may come from: `123/udp`. */
  sourcePorts?: string | string[] | undefined;
  /** Addresses and networks that belong to the zone, and to no other any more. */
  sources?: string | string[] | undefined;
  /** Interfaces that belong to the zone, and to no other any more. */
  interfaces?: string | string[] | undefined;
  /** Ports that are sent elsewhere: `port=80:proto=tcp:toport=8080`. */
  forwardPorts?: string | string[] | undefined;
  /** Kinds of ICMP messages that are blocked: `echo-request`. */
  icmpBlocks?: string | string[] | undefined;
  /** Rules in firewalld's rich language: `rule family=ipv4 source address=10.0.0.0/8 accept`. */
  richRules?: string | string[] | undefined;
  /** Addresses are hidden behind the host's own. */
  masquerade?: boolean | undefined;
  /** Whether that lasts. Default: `true`. */
  permanent?: boolean | undefined;
  /** Whether that is in force now, if firewalld is running. Default: `true`. */
  runtime?: boolean | undefined;
}

/** Arguments of {@linkcode zone}. */
export interface ZoneArgs {
  /** Name of the zone. */
  zone: string;
  /** Whether it shall be there. Default: `true`. */
  present?: boolean | undefined;
  /** What becomes of packets that it does not let in; left as it is by default. */
  target?: "default" | "ACCEPT" | "DROP" | "REJECT" | undefined;
  /** Makes it the zone of all interfaces that belong to no other. Default: `false`. */
  isDefault?: boolean | undefined;
}

/**
 * The arguments with firewalld's word for each. What belongs to one zone only is moved there; what is spelled in one way
 * only is all that a zone's list has to be asked for.
 */
const SETTINGS = [
  { argument: "services", setting: "service", add: "add", isPlain: true },
  { argument: "ports", setting: "port", add: "add", isPlain: false },
  { argument: "protocols", setting: "protocol", add: "add", isPlain: true },
  { argument: "sourcePorts", setting: "source-port", add: "add", isPlain: false },
  { argument: "sources", setting: "source", add: "change", isPlain: true },
  { argument: "interfaces", setting: "interface", add: "change", isPlain: true },
  { argument: "forwardPorts", setting: "forward-port", add: "add", isPlain: false },
  { argument: "icmpBlocks", setting: "icmp-block", add: "add", isPlain: true },
  { argument: "richRules", setting: "rich-rule", add: "add", isPlain: false },
] as const;

/** One thing that a zone shall have. */
interface Setting {
  setting: string;
  add: string;
  value?: string;
  isPlain: boolean;
  /** Whether it is in a zone's list. */
  isListed(zone: FirewalldZoneInfo): boolean;
}

/**
 * Lets packets into a zone, or no longer. Changes something if the zone lacks any of these (or has one, with
 * `present: false`), for good or for now. While firewalld does not run, only what lasts is changed; it is in force when
 * it starts.
 *
 * @example
 * ```ts
 * await firewalld.rule({ services: ["http", "https"], ports: "8080/tcp", _sudo: true });
 * await firewalld.rule({ zone: "internal", sources: "10.0.0.0/8", _sudo: true });
 * ```
 */
export const rule: Operation<RuleArgs> = operation<RuleArgs>("firewalld.rule", async function* (args) {
  const { zone: zoneName, present = true, permanent = true, runtime = true } = args;
  if (zoneName !== undefined) checkZone("firewalld.rule", zoneName);
  const settings = listSettings(args);
  touches({ kind: "firewalld" });
  restsOn({ kind: "package", name: "firewalld" });
  const [isRunning, lastingHas, currentHas] = await Promise.all([
    host.getFact(FirewalldRunning),
    permanent ? findSettings(settings, zoneName, true) : [],
    runtime ? findSettings(settings, zoneName, false) : [],
  ]);
  if (!isRunning && runtime) host.noop("firewalld is not running: nothing is in force now");
  for (const lasting of [...(permanent ? [true] : []), ...(runtime && isRunning ? [false] : [])]) {
    for (const [index, { setting, add, value }] of settings.entries()) {
      const found = (lasting ? lastingHas : currentHas)[index];
      if (found === present || found === undefined && !present) {
        host.noop(`${setting} ${value ?? ""} is ${present ? "set" : "not set"}${lasting ? " for good" : ""}`);
        continue;
      }
      const offline = lasting && !isRunning;
      // This one option has another name there.
      const name = offline && !present && setting === "service" ? "service-from-zone" : setting;
      const program = offline ? sh`firewall-offline-cmd` : sh`firewall-cmd ${lasting && sh`--permanent`}`;
      yield sh`${program} ${zoneOption(zoneName)} ${settingOption(present ? add : "remove", name, value)}`;
    }
  }
}, {
  parameters: {
    zone: "string?",
    present: "boolean?",
    services: "string | string[]?",
    ports: "string | string[]?",
    protocols: "string | string[]?",
    sourcePorts: "string | string[]?",
    sources: "string | string[]?",
    interfaces: "string | string[]?",
    forwardPorts: "string | string[]?",
    icmpBlocks: "string | string[]?",
    richRules: "string | string[]?",
    masquerade: "boolean?",
    permanent: "boolean?",
    runtime: "boolean?",
  },
});

/**
 * Makes or removes a zone, sets its target, or makes it the default one. Changes something if it is not so. A zone that
 * is new, gone or has another target is in force after a reload, which is done at once: it ends what was set for now only.
 *
 * @example
 * ```ts
 * await firewalld.zone({ zone: "backend", target: "DROP", _sudo: true });
 * await firewalld.rule({ zone: "backend", sources: "10.1.0.0/16", services: "postgresql", _sudo: true });
 * ```
 */
export const zone: Operation<ZoneArgs> = operation<ZoneArgs>("firewalld.zone", async function* (args) {
  const { zone: name, present = true, target, isDefault = false } = args;
  checkZone("firewalld.zone", name);
  touches({ kind: "firewalld" });
  restsOn({ kind: "package", name: "firewalld" });
  const [isRunning, lasting, current, info, defaultZone] = await Promise.all([
    host.getFact(FirewalldRunning),
    host.getFact(FirewalldZones, { permanent: true }),
    host.getFact(FirewalldZones, { permanent: false }),
    present && target !== undefined
      ? host.getFact(FirewalldZone, { zone: name, permanent: true })
      : undefined,
    isDefault ? host.getFact(FirewalldDefaultZone) : undefined,
  ]);
  const program = isRunning ? sh`firewall-cmd --permanent` : sh`firewall-offline-cmd`;
  const exists = lasting.includes(name);
  const changes = [];
  if (!exists && present) changes.push(sh`${program} ${`--new-zone=${name}`}`);
  if (exists && !present) changes.push(sh`${program} ${`--delete-zone=${name}`}`);
  if (present && target !== undefined && !sameTarget(info?.target, target)) {
    changes.push(sh`${program} ${`--zone=${name}`} ${`--set-target=${target}`}`);
  }
  if (changes.length > 0 && exists !== present) effect(present ? "create" : "remove");
  yield* changes;
  if (isRunning && (changes.length > 0 || current.includes(name) !== present)) {
    yield sh`firewall-cmd --reload`;
  } else if (changes.length === 0) host.noop(`zone ${name} ${present ? "exists" : "does not exist"}`);
  if (!present || !isDefault) return;
  if (defaultZone === name) host.noop(`zone ${name} is the default`);
  else yield sh`${isRunning ? sh`firewall-cmd` : sh`firewall-offline-cmd`} ${`--set-default-zone=${name}`}`;
}, {
  parameters: {
    zone: "string",
    present: "boolean?",
    target: "'default' | 'ACCEPT' | 'DROP' | 'REJECT'?",
    isDefault: "boolean?",
  },
});

function listSettings(args: RuleArgs): Setting[] {
  const settings = SETTINGS.flatMap(({ argument, ...one }) =>
    [args[argument] ?? []].flat().map((text): Setting => {
      const value = checkValue(argument, text);
      return {
        ...one,
        value,
        isListed: (zone) => zone[argument].some((other) => spelling(other) === spelling(value)),
      };
    })
  );
  if (!args.masquerade) return settings;
  return [...settings, {
    setting: "masquerade",
    add: "add",
    isPlain: true,
    isListed: (zone) => zone.masquerade,
  }];
}

/** Which of these a zone has, now or for good; nothing for what firewalld does not know. */
async function findSettings(settings: readonly Setting[], zoneName: string | undefined, permanent: boolean) {
  const info = await host.getFact(FirewalldZone, { zone: zoneName, permanent });
  return await Promise.all(settings.map(({ setting, value, isPlain, isListed }) => {
    if (info === undefined || isPlain || isListed(info)) return info && isListed(info);
    return host.getFact(FirewalldHas, { setting, value, zone: zoneName, permanent });
  }));
}

/** Without what lists add: quotes in rich rules, and an address that is empty. */
function spelling(value: string): string {
  return value.replaceAll('"', "").replaceAll(/\s+/g, " ").replace(/:toaddr=$/, "").trim();
}

function checkValue(argument: string, value: string): string {
  if (value.trim() !== "") return value;
  throw new DroverError("E_ARGUMENT", `${argument} of firewalld.rule has an empty text`);
}

function checkZone(operationName: string, name: string): void {
  if (/^[A-Za-z0-9_][\w-]{0,16}$/.test(name)) return;
  throw new DroverError("E_ARGUMENT", `${operationName} cannot use the zone ${JSON.stringify(name)}`, {
    hint: "names of zones have at most 17 letters, digits, dashes and underscores",
  });
}

/** Zones list the target REJECT as firewalld writes it to its files. */
function sameTarget(found: string | undefined, wanted: string): boolean {
  return found === wanted || wanted === "REJECT" && found === "%%REJECT%%";
}

/** Rules and policies of ufw. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { type UfwPolicies, UfwStatus, UfwWouldChange } from "../facts/ufw.ts";
import { effect, host, type Operation, operation, touches } from "../host/mod.ts";

/** Arguments of {@linkcode firewall}. */
export interface FirewallArgs {
  /** Whether the rules are in force, now and when the machine boots; `null` leaves that as it is. Default: `true`. */
  enabled?: boolean | null | undefined;
  /** What becomes of packets to the host that no rule decides about: `allow`, `deny` or `reject`. */
  incoming?: "allow" | "deny" | "reject" | undefined;
  /** The same for packets from the host. */
  outgoing?: "allow" | "deny" | "reject" | undefined;
  /** The same for packets through the host. */
  routed?: "allow" | "deny" | "reject" | undefined;
  /** How much is logged: `off`, `low`, `medium`, `high` or `full`. */
  logging?: "off" | "low" | "medium" | "high" | "full" | undefined;
}

/** Arguments of {@linkcode rule}. */
export interface RuleArgs {
  /** What becomes of the packets; `limit` lets few connections a minute through. */
  action: "allow" | "deny" | "reject" | "limit";
  /** Whether the rule shall be there. Default: `true`. */
  present?: boolean | undefined;
  /** Protocol: `tcp`, `udp`. Default: any. */
  protocol?: string | undefined;
  /** Address or network that packets come from. Default: any. */
  source?: string | undefined;
  /** Port, range (`8000:8010`) or list (`80,443`) that they come from. */
  sourcePort?: number | string | undefined;
  /** Address or network that they go to. Default: any. */
  destination?: string | undefined;
  /** Port, service, range or list that they go to. */
  destinationPort?: number | string | undefined;
  /** Profile of an application instead of a port, such as `Nginx Full`. */
  app?: string | undefined;
  /** Whether packets to the host are meant, or those from it. Default: `in`. */
  direction?: "in" | "out" | undefined;
  /** Interface that they come in by. */
  inInterface?: string | undefined;
  /** Interface that they go out by. */
  outInterface?: string | undefined;
  /** Whether packets through the host are meant. Default: `false`. */
  route?: boolean | undefined;
  /** Whether new connections are logged. Default: `false`. */
  log?: boolean | undefined;
  /** What the rule is for; one that has another comment gets this one. */
  comment?: string | undefined;
  /** The position at which it is put if it is missing, from 1. Default: behind all others. */
  insert?: number | undefined;
}

const DIRECTIONS = ["incoming", "outgoing", "routed"] as const satisfies readonly (keyof UfwPolicies)[];

/**
 * Sets the policies and turns ufw on or off. Changes something if any of them is not as wanted. Policies come first, so
 * that nothing is open meanwhile: add the rule that lets your connections in before.
 *
 * @example
 * ```ts
 * await ufw.rule({ action: "limit", destinationPort: 22, protocol: "tcp", _sudo: true });
 * await ufw.firewall({ incoming: "deny", outgoing: "allow", _sudo: true });
 * ```
 */
export const firewall: Operation<FirewallArgs> = operation<FirewallArgs>(
  "ufw.firewall",
  async function* (args) {
    const { enabled = true, logging } = args;
    touches({ kind: "ufw" });
    const state = await host.getFact(UfwStatus);
    for (const direction of DIRECTIONS) {
      const policy = args[direction];
      if (policy === undefined) continue;
      if (policy === state?.policies[direction]) host.noop(`the ${direction} policy is ${policy}`);
      else yield sh`ufw default ${policy} ${direction}`;
    }
    if (logging !== undefined && logging !== state?.logging) yield sh`ufw logging ${logging}`;
    else if (logging !== undefined) host.noop(`logging is ${logging}`);
    if (enabled === null) return;
    const isOn = state?.active === true && state.enabled;
    const isOff = state === undefined || !state.active && !state.enabled;
    if (enabled ? isOn : isOff) return host.noop(`ufw is ${enabled ? "active" : "inactive"}`);
    yield sh`ufw --force ${enabled ? "enable" : "disable"}`;
  },
  {
    parameters: {
      enabled: "boolean | null?",
      incoming: "'allow' | 'deny' | 'reject'?",
      outgoing: "'allow' | 'deny' | 'reject'?",
      routed: "'allow' | 'deny' | 'reject'?",
      logging: "'off' | 'low' | 'medium' | 'high' | 'full'?",
    },
  },
);

/**
 * Adds or removes a rule, which lasts; it is in force at once if ufw is active, and else once it is. Changes something if
 * there is no such rule (or there is, with `present: false`), or it has another comment; ufw itself compares, so that
 * `ssh` is port 22. A rule for the same packets with another action is replaced.
 *
 * @example
 * ```ts
 * await ufw.rule({ action: "allow", protocol: "tcp", destinationPort: "80,443", comment: "web", _sudo: true });
 * await ufw.rule({ action: "allow", source: "10.0.0.0/8", destinationPort: 5432, protocol: "tcp", _sudo: true });
 * await ufw.rule({ action: "allow", app: "Nginx Full", _sudo: true });
 * ```
 */
export const rule: Operation<RuleArgs> = operation<RuleArgs>("ufw.rule", async function* (args) {
  const { present = true, insert } = args;
  checkRule(args);
  const words = ruleWords(args);
  const text = words.join(" ");
  touches({ kind: "ufw rule", name: text });
  const command = (action: readonly string[]) => [...(args.route ? ["route"] : []), ...action, ...words];
  if (!present) {
    const removing = command(["delete"]);
    if (await host.getFact(UfwWouldChange, { command: removing }) !== true) {
      return host.noop(`the rule "${text}" does not exist`);
    }
    effect("remove");
    yield sh`ufw --force ${removing}`;
    return;
  }
  const comment = args.comment === undefined ? [] : ["comment", args.comment];
  const adding = [...command([]), ...comment];
  const changes = await host.getFact(UfwWouldChange, {
    command: adding,
    comments: args.comment !== undefined,
  });
  if (changes === false) return host.noop(`the rule "${text}" exists`);
  effect("create");
  yield sh`ufw ${insert === undefined ? adding : [...command(["insert", String(insert)]), ...comment]}`;
}, {
  parameters: {
    action: "'allow' | 'deny' | 'reject' | 'limit'",
    present: "boolean?",
    protocol: "string?",
    source: "string?",
    sourcePort: "number | string?",
    destination: "string?",
    destinationPort: "number | string?",
    app: "string?",
    direction: "'in' | 'out'?",
    inInterface: "string?",
    outInterface: "string?",
    route: "boolean?",
    log: "boolean?",
    comment: "string?",
    insert: "number?",
  },
});

function checkRule(args: RuleArgs): void {
  const refuse = (message: string, hint?: string): never => {
    throw new DroverError("E_ARGUMENT", message, hint === undefined ? {} : { hint });
  };
  for (const [name, value] of Object.entries(args)) {
    if (typeof value === "string" && (value === "" || value.startsWith("-"))) {
      refuse(`${name} of ufw.rule cannot be ${JSON.stringify(value)}`);
    }
  }
  if (args.app !== undefined && (args.destinationPort !== undefined || args.protocol !== undefined)) {
    refuse("ufw.rule takes either an app or a protocol and port", "the profile of an application says both");
  }
  if (!args.route && args.inInterface !== undefined && args.outInterface !== undefined) {
    refuse(
      "ufw.rule takes one interface",
      "route: true is for packets that come in by one and go out by another",
    );
  }
  const { insert, comment } = args;
  if (insert !== undefined && !(Number.isInteger(insert) && insert > 0)) {
    refuse(`insert of ufw.rule cannot be ${insert}`, "positions are counted from 1");
  }
  if (comment?.includes("'")) refuse("ufw takes no single quotes in comments");
}

/** The words that add a rule, in ufw's full syntax. */
function ruleWords(args: RuleArgs): string[] {
  const { inInterface, outInterface, direction, source = "any", destination = "any" } = args;
  const port = (value: number | string | undefined) => value === undefined ? [] : ["port", String(value)];
  return [
    args.action,
    ...(inInterface === undefined ? [] : ["in", "on", inInterface]),
    ...(outInterface === undefined ? [] : ["out", "on", outInterface]),
    ...(direction === undefined || inInterface !== undefined || outInterface !== undefined
      ? []
      : [direction]),
    ...(args.log ? ["log"] : []),
    ...(args.protocol === undefined ? [] : ["proto", args.protocol]),
    ...["from", source, ...port(args.sourcePort)],
    ...["to", destination, ...port(args.destinationPort)],
    ...(args.app === undefined ? [] : ["app", args.app]),
  ];
}

/** Facts about SELinux: contexts, booleans and ports. */

import { pathWord, sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** A security context. */
export interface SecurityContext {
  /** SELinux user, such as `system_u`. */
  user: string;
  /** Role, such as `object_r`. */
  role: string;
  /** Type, such as `httpd_sys_content_t`. */
  type: string;
  /** Level or range, such as `s0`; not there where the policy has none. */
  level?: string;
}

/** The argument of {@linkcode FileContext}. */
export interface FileContextArgs {
  /** Path of a file or directory. */
  path: string;
}

/** Arguments of {@linkcode FileContextMapping}. */
export interface FileContextMappingArgs {
  /** The pattern of paths, in the very words in which it was added: `/web(/.*)?`. */
  target: string;
  /** Only what was added to the policy on this host. Default: `false`. */
  local?: boolean | undefined;
}

/** The argument of {@linkcode SEBoolean}. */
export interface SEBooleanArgs {
  /** Name of the boolean. */
  boolean: string;
}

/** Arguments of {@linkcode SEPort}. */
export interface SEPortArgs {
  /** `tcp`, `udp`, `sctp` or `dccp`. */
  protocol: string;
  /** Number of the port. */
  port: number;
}

/** Types that whole ranges have, and that say nothing of a port. */
const GENERIC_TYPES = new Set([
  "port_t",
  "reserved_port_t",
  "hi_reserved_port_t",
  "unreserved_port_t",
  "ephemeral_port_t",
]);

/**
 * The security context of a file; `undefined` if there is no file, or it has none.
 *
 * @example
 * ```ts
 * const context = await host.getFact(facts.selinux.FileContext, { path: "/var/www" });
 * if (context?.type !== "httpd_sys_content_t") { … }
 * ```
 */
export const FileContext: Fact<SecurityContext | undefined, FileContextArgs> = fact<
  SecurityContext | undefined,
  FileContextArgs
>({
  name: "selinux.FileContext",
  about: ({ path }) => ({ kind: "file", name: path }),
  remember: { path: "path" },
  parameters: { path: "string" },
  command: ({ path }) => sh`stat -c %C ${pathWord(path)} || exit 0`,
  default: () => undefined,
  process: ([line = ""]) => parseContext(line),
});

/**
 * The context that files with certain paths get when they are labelled; empty if the policy has no such pattern.
 * Needs root.
 *
 * @example
 * ```ts
 * const { type } = await host.getFact(facts.selinux.FileContextMapping, { target: "/web(/.*)?" });
 * ```
 */
export const FileContextMapping: Fact<Partial<SecurityContext>, FileContextMappingArgs> = fact<
  Partial<SecurityContext>,
  FileContextMappingArgs
>({
  name: "selinux.FileContextMapping",
  about: ({ target }) => ({ kind: "file context", name: target }),
  remember: { target: "line", local: "boolean" },
  parameters: { target: "string", local: "boolean?" },
  requires: "semanage",
  // The list has thousands of lines.
  command: ({ target, local }) =>
    sh`list=$(semanage fcontext ${
      local && sh`-C`
    } -n -l) || exit; printf '%s\\n' "$list" | grep -F -e ${target} || true`,
  default: () => ({}),
  process: (lines, { target }) => {
    // Later lines are of this host, and come before those of the policy.
    const rest = lines.filter((line) => line.startsWith(`${target} `)).map((line) =>
      line.slice(target.length).trim().split(/\s{2,}/)
    );
    const found = rest.findLast(([kind]) => kind === "all files");
    return parseContext(found?.[1] ?? "") ?? {};
  },
});

/**
 * Whether a boolean is `"on"` or `"off"` now; empty if there is no such boolean, or SELinux is disabled.
 *
 * @example
 * ```ts
 * const value = await host.getFact(facts.selinux.SEBoolean, { boolean: "httpd_can_network_connect" });
 * ```
 */
export const SEBoolean: Fact<string, SEBooleanArgs> = fact<string, SEBooleanArgs>({
  name: "selinux.SEBoolean",
  about: ({ boolean }) => ({ kind: "selinux boolean", name: boolean }),
  remember: { boolean: "line" },
  parameters: { boolean: "string" },
  requires: "getsebool",
  command: ({ boolean }) => sh`getsebool ${boolean} 2>/dev/null || true`,
  default: () => "",
  process: ([line = ""]) => / --> (on|off)\b/.exec(line)?.[1] ?? "",
});

/**
 * What a boolean will be after a reboot: `"on"` or `"off"`; `undefined` if there is no such boolean. Needs root.
 *
 * @example
 * ```ts
 * const value = await host.getFact(facts.selinux.SEBooleanDefault, { boolean: "httpd_can_network_connect" });
 * ```
 */
export const SEBooleanDefault: Fact<string | undefined, SEBooleanArgs> = fact<
  string | undefined,
  SEBooleanArgs
>({
  name: "selinux.SEBooleanDefault",
  about: ({ boolean }) => ({ kind: "selinux boolean", name: boolean }),
  remember: { boolean: "line" },
  parameters: { boolean: "string" },
  requires: "semanage",
  command: () => "semanage boolean -l -n",
  default: () => undefined,
  process: (lines, { boolean }) => {
    const line = lines.find((one) => one.split(/\s/)[0] === boolean) ?? "";
    return /\((?:on|off)\s*,\s*(on|off)\s*\)/.exec(line)?.[1];
  },
});

/**
 * The type of a port, such as `ssh_port_t`; empty if it has none but that of a whole range. Needs the program
 * `sepolicy`.
 *
 * @example
 * ```ts
 * const type = await host.getFact(facts.selinux.SEPort, { protocol: "tcp", port: 22 });
 * ```
 */
export const SEPort: Fact<string, SEPortArgs> = fact<string, SEPortArgs>({
  name: "selinux.SEPort",
  about: ({ protocol, port }) => ({ kind: "selinux port", name: `${protocol}/${port}` }),
  remember: { protocol: "line", port: "number" },
  parameters: { protocol: "string", port: "number" },
  requires: "sepolicy",
  command: ({ port }) => sh`sepolicy network -p ${port} 2>/dev/null || true`,
  default: () => "",
  process: (lines, { protocol, port }) => {
    const types = lines.map((line) => /^(\d+): (\w+) (\w+) /.exec(line)).filter((one) =>
      one?.[1] === String(port) && one[2] === protocol
    ).map((one) => one![3]!);
    return types.find((type) => !GENERIC_TYPES.has(type)) ?? "";
  },
});

/**
 * The types of all ports that have one of their own, by protocol and number. Needs root.
 *
 * @example
 * ```ts
 * const type = (await host.getFact(facts.selinux.SEPorts)).tcp?.[22];
 * ```
 */
export const SEPorts: Fact<Record<string, Record<number, string>>> = fact<
  Record<string, Record<number, string>>
>({
  name: "selinux.SEPorts",
  about: () => ({ kind: "selinux port" }),
  remember: {},
  requires: "semanage",
  command: () => "semanage port -ln",
  default: () => ({}),
  process: parsePorts,
});

/**
 * The same as {@linkcode SEPorts} for what was added to the policy on this host; `undefined` where there is no
 * semanage.
 *
 * @example
 * ```ts
 * const own = await host.getFact(facts.selinux.SELocalPorts);
 * ```
 */
export const SELocalPorts: Fact<Record<string, Record<number, string>> | undefined> = fact<
  Record<string, Record<number, string>> | undefined
>({
  name: "selinux.SELocalPorts",
  about: () => ({ kind: "selinux port" }),
  remember: {},
  requires: "semanage",
  command: () => "semanage port -ln -C && echo",
  default: () => undefined,
  process: parsePorts,
});

function parsePorts(lines: readonly string[]): Record<string, Record<number, string>> {
  const found: Record<string, Record<number, string>> = {};
  for (const line of lines) {
    const [, type, protocol, ranges] = /^(\w+)\s+(tcp|udp|sctp|dccp)\s+([\d\s,-]+)$/.exec(line) ?? [];
    if (type === undefined || protocol === undefined || GENERIC_TYPES.has(type)) continue;
    const ports = found[protocol] ??= {};
    for (const port of expandRanges(ranges!)) ports[port] ??= type;
  }
  return found;
}

/** `93, 50-51` as 93, 50 and 51. */
function expandRanges(text: string): number[] {
  return text.split(",").flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split("-").map(Number);
    return last - first < 65_536 ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [];
  });
}

function parseContext(text: string): SecurityContext | undefined {
  const [user, role, type, ...level] = text.trim().split(":");
  if (user === undefined || role === undefined || type === undefined) return undefined;
  return { user, role, type, ...(level.length === 0 ? {} : { level: level.join(":") }) };
}

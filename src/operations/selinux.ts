/** SELinux: file contexts, booleans and types of ports. */

import { pathWord, sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  FileContext,
  FileContextMapping,
  SEBoolean,
  SEBooleanDefault,
  SELocalPorts,
  SEPort,
  SEPorts,
} from "../facts/selinux.ts";
import { Which } from "../facts/server/mod.ts";
import { effect, host, type Operation, operation, touches } from "../host/mod.ts";
import { checkPath } from "./files/remote_path.ts";

/** Arguments of {@linkcode boolean}. */
export interface BooleanArgs {
  /** Name of the boolean. */
  boolName: string;
  /** What it shall be; `true` and `false` are `on` and `off`. */
  value: "on" | "off" | boolean;
  /** Keeps it over reboots. Default: `false`. */
  persistent?: boolean | undefined;
}

/** Arguments of {@linkcode fileContext}. */
export interface FileContextArgs {
  /** Path of the file or directory. */
  path: string;
  /** The type that it shall have, such as `httpd_sys_content_t`. */
  seType: string;
}

/** Arguments of {@linkcode fileContextMapping}. */
export interface FileContextMappingArgs {
  /** Regular expression of the paths: `/web(/.*)?`. */
  target: string;
  /** The type that files with such paths shall get. */
  seType?: string | undefined;
  /** Whether there shall be such a mapping; `false` removes what was added on this host. Default: `true`. */
  present?: boolean | undefined;
}

/** Arguments of {@linkcode port}. */
export interface PortArgs {
  /** Protocol of the port. */
  protocol: "tcp" | "udp" | "sctp" | "dccp";
  /** Number of the port. */
  portNum: number;
  /** The type that it shall have, such as `http_port_t`. */
  seType?: string | undefined;
  /** Whether it shall have the type; `false` removes what was added on this host. Default: `true`. */
  present?: boolean | undefined;
}

/**
 * Switches an SELinux boolean. Changes something if it is different now, or with `persistent` after a reboot.
 *
 * @example
 * ```ts
 * await selinux.boolean({ boolName: "httpd_can_network_connect", value: "on", persistent: true, _sudo: true });
 * ```
 */
export const boolean: Operation<BooleanArgs> = operation<BooleanArgs>(
  "selinux.boolean",
  async function* (args) {
    const { boolName, value: given, persistent = false } = args;
    const value = typeof given === "boolean" ? (given ? "on" : "off") : given;
    if (value !== "on" && value !== "off") {
      throw new DroverError(
        "E_ARGUMENT",
        `selinux.boolean: ${JSON.stringify(given)} is neither "on" nor "off"`,
      );
    }
    checkWord("selinux.boolean", "boolName", boolName);
    touches({ kind: "selinux boolean", name: boolName });
    const [now, later] = await Promise.all([
      host.getFact(SEBoolean, { boolean: boolName }),
      persistent ? host.getFact(SEBooleanDefault, { boolean: boolName }) : undefined,
    ]);
    if (now === value && (later ?? value) === value) return host.noop(`${boolName} is ${value}`);
    yield sh`setsebool ${persistent && sh`-P`} ${boolName} ${value}`;
  },
  { parameters: { boolName: "string", value: "'on' | 'off' | boolean", persistent: "boolean?" } },
);

/**
 * Gives a file another SELinux type, until it is labelled anew. Changes something if its type is different.
 *
 * @example
 * ```ts
 * await selinux.fileContext({ path: "/srv/www", seType: "httpd_sys_content_t", _sudo: true });
 * ```
 */
export const fileContext: Operation<FileContextArgs> = operation<FileContextArgs>(
  "selinux.fileContext",
  async function* ({ path: given, seType }) {
    const path = checkPath("selinux.fileContext", "path", given);
    checkWord("selinux.fileContext", "seType", seType);
    touches({ kind: "file", name: path });
    const found = await host.getFact(FileContext, { path });
    if (found?.type === seType) return host.noop(`${path} has the type ${seType}`);
    yield sh`chcon -t ${seType} ${pathWord(path)}`;
  },
  { parameters: { path: "string", seType: "string" } },
);

/**
 * Says in the policy of the host which SELinux type files with certain paths get when they are labelled. Files
 * that exist keep theirs until `restorecon` is run. Changes something if the mapping is different or missing (or
 * there, with `present: false`).
 *
 * @example
 * ```ts
 * await selinux.fileContextMapping({ target: "/web(/.*)?", seType: "httpd_sys_content_t", _sudo: true });
 * ```
 */
export const fileContextMapping: Operation<FileContextMappingArgs> = operation<FileContextMappingArgs>(
  "selinux.fileContextMapping",
  async function* ({ target, seType, present = true }) {
    checkType("selinux.fileContextMapping", present, seType);
    checkWord("selinux.fileContextMapping", "target", target);
    touches({ kind: "file context", name: target });
    // What the policy itself says can be changed, but not removed.
    const found = await host.getFact(FileContextMapping, present ? { target } : { target, local: true });
    if (!present) {
      if (found.type === undefined) return host.noop(`this host has no mapping of its own for ${target}`);
      effect("remove");
      yield sh`semanage fcontext -d ${target}`;
      return;
    }
    if (found.type === seType) return host.noop(`${target} is mapped to ${seType}`);
    if (found.type === undefined) effect("create");
    yield sh`semanage fcontext ${found.type === undefined ? "-a" : "-m"} -t ${seType} ${target}`;
  },
  { parameters: { target: "string", seType: "string?", present: "boolean?" } },
);

/**
 * Gives a port an SELinux type. Changes something if it has another or none (or one of this host's own, with
 * `present: false`).
 *
 * @example
 * ```ts
 * await selinux.port({ protocol: "tcp", portNum: 8123, seType: "http_port_t", _sudo: true });
 * ```
 */
export const port: Operation<PortArgs> = operation<PortArgs>("selinux.port", async function* (args) {
  const { protocol, portNum, seType, present = true } = args;
  checkType("selinux.port", present, seType);
  if (!Number.isInteger(portNum) || portNum < 1 || portNum > 65_535) {
    throw new DroverError("E_ARGUMENT", `selinux.port: ${portNum} is no port`);
  }
  const name = `${protocol}/${portNum}`;
  touches({ kind: "selinux port", name });
  const sepolicy = await host.getFact(Which, { command: "sepolicy" });
  const found = sepolicy === undefined
    ? (await host.getFact(SEPorts))[protocol]?.[portNum] ?? ""
    : await host.getFact(SEPort, { protocol, port: portNum });
  if (!present) {
    if (found === "") return host.noop(`${name} has no type of its own`);
    const local = await host.getFact(SELocalPorts);
    if (local !== undefined && local[protocol]?.[portNum] === undefined) {
      return host.noop(`${name} is ${found} in the policy itself, which only another policy changes`);
    }
    effect("remove");
    yield sh`semanage port -d -p ${protocol} ${portNum}`;
    return;
  }
  if (found === seType) return host.noop(`${name} has the type ${seType}`);
  if (found === "") effect("create");
  yield sh`semanage port ${found === "" ? "-a" : "-m"} -t ${seType} -p ${protocol} ${portNum}`;
}, {
  parameters: {
    protocol: "'tcp' | 'udp' | 'sctp' | 'dccp'",
    portNum: "number",
    seType: "string?",
    present: "boolean?",
  },
});

function checkType(operation: string, present: boolean, seType: string | undefined): void {
  if (seType !== undefined) return checkWord(operation, "seType", seType);
  if (!present) return;
  throw new DroverError("E_ARGUMENT", `${operation} needs seType`, {
    hint: "only with present: false may it be left out",
  });
}

function checkWord(operation: string, argument: string, text: string): void {
  if (text.trim() !== "" && !text.startsWith("-") && !/[\n\0]/.test(text)) return;
  throw new DroverError("E_ARGUMENT", `${operation}: ${argument} cannot be ${JSON.stringify(text)}`);
}

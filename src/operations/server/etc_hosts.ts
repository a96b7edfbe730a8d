/** The operation on /etc/hosts. */

import { isIP } from "node:net";
import { DroverError } from "../../errors/mod.ts";
import { EtcHosts } from "../../facts/server/mod.ts";
import { host, operation, touches } from "../../host/mod.ts";
import { line } from "../files/mod.ts";

/** Arguments of {@linkcode etcHosts}. */
export interface EtcHostsArgs {
  /** The IP address. */
  ip: string;
  /** All the names that it should have. Not needed to remove an address. */
  hostnames?: string | readonly string[];
  /** Whether the address should be there: `true` by default. */
  present?: boolean;
  /** Path of the file. Default: `/etc/hosts`. */
  path?: string;
}

/**
 * Gives an address its names in `/etc/hosts`, or removes it. It changes something if the names differ.
 *
 * @example
 * ```ts
 * await server.etcHosts({ ip: "10.0.0.5", hostnames: ["db.internal", "db"], _sudo: true });
 * ```
 */
export const etcHosts = operation<EtcHostsArgs>("server.etcHosts", async function* (args) {
  const { ip, present = true, path = "/etc/hosts" } = args;
  const names = checkArgs(args, present);
  touches({ kind: "address", name: `${ip} in ${path}` });
  const current = (await host.getFact(EtcHosts, { path }))[ip];
  const isRight = present ? current?.join(" ") === names.join(" ") : current === undefined;
  if (isRight) return host.noop(`${ip} is ${present ? names.join(" ") : "not"} in ${path}`);
  const pattern = `^[[:space:]]*${ip.replaceAll(".", "\\.")}[[:space:]].*$`;
  yield* line.steps(
    present
      ? { path, line: pattern, replace: `${ip}\t${names.join(" ")}` }
      : { path, line: pattern, present },
  );
}, {
  parameters: {
    ip: "string",
    hostnames: "string | string[]?",
    present: "boolean?",
    path: "string?",
  },
});

function checkArgs({ ip, hostnames = [] }: EtcHostsArgs, present: boolean): string[] {
  if (isIP(ip) === 0) throw new DroverError("E_ARGUMENT", `${Deno.inspect(ip)} is not an IP address`);
  const names = typeof hostnames === "string" ? hostnames.trim().split(/\s+/) : [...hostnames];
  const wrong = names.find((name) => !/^[A-Za-z0-9_]([\w.-]*[\w])?$/.test(name));
  if (wrong !== undefined) {
    throw new DroverError("E_ARGUMENT", `${Deno.inspect(wrong)} cannot be the name of a host`);
  }
  if (!present || names.length > 0) return names;
  throw new DroverError("E_ARGUMENT", `server.etcHosts needs hostnames for ${ip}`);
}

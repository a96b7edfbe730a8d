/** The operation on limits of users' resources. */

import { DroverError } from "../../errors/mod.ts";
import { SecurityLimits } from "../../facts/server/mod.ts";
import { host, operation, touches } from "../../host/mod.ts";
import { line } from "../files/mod.ts";

/** Arguments of {@linkcode securityLimit}. */
export interface SecurityLimitArgs {
  /** A user, `@group` or `*`. */
  domain: string;
  /** `"-"` is both. */
  limitType: "soft" | "hard" | "-";
  /** What is limited: `"nofile"`, `"nproc"` … */
  item: string;
  /** The limit: a number, `"unlimited"` or `"infinity"`. */
  value: number | string;
}

const LIMITS_FILE = "/etc/security/limits.conf";

/**
 * Sets a limit in `/etc/security/limits.conf`, which holds from the next login on. It changes something if
 * the file has no such limit, or another value.
 *
 * @example
 * ```ts
 * await server.securityLimit({ domain: "*", limitType: "soft", item: "nofile", value: 65536, _sudo: true });
 * ```
 */
export const securityLimit = operation<SecurityLimitArgs>("server.securityLimit", async function* (args) {
  const { domain, limitType, item, value } = args;
  checkLimit(args);
  touches({ kind: "security limit", name: `${domain} ${limitType} ${item}` });
  const limits = (await host.getFact(SecurityLimits)).filter((limit) =>
    limit.domain === domain && limit.limitType === limitType && limit.item === item
  );
  // Of several lines for one limit the last one holds.
  if (limits.at(-1)?.value === String(value)) {
    host.noop(`security limit ${domain} ${limitType} ${item} is ${value}`);
    return;
  }
  const pattern = [domain, limitType, item].map((word) => word.replaceAll(/[.*[\]^$\\]/g, "\\$&"))
    .join("[[:space:]][[:space:]]*");
  yield* line.steps({
    path: LIMITS_FILE,
    line: `^[[:space:]]*${pattern}[[:space:]].*$`,
    replace: `${domain}\t${limitType}\t${item}\t${value}`,
  });
}, {
  parameters: {
    domain: "string",
    limitType: "'soft' | 'hard' | '-'",
    item: "string",
    value: "string | number",
  },
});

function checkLimit({ domain, limitType, item, value }: SecurityLimitArgs): void {
  for (const [name, word] of Object.entries({ domain, limitType, item, value: String(value) })) {
    if (/^[^\s#]+$/.test(word)) continue;
    throw new DroverError("E_ARGUMENT", `server.securityLimit cannot use ${Deno.inspect(word)} as ${name}`);
  }
}

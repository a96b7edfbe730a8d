/** Facts about limits and mandatory access control. */

import { type Fact, fact } from "../../host/mod.ts";

/** A line of `limits.conf`. */
export interface SecurityLimit {
  /** A user, `@group` or `*`. */
  domain: string;
  /** `soft`, `hard` or `-` for both. */
  limitType: string;
  /** `nofile`, `nproc` … */
  item: string;
  /** A number or `unlimited`. */
  value: string;
}

/** The limits in `/etc/security/limits.conf`; none where there is no such file. */
export const SecurityLimits: Fact<SecurityLimit[]> = fact<SecurityLimit[]>({
  name: "server.SecurityLimits",
  about: () => ({ kind: "security limit" }),
  remember: {},
  command: () => "! test -e /etc/security/limits.conf || cat /etc/security/limits.conf",
  process: (lines) => lines.flatMap(readLimit),
  default: () => [],
});

function readLimit(line: string): SecurityLimit[] {
  const [domain, limitType, item, value, ...rest] = line.replace(/#.*$/, "").trim().split(/\s+/);
  if (!domain || limitType === undefined || item === undefined || value === undefined) return [];
  return rest.length > 0 ? [] : [{ domain, limitType, item, value }];
}

/** The state of SELinux. */
export interface SelinuxInfo {
  /** `enabled`, `disabled`; `undefined` where there is no SELinux. */
  mode: string | undefined;
}

/** Whether SELinux is enabled. */
export const Selinux: Fact<SelinuxInfo> = fact<SelinuxInfo>({
  name: "server.Selinux",
  remember: {},
  requires: "sestatus",
  command: () => "sestatus",
  process: (lines) => ({ mode: /^SELinux status:\s+(\S+)/m.exec(lines.join("\n"))?.[1] }),
  default: () => ({ mode: undefined }),
});

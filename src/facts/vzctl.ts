/** Facts about the containers of OpenVZ. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** All containers of OpenVZ, stopped ones included, with what `vzlist` tells of each, by their numbers. */
export const OpenvzContainers: Fact<Record<string, Record<string, unknown>>> = fact<
  Record<string, Record<string, unknown>>
>({
  name: "vzctl.OpenvzContainers",
  about: () => ({ kind: "container of vzctl" }),
  remember: {},
  requires: "vzlist",
  command: () => "vzlist -a -j",
  process: (lines) => {
    const containers = JSON.parse(lines.join("\n")) as { ctid: number | string }[];
    return Object.fromEntries(containers.map(({ ctid, ...about }) => [String(ctid), about]));
  },
  default: () => ({}),
});

/** The argument of {@linkcode OpenvzStatus}. */
export interface OpenvzStatusArgs {
  /** Number or name of the container. */
  ctid: string;
}

/** What a container of OpenVZ is doing. */
export interface OpenvzState {
  /** Whether there is such a container. */
  exists: boolean;
  /** Whether its filesystem is mounted. */
  mounted: boolean;
  /** Whether it runs. */
  running: boolean;
}

/**
 * What a container of OpenVZ is doing; `undefined` where nobody can tell.
 *
 * @example
 * const state = await host.getFact(facts.vzctl.OpenvzStatus, { ctid: "101" });
 */
export const OpenvzStatus: Fact<OpenvzState | undefined, OpenvzStatusArgs> = fact<
  OpenvzState | undefined,
  OpenvzStatusArgs
>({
  name: "vzctl.OpenvzStatus",
  about: ({ ctid }) => ({ kind: "container of vzctl", name: ctid }),
  remember: { ctid: "line" },
  parameters: { ctid: "string" },
  requires: "vzctl",
  command: ({ ctid }) => sh`vzctl status ${ctid} 2> /dev/null || true`,
  process: readStatus,
  default: () => undefined,
});

/** `CTID 101 exist mounted running`. */
function readStatus(lines: readonly string[]): OpenvzState | undefined {
  const words = lines.find((line) => /^(CTID|VEID) /.test(line))?.split(/\s+/);
  if (words === undefined) return undefined;
  return {
    exists: words.includes("exist"),
    mounted: words.includes("mounted"),
    running: words.includes("running"),
  };
}

/** Facts about snaps. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** The argument of {@linkcode SnapPackage}. */
export interface SnapPackageArgs {
  /** Name of the snap. */
  package: string;
}

/** What `snap info` tells of a snap. What it does not tell is not there. */
export interface SnapInfo {
  /** Name of the snap. */
  name?: string;
  /** Who published it. */
  publisher?: string;
  /** Its id in the store. */
  "snap-id"?: string;
  /** The channel that it follows, such as `latest/stable`; only of snaps that are installed from the store. */
  channel?: string;
  /** The version that is installed. */
  version?: string;
}

const FIELDS = [
  ["name", /^name:\s+(\S+)/],
  ["publisher", /^publisher:\s+(.*\S)/],
  ["snap-id", /^snap-id:\s+(\S+)/],
  ["channel", /^tracking:\s+([^\s/]+\/\S+)/],
  ["version", /^installed:\s+(\S+)/],
] as const;

/**
 * Names of the snaps that are installed.
 *
 * @example
 * ```ts
 * const snaps = await host.getFact(facts.snap.SnapPackages);
 * if (!snaps.includes("lxd")) { … }
 * ```
 */
export const SnapPackages: Fact<string[]> = fact<string[]>({
  name: "snap.SnapPackages",
  about: () => ({ kind: "snap" }),
  remember: {},
  requires: "snap",
  command: () => "snap list",
  default: () => [],
  // The head of the table is translated; its rows have numbers of revisions.
  process: (lines) => lines.flatMap((line) => /^(\S+)\s+\S+\s+x?\d+\s/.exec(line)?.[1] ?? []),
});

/**
 * What is known of a snap, on the host or in the store; `{}` if there is no such snap.
 *
 * @example
 * ```ts
 * const { channel } = await host.getFact(facts.snap.SnapPackage, { package: "lxd" });
 * ```
 */
export const SnapPackage: Fact<SnapInfo, SnapPackageArgs> = fact<SnapInfo, SnapPackageArgs>({
  name: "snap.SnapPackage",
  about: (args) => ({ kind: "snap", name: args.package }),
  remember: { package: "line" },
  parameters: { package: "string" },
  requires: "snap",
  // It exits with 1 for a snap that is nowhere, as it does where its daemon does not answer.
  command: ({ package: name }) =>
    sh`if out=$(snap info ${name} 2>&1) || case $out in *'no snap found'*) true;; *) false;; esac
then printf '%s\\n' "$out"
else printf '%s\\n' "$out" >&2; false
fi`,
  default: () => ({}),
  process: (lines) => {
    const found = FIELDS.flatMap(([name, pattern]) => {
      const value = lines.map((line) => pattern.exec(line)?.[1]).find((one) => one !== undefined);
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(found) as SnapInfo;
  },
});

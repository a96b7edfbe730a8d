/** Snaps. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { SnapPackage, SnapPackages } from "../facts/snap.ts";
import { effect, host, type Operation, operation, touches } from "../host/mod.ts";
import { parsePackages } from "./packages/ensure.ts";

/** Arguments of {@linkcode package}. */
export interface PackageArgs {
  /** Names of snaps. */
  packages?: string | string[] | undefined;
  /** The channel to follow: `latest/stable`, `5.21/candidate`, `edge`. Default: `latest/stable`. */
  channel?: string | undefined;
  /** Lets them be installed without confinement. Default: `false`. */
  classic?: boolean | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
}

const RISKS = ["stable", "candidate", "beta", "edge"];

/**
 * Installs snaps, has them follow a channel, or removes them. Changes something if one is missing, or follows another
 * channel (or is there, with `present: false`). A snap that was installed from a file follows none and is left alone.
 *
 * @example
 * ```ts
 * await snap.package({ packages: "lxd", channel: "5.21/stable", _sudo: true });
 * await snap.package({ packages: ["go", "node"], classic: true, _sudo: true });
 * ```
 */
const snapPackage: Operation<PackageArgs> = operation<PackageArgs>("snap.package", async function* (args) {
  const { classic = false, present = true } = args;
  const channel = args.channel ?? "latest/stable";
  if (!/^[^\s/-][^\s/]*(\/[^\s/]+){0,2}$/.test(channel)) {
    throw new DroverError("E_ARGUMENT", `${JSON.stringify(channel)} is not the channel of a snap`, {
      hint: 'write "stable", "5.21/stable" or "latest/edge/branch"',
    });
  }
  const names = parsePackages(args.packages, undefined).map(({ name }) => name);
  touches(...names.map((name) => ({ kind: "snap", name })));
  const installed = await host.getFact(SnapPackages);
  const missing = names.filter((name) => !installed.includes(name));
  const existing = names.filter((name) => installed.includes(name));
  if (!present) {
    for (const name of missing) host.noop(`snap ${name} is not installed`);
    if (existing.length === 0) return;
    effect("remove");
    yield sh`snap remove ${existing}`;
    return;
  }
  const infos = await Promise.all(existing.map((name) => host.getFact(SnapPackage, { package: name })));
  if (missing.length > 0 && existing.length === 0) effect("create");
  // One by one: snap takes a channel only together with a single name.
  for (const name of missing) {
    yield sh`snap install ${classic && sh`--classic`} ${name} ${`--channel=${channel}`}`;
  }
  for (const [index, name] of existing.entries()) {
    const followed = infos[index]?.channel;
    if (followed !== undefined && wholeChannel(followed) !== wholeChannel(channel)) {
      yield sh`snap refresh ${classic && sh`--classic`} ${name} ${`--channel=${channel}`}`;
    } else host.noop(`snap ${name} is installed${followed === undefined ? "" : ` and follows ${followed}`}`);
  }
}, {
  parameters: {
    packages: "string | string[]?",
    channel: "string?",
    classic: "boolean?",
    present: "boolean?",
  },
});
export { snapPackage as package };

/** A channel with its track and its risk: `edge` is `latest/edge`, `5.21` is `5.21/stable`. */
function wholeChannel(channel: string): string {
  const parts = channel.split("/");
  if (RISKS.includes(parts[0]!)) return `latest/${channel}`;
  return parts.length === 1 ? `${channel}/stable` : channel;
}

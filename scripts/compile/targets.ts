/** The systems that Drover is built for. */

/** A system, under Drover's name and under Deno's. */
export interface Target {
  /** As release files are named: `linux-x64`. */
  name: string;
  /** As `deno compile --target` wants it. */
  triple: string;
  /** File name of the executable. */
  file: "drover" | "drover.exe";
}

/** All of them. */
export const TARGETS: readonly Target[] = [
  { name: "linux-x64", triple: "x86_64-unknown-linux-gnu", file: "drover" },
  { name: "linux-arm64", triple: "aarch64-unknown-linux-gnu", file: "drover" },
  { name: "macos-x64", triple: "x86_64-apple-darwin", file: "drover" },
  { name: "macos-arm64", triple: "aarch64-apple-darwin", file: "drover" },
  { name: "windows-x64", triple: "x86_64-pc-windows-msvc", file: "drover.exe" },
];

/**
 * The target of a name, either Drover's or Deno's.
 *
 * @throws {Error} With all names, if there is no such target.
 */
export function targetOf(name: string): Target {
  const found = TARGETS.find((target) => target.name === name || target.triple === name);
  if (found !== undefined) return found;
  throw new Error(`There is no target "${name}"; there are ${TARGETS.map((one) => one.name).join(", ")}`);
}

/** The system that this runs on. */
export function hereTarget(): Target {
  return targetOf(Deno.build.target);
}

/** The operation on mounted file systems. */

import { sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Mounts } from "../../facts/server/mod.ts";
import { effect, host, operation, touches } from "../../host/mod.ts";

/** Arguments of {@linkcode mount}. */
export interface MountArgs {
  /** Absolute path of the directory to mount on. */
  path: string;
  /** Whether something should be mounted there: `true` by default. */
  mounted?: boolean;
  /** Options such as `"noatime"`; a file system that lacks one is remounted with all of them. */
  options?: readonly string[];
  /** What to mount; by default what `/etc/fstab` says. */
  device?: string;
  /** Type of the file system; by default `mount` finds out. */
  fsType?: string;
}

/**
 * Mounts, remounts or unmounts a file system, until the next boot: `/etc/fstab` is left alone. It changes
 * something if the file system is not mounted, or lacks an option.
 *
 * @example
 * ```ts
 * await server.mount({ path: "/data", device: "/dev/sdb1", fsType: "xfs", options: ["noatime"], _sudo: true });
 * ```
 */
export const mount = operation<MountArgs>("server.mount", async function* (args) {
  const { mounted = true, options = [], device, fsType } = args;
  const path = checkPath(args.path);
  for (const option of options) {
    if (/^[^\s,]+$/.test(option)) continue;
    throw new DroverError("E_ARGUMENT", `server.mount cannot use the option ${Deno.inspect(option)}`);
  }
  touches({ kind: "mount", name: path });
  const present = (await host.getFact(Mounts))[path];
  if (!mounted) {
    if (present === undefined) return host.noop(`filesystem ${path} is not mounted`);
    effect("remove");
    yield sh`umount ${path}`;
  } else if (present === undefined) {
    effect("create");
    const words = [fsType && ["-t", fsType], options.length > 0 && ["-o", options.join(",")], device];
    yield sh`mount ${words} ${path}`;
  } else if (options.some((option) => !present.options.includes(option))) {
    yield sh`mount -o ${["remount", ...options].join(",")} ${path}`;
  } else {
    host.noop(`filesystem ${path} is mounted`);
  }
}, {
  parameters: {
    path: "string",
    mounted: "boolean?",
    options: "string[]?",
    device: "string?",
    fsType: "string?",
  },
});

/** The kernel lists directories without a slash at their end. */
function checkPath(path: string): string {
  if (path.startsWith("/")) return path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
  throw new DroverError("E_ARGUMENT", `server.mount needs an absolute path: ${Deno.inspect(path)} is none`);
}

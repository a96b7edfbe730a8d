/** What the executable may do: the permissions written into it, each with its reason. */

/** One permission of the main thread. The deploy's worker holds a part of them; see `docs/portable.md`. */
export interface Permission {
  /** Deno's name of it: `read` is `--allow-read`. */
  name: "read" | "write" | "env" | "sys" | "run" | "net";
  /** What it is limited to; without it, everything of its kind. */
  only?: readonly string[];
  why: string;
}

/** The one table. Neither `ffi` nor remote imports beyond Deno's own list are in it. */
export const PERMISSIONS: readonly Permission[] = [
  { name: "read", why: "projects, keys, uploads: anywhere on this machine, as the user says" },
  { name: "write", why: "downloads, reports, sockets of connections" },
  { name: "env", why: "twins of flags, HOME, SSH_AUTH_SOCK; programs that are started inherit it" },
  { name: "sys", why: "the home directory, the host's name, users' ids" },
  { name: "net", why: "the bundled SSH client; inventories that fetch, where the user allows it" },
  {
    name: "run",
    only: [
      "ssh",
      "ssh-keygen",
      "mkfifo",
      "sh",
      "docker",
      "podman",
      "chroot",
      "kubectl",
      "lxc-attach",
      "lxc",
      "incus",
      "deno",
    ],
    why:
      "what connectors start: transports, wrappers, local shells; mkfifo hands ssh its passwords; `drover check` checks types by deno",
  },
];

/** The table as flags of `deno run` and `deno compile`; the programs come last, so that one can be added. */
export function permissionFlags(): string[] {
  return ["--no-prompt", ...PERMISSIONS.map(({ name, only }) => `--allow-${name}${only ? `=${only}` : ""}`)];
}

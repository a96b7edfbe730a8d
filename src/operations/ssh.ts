/** From the host to another one with ssh: its keys, commands, files. */

import { pathWord, quoteCommand, sh, type ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { File } from "../facts/files/mod.ts";
import {
  effect,
  freshNames,
  host,
  type Operation,
  operation,
  pathSubject,
  type Steps,
  touches,
} from "../host/mod.ts";
import { checkPath, joinPath, parentOf } from "./files/remote_path.ts";
import { checkServer, ensureKnownHost } from "./known_hosts.ts";
import { openText } from "./opened_text.ts";
import { removingAtExit } from "./temporary.ts";

/** The other host, seen from the one that is deployed. */
export interface ServerArgs {
  /** Name or address of the other host. */
  hostname: string;
  /** Port that its ssh daemon listens on. Default: 22. */
  port?: number | undefined;
}

/** Whom to log in as over there. */
export interface LoginArgs extends ServerArgs {
  /** User to log in as. Default: what the configuration of ssh on the host says. */
  user?: string | undefined;
}

/** Arguments of {@linkcode keyscan}. */
export interface KeyscanArgs extends ServerArgs {
  /** Scans the keys again where some are known, and forgets those. Default: `false`. */
  force?: boolean | undefined;
}

/** Arguments of {@linkcode command}. */
export interface CommandArgs extends LoginArgs {
  /** Shell text that the other host runs. */
  command: string;
}

/** Arguments of {@linkcode upload}. */
export interface UploadArgs extends LoginArgs {
  /** Path of the file on the host. */
  filename: string;
  /** Path on the other host. Default: the same. */
  remoteFilename?: string | undefined;
  /** Uploads to `/tmp`, and lets `sudo` move the file from there. Default: `false`. */
  useRemoteSudo?: boolean | undefined;
  /** Adds the keys of the other host to the known ones before. Default: `false`. */
  sshKeyscan?: boolean | undefined;
}

/** Arguments of {@linkcode download}. */
export interface DownloadArgs extends LoginArgs {
  /** Path of the file on the other host. */
  filename: string;
  /** Path on the host. Default: the same. */
  localFilename?: string | undefined;
  /** Downloads where there is a file already. Default: `false`. */
  force?: boolean | undefined;
  /** Adds the keys of the other host to the known ones before. Default: `false`. */
  sshKeyscan?: boolean | undefined;
}

/**
 * Adds the keys of another host to `~/.ssh/known_hosts`, if there are none of it. The scan believes whoever answers:
 * it guards against later changes only.
 *
 * @example
 * ```ts
 * await ssh.keyscan({ hostname: "backup.internal", port: 2222 });
 * ```
 */
export const keyscan: Operation<KeyscanArgs> = operation<KeyscanArgs>(
  "ssh.keyscan",
  async function* ({ hostname, force, port }) {
    touches({ kind: "ssh server", name: `${hostname}:${checkPort(port)}` });
    yield* ensureKnownHost({ hostname, port }, force);
  },
  { parameters: { hostname: "string", force: "boolean?", port: "number?" } },
);

/**
 * Runs a command on another host, with the keys and the configuration of ssh that the user has on this one. It acts
 * each time. A command with a secret goes there on standard input, and is the argument of no program.
 *
 * @example
 * ```ts
 * await ssh.command({ hostname: "backup.internal", user: "backup", command: "rotate --keep 7" });
 * ```
 */
export const command: Operation<CommandArgs> = operation<CommandArgs>("ssh.command", async function* (args) {
  const { text, isSecret } = openText(args.command);
  const login = sh`ssh -p ${checkPort(args.port)} ${target(args)}`;
  yield isSecret ? sh`printf '%s\\n' ${text} | ${login} sh` : sh`${login} ${text}`;
}, {
  parameters: { hostname: "string", command: "string", user: "string?", port: "number?" },
  asWritten: ["command"],
  idempotent: false,
});

/**
 * Copies a file of the host to another one. It acts each time.
 *
 * @example
 * ```ts
 * await ssh.upload({
 *   hostname: "backup.internal",
 *   filename: "/var/backups/app.tar",
 *   remoteFilename: "/srv/incoming/app.tar",
 *   user: "backup",
 * });
 * ```
 */
export const upload: Operation<UploadArgs> = operation<UploadArgs>("ssh.upload", async function* (args) {
  const { hostname, port = 22, useRemoteSudo = false, sshKeyscan = false } = args;
  const filename = checkPath("ssh.upload", "filename", args.filename);
  const remote = checkPath("ssh.upload", "remoteFilename", args.remoteFilename ?? filename);
  checkPort(port);
  const login = target(args);
  if (sshKeyscan) yield* keyscan.steps({ hostname, port });
  if (!useRemoteSudo) {
    yield sh`scp -P ${port} ${localWord(filename)} ${remoteWord(args, remote)}`;
    return;
  }
  const temporary = `/tmp/${freshNames().temporary()}`;
  yield sh`scp -P ${port} ${localWord(filename)} ${remoteWord(args, temporary)}`;
  yield sh`ssh -p ${port} ${login} ${quoteCommand(sh`sudo mv ${temporary} ${pathWord(remote)}`)}`;
}, {
  parameters: {
    hostname: "string",
    filename: "string",
    remoteFilename: "string?",
    port: "number?",
    user: "string?",
    useRemoteSudo: "boolean?",
    sshKeyscan: "boolean?",
  },
  idempotent: false,
});

/**
 * Copies a file of another host to this one, unless there is a file already. It takes its place when it is whole.
 *
 * @example
 * ```ts
 * await ssh.download({ hostname: "build.internal", filename: "/srv/dist/app.tar", localFilename: "/opt/app.tar" });
 * ```
 */
export const download: Operation<DownloadArgs> = operation<DownloadArgs>(
  "ssh.download",
  async function* (args) {
    const { hostname, port = 22, force = false, sshKeyscan = false } = args;
    const remote = checkPath("ssh.download", "filename", args.filename);
    const local = checkPath("ssh.download", "localFilename", args.localFilename ?? remote);
    checkPort(port);
    const source = remoteWord(args, remote);
    touches(pathSubject(local));
    const found = await host.getFact(File, { path: local });
    if (found === false) throw new DroverError("E_REMOTE_PATH", `${local} exists and is not a file`);
    if (found && !force) return host.noop(`file ${local} is already downloaded`);
    if (found === undefined) effect("create");
    if (sshKeyscan) yield* keyscan.steps({ hostname, port });
    yield* fetchWhole(sh`scp -P ${port} ${source}`, local);
  },
  {
    parameters: {
      hostname: "string",
      filename: "string",
      localFilename: "string?",
      force: "boolean?",
      port: "number?",
      user: "string?",
      sshKeyscan: "boolean?",
    },
  },
);

/** Half a file must not pass for a whole one in the next run. */
async function* fetchWhole(copy: ShellCommand, local: string): Steps {
  const parent = parentOf(local);
  const name = freshNames().temporary();
  const temporary = localWord(parent === undefined ? name : joinPath(parent, name));
  yield removingAtExit(temporary, sh`${copy} ${temporary} && mv -f ${temporary} ${pathWord(local)}`);
}

/** `user@host`. */
function target({ hostname, user }: LoginArgs): string {
  checkServer(hostname);
  if (user === undefined) return hostname;
  if (/^[A-Za-z0-9_][A-Za-z0-9_.@\\$-]*$/.test(user)) return `${user}@${hostname}`;
  throw new DroverError("E_ARGUMENT", `There can be no user named ${Deno.inspect(user)}`);
}

function checkPort(port = 22): number {
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new DroverError("E_ARGUMENT", `There can be no port ${port}`, { hint: "ports are 1 to 65535" });
}

/** What scp takes for a file over there; without an absolute path it begins at the home directory. */
function remoteWord(args: LoginArgs, path: string): string {
  const whole = target(args);
  const login = args.hostname.includes(":")
    ? whole.replace(args.hostname, () => `[${args.hostname}]`)
    : whole;
  return `${login}:${path}`;
}

/** A colon before any slash would be the end of a host's name. */
function localWord(path: string): ShellCommand {
  return pathWord(/^[^/]*:/.test(path) ? `./${path}` : path);
}

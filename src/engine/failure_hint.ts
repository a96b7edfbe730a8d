/** What to do about failures of commands that everybody meets. */

import type { Privilege } from "../shell/port.ts";

/** How a command ran that failed. */
export interface Failure {
  /** The end of what it printed. */
  evidence: string;
  /** The program that a shell could not find, if that is what went wrong. */
  missing?: string | undefined;
  /** Absent where it ended without one. */
  exitStatus: number | undefined;
  privilege: Privilege;
  /** The user who logs in, if the inventory names one. */
  loginUser?: string | undefined;
}

/** A kind of failure and what to do about it. */
type Rule = readonly [evidence: RegExp, hint: string | ((failure: Failure) => string | undefined)];

/** The first that fits is taken: what is told of in particular comes before what is told of in general. */
const RULES: readonly Rule[] = [
  [
    /Permission denied \((?:publickey|password|keyboard-interactive|gssapi)/,
    "the server that the host logs in to refuses the user's SSH keys: give that user one, or forward your agent",
  ],
  [
    /Host key verification failed/,
    "the host does not know that server's key: git.repo has sshKeyscan, and server.shell can run ssh-keyscan",
  ],
  [
    /could not read (?:Username|Password) for|terminal prompts disabled/,
    "the repository asks for a password: use a URL with ssh, or a credential helper of the user who runs git",
  ],
  [
    /detected dubious ownership/,
    (failure) =>
      `the repository belongs to another user than ${actorOf(failure)}: run as its owner with _sudoUser, ` +
      "or add it to safe.directory with git.config",
  ],
  [
    /externally-managed-environment/,
    'Debian keeps pip out of its own Python: give pip.packages a virtualenv, or extraInstallArgs: "--break-system-packages"',
  ],
  [
    /: ERROR \(no such (?:process|group)\)/,
    "Supervisor knows what its configuration said when it was last read: supervisor.update makes it read it again",
  ],
  [
    /Failed to connect to (?:user scope )?bus|XDG_RUNTIME_DIR not defined/i,
    'the user has no session: as root, give userMode: true and userName; "loginctl enable-linger USER" keeps one',
  ],
  [
    /Failed to .*: (?:Interactive authentication required|Access denied)|are you root|must be root|must be run as root|unless you are root|need to be root|superuser privileges|root privileges are required|insufficient privileges to/i,
    needsRoot,
  ],
  [
    /role .* cannot be dropped because some objects depend on it/,
    "hand on what the role owns before, in each database: " +
    'postgres.sql({ sql: "REASSIGN OWNED BY … TO …; DROP OWNED BY …", psqlDatabase })',
  ],
  // Databases have permissions of their own.
  [/Permission denied(?! (?:for|to) )|Operation not permitted/i, refused],
  [
    /Could not get lock|dpkg frontend lock|Unable to acquire/,
    "another package manager is running; waitForLock makes apt wait longer for it, " +
    "--retry 3 --retry-delay 20 tries again",
  ],
  [
    /(?:Unable to|could not) lock (?:database|\S*opkg\.lock)|advisory lock on a database/i,
    "another package manager is running; --retry 3 --retry-delay 20 tries again",
  ],
  [
    /failed retrieving file .*(?:error: 404|not found)/i,
    "the host's lists are older than its mirror: give pacman.packages update: true and upgrade: true",
  ],
  [
    /\(no such package\)|error: target not found: |Unknown package '|not found in repository pool/,
    "the host's lists have no such package: is it spelled right, and are they fetched? update: true does so",
  ],
  [
    /(?:mktemp|here-document)[^]*(?:Read-only|No space left|No such file)/,
    "_tempDir or config.tempDir names another directory of the host for temporary files",
  ],
  [/No space left on device/, "a disk of the host is full"],
  [
    /Read-only file system/,
    "the file system is mounted read-only: remount it, or ask why the kernel has made it so",
  ],
];

/** What to do about a failure; nothing where only its own words help. */
export function failureHint(failure: Failure): string | undefined {
  for (const [evidence, hint] of RULES) {
    if (evidence.test(failure.evidence)) return typeof hint === "string" ? hint : hint(failure);
  }
  const { missing } = failure;
  return missing === undefined ? undefined : `install ${missing} on the host, or give its whole path`;
}

/** Only root may do it. */
function needsRoot(failure: Failure): string | undefined {
  if (isRoot(failure)) return rootRefused();
  return isLogin(failure)
    ? "not root: add _sudo: true, or run with --sudo"
    : `not root: it ran as ${actorOf(failure)}; leave out _sudoUser or _suUser`;
}

/** Some user may do it, who need not be root. */
function refused(failure: Failure): string | undefined {
  if (failure.exitStatus === 126) {
    return "the program may not be started: is its file executable, and its file system not mounted noexec?";
  }
  if (isRoot(failure)) return rootRefused();
  const actor = actorOf(failure);
  return isLogin(failure)
    ? `${actor} may not do this; add _sudo: true or run with --sudo`
    : `${actor} may not do this; become another user, or change the owner or the mode of what it needs`;
}

function rootRefused(): string {
  return "root itself was refused: an immutable file (lsattr), a network file system or a container's limits do that";
}

function isLogin({ privilege: { doas, dzdo, sudo, su } }: Failure): boolean {
  return !doas && !dzdo && !sudo && !su;
}

function isRoot(failure: Failure): boolean {
  return actorOf(failure) === "root";
}

/** The user whom the command ran as: of several that were become, the last. */
function actorOf(failure: Failure): string {
  const { doas, dzdo, sudo, su } = failure.privilege;
  if (isLogin(failure)) return failure.loginUser ?? "the login user";
  return su?.user ?? (sudo ?? dzdo ?? doas)?.user ?? "root";
}

/** What pyinfra 2 and 3 call otherwise than Drover. Every other name is the same here, in camelCase. */

/** Modules with another name. */
const MODULES: Readonly<Record<string, string>> = { python: "func", postgresql: "postgres" };

/** Operations and facts with another name, or in another module. */
const RENAMED: Readonly<Record<string, string>> = {
  "freebsd.freebsd_update.update": "freebsd.freebsdUpdate",
  "freebsd.pkg.autoremove": "freebsd.pkgAutoremove",
  "freebsd.pkg.clean": "freebsd.pkgClean",
  "freebsd.pkg.install": "freebsd.pkgInstall",
  "freebsd.pkg.remove": "freebsd.pkgRemove",
  "freebsd.pkg.update": "freebsd.pkgUpdate",
  "freebsd.pkg.upgrade": "freebsd.pkgUpgrade",
  "freebsd.service.service": "freebsd.service",
  "freebsd.sysrc.sysrc": "freebsd.sysrc",
  "postgresql.PostgresqlDatabases": "postgres.PostgresDatabases",
  "postgresql.PostgresqlRoles": "postgres.PostgresRoles",
  "server.Crontab": "crontab.Crontab",
  "zfs.Datasets": "zfs.ZfsDatasets",
  "zfs.Filesystems": "zfs.ZfsFilesystems",
  "zfs.Pools": "zfs.ZfsPools",
  "zfs.Snapshots": "zfs.ZfsSnapshots",
  "zfs.Volumes": "zfs.ZfsVolumes",
};

/** What is said of arguments, by operation and argument. */
type ByOperation = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Arguments with another name, by our names of the operations that take them. */
const ARGUMENTS: ByOperation = {
  "docker.prune": { volume: "volumes" },
  "postgres.dump": { database: "psqlDatabase" },
  "postgres.load": { database: "psqlDatabase" },
  "postgres.sql": { database: "psqlDatabase" },
};

/** Arguments that are not needed here, and what stands for them. */
const DROPPED_ARGUMENTS: ByOperation = {
  "server.user": { addDeployDir: "keys are looked for beside the deploy, then in the working directory" },
};

/** Operations that take any names beside their own there: what these are, which stand under `data` here. */
const FREE_ARGUMENTS: Readonly<Record<string, string>> = {
  "files.template": "variables of the template",
  "server.scriptTemplate": "variables of the template",
  "vzctl.set": "settings of the container",
};

/** Modules that pyinfra has operations in. */
export const PYINFRA_MODULES: readonly string[] = (
  "apk apt brew bsdinit cargo choco crontab dnf docker files flatpak freebsd gem git gpg iptables launchd lxd mysql " +
  "npm openrc opkg pacman pip pipx pkg pkgin postgres postgresql puppet python runit selinux server snap ssh systemd " +
  "sysvinit upstart uv vzctl xbps yum zfs zypper"
).split(" ");

/** `cache_time` as `cacheTime`; a leading underscore stays. */
export function camelCase(name: string): string {
  return name.replaceAll(/(?<=[^_])_+([a-zA-Z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

/** What tells neither `cache_time` and `cacheTime` apart, nor `linuxName` and `LinuxName`. */
const plain = (name: string) => name.replaceAll("_", "").toLowerCase();
const RENAMED_PLAIN = new Map(Object.entries(RENAMED).map(([theirs, ours]) => [plain(theirs), ours]));

/**
 * The names that an operation or a fact of pyinfra's may have here, the likeliest first.
 *
 * @example
 * ```ts
 * namesHere("python.raise_exception"); // ["func.raiseException", "python.raiseException"]
 * ```
 */
export function namesHere(theirs: string): string[] {
  const [module = "", ...rest] = theirs.split(".");
  const names = [
    RENAMED_PLAIN.get(plain(theirs)),
    ...[MODULES[module], module].map((one) => one && [one, ...rest.map(camelCase)].join(".")),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** `python.call is func.call here`, if that is one of the names that there are; nothing for a name that is the same. */
export function renamedHint(theirs: string, defined: ReadonlyMap<string, unknown>): string | undefined {
  const [ours] = namesHere(theirs);
  if (ours === undefined || plain(ours) === plain(theirs) || !defined.has(ours)) return undefined;
  return `${theirs} is ${ours} here`;
}

/** `python is func here`, or nothing for a module whose name is the same. */
export function renamedModule(theirs: string): string | undefined {
  return Object.hasOwn(MODULES, theirs) ? MODULES[theirs] : undefined;
}

/** What a part of a module of pyinfra's is here: `pkg` of `freebsd` is several operations. */
export function renamedParts(path: string, defined: ReadonlyMap<string, unknown>): string | undefined {
  const parts = Object.entries(RENAMED).filter(([theirs, ours]) =>
    theirs.startsWith(`${path}.`) && defined.has(ours)
  );
  return parts.length === 0 ? undefined : parts.map(([theirs, ours]) => `${theirs} is ${ours}`).join(", ");
}

/** What an argument of pyinfra's is called here, if it has another name. */
export function renamedArgument(operation: string, argument: string): string | undefined {
  return saidOf(ARGUMENTS, operation, argument);
}

/** Whether an operation takes any names beside its own in pyinfra, and has them under `data` here. */
export function takesData(operation: string): boolean {
  return Object.hasOwn(FREE_ARGUMENTS, operation);
}

/** What to do about an argument that an operation does not have here, but in pyinfra. */
export function argumentHint(operation: string, argument: string): string | undefined {
  const ours = renamedArgument(operation, argument);
  if (ours !== undefined) return `"${argument}" is "${ours}" here`;
  const dropped = saidOf(DROPPED_ARGUMENTS, operation, argument);
  if (dropped !== undefined || !takesData(operation)) return dropped;
  return `${FREE_ARGUMENTS[operation]} go under data: { ${argument}: … }`;
}

function saidOf(table: ByOperation, operation: string, argument: string): string | undefined {
  const said = new Map(Object.entries(table[operation] ?? {}));
  return said.get(camelCase(argument));
}

/** Whether something that pyinfra's modules of facts hold is no fact, but a part or the shape of one. */
export function isNoFact(theirs: string): boolean {
  return /(?:Dict|Mixin|BaseFact)$/.test(theirs) || theirs === "crontab.CrontabFile";
}

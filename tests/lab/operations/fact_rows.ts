/** Every fact, and how to read the same from a host without Drover. */

import type { AnyFact } from "../../../src/host/mod.ts";
import { apt, deb, files, git, gpg, pip, server, systemd } from "../../../src/facts/mod.ts";

/** One fact. */
export interface FactRow {
  fact: AnyFact;
  args?: Record<string, unknown>;
  /** Shell text that root runs on the host, over plain ssh. */
  command: string;
  /** Environment that the fact is read in. */
  env?: Record<string, string>;
  /** What of the fact's value is compared; all of it by default. */
  // deno-lint-ignore no-explicit-any -- each fact has a value of its own
  ours?(value: any): unknown;
  /** What the command's output stands for: its text by default, or its lines. */
  theirs?(text: string): unknown;
}

/** Facts that say nothing on a Debian host, and why. */
export const SILENT: Readonly<Record<string, string>> = {
  "server.MacosVersion": "there is no sw_vers: undefined",
  "server.Selinux": "there is no sestatus: mode is undefined",
  "files.Flags": "there is no chflags: undefined",
  "server.KernelModules": "a container shows those of the machine, or none",
};

/** The directory that {@linkcode PREPARE} fills. */
export const BASE = "/srv/drover-facts";
const ODD = `${BASE}/it's odd`;
const ODD_WORD = `'${BASE}/it'"'"'s odd'`;

/** What root does on the host first. */
export const PREPARE = `
exec >/dev/null 2>&1
apt-get update
rm -rf ${BASE}; mkdir -p ${ODD_WORD}/sub ${BASE}/gnupg; cd ${ODD_WORD}; chmod 700 ${BASE}/gnupg
printf 'one\\ntwo=2\\n# BEGIN PYINFRA BLOCK\\nin block\\n# END PYINFRA BLOCK\\n' > file
cp file same; echo other > sub/other; chmod 4750 file; chown daemon:games file; chown 4321:8765 sub/other
ln -s file link; ln -s sub/other 'deep link'
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1) or die'
git init -q -b main origin; cd origin
git config user.name T; git config user.email t@example.com; git config --add a.list 1; git config --add a.list 2
git commit -q --allow-empty -m one; git tag v1; git tag v2
cd ..; git clone -q origin clone; git -C clone -c protocol.file.allow=always submodule add ../origin module
chown -R daemon foreign 2>/dev/null; cp -r origin foreign; chown -R daemon foreign
export GNUPGHOME=${BASE}/gnupg
gpg --batch --passphrase '' --quick-generate-key 'Drover <drover@example.com>' default default never
gpg --export --armor > ${BASE}/key.asc; mkdir ${BASE}/keyrings; gpg --export > ${BASE}/keyrings/key.gpg; gpgconf --kill all
mkdir -p ~daemon/.ssh; echo 'ssh-ed25519 AAAA it' > ${BASE}/authorized_keys
`;

const lines = (text: string) => text === "" ? [] : text.split("\n");
const sorted = (list: readonly string[]) => [...list].sort();
const table = (separator: RegExp) => (text: string) =>
  Object.fromEntries(
    lines(text).map((line) => {
      const at = separator.exec(line);
      return [line.slice(0, at?.index), at === null ? "" : line.slice(at.index + at[0].length)];
    }),
  );
const words = (command: string, args: string) => `${command} ${args} | cut -d' ' -f1`;
const stat = (path: string) => `stat -c '%U %G %a %s %Y' ${path}`;
const ofStat = (value: { user: string; group: string; mode: number; size: number; mtime: Date }) =>
  `${value.user} ${value.group} ${value.mode} ${value.size} ${value.mtime.getTime() / 1000}`;
const seconds = (value: Date) => value.getTime() / 1000;
const near = (distance: number) => (value: number) => Math.round(value / distance / 10);
const keys = (value: object) => sorted(Object.keys(value));
const gpgKeys = (options: string) =>
  `gpg --with-colons ${options} 2>/dev/null | awk -F: '$1=="pub"||$1=="sec"{print $5}' | sort -u`;

/** All rows. */
export function factRows(): FactRow[] {
  return [
    ...serverRows(),
    ...unitRows(),
    ...userRows(),
    ...fileRows(),
    ...findRows(),
    ...gitRows(),
    ...packageRows(),
  ];
}

function serverRows(): FactRow[] {
  const release = (name: string) => `. /etc/os-release; echo "$${name}"`;
  return [
    { fact: server.Arch, command: "dpkg --print-architecture | sed 's/amd64/x86_64/; s/arm64/aarch64/'" },
    { fact: server.BootId, command: "cat /proc/sys/kernel/random/boot_id" },
    { fact: server.Command, args: { command: "echo it\\'s $((1+1))" }, command: 'echo "it\'s 2"' },
    {
      fact: server.Date,
      command: "date +%s",
      ours: (value) => near(6)(seconds(value)),
      theirs: (text) => near(6)(Number(text)),
    },
    { fact: server.Hostname, command: "cat /etc/hostname" },
    { fact: server.Kernel, command: "cat /proc/sys/kernel/ostype" },
    { fact: server.KernelVersion, command: "cat /proc/sys/kernel/osrelease" },
    { fact: server.Os, command: "cat /proc/sys/kernel/ostype" },
    { fact: server.OsVersion, command: "cat /proc/sys/kernel/osrelease" },
    {
      fact: server.LinuxDistribution,
      command: release("VERSION_ID"),
      ours: ({ name, major }) => `${name} ${major}`,
      theirs: (text) => `Debian ${text}`,
    },
    { fact: server.LinuxName, command: release("NAME"), theirs: (text) => text.split(" ")[0] },
    {
      fact: server.OsRelease,
      command: `${release("PRETTY_NAME")}; echo "$HOME_URL"`,
      ours: (value) => `${value.pretty_name ?? value.PRETTY_NAME}\n${value.home_url ?? value.HOME_URL}`,
    },
    {
      fact: server.LsbRelease,
      command: "lsb_release -is 2>/dev/null; lsb_release -cs 2>/dev/null",
      ours: (value) => value === undefined ? "" : `${value.id}\n${value.codename}`,
    },
    { fact: server.HasGui, command: "ls /usr/share/xsessions 2>/dev/null", theirs: (text) => text !== "" },
    { fact: server.LinuxGui, command: "ls /usr/share/xsessions 2>/dev/null", theirs: lines },
    {
      fact: server.LoadAverage,
      command: "cut -d' ' -f3 /proc/loadavg",
      ours: (value) => Math.round(value.fifteenMinutes),
      theirs: (text) => Math.round(Number(text)),
    },
    {
      fact: server.Locales,
      command: "locale -a | sed s/utf8/UTF-8/",
      ours: sorted,
      theirs: (text) => sorted(lines(text)),
    },
    {
      fact: server.Mounts,
      command: "findmnt -rn -o TARGET,FSTYPE | sort -u",
      ours: (value) =>
        sorted(Object.entries<{ type: string }>(value).map(([path, { type }]) => `${path} ${type}`)).join(
          "\n",
        ),
      // The last one of several at a path is what is seen.
      theirs: (text) => sorted(Object.entries(table(/ /)(text)).map((entry) => entry.join(" "))).join("\n"),
    },
    { fact: server.Path, command: "sudo -u root sh -c 'echo $PATH'" },
    {
      fact: server.Port,
      args: { port: 22 },
      command: "ss -Hltnp 'sport = :22' | grep -o 'pid=[0-9]*' | head -n1",
      ours: (value) => `pid=${value?.pid}`,
    },
    {
      fact: server.Ports,
      command: "ss -Hltun | awk '{print $5}' | sed 's/.*://' | sort -un",
      ours: (value: { port: number }[]) =>
        [...new Set(value.map(({ port }) => port))].sort((a, b) => a - b).join("\n"),
    },
    {
      fact: server.Processes,
      args: { pid: 1 },
      command: "cat /proc/1/comm; stat -c %U /proc/1",
      ours: (value) => `${value[1].command}\n${value[1].user}`,
    },
    {
      fact: server.RebootRequired,
      command: "test -e /run/reboot-required && echo yes",
      theirs: (text) => text === "yes",
    },
    {
      fact: server.SecurityLimits,
      command: "sed 's/#.*//' /etc/security/limits.conf | awk 'NF==4' | wc -l",
      ours: (value: unknown[]) => String(value.length),
    },
    {
      fact: server.Sysctl,
      args: { keys: ["kernel.hostname", "vm.swappiness", "net.ipv4.ip_local_port_range"] },
      command: "cd /proc/sys; cat kernel/hostname vm/swappiness net/ipv4/ip_local_port_range",
      ours: (value) => Object.values(value).flat().map(String).sort(),
      theirs: (text) => text.split(/\s+/).sort(),
    },
    { fact: server.Timezone, command: "readlink -f /etc/localtime | sed 's#.*zoneinfo/##'" },
    { fact: server.TmpDir, command: "echo $TMPDIR" },
    {
      fact: server.Uptime,
      command: "cut -d. -f1 /proc/uptime",
      ours: near(6),
      theirs: (text) => near(6)(Number(text)),
    },
    {
      fact: server.OnPath,
      args: { directory: "/usr/bin" },
      command: 'echo "$PATH" | tr : "\\n" | grep -qx /usr/bin && echo now',
    },
    {
      fact: server.ServiceManagers,
      command:
        "[ $(cat /proc/1/comm) = systemd ] && echo systemd; find /run/initctl -type p -printf 'sysvinit\\n'",
      theirs: (text) => text.split("\n"),
    },
    {
      fact: server.Which,
      args: { command: "systemctl" },
      command: "readlink -f /bin/systemctl",
      ours: (path) => path.replace(/^(?=\/bin)/, "/usr"),
    },
    {
      fact: server.EtcHosts,
      command: `awk '!/^#/ && $1=="127.0.0.1" {print $2; exit}' /etc/hosts`,
      ours: (value) => value["127.0.0.1"]?.[0] ?? "",
    },
    {
      fact: systemd.SystemdStatus,
      args: { services: ["ssh.service", "cron.service", "no-such.service"] },
      command: "for one in ssh cron no-such; do echo $one.service $(systemctl is-active $one); done",
      theirs: (text) =>
        Object.fromEntries(lines(text).map((line) => [line.split(" ")[0], line.endsWith(" active")])),
    },
    {
      fact: systemd.SystemdEnabled,
      args: { services: ["ssh.service", "apt-daily.timer"] },
      command: "for one in ssh.service apt-daily.timer; do echo $one $(systemctl is-enabled $one); done",
      theirs: (text) =>
        Object.fromEntries(lines(text).map((line) => [line.split(" ")[0], line.endsWith(" enabled")])),
    },
  ];
}

function unitRows(): FactRow[] {
  return [
    {
      fact: systemd.SystemdUnits,
      args: { services: ["sshd.service", "apt-daily.timer", "no-such.service"] },
      command: "for one in ssh.service apt-daily.timer no-such.service; do echo $one; " +
        "systemctl show --value --property LoadState $one; systemctl is-enabled $one 2>/dev/null; done; :",
      ours: (value: Record<string, systemd.UnitInfo>) =>
        ["sshd.service", "apt-daily.timer", "no-such.service"].flatMap((asked) => {
          const { name, loadState, fileState } = value[asked]!;
          return [name, loadState, ...(fileState === "" ? [] : [fileState])];
        }),
      theirs: lines,
    },
    {
      fact: systemd.SystemdUnitFile,
      args: { unit: "ssh.service" },
      command: "systemctl is-enabled ssh; sed -n 's/^WantedBy=//p' /lib/systemd/system/ssh.service",
      ours: (value: systemd.UnitFileInfo) => [value.state, value.install.WantedBy?.join(" ")],
      theirs: lines,
    },
    { fact: files.Umask, command: "umask", ours: (value: number) => value.toString(8).padStart(4, "0") },
    {
      fact: pip.Requirements,
      args: { path: `${ODD}/file` },
      command: `grep -v '^#' ${ODD_WORD}/file`,
      ours: (value: { requirements: string[] }) => value.requirements,
      theirs: lines,
    },
  ];
}

function userRows(): FactRow[] {
  const logins = (program: string) => `LC_ALL=C ${program} -w | grep -v '^$' | grep -cv '^[bw]tmp begins'`;
  return [
    { fact: server.User, command: "id -un" },
    { fact: server.Home, args: { user: "daemon" }, command: "getent passwd daemon | cut -d: -f6" },
    { fact: server.Groups, command: "getent group | cut -d: -f1", theirs: lines },
    {
      fact: server.Users,
      command:
        'getent passwd | while IFS=: read n x u g c h s; do echo "$n:$u:$g:$c:$h:$s:$(id -gn $n)"; done',
      ours: (value: Record<string, server.UserInfo>) =>
        Object.entries(value).map(([name, one]) =>
          [name, one.uid, one.gid, one.comment ?? "", one.home ?? "", one.shell ?? "", one.group].join(":")
        ).join("\n"),
    },
    {
      fact: server.AuthorizedKeys,
      args: { user: "root", path: `${BASE}/authorized_keys` },
      command: `cat ${BASE}/authorized_keys`,
      theirs: lines,
    },
    { fact: server.Last, command: logins("last"), ours: (value: unknown[]) => String(value.length) },
    { fact: server.Lastb, command: logins("lastb"), ours: (value: unknown[]) => String(value.length) },
  ];
}

function fileRows(): FactRow[] {
  const path = `${ODD}/file`;
  const at = { path };
  const digest = (program: string) => words(program, `${ODD_WORD}/file`);
  const edit = `printf 'one\\ntwo=2\\n# BEGIN PYINFRA BLOCK\\nnew\\n# END PYINFRA BLOCK\\n'`;
  return [
    { fact: files.File, args: at, command: stat(`${ODD_WORD}/file`), ours: ofStat },
    { fact: files.Directory, args: { path: ODD }, command: stat(ODD_WORD), ours: ofStat },
    {
      fact: files.Link,
      args: { path: `${ODD}/link` },
      command: `${stat(`${ODD_WORD}/link`)}; readlink ${ODD_WORD}/link`,
      ours: (value) => `${ofStat(value)}\n${value.linkTarget}`,
    },
    {
      fact: files.LinkTarget,
      args: { path: `${ODD}/deep link` },
      command: stat(`-L ${ODD_WORD}/'deep link'`),
      ours: (value) => ofStat(value.info),
    },
    {
      fact: files.Socket,
      args: { path: `${ODD}/socket` },
      command: stat(`${ODD_WORD}/socket`),
      ours: ofStat,
    },
    {
      fact: files.NumericOwner,
      args: { path: `${ODD}/sub/other` },
      command: `stat -c '%u %g' ${ODD_WORD}/sub/other`,
      ours: (value) => `${value.user} ${value.group}`,
    },
    { fact: files.Exposed, args: { path: "/etc/hostname" }, command: "echo false", ours: String },
    { fact: files.SameFile, args: { ...at, other: `${ODD}/link` }, command: "echo true", ours: String },
    {
      fact: files.SameContent,
      args: { ...at, other: `${ODD}/same` },
      command: `cmp -s ${ODD_WORD}/file ${ODD_WORD}/same && echo true`,
      ours: String,
    },
    { fact: files.FileContents, args: at, command: `cat ${ODD_WORD}/file`, theirs: lines },
    {
      fact: files.FindInFile,
      args: { ...at, pattern: "^two" },
      command: `awk '/^two/' ${ODD_WORD}/file`,
      theirs: lines,
    },
    {
      fact: files.PatternMatches,
      args: { text: "two=2", pattern: "^two" },
      command: "echo two=2 | grep -c ^two",
      ours: (value: unknown) => value === true ? "1" : "0",
    },
    {
      fact: files.Block,
      args: at,
      command: `awk '/END/{p=0} p; /BEGIN/{p=1}' ${ODD_WORD}/file`,
      theirs: lines,
    },
    {
      fact: files.BlockChanges,
      args: { ...at, content: ["new"] },
      command: `${edit} | cmp -s - ${ODD_WORD}/file || echo true`,
      ours: String,
    },
    { fact: files.BlockPreview, args: { ...at, content: ["new"] }, command: edit, theirs: lines },
    {
      fact: files.SedEffect,
      args: { ...at, script: "s/two/2/" },
      command: `sed s/two/2/ ${ODD_WORD}/file | cmp -s - ${ODD_WORD}/file || echo lasting`,
    },
    {
      fact: files.SedPreview,
      args: { ...at, script: "s/two/2/" },
      command: `perl -pe s/two/2/ ${ODD_WORD}/file`,
      theirs: lines,
    },
    { fact: files.Md5File, args: at, command: digest("md5sum") },
    { fact: files.Sha1File, args: at, command: digest("sha1sum") },
    { fact: files.Sha256File, args: at, command: digest("sha256sum") },
    { fact: files.Sha384File, args: at, command: digest("sha384sum") },
    {
      fact: files.EditTargetAt,
      args: { path: `${ODD}/link` },
      command: `realpath ${ODD_WORD}/link; stat -Lc %s ${ODD_WORD}/link`,
      ours: (value) => `${value.path}\n${value.size}`,
    },
    {
      fact: files.Entries,
      args: { directory: ODD, names: ["file", "sub", "link", "missing"] },
      command: `cd ${ODD_WORD}; stat -c '%n %U %G %a' file sub link`,
      ours: (value: Record<string, { user: string; group: string; mode: number }>) =>
        ["file", "sub", "link", "missing"].filter((name) => value[name] !== undefined)
          .map((name) => `${name} ${value[name]!.user} ${value[name]!.group} ${value[name]!.mode}`).join(
            "\n",
          ),
    },
  ];
}

function findRows(): FactRow[] {
  const find = (type: string) =>
    `cd ${ODD_WORD}; ls -1AR | cat >/dev/null; find ${ODD_WORD}/sub ${ODD_WORD}/sub -type ${type} | sort -u`;
  const row = (fact: AnyFact, type: string): FactRow => ({
    fact,
    args: { path: `${ODD}/sub` },
    command: find(type),
    ours: sorted,
    theirs: lines,
  });
  return [row(files.FindFiles, "f"), row(files.FindDirectories, "d"), row(files.FindLinks, "l")];
}

function gitRows(): FactRow[] {
  const repo = `${ODD}/clone`;
  const ask = (words: string) => `cd ${ODD_WORD}/clone && git ${words}`;
  return [
    { fact: git.GitBranch, args: { repo }, command: ask("symbolic-ref --short HEAD") },
    { fact: git.GitTrackingBranch, args: { repo }, command: ask("rev-parse --abbrev-ref '@{u}'") },
    { fact: git.GitLocalCommit, args: { repo }, command: `cat ${ODD_WORD}/origin/.git/refs/heads/main` },
    {
      fact: git.GitRemoteBranchCommit,
      args: { repo, branch: "main" },
      command: `cat ${ODD_WORD}/origin/.git/refs/heads/main`,
    },
    { fact: git.GitTag, args: { repo }, command: `ls ${ODD_WORD}/origin/.git/refs/tags`, theirs: lines },
    {
      fact: git.GitConfig,
      args: { repo: `${ODD}/origin` },
      command: "printf '1\\n2\\n'",
      ours: (value) => value["a.list"],
      theirs: lines,
    },
    {
      fact: git.GitSubmodules,
      args: { repo },
      command: ask("config -f .gitmodules submodule.module.path"),
      ours: (value) => keys(value).join("\n"),
    },
    { fact: git.GitOwnership, args: { repo: `${ODD}/foreign` }, command: "echo dubious" },
  ];
}

function packageRows(): FactRow[] {
  const installed =
    "dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\\n' | sed -n 's/^installed //p'";
  const home = `GNUPGHOME=${BASE}/gnupg`;
  return [
    {
      fact: deb.DebPackages,
      command: installed,
      ours: (value: Record<string, string[]>) =>
        sorted(Object.entries(value).map(([name, [version]]) => `${name} ${version}`)),
      theirs: (text) => sorted(lines(text)),
    },
    {
      fact: deb.DebPackage,
      args: { package: "openssh-server" },
      command: `${installed} | grep '^openssh-server '`,
      ours: (value) => `${value.name} ${value.version}`,
    },
    { fact: deb.DebArch, command: "dpkg-query -W -f '${Architecture}' dpkg" },
    {
      fact: apt.AptSources,
      command:
        "apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u",
      ours: (value: apt.AptSource[]) =>
        sorted([
          ...new Set(value.flatMap(({ url, distribution, components }) =>
            components.map((component) => `${url.replace(/\/?$/, "/")} ${distribution} ${component}`)
          )),
        ]).join("\n"),
    },
    {
      fact: apt.AptKeys,
      args: { directories: "/usr/share/keyrings/debian-archive-keyring.gpg" },
      command: gpgKeys("--show-keys /usr/share/keyrings/debian-archive-keyring.gpg"),
      ours: keys,
      theirs: lines,
    },
    {
      fact: apt.SimulateOperationWillChange,
      args: { command: "install hello" },
      command: "apt-get -s install hello | grep -c ^Inst",
      ours: (value) => String(value.newlyInstalled),
    },
    {
      fact: gpg.GpgKey,
      args: { src: `${BASE}/key.asc` },
      command: gpgKeys(`--show-keys ${BASE}/key.asc`),
      ours: keys,
      theirs: lines,
    },
    {
      fact: gpg.GpgKeys,
      env: { GNUPGHOME: `${BASE}/gnupg` },
      command: `${home} ${gpgKeys("--list-keys")}`,
      ours: keys,
      theirs: lines,
    },
    {
      fact: gpg.GpgSecretKeys,
      env: { GNUPGHOME: `${BASE}/gnupg` },
      command: `${home} ${gpgKeys("--list-secret-keys")}`,
      ours: keys,
      theirs: lines,
    },
    {
      fact: gpg.GpgKeyrings,
      args: { directories: [`${BASE}/keyrings`] },
      command: `ls ${BASE}/keyrings/*`,
      ours: keys,
      theirs: lines,
    },
    {
      fact: pip.PipPackages,
      command: "ls -d /usr/lib/python3/dist-packages/pip 2>/dev/null | wc -l",
      ours: (value) => value.pip === undefined ? "0" : "1",
    },
    {
      fact: pip.Pip3Packages,
      command: "command -v pip3 >/dev/null && python3 -c 'import pip; print(pip.__version__)'",
      ours: (value) => value.pip?.[0] ?? "",
    },
    {
      fact: pip.SimulateInstall,
      args: { command: "--no-index no-such-package" },
      command: "echo undefined",
      ours: String,
    },
  ];
}

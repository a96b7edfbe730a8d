/** Every operation, what to call it with on a host of the lab, and how to see without Drover what it did. */

/** One operation. */
export interface Row {
  operation: string;
  /** Its arguments, as TypeScript in a deploy where a value says no more than that. */
  args: Record<string, unknown> | string;
  /** Shell text that root runs on the host, over plain ssh, to see the state. */
  verify: string;
  /** What that prints afterwards. */
  wanted: RegExp;
  /** The arguments that undo it; the state must be what it was before. */
  remove?: Record<string, unknown>;
  /** What `verify` prints once it is removed, if not what it printed before. */
  removed?: RegExp;
  /** Why it acts each time; it does if this is given. */
  always?: string;
  /** It is meant to fail. */
  fails?: boolean;
}

/** Operations that cannot be applied in the lab, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "server.reboot": "a container that reboots ends; tests/operations/server_reboot_test.ts does it over SSH",
  "server.modprobe": "a container has no modules of its own, and must not load the machine's",
  "files.flags": "chflags is of the BSDs and macOS",
  "apt.ppa": "PPAs are Ubuntu's, and launchpad.net is not reached",
};

/** What rows need to know of the host. */
export interface Situation {
  /** The directory on the host that everything happens in. */
  base: string;
  /** The host's own name. */
  hostname: string;
  /** A process to end. */
  pid: number;
  /** Fingerprint of the key in `src/key.asc`. */
  fingerprint: string;
  /** Where this machine serves `hello, host`. */
  url: string;
  /** A local directory. */
  local: string;
}

/** All rows, in the order of the deploy. */
export function rows(situation: Situation): Row[] {
  return [
    ...accounts(situation),
    ...system(situation),
    ...files(situation),
    ...packages(situation),
    ...services(situation),
    ...code(situation),
  ];
}

function accounts({ base }: Situation): Row[] {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBWd2TqG8ROq9mRkGgsY2ZV4oT1r3b7Zr0aX4cTqf5u1 it's@example";
  return [
    {
      operation: "server.group",
      args: { group: "drover-ops", gid: 54321 },
      verify: "getent group drover-ops",
      wanted: /^drover-ops:x:54321:$/,
      remove: { group: "drover-ops", present: false },
    },
    {
      operation: "server.user",
      args: {
        user: "drover-user",
        home: `${base}/home of user`,
        shell: "/bin/sh",
        group: "drover-ops",
        groups: ["daemon", "games"],
        comment: "It's ünicode",
      },
      verify: `getent passwd drover-user; id -Gn drover-user; stat -c '%U %a' '${base}/home of user'`,
      wanted:
        /^drover-user:x:\d+:54321:It's ünicode:.*home of user:\/bin\/sh\ndrover-ops daemon games\ndrover-user 7\d\d$/,
      remove: { user: "drover-user", present: false },
      // The home directory stays, and belongs to nobody any more.
      removed: /^id: .*no such user\nUNKNOWN 7\d\d$/,
    },
    {
      operation: "server.userAuthorizedKeys",
      args: { user: "drover-user", publicKeys: [key], group: "drover-ops" },
      verify: `cd '${base}/home of user/.ssh' && stat -c '%U:%G %a' . authorized_keys && cat authorized_keys`,
      wanted: new RegExp(
        `^drover-user:drover-ops 700\ndrover-user:drover-ops 600\n${key.replaceAll("+", "\\+")}$`,
      ),
    },
  ];
}

function system({ base, hostname, pid }: Situation): Row[] {
  return [
    {
      operation: "server.hostname",
      args: { hostname: "drover-ops-host" },
      verify: "uname -n; cat /etc/hostname",
      wanted: /^drover-ops-host\ndrover-ops-host$/,
      remove: { hostname },
    },
    {
      operation: "server.etcHosts",
      args: { ip: "192.0.2.7", hostnames: ["drover-a.test", "drover-b.test"] },
      verify: "getent hosts drover-b.test",
      wanted: /^192\.0\.2\.7\s+drover-a\.test drover-b\.test$/,
      remove: { ip: "192.0.2.7", present: false },
    },
    {
      operation: "server.crontab",
      args: { command: "/bin/true --drover", specialTime: "@monthly" },
      verify: "crontab -l 2>/dev/null",
      wanted: /^@monthly \/bin\/true --drover$/m,
      remove: { command: "/bin/true --drover", present: false },
    },
    {
      operation: "server.timezone",
      args: { timezone: "Asia/Kolkata" },
      verify: "date +%Z; readlink -f /etc/localtime",
      wanted: /^IST\n.*Asia\/Kolkata$/,
      remove: { timezone: "Etc/UTC" },
    },
    {
      operation: "server.locale",
      args: { locale: "de_DE.UTF-8" },
      verify: "locale -a | grep -i de_de; grep -c '^de_DE.UTF-8' /etc/locale.gen",
      wanted: /^de_DE\.utf8\n1$/,
      remove: { locale: "de_DE.UTF-8", present: false },
    },
    {
      operation: "server.sysctl",
      args: {
        key: "kernel.domainname",
        value: "ops.test",
        persist: true,
        persistFile: "/etc/sysctl.d/90-drover-ops.conf",
      },
      verify: "cat /proc/sys/kernel/domainname; cat /etc/sysctl.d/90-drover-ops.conf",
      wanted: /^ops\.test\nkernel\.domainname ?= ?ops\.test$/,
    },
    {
      operation: "server.securityLimit",
      args: { domain: "drover-user", limitType: "soft", item: "nofile", value: 4321 },
      verify:
        "su -s /bin/sh -c 'ulimit -Sn' nobody; grep -c '^drover-user.soft.nofile.4321$' /etc/security/limits.conf",
      wanted: /\n1$/,
    },
    {
      operation: "server.mount",
      args: { path: `${base}/mounted`, device: "tmpfs", fsType: "tmpfs", options: ["noexec"] },
      verify: `grep -F ' ${base}/mounted ' /proc/mounts`,
      wanted: /^tmpfs .* tmpfs rw,noexec,/,
      remove: { path: `${base}/mounted`, mounted: false },
    },
    {
      operation: "server.kill",
      args: { pid },
      verify: `if test -d /proc/${pid}; then cat /proc/${pid}/comm; else echo ended; fi`,
      wanted: /^ended$/,
      always: "it sends a signal, and fails if there is no such process",
    },
    {
      operation: "server.wait",
      args: { port: 22, timeout: 5 },
      verify: "echo no state",
      wanted: /^no state$/,
      always: "it waits each time",
    },
    {
      operation: "server.shell",
      args: { commands: [`echo "it's $((6 * 7))" >> ${base}/shell.txt`] },
      verify: `cat ${base}/shell.txt`,
      wanted: /^it's 42$/,
      always: "it runs what it is told",
    },
    {
      operation: "server.script",
      args: { src: "files/script.sh", args: [`${base}/script.txt`, "it's $HOME"] },
      verify: `cat ${base}/script.txt`,
      wanted: /^script it's \$HOME$/,
      always: "it runs what it is told",
    },
    {
      operation: "server.scriptTemplate",
      args: {
        src: "files/template.sh",
        args: [`${base}/script_template.txt`],
        data: { word: "rendered" },
      },
      verify: `cat ${base}/script_template.txt`,
      wanted: /^rendered$/,
      always: "it runs what it is told",
    },
  ];
}

function files({ base, url, local }: Situation): Row[] {
  const odd = `${base}/it's here`;
  const quoted = `'${odd.replaceAll("'", `'"'"'`)}'`;
  const owner = { user: "daemon", group: "games" };
  return [
    {
      operation: "files.directory",
      args: { path: odd, mode: 2755, ...owner },
      verify: `stat -c '%F %a %U:%G' ${quoted}`,
      wanted: /^directory 2755 daemon:games$/,
      remove: { path: odd, present: false },
    },
    {
      operation: "files.file",
      args: { path: `${odd}/new/file`, mode: 640, ...owner },
      verify: `stat -c '%F %a %U:%G' ${quoted}/new/file`,
      wanted: /^regular empty file 640 daemon:games$/,
      remove: { path: `${odd}/new/file`, present: false },
    },
    {
      operation: "files.link",
      args: { path: `${odd}/link`, target: `${base}/src/a.txt`, ...owner },
      verify: `readlink ${quoted}/link; stat -c '%F %U:%G' ${quoted}/link`,
      wanted: /a\.txt\nsymbolic link daemon:games$/,
      remove: { path: `${odd}/link`, present: false },
    },
    {
      operation: "files.put",
      args: {
        src: "files/put.txt",
        dest: `${odd}/put.txt`,
        mode: 600,
        mtime: "2020-02-02T02:02:02Z",
        ...owner,
      },
      verify: `cat ${quoted}/put.txt; stat -c '%a %U:%G %Y' ${quoted}/put.txt`,
      wanted: /^put it's\n\$HOME ü\n600 daemon:games 1580608922$/,
    },
    {
      operation: "files.template",
      args: {
        src: { content: "{% for n in list %}{{ n }};{% endfor %} it's {{ host.name }}\n" },
        dest: `${odd}/template.txt`,
        data: { list: [1, 2] },
        mode: 644,
      },
      verify: `cat ${quoted}/template.txt`,
      wanted: /^1;2; it's web-02$/,
    },
    {
      operation: "files.line",
      args: { path: `${base}/src/lines.txt`, line: "^two=.*", replace: 'two=it\'s & "2"' },
      verify: `cat ${base}/src/lines.txt`,
      wanted: /^one=1\ntwo=it's & "2"\nthree=3$/,
    },
    {
      operation: "files.replace",
      args: { path: `${base}/src/replace.txt`, text: "a", replace: "it's", flags: ["g"] },
      verify: `cat ${base}/src/replace.txt`,
      wanted: /^it'sbit'sb$/,
    },
    {
      operation: "files.block",
      args: { path: `${base}/src/block.txt`, content: ["x $HOME", "it's"], line: "^b$", before: true },
      verify: `cat ${base}/src/block.txt`,
      wanted: /^a\n# BEGIN PYINFRA BLOCK\nx \$HOME\nit's\n# END PYINFRA BLOCK\nb$/,
      remove: { path: `${base}/src/block.txt`, present: false },
    },
    {
      operation: "files.copy",
      args: { src: `${base}/src/tree`, dest: `${base}/dest` },
      verify: `cd ${base}/dest && find tree | LC_ALL=C sort && cat tree/deep/x`,
      wanted: /^tree\ntree\/deep\ntree\/deep\/x\nx$/,
    },
    {
      operation: "files.move",
      args: { src: `${base}/src/move.txt`, dest: `${base}/dest` },
      verify: `cd ${base} && ls src/move.txt dest/move.txt 2>/dev/null`,
      wanted: /^dest\/move\.txt$/,
    },
    {
      operation: "files.rename",
      args: { src: `${base}/src/rename.txt`, dest: `${base}/src/renamed it's.txt` },
      verify: `cd ${base}/src && ls rename*`,
      wanted: /^renamed it's\.txt$/,
    },
    {
      operation: "files.sync",
      args: { src: "files/tree", dest: `${base}/synced`, delete: true, mode: 640, dirMode: 750, ...owner },
      verify: `cd ${base}/synced && find . -printf '%p %m %u:%g\\n' | LC_ALL=C sort && cat sub/b.txt`,
      wanted:
        /^\. 750 daemon:games\n\.\/a b\.txt 640 daemon:games\n\.\/sub 750 daemon:games\n\.\/sub\/b\.txt 640 daemon:games\nb$/,
    },
    {
      operation: "files.download",
      args: { src: `${url}/hello`, dest: `${odd}/hello`, mode: 600 },
      verify: `cat ${quoted}/hello; stat -c %a ${quoted}/hello`,
      wanted: /^hello, host\n600$/,
    },
    {
      operation: "files.unarchive",
      args: { src: "files/tree.tar.gz", dest: odd, creates: `${odd}/tree/sub/b.txt`, ...owner },
      verify: `cat ${quoted}/tree/sub/b.txt && stat -c %U:%G ${quoted}/tree/sub/b.txt`,
      wanted: /^b\ndaemon:games$/,
    },
    {
      operation: "files.get",
      args: { src: `${base}/src/a.txt`, dest: `${local}/got.txt` },
      verify: `LOCAL cat ${local}/got.txt`,
      wanted: /^a$/,
    },
  ];
}

function packages({ base, fingerprint }: Situation): Row[] {
  const version = (name: string) => `dpkg-query -W -f '\${db:Status-Status} \${Version}' ${name}`;
  const key = (path: string) =>
    `gpg --show-keys --with-colons ${path} 2>/dev/null | grep -m1 ^fpr; file=${path}; head -c 5 "$file" | tr -cd -- -`;
  return [
    {
      operation: "gpg.dearmor",
      args: { src: `${base}/src/key.asc`, dest: `${base}/src/key.gpg`, mode: 600 },
      verify: `${key(`${base}/src/key.gpg`)}; stat -c %a ${base}/src/key.gpg`,
      wanted: new RegExp(`^fpr:+${fingerprint}:\n600$`),
    },
    {
      operation: "gpg.key",
      args: { src: `${base}/src/key.asc`, dest: `${base}/keys/added.gpg` },
      verify: key(`${base}/keys/added.gpg`),
      wanted: new RegExp(`^fpr:+${fingerprint}:$`),
      remove: { keyid: fingerprint, dest: `${base}/keys/added.gpg`, present: false },
    },
    {
      operation: "apt.key",
      args: { src: `${base}/src/key.asc`, dest: "drover-ops" },
      verify: key("/etc/apt/keyrings/drover-ops.gpg"),
      wanted: new RegExp(`^fpr:+${fingerprint}:$`),
      remove: { keyid: fingerprint, dest: "drover-ops", present: false },
    },
    {
      operation: "apt.repo",
      args: { src: `deb [trusted=yes] file:${base}/repository ./`, filename: "drover-ops" },
      verify: "apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep drover",
      wanted: /^file:.*repository\/$/,
      remove: { src: `deb [trusted=yes] file:${base}/repository ./`, filename: "drover-ops", present: false },
    },
    {
      operation: "apt.sourcesFile",
      args: {
        filename: "drover-contrib",
        uris: "http://deb.debian.org/debian",
        suites: "bookworm",
        components: "contrib",
        signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg",
      },
      verify: "apt-get indextargets --format '$(COMPONENT)' 'Created-By: Packages' | grep contrib",
      wanted: /^contrib$/,
      remove: { filename: "drover-contrib", present: false },
    },
    {
      operation: "apt.update",
      args: { cacheTime: 3600 },
      verify: "apt-cache policy drover-new | grep Candidate",
      wanted: /Candidate: 1\.0$/,
    },
    {
      operation: "apt.upgrade",
      args: {},
      // What needs a new package is held back, for the row below.
      verify: `${version("drover-old")}; echo; apt-get -s upgrade | grep -c ^Inst`,
      wanted: /^installed 1\.1\n0$/,
    },
    {
      operation: "apt.distUpgrade",
      args: {},
      verify: `${version("drover-held")}; echo; ${version("drover-new")}`,
      wanted: /^installed 1\.1\ninstalled 1\.0$/,
    },
    {
      operation: "apt.packages",
      args: { packages: ["hello", "drover-pinned=1.0"], noRecommends: true },
      verify: `hello; ${version("drover-pinned")}`,
      wanted: /^Hello, world!\ninstalled 1\.0$/,
      remove: { packages: ["hello", "drover-pinned"], present: false, purge: true },
    },
    {
      operation: "apt.deb",
      args: { src: `${base}/src/drover-deb_1.0_all.deb` },
      verify: version("drover-deb"),
      wanted: /^installed 1\.0$/,
      remove: { src: `${base}/src/drover-deb_1.0_all.deb`, present: false },
    },
    {
      operation: "server.packages",
      args: { packages: "tree" },
      verify: "tree --version | cut -c1-4",
      wanted: /^tree$/,
      remove: { packages: "tree", present: false },
    },
    {
      operation: "pip.venv",
      args: { path: `${base}/venv` },
      verify: `${base}/venv/bin/python -c 'import sys; print(sys.prefix)'`,
      wanted: /\/venv$/,
      remove: { path: `${base}/venv`, present: false },
    },
    {
      operation: "pip.virtualenv",
      args: { path: `${base}/virtualenv`, sitePackages: true },
      verify: `grep include-system ${base}/virtualenv/pyvenv.cfg`,
      wanted: /= true$/,
      remove: { path: `${base}/virtualenv`, present: false },
    },
    {
      operation: "pip.packages",
      args: {
        packages: ["Drover_One>=1", "drover-two~=1.5"],
        virtualenv: `${base}/venv`,
        extraInstallArgs: ["--no-index", "--find-links", `${base}/wheels`],
      },
      verify:
        `${base}/venv/bin/python -c 'import drover_one, drover_two; print(drover_one.VERSION, drover_two.VERSION)' 2>&1 | tail -n 1`,
      wanted: /^1\.0 1\.5$/,
      remove: { packages: ["drover-one", "drover-two"], virtualenv: `${base}/venv`, present: false },
    },
  ];
}

function services({ base }: Situation): Row[] {
  const state = (name: string) => `systemctl is-active ${name}; systemctl is-enabled ${name}`;
  return [
    {
      operation: "systemd.daemonReload",
      args: {},
      verify: "systemctl show -p NeedDaemonReload --value drover-ops-changed.service",
      wanted: /^no$/,
      always: "it is asked for when a unit file has changed",
    },
    {
      operation: "systemd.service",
      args: { service: "drover-ops", enabled: true },
      verify: state("drover-ops"),
      wanted: /^active\nenabled$/,
      remove: { service: "drover-ops", running: false, enabled: false },
    },
    {
      operation: "server.service",
      args: { service: "drover-ops-other", enabled: true },
      verify: state("drover-ops-other"),
      wanted: /^active\nenabled$/,
      remove: { service: "drover-ops-other", running: false, enabled: false },
    },
    {
      operation: "git.repo",
      args: { src: "git://127.0.1.41/myapp.git", dest: `${base}/app`, user: "daemon" },
      verify: `su -s /bin/sh daemon -c 'git -C ${base}/app status -sb' && stat -c %U ${base}/app/.git/HEAD`,
      wanted: /^## main\.\.\.origin\/main\ndaemon$/,
    },
    {
      operation: "git.worktree",
      args: { repo: `${base}/app`, worktree: "/var/tmp/drover-ops work tree", newBranch: "lab" },
      verify: `git -c safe.directory='*' -C '/var/tmp/drover-ops work tree' rev-parse --abbrev-ref HEAD`,
      wanted: /^lab$/,
      remove: { worktree: "/var/tmp/drover-ops work tree", present: false },
    },
    {
      operation: "git.bareRepo",
      args: { path: `${base}/bare.git`, user: "daemon" },
      verify:
        `git -c safe.directory='*' -C ${base}/bare.git rev-parse --is-bare-repository && stat -c %U ${base}/bare.git/HEAD`,
      wanted: /^true\ndaemon$/,
      remove: { path: `${base}/bare.git`, present: false },
    },
    {
      operation: "git.config",
      args: { key: "drover.words", value: "it's $HOME", system: true },
      verify: "git config --system --get-all drover.words",
      wanted: /^it's \$HOME$/,
    },
  ];
}

function code({ base }: Situation): Row[] {
  return [
    {
      operation: "func.call",
      args:
        `{ function: async () => { await server.shell({ commands: "touch ${base}/called", _sudo: true }); } }`,
      verify: `ls ${base}/called`,
      wanted: /called$/,
      always: "it calls what it is told",
    },
    {
      operation: "func.raiseException",
      args: `{ exception: new Error("as it should be") }`,
      verify: "echo no state",
      wanted: /^no state$/,
      always: "it fails each time",
      fails: true,
    },
  ];
}

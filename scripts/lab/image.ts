/** The image that all hosts of the lab are made from: Debian with systemd, sshd and sudo, built once. */

import { must } from "../process.ts";
import { docker, tryDocker } from "./engine.ts";
import { ADMIN_PASSWORD } from "./hosts.ts";
import { LAB_DIR, SUITE } from "./machine.ts";

const REPOSITORY = "drover-lab";

const PACKAGES = [
  "ca-certificates",
  "cron",
  "curl",
  "dbus",
  "git",
  "gnupg",
  "iproute2",
  "libpam-systemd",
  "openssh-server",
  "procps",
  "sudo",
  "systemd",
  "systemd-sysv",
];

/** Files that are the same on every host. */
const FILES: Readonly<Record<string, { text: string; mode?: number }>> = {
  // All hosts share one network: a service that its installation starts with the ports of its default
  // configuration would keep others from starting. Whoever installs it starts it.
  "usr/sbin/policy-rc.d": { text: "#!/bin/sh\nexit 101\n", mode: 0o755 },
  "etc/default/locale": { text: "LANG=C.UTF-8\n" },
  "etc/apt/apt.conf.d/80lab": {
    text: 'APT::Install-Recommends "false";\nDPkg::Options "--force-unsafe-io";\n',
  },
  // User namespaces are not for containers; redis-server.service, for one, asks for one.
  // The login postgres is no system account here: without this, logging out takes the server's shared memory.
  "etc/systemd/logind.conf.d/lab.conf": { text: "[Login]\nRemoveIPC=no\n" },
  "etc/systemd/system/service.d/lab.conf": { text: "[Service]\nPrivateUsers=no\n" },
  // Docker mounts these over the host's own, so that nothing could be renamed over them.
  "etc/systemd/system/lab-names.service": {
    text: `[Unit]
Description=The host's own names instead of Docker's mounts
DefaultDependencies=no
After=local-fs.target
Before=sysinit.target

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/lab-names

[Install]
WantedBy=sysinit.target
`,
  },
  "usr/local/sbin/lab-names": {
    mode: 0o755,
    text: `#!/bin/sh
for name in hosts hostname resolv.conf; do
  mountpoint -q "/etc/$name" || continue
  cp "/etc/$name" "/run/lab-$name"
  umount "/etc/$name" && { [ -s "/etc/$name" ] || cat "/run/lab-$name" >"/etc/$name"; }
done
hostname "$(cat /etc/hostname)"
`,
  },
  "etc/systemd/system/lab-git.service": {
    text: `[Unit]
Description=Git repositories of the lab
ConditionPathExists=/srv/git

[Service]
EnvironmentFile=/etc/lab.env
User=git
ExecStartPre=+/bin/chown -R git:git /srv/git
ExecStart=/usr/bin/git daemon --reuseaddr --export-all --base-path=/srv/git --listen=\${ADDRESS}

[Install]
WantedBy=multi-user.target
`,
  },
};

/** Timers that would hold apt's lock at a moment of their own choosing. */
const MASKED = ["apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer"];

// The machine sees the hosts' processes under the same numbers: those of its own users stay free.
const SETTLE = `set -e
useradd --uid 52101 --create-home --shell /bin/bash admin
useradd --uid 52102 --create-home --shell /bin/bash deploy
useradd --uid 52103 --system --create-home --home-dir /var/lib/postgresql --shell /bin/bash postgres
useradd --uid 52104 --system --no-create-home --home-dir /srv/git --shell /usr/sbin/nologin git
echo admin:${ADMIN_PASSWORD} | chpasswd
usermod -p '*' deploy
usermod -p '*' postgres
systemctl enable lab-git.service lab-names.service
systemctl mask ${MASKED.join(" ")}
rm -f /etc/hosts /etc/hostname /etc/resolv.conf /etc/machine-id /var/lib/dbus/machine-id
rm -rf /etc/ssh/ssh_host_* /var/cache/apt/archives/*.deb /var/lib/apt/lists/* /var/log/*.log /var/log/apt
`;

/** The machine's own way to Debian's packages. */
export interface Sources {
  mirror: string;
  /** The content of a `.sources` file. */
  text: string;
  /** apt's settings for reaching them: proxies, tolerance for a snapshot's dates. */
  settings: string;
}

/**
 * The image for hosts: the cached one, or a new one if there is none or its recipe has changed.
 *
 * @returns Its name, and whether it had to be built.
 */
export async function prepareImage(): Promise<{ image: string; built: boolean }> {
  const sources = await machineSources();
  const recipe = JSON.stringify([SUITE, PACKAGES, FILES, MASKED, SETTLE, sources]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(recipe));
  const image = `${REPOSITORY}:${new Uint8Array(digest).toHex().slice(0, 12)}`;
  if ((await tryDocker(["image", "inspect", image])).code === 0) return { image, built: false };
  await build(image, sources);
  await removeOthers(image);
  return { image, built: true };
}

async function build(image: string, sources: Sources): Promise<void> {
  const root = `${LAB_DIR}/root`;
  await Deno.remove(root, { recursive: true }).catch(() => {});
  try {
    const include = `--include=${PACKAGES.join(",")}`;
    await must(["debootstrap", "--variant=minbase", include, SUITE, root, sources.mirror]);
    await writeFiles(root, {
      ...FILES,
      "etc/apt/sources.list": { text: "" },
      "etc/apt/sources.list.d/debian.sources": { text: sources.text },
      "etc/apt/apt.conf.d/70machine": { text: sources.settings },
    });
    await must(["chroot", root, "sh", "-c", SETTLE]);
    await must(["sh", "-c", 'tar -C "$0" -c . | "$@"', root, ...importWords(image)]);
  } finally {
    await Deno.remove(root, { recursive: true }).catch(() => {});
  }
}

function importWords(image: string): string[] {
  return ["docker", "--host", `unix://${LAB_DIR}/docker.sock`, "import", "-", image];
}

async function writeFiles(root: string, files: typeof FILES): Promise<void> {
  for (const [path, { text, mode = 0o644 }] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
    await Deno.chmod(`${root}/${path}`, mode);
  }
}

/** Images of former recipes are of no use any more. */
async function removeOthers(image: string): Promise<void> {
  const format = "{{.Repository}}:{{.Tag}}";
  const all = (await docker(["image", "ls", "--format", format, REPOSITORY])).split("\n");
  for (const other of all.filter((name) => name !== "" && name !== image)) {
    await tryDocker(["image", "rm", other]);
  }
}

/**
 * Where this machine's apt gets Debian's packages from.
 *
 * @throws {Error} If none of its sources has the release of the lab.
 */
export async function machineSources(): Promise<Sources> {
  const format = "$(REPO_URI) $(RELEASE) $(COMPONENT)";
  const targets = await must(["apt-get", "indextargets", "--format", format, "Created-By: Packages"]);
  const rows = [...new Set(targets.split("\n"))].map((line) => line.split(" "));
  const debian = rows.filter(([uri, release]) => uri?.includes("/debian") && release?.startsWith(SUITE));
  const mirror = debian.find(([, release]) => release === SUITE)?.[0];
  if (mirror === undefined) {
    throw new Error(`apt's sources on this machine name no mirror of Debian ${SUITE}`);
  }
  const dump = await must(["apt-config", "dump", "Acquire"]);
  const settings = dump.split("\n").filter((line) => /^Acquire::(https?::Proxy|Check-)\S* "./.test(line));
  return { mirror, text: debian.map(sourcesEntry).join("\n"), settings: settings.join("\n") + "\n" };
}

function sourcesEntry([uri, release, component]: string[]): string {
  const key = "/usr/share/keyrings/debian-archive-keyring.gpg";
  return `Types: deb\nURIs: ${uri}\nSuites: ${release}\nComponents: ${component}\nSigned-By: ${key}\n`;
}

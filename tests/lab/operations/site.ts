/** Prepares a host of the lab for its rows, and cleans it up again, without Drover. */

import { capture, must } from "../../../scripts/process.ts";
import { addPackage, indexPackages } from "../../support/debian.ts";
import { buildWheels } from "../../support/python.ts";
import type { Situation } from "./rows.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const BASE = "/srv/drover-ops";

const UNIT = "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n";

/** A prepared host. Dispose of it with `await using`. */
export interface Site extends AsyncDisposable {
  situation: Situation;
  /** The local directory with the deploy and its files. */
  project: string;
  /** Runs shell text as root on the host, over plain ssh. */
  root(script: string): Promise<string>;
}

/** Runs shell text as root on a host of the lab; standard error goes into the output. */
export async function asRoot(host: string, script: string): Promise<string> {
  const child = new Deno.Command("ssh", {
    args: ["-F", `${ROOT}.lab/ssh_config`, host, "sudo LC_ALL=C.UTF-8 sh -s 2>&1"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

/** Prepares a host. */
export async function prepareSite(host: string): Promise<Site> {
  const project = await Deno.makeTempDir({ prefix: "drover-ops-" });
  const root = (script: string) => asRoot(host, script);
  await writeProject(project);
  await cleanHost(root, host);
  await fillHost(host, project);
  const lines = (await root(SETUP)).split("\n");
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(lines.join("\n"))?.[1];
  const pid = Number(/^pid=(\d+)$/m.exec(lines.join("\n"))?.[1]);
  if (fingerprint === undefined || !(pid > 1)) {
    throw new Error(`the host is not prepared:\n${lines.join("\n")}`);
  }
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("hello, host\n"),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    situation: { base: BASE, hostname: host, pid, fingerprint, url, local: project },
    project,
    root,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await cleanHost(root, host);
      await Deno.remove(project, { recursive: true });
    },
  };
}

async function writeProject(project: string): Promise<void> {
  await Deno.mkdir(`${project}/files/tree/sub`, { recursive: true });
  await Deno.writeTextFile(`${project}/files/put.txt`, "put it's\n$HOME ü\n");
  await Deno.writeTextFile(`${project}/files/script.sh`, '#!/bin/sh\necho "script $2" > "$1"\n');
  await Deno.writeTextFile(`${project}/files/template.sh`, 'echo {{ word }} > "$1"\n');
  await Deno.writeTextFile(`${project}/files/tree/a b.txt`, "a\n");
  await Deno.writeTextFile(`${project}/files/tree/sub/b.txt`, "b\n");
  await must(["tar", "-C", `${project}/files`, "-czf", `${project}/files/tree.tar.gz`, "tree"]);
}

/** Packages, wheels and files that the rows start from. */
async function fillHost(host: string, project: string): Promise<void> {
  const seed = `${project}/seed`;
  for (const name of ["src/tree/deep", "repository", "wheels", "dest", "keys", "mounted"]) {
    await Deno.mkdir(`${seed}/${name}`, { recursive: true });
  }
  const texts = { "a.txt": "a\n", "lines.txt": "one=1\ntwo=old\nthree=3\n", "replace.txt": "abab\n" };
  const more = { "block.txt": "a\nb\n", "move.txt": "m\n", "rename.txt": "r\n", "tree/deep/x": "x\n" };
  for (const [name, text] of Object.entries({ ...texts, ...more })) {
    await Deno.writeTextFile(`${seed}/src/${name}`, text);
  }
  for (const name of ["drover-old", "drover-held", "drover-deb"]) {
    await addPackage(`${seed}/src`, { name, version: "1.0" });
  }
  await addPackage(`${seed}/repository`, { name: "drover-old", version: "1.1" });
  await addPackage(`${seed}/repository`, { name: "drover-held", version: "1.1", depends: "drover-new" });
  await addPackage(`${seed}/repository`, { name: "drover-new", version: "1.0" });
  await addPackage(`${seed}/repository`, { name: "drover-pinned", version: "1.0" });
  await indexPackages(`${seed}/repository`);
  await buildWheels(`${seed}/wheels`, [
    { name: "drover-one", version: "1.0", requires: ["drover-two"] },
    { name: "drover-two", version: "1.5" },
  ]);
  const unpack = `sudo mkdir -p ${BASE} && sudo tar -xpC ${BASE} --no-same-owner`;
  const ssh = ["ssh", "-F", `${ROOT}.lab/ssh_config`, host, unpack];
  await must(["sh", "-c", 'tar -C "$0" -c . | "$@"', seed, ...ssh]);
}

const SETUP = `
set -e
DOMAIN=/proc/sys/kernel/domainname
export DEBIAN_FRONTEND=noninteractive GNUPGHOME=${BASE}/gnupg
cd ${BASE}
chmod 755 . src repository
apt-get -qq update >/dev/null
apt-get -qq install -y locales tzdata python3-venv python3-pip virtualenv lsb-release locales >/dev/null 2>&1
rm -f /var/lib/apt/periodic/update-success-stamp
dpkg -i src/drover-old_1.0_all.deb src/drover-held_1.0_all.deb >/dev/null
mkdir -m 700 gnupg
gpg --batch --quiet --passphrase '' --quick-generate-key 'Drover <drover@example.com>' default default never 2>/dev/null
gpg --armor --export > src/key.asc
gpg --list-keys --with-colons | grep -m1 ^fpr
gpgconf --kill all
for name in drover-ops drover-ops-other drover-ops-changed; do
  printf '${UNIT.replaceAll("\n", "\\n")}' > /etc/systemd/system/$name.service
done
systemctl daemon-reload
systemctl start drover-ops-changed
sleep 1
echo '# changed' >> /etc/systemd/system/drover-ops-changed.service
# Its own in each container, unlike the rest of /proc/sys, which stays read-only.
mount --bind $DOMAIN $DOMAIN && mount -o remount,bind,rw $DOMAIN
setsid sleep 100000 </dev/null >/dev/null 2>&1 &
echo "pid=$!"
`;

async function cleanHost(root: Site["root"], host: string): Promise<void> {
  await root(`
hostname ${host}; echo ${host} > /etc/hostname
systemctl disable --now drover-ops drover-ops-other drover-ops-changed
rm -f /etc/systemd/system/drover-ops*.service; systemctl daemon-reload
umount ${BASE}/mounted
echo '(none)' > /proc/sys/kernel/domainname; umount /proc/sys/kernel/domainname
rm -f /etc/sysctl.d/90-drover-ops.conf /etc/apt/keyrings/drover-ops* /etc/apt/sources.list.d/drover-*
sed -i /^drover-user/d /etc/security/limits.conf
sed -i /drover-a.test/d /etc/hosts
sed -i 's/^de_DE/# de_DE/' /etc/locale.gen; localedef --delete-from-archive de_DE.utf8
git config --system --unset-all drover.words
userdel drover-user; groupdel drover-ops
dpkg --purge --force-all drover-old drover-held drover-new drover-pinned drover-deb hello tree
ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime
rm -rf ${BASE}
`);
}

/** Runs a shell command on this machine. */
export async function here(command: string): Promise<string> {
  const { stdout, stderr } = await capture(["sh", "-c", command]);
  return (stdout + stderr).trimEnd();
}

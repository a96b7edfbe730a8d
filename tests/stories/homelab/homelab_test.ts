/** A machine at home: people come in with their keys, broken rules are never loaded; what drifts is mended. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { capture, must } from "../../../scripts/process.ts";
import { failuresOf, onHost, Story, tryOnHost } from "../support.ts";

const LAB_HOST = "web-02";
const ADDRESS = "127.0.1.22";
const story = new Story(import.meta.url);

/** What an earlier run in the same lab has left. */
const CLEAN = `
rm -f /etc/ssh/sshd_config.d/00-hardening.conf && systemctl reload ssh
userdel -rf anna; userdel -rf bert; groupdel people
rm -f /etc/sudoers.d/administrators /etc/nftables.conf /etc/cron.d/clean-downloads /etc/cron.d/disk-report
rm -f /etc/apt/apt.conf.d/20auto-upgrades /etc/apt/apt.conf.d/52unattended-upgrades-local
rm -f /etc/sysctl.d/90-homelab.conf /etc/motd
systemctl disable nftables
ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime
echo '(none)' > /proc/sys/kernel/domainname
umount /proc/sys/kernel/domainname
`;

/** Lets the host change this setting, which is its own; the rest of /proc/sys, which is the machine's, stays read-only. */
const OWN_SETTING = `
cd /proc/sys/kernel
mount --bind domainname domainname
mount -o remount,bind,rw domainname
`;

Deno.test("a homelab with people, SSH, a firewall and jobs", async (t) => {
  const keys = await Deno.makeTempDir({ prefix: "drover-homelab-" });
  await must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "anna@desk", "-f", `${keys}/anna`]);
  const adminKey = (await Deno.readTextFile(`${keys}/anna.pub`)).trim();
  const data = ["--data", `admin_key=${adminKey}`];
  const login = (user: string, command: string) => logIn(user, `${keys}/anna`, command);
  await tryOnHost(LAB_HOST, CLEAN);
  await onHost(LAB_HOST, OWN_SETTING);

  await t.step("drover check finds nothing wrong", async () => {
    await story.check();
    await story.check("--group-data", "less");
  });

  await t.step("the first run sets it up", async () => {
    const changed = await story.apply(...data);
    ok(changed.includes("attic.home.example: Create anna"), changed.join("\n"));
    ok(changed.includes("attic.home.example: Reload SSH"), changed.join("\n"));
  });

  await t.step("people come in with their own keys, and only they", async () => {
    strictEqual(await login("anna", "id -nG; sudo -n id -un"), "anna sudo people\nroot");
    match(await login("bert", "id"), /Permission denied/);
    match(await login("root", "id"), /Permission denied/);
    strictEqual(
      await onHost(LAB_HOST, "stat -c '%U %a' /home/bert/.ssh/authorized_keys /home/bert/.ssh"),
      "bert 600\nbert 700",
    );
    match(
      await onHost(LAB_HOST, "ssh-keygen -lf /home/bert/.ssh/authorized_keys"),
      /^256 SHA256:\S+ bert@laptop/,
    );
  });

  await t.step("its programs say so", async () => {
    const effective = await onHost(LAB_HOST, "sshd -T");
    for (
      const line of [
        "permitrootlogin no",
        "passwordauthentication no",
        "maxauthtries 3",
        "allowgroups people",
      ]
    ) {
      ok(effective.split("\n").includes(line), `${line}: ${effective}`);
    }
    await onHost(LAB_HOST, "unshare --user --map-root-user --net nft --check --file /etc/nftables.conf");
    match(
      await onHost(LAB_HOST, "cat /etc/nftables.conf"),
      /tcp dport \{ 22, 80, 443 \} ip saddr 192\.168\.10\.0\/24/,
    );
    strictEqual(await onHost(LAB_HOST, "systemctl is-enabled nftables"), "enabled");
    match(await onHost(LAB_HOST, "cat /etc/cron.d/disk-report"), /^0 7 \* \* 1 root df -h/m);
    const apt = await onHost(LAB_HOST, "apt-config dump");
    match(apt, /^APT::Periodic::Unattended-Upgrade "1";$/m);
    match(apt, /^Unattended-Upgrade::Automatic-Reboot-Time "04:30";$/m);
    strictEqual(await onHost(LAB_HOST, "timedatectl show --property=Timezone --value"), "Europe/Berlin");
    strictEqual(await onHost(LAB_HOST, "sysctl -n kernel.domainname"), "home.example");
    match(
      await onHost(LAB_HOST, "cat /etc/motd"),
      /attic\.home\.example \(Debian\)\n {2}anna, bert may log in/,
    );
  });

  await t.step("a second run changes nothing", async () => deepStrictEqual(await story.apply(...data), []));

  await t.step("what has drifted is mended, and nothing else", async () => {
    await onHost(
      LAB_HOST,
      `userdel -r bert 2>/dev/null
      sed -i 's/PermitRootLogin no/PermitRootLogin yes/' /etc/ssh/sshd_config.d/00-hardening.conf
      systemctl reload ssh
      echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIICdtmLvkCOZhOWmP9NhEWWIoqFkLFqBrjJmMbWeFgUS intruder' >> /home/anna/.ssh/authorized_keys
      rm /etc/cron.d/disk-report
      timedatectl set-timezone Europe/Berlin; ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime
      sysctl -q kernel.domainname=elsewhere`,
    );
    deepStrictEqual(await story.apply(...data), [
      "attic.home.example: Create anna",
      "attic.home.example: Create bert",
      "attic.home.example: Harden SSH",
      "attic.home.example: Reload SSH",
      "attic.home.example: Write the job disk-report",
      "attic.home.example: Set the time zone",
      "attic.home.example: Set kernel.domainname",
    ]);
    strictEqual(await onHost(LAB_HOST, "grep -c intruder /home/anna/.ssh/authorized_keys || :"), "0");
    strictEqual(await onHost(LAB_HOST, "id -nG bert"), "bert people");
    strictEqual(await onHost(LAB_HOST, "readlink -f /etc/localtime"), "/usr/share/zoneinfo/Europe/Berlin");
  });

  await t.step("what sshd refuses is never loaded", async () => {
    for (const _ of ["the first time", "as long as it is so"]) {
      const ended = await story.run(...data, "--data", "ssh_max_auth_tries=lots");
      strictEqual(ended.code, 1);
      match(failuresOf(ended), /sshd -t/);
      match(failuresOf(ended), /MaxAuthTries integer value invalid/);
    }
    strictEqual(await login("anna", "id -un"), "anna");
    deepStrictEqual(await story.apply(...data), [
      "attic.home.example: Harden SSH",
      "attic.home.example: Reload SSH",
      "attic.home.example: Check SSH",
    ]);
    strictEqual(await onHost(LAB_HOST, "sshd -t && systemctl is-active ssh"), "active");
  });

  await t.step("what nft refuses fails the run", async () => {
    for (const _ of ["the first time", "as long as it is so"]) {
      const ended = await story.run(...data, "--data", "home_network=everywhere.invalid");
      strictEqual(ended.code, 1);
      match(failuresOf(ended), /everywhere\.invalid/);
    }
    deepStrictEqual(await story.apply(...data), [
      "attic.home.example: Write the firewall's rules",
      "attic.home.example: Check the firewall's rules",
    ]);
  });

  await t.step("people and jobs go when they are no longer wanted", async () => {
    const less = [...data, "--group-data", "less"];
    deepStrictEqual(await story.apply(...less), [
      "attic.home.example: Remove bert",
      "attic.home.example: Remove the job disk-report",
      "attic.home.example: Write the message of the day",
    ]);
    strictEqual(await onHost(LAB_HOST, "getent passwd bert || echo none"), "none");
    strictEqual(await onHost(LAB_HOST, "test -e /etc/cron.d/disk-report || echo none"), "none");
    deepStrictEqual(await story.apply(...less), []);
  });

  await tryOnHost(LAB_HOST, CLEAN);
  await Deno.remove(keys, { recursive: true });
});

/** Logs in with nothing but this key; returns what the command prints, or why there was no login. */
async function logIn(user: string, key: string, command: string): Promise<string> {
  const options = ["IdentitiesOnly=yes", "BatchMode=yes", "ControlPath=none"].flatMap((one) => ["-o", one]);
  const known = ["-o", "UserKnownHostsFile=/var/tmp/drover-lab/keys/known_hosts"];
  const words = ["ssh", "-F", "none", ...options, ...known, "-i", key, `${user}@${ADDRESS}`, command];
  const { stdout, stderr } = await capture(words);
  return (stdout + stderr).trim();
}

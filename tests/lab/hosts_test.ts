/** The lab's hosts are hosts of their own: names, file systems, systemd, sudo with and without a password. */

import { ok, strictEqual } from "node:assert/strict";
import { DEFAULT_NAMES } from "../../scripts/lab/hosts.ts";
import { onHost } from "./support.ts";

Deno.test("every host has its own name and file system, and has booted", async () => {
  const answers = await Promise.all(DEFAULT_NAMES.map(async (name) => {
    strictEqual(await onHost(name, "hostname; systemctl is-system-running"), `${name}\nrunning`);
    return await onHost(name, "cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub");
  }));
  strictEqual(new Set(answers).size, DEFAULT_NAMES.length);
});

Deno.test("sudo asks nothing, but on caches", async () => {
  strictEqual(await onHost("web-01", "sudo -n id -un"), "root");
  strictEqual(await onHost("db-01", "id -un; sudo -n id -un"), "postgres\nroot");
  strictEqual(await onHost("cache-01", "sudo -n id -un"), "");
  strictEqual(await onHost("cache-01", "echo drover | sudo -S id -un"), "root");
});

Deno.test("the application's repository can be cloned from every host", async () => {
  ok((await onHost("lb-01", "git ls-remote git://127.0.1.41/myapp.git main")).endsWith("refs/heads/main"));
});

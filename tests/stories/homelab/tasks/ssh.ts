/** Keys only, no root, and only those who belong here. A configuration that sshd refuses is never loaded. */

import { facts, host } from "drover";
import { files, server } from "drover/operations";

const config = await files.template({
  name: "Harden SSH",
  src: "templates/sshd.conf.j2",
  dest: "/etc/ssh/sshd_config.d/00-hardening.conf",
  mode: 644,
  data: { groups: host.data.ssh_groups, tries: host.data.ssh_max_auth_tries },
});
await server.service({
  name: "Reload SSH",
  service: "ssh",
  reloaded: true,
  _if: config,
  _precondition: "sshd -t",
});

// What an earlier run was refused stays on the disk, and no operation would look at it again before the next boot.
if ((await host.getFact(facts.server.Command, { command: "sshd -t 2>&1 || true" })) !== "") {
  await server.shell({ name: "Check SSH", commands: "sshd -t" });
}

/** People with their keys, and who of them may become root. */

import { host } from "drover";
import { apt, files, server } from "drover/operations";
import type { Person } from "../group_data/homelab.ts";

const people: readonly Person[] = host.data.people;
const adminKeys: readonly string[] = host.data.admin_key === "" ? [] : [host.data.admin_key];

await apt.packages({ name: "Install sudo", packages: ["sudo"], update: true, cacheTime: 86400 });
await server.group({ name: "Create the group of people", group: "people" });

for (const { name, keys, admin = false, present = true } of people) {
  if (present) {
    await server.user({
      name: `Create ${name}`,
      user: name,
      shell: "/bin/bash",
      groups: admin ? ["people", "sudo"] : ["people"],
      createHome: true,
      publicKeys: admin ? [...keys, ...adminKeys] : keys,
      deleteKeys: true,
    });
  } else {
    await server.user({ name: `Remove ${name}`, user: name, present: false });
  }
}

await files.put({
  name: "Let administrators become root",
  src: { content: "%sudo ALL=(ALL:ALL) NOPASSWD: ALL\n" },
  dest: "/etc/sudoers.d/administrators",
  mode: 440,
  _postcondition: "visudo --check --quiet",
});

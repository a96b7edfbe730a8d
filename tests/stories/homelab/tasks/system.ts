/** Time zone, kernel, and the message of the day. */

import { facts, host } from "drover";
import { apt, files, server } from "drover/operations";

await apt.packages({ name: "Install the time zones", packages: ["tzdata"] });
await server.timezone({ name: "Set the time zone", timezone: host.data.timezone });

const settings: Record<string, string | number> = host.data.sysctl;
for (const [key, value] of Object.entries(settings)) {
  await server.sysctl({
    name: `Set ${key}`,
    key,
    value,
    persist: true,
    persistFile: "/etc/sysctl.d/90-homelab.conf",
  });
}

await files.template({
  name: "Write the message of the day",
  src: "templates/motd.j2",
  dest: "/etc/motd",
  mode: 644,
  data: { distribution: (await host.getFact(facts.server.LinuxName)) ?? "Linux" },
});

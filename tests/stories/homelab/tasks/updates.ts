/** Updates for security, by themselves. */

import { apt, files } from "drover/operations";

await apt.packages({
  name: "Install unattended upgrades",
  packages: ["unattended-upgrades"],
  noRecommends: true,
});
for (const name of ["20auto-upgrades", "52unattended-upgrades-local"]) {
  await files.put({
    name: `Write apt's ${name}`,
    src: `files/${name}`,
    dest: `/etc/apt/apt.conf.d/${name}`,
    mode: 644,
    _postcondition: "apt-config dump",
  });
}

/** The firewall's rules, checked and loaded at boot. To load them at once could lock out whoever does. */

import { host } from "drover";
import { apt, files, systemd } from "drover/operations";

const path = "/etc/nftables.conf";
const check: string = host.data.nft_check;

await apt.packages({ name: "Install nftables", packages: ["nftables", "netbase"], noRecommends: true });
await files.template({
  name: "Write the firewall's rules",
  src: "templates/nftables.conf.j2",
  dest: path,
  mode: 755,
  data: { ports: host.data.open_ports, network: host.data.home_network },
  _postcondition: `${check} ${path}`,
});
await systemd.service({
  name: "Load the firewall at boot",
  service: "nftables",
  enabled: true,
  running: null,
});

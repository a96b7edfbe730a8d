/** The firewall's rules, checked and loaded at boot. To load them at once could lock out whoever does. */

import { facts, host, raw, sh } from "drover";
import { apt, files, server, systemd } from "drover/operations";

const path = "/etc/nftables.conf";
const check = sh`${raw(host.data.nft_check)} ${path}`;

await apt.packages({ name: "Install nftables", packages: ["nftables", "netbase"], noRecommends: true });
await files.template({
  name: "Write the firewall's rules",
  src: "templates/nftables.conf.j2",
  dest: path,
  mode: 755,
  data: { ports: host.data.open_ports, network: host.data.home_network },
  _postcondition: check,
});
// Rules that an earlier run was refused are still there.
const refused = sh`if command -v nft >/dev/null && test -e ${path}; then ${check} 2>&1 || true; fi`;
if ((await host.getFact(facts.server.Command, { command: refused })) !== "") {
  await server.shell({ name: "Check the firewall's rules", commands: check });
}
await systemd.service({
  name: "Load the firewall at boot",
  service: "nftables",
  enabled: true,
  running: null,
});

/** Which hosts may come in: the pool and the other server to a server, applications to the pool. */

import { host, raw, sh } from "drover";
import { apt, files, server } from "drover/operations";
import { addressesOf } from "../places.ts";

const { nft_check, firewall_running, app_network, cluster_port, pool_port } = host.data;
const isServer = host.groups.includes("db_servers");
const path = "/etc/nftables.conf";

await apt.packages({
  name: "Install nftables",
  packages: ["nftables"],
  noRecommends: true,
  update: true,
  cacheTime: 86400,
});
const rules = await files.template({
  name: "Write the firewall's rules",
  src: "templates/nftables.conf.j2",
  dest: path,
  mode: 755,
  data: isServer
    ? { port: cluster_port, sources: addressesOf("db_servers", "pools") }
    : { port: pool_port, sources: [app_network] },
  _postcondition: sh`${raw(nft_check)} ${path}`,
});
await server.service({
  name: "Load the firewall",
  service: "nftables",
  enabled: true,
  running: firewall_running,
});
if (firewall_running) {
  await server.service({ name: "Load its new rules", service: "nftables", reloaded: true, _if: rules });
}

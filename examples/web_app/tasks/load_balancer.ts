/** HAProxy in front of all web servers of the inventory. */

import { host, inventory } from "drover";
import { apt, files, server } from "drover/operations";

await apt.packages({ name: "Install HAProxy", packages: ["haproxy"], update: true, cacheTime: 86400 });

const config = await files.template({
  name: "Configure HAProxy",
  src: "templates/haproxy.cfg.j2",
  dest: "/etc/haproxy/haproxy.cfg",
  data: {
    address: host.data.listen_address,
    port: host.data.load_balancer_data.backend_port,
    servers: inventory.getGroup("web_servers").map((web) => ({
      name: web.name,
      address: web.data.get("ssh_hostname", web.name),
    })),
  },
});

await server.service({ name: "Start HAProxy", service: "haproxy", running: true, enabled: true });
await server.service({ name: "Reload HAProxy", service: "haproxy", reloaded: true, _if: config });

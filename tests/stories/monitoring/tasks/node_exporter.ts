/** The exporter that tells about the machine; it is taken off machines that are retired. */

import { facts, host } from "drover";
import { apt, files, server } from "drover/operations";

const name = "prometheus-node-exporter";
const defaults = `/etc/default/${name}`;

if (host.data.retired.includes(host.name)) await remove();
else await install();

async function install(): Promise<void> {
  await apt.packages({ name: "Install the exporter", packages: [name], noRecommends: true });
  const config = await files.template({
    name: "Configure the exporter",
    src: "templates/defaults.j2",
    dest: defaults,
    mode: 644,
    data: {
      options: {
        "web.listen-address": `${host.data.listen_address}:${host.data.node_exporter_port}`,
        "collector.filesystem.mount-points-exclude": "^/(dev|proc|run|sys)($|/)",
      },
    },
  });
  await server.service({ name: "Start the exporter", service: name, running: true, enabled: true });
  await server.service({ name: "Restart the exporter", service: name, restarted: true, _if: config });
}

async function remove(): Promise<void> {
  if (await host.getFact(facts.deb.DebPackage, { package: name })) {
    await server.service({ name: "Stop the exporter", service: name, running: false, enabled: false });
  }
  await apt.packages({ name: "Remove the exporter", packages: [name], present: false });
  await files.file({ name: "Remove the exporter's options", path: defaults, present: false });
}

/** Prometheus, with what it asks made from the inventory. */

import { anyChanged, host, inventory } from "drover";
import { apt, files, server } from "drover/operations";

const { listen_address: address, prometheus_port, node_exporter_port, retired } = host.data;
const nodes = inventory.getGroup("nodes")
  .filter((node) => !retired.includes(node.name))
  .map((node) => ({
    name: node.name,
    target: `${node.data.listen_address}:${node_exporter_port}`,
    labels: { rack: node.data.rack },
  }));

await apt.packages({ name: "Install Prometheus", packages: ["prometheus"], noRecommends: true });

const options = await files.template({
  name: "Set Prometheus's options",
  src: "templates/defaults.j2",
  dest: "/etc/default/prometheus",
  mode: 644,
  data: {
    options: {
      "web.listen-address": `${address}:${prometheus_port}`,
      "storage.tsdb.retention.time": host.data.retention,
    },
  },
});

const alerts = await files.template({
  name: "Write the alerts",
  src: "templates/alerts.yml.j2",
  dest: "/etc/prometheus/rules/alerts.yml",
  mode: 644,
  data: { alerts: host.data.alerts },
});

const recording = host.data.recording
  ? await files.template({
    name: "Write the rules for recording",
    src: "templates/recording.yml.j2",
    dest: "/etc/prometheus/rules/recording.yml",
    mode: 644,
  })
  : await files.file({
    name: "Remove the rules for recording",
    path: "/etc/prometheus/rules/recording.yml",
    present: false,
  });

const config = await files.template({
  name: "Configure Prometheus",
  src: "templates/prometheus.yml.j2",
  dest: "/etc/prometheus/prometheus.yml",
  mode: 644,
  data: { nodes, server: `${address}:${prometheus_port}`, scrape_interval: host.data.scrape_interval },
});

await server.shell({
  name: "Check Prometheus's configuration",
  commands: "promtool check config /etc/prometheus/prometheus.yml",
  _if: anyChanged(alerts, recording, config),
});
await server.service({ name: "Start Prometheus", service: "prometheus", running: true, enabled: true });
await server.service({ name: "Restart Prometheus", service: "prometheus", restarted: true, _if: options });
await server.service({
  name: "Reload Prometheus",
  service: "prometheus",
  reloaded: true,
  _if: anyChanged(alerts, recording, config),
});

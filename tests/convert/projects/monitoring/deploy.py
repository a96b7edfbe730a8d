from pyinfra import host, inventory, local

if "prometheus" in host.groups:
    local.include("tasks/prometheus.py")

if "nodes" in host.groups:
    local.include("tasks/node_exporter.py", data={"exporter_version": "1.8.2"})

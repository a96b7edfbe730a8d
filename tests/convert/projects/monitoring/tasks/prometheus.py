import json

from pyinfra import host, inventory
from pyinfra.operations import apt, files, server, systemd

targets = sorted([f"{node.name}:9100" for node in inventory.get_group("nodes")])
groups = [{"targets": targets, "labels": {"job": "node", "env": "production"}}]

apt.packages(packages=["prometheus"], _sudo=True)
files.put(
    src="files/prometheus.yml",
    dest="/etc/prometheus/prometheus.yml",
    user="prometheus",
    group="prometheus",
    mode="640",
    _sudo=True,
)
files.template(
    src="templates/targets.json.j2",
    dest="/etc/prometheus/targets.json",
    content=json.dumps(groups, indent=2),
    _sudo=True,
)
args = [
    f"--storage.tsdb.retention.time={host.data.retention_days}d",
    "--web.enable-lifecycle",
]
options = files.line(
    path="/etc/default/prometheus",
    line="^ARGS=.*$",
    replace='ARGS="{}"'.format(" ".join(args)),
    _sudo=True,
)
check = server.shell(
    name="Check the configuration",
    commands=["promtool check config /etc/prometheus/prometheus.yml"],
    _ignore_errors=True,
    _sudo=True,
)
systemd.service(
    service="prometheus",
    reloaded=True,
    _if=[options.did_change, check.did_succeed],
    _sudo=True,
)
server.wait(port=9090)

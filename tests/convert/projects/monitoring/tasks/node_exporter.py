from pyinfra import host
from pyinfra.facts.server import Arch
from pyinfra.operations import files, server, systemd

ARCHES = {"x86_64": "amd64", "aarch64": "arm64"}

version = host.data.exporter_version
arch = ARCHES[host.get_fact(Arch)]
name = f"node_exporter-{version}.linux-{arch}"

server.user(user="node_exporter", system=True, shell="/usr/sbin/nologin", ensure_home=False, _sudo=True)

download = files.download(
    name="Download the exporter",
    src=f"https://downloads.example.net/{name}.tar.gz",
    dest=f"/tmp/{name}.tar.gz",
)
files.unarchive(
    src=f"/tmp/{name}.tar.gz",
    dest="/opt",
    remote_src=True,
    creates=f"/opt/{name}/node_exporter",
    _sudo=True,
)
link = files.link(
    path="/usr/local/bin/node_exporter",
    target=f"/opt/{name}/node_exporter",
    _sudo=True,
)
unit = files.template(
    src="templates/node_exporter.service.j2",
    dest="/etc/systemd/system/node_exporter.service",
    flags=["--collector.systemd", "--web.listen-address=:9100"],
    _sudo=True,
)
systemd.daemon_reload(_sudo=True, _if=unit.did_change)
systemd.service(
    "node_exporter",
    running=True,
    enabled=True,
    restarted=True,
    _sudo=True,
    _if=[unit.did_change, lambda: not link.did_error()],
)

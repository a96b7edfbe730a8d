"""
Deploys the shop: balancers, web servers, databases.
"""
from os import path

from pyinfra import config, host, inventory, local
from pyinfra.facts.server import LinuxName
from pyinfra.operations import apt, files, server, systemd
from pyinfra.operations.util import any_changed

config.SUDO = True

if host.get_fact(LinuxName) not in ("Debian", "Ubuntu"):
    raise Exception("only Debian and Ubuntu are supported")

user = server.user(
    name=f"Create {host.data.app_user}",
    user=host.data.app_user,
    home=f"/srv/{host.data.app_name}",
    shell="/bin/bash",
)

if "web_servers" in host.groups:
    local.include("tasks/nginx.py")
    local.include(
        path.join("tasks", "app.py"),
        data={"version": "1.4.2"},
    )
elif "load_balancers" in host.groups and host.data.get("is_primary"):
    local.include(filename="tasks/nginx.py")
else:
    server.shell(commands=["true"])

for peer in inventory.get_group("web_servers"):
    if peer.name == host.name:
        continue
    server.etc_hosts(ip=peer.data.get("private_ip", "10.0.0.1"), hostnames=[peer.name])

# Settings of the kernel
for key, value in {
    "net.core.somaxconn": 1024,
    "vm.swappiness": 10,
}.items():
    server.sysctl(
        name=f"Set {key}",
        key=key,
        value=value,
        persist=True,
    )

conf = files.put(src="files/limits.conf", dest="/etc/security/limits.d/shop.conf", mode="644")
unit = files.template(
    name="Write the unit",
    src="templates/app.service.j2",
    dest="/etc/systemd/system/shop.service",
    user="root",
    mode="0644",
    port=host.data.app_port,
    workers=host.data.get("nginx_workers", 2),
)
systemd.daemon_reload(_if=unit.did_change)
systemd.service(
    name="Restart the shop",
    service="shop.service",
    running=True,
    restarted=True,
    enabled=True,
    _if=any_changed(conf, unit),
)
if user.changed:
    server.shell(name="Welcome", commands=["echo welcome"])

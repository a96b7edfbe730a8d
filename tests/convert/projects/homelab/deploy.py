#!/usr/bin/env pyinfra
from io import StringIO

from pyinfra import host
from pyinfra.operations import apt, files, server

from tasks.users import create_users
from tasks import backup

IS_PI = "pis" in host.groups

server.hostname(hostname=host.name.split(".")[0])
server.timezone(timezone=host.data.timezone)
server.locale(host.data.locale)

extra = ["libraspberrypi-bin"] if IS_PI else ["qemu-guest-agent", "smartmontools"]
packages = host.data.base_packages
packages.extend(extra)
if packages:
    apt.packages(
        name="Base packages",
        packages=packages,
        no_recommends=True,
        update=True,
        cache_time=24 * 60 * 60,
    )

create_users(host.data.admins, remove=["guest", "olduser"])

for mount in host.data.get("mounts") or []:
    device, target = mount.split(":")
    files.directory(path=target, mode="755")
    server.mount(path=target, device=device, fs_type="ext4", options=["noatime"])

files.put(
    name="Write the motd",
    src=StringIO(host.data.motd),
    dest="/etc/motd",
)

# Harden ssh
sshd = [
    ("PasswordAuthentication", "no"),
    ("PermitRootLogin", "prohibit-password"),
    ("X11Forwarding", "no"),
]
results = [
    files.line(
        name=f"sshd: {key} {value}",
        path="/etc/ssh/sshd_config",
        line=f"^#?{key} .*$",
        replace=f"{key} {value}",
    )
    for key, value in sshd
]
server.service(
    service="ssh",
    reloaded=True,
    _if=lambda: any(result.did_change() for result in results),
)

if not IS_PI:
    backup.schedule("/srv", hour=3, keep=14)
    backup.schedule(source="/etc")

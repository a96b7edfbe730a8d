from pyinfra import host
from pyinfra.operations import apt, files, iptables, server, systemd

ALLOWED = {"ssh": 22, "http": 80, "https": 443}
BANNED_SERVICES = ["avahi-daemon", "cups", "rpcbind"]

apt.packages(packages=["nftables", "fail2ban", "auditd"], _sudo=True)
apt.packages(packages=["telnet", "rsh-client"], present=False, _sudo=True)

for service in BANNED_SERVICES:
    systemd.service(service=service, running=False, enabled=False, _sudo=True, _ignore_errors=True)

ports = ", ".join(str(port) for port in ALLOWED.values())
rules = files.template(
    src="templates/nftables.conf.j2",
    dest="/etc/nftables.conf",
    ports=ports,
    jinja_env_kwargs={"trim_blocks": True, "lstrip_blocks": True},
    mode="600",
    _sudo=True,
)
systemd.service(service="nftables", running=True, enabled=True, restarted=True, _if=rules.did_change, _sudo=True)

for name, port in ALLOWED.items():
    iptables.rule(chain="INPUT", jump="ACCEPT", protocol="tcp", destination_port=port, _sudo=True)

limits = {
    ("root", "hard"): 65536,
}

sysctl = {
    "net.ipv4.ip_forward": 0,
    "kernel.randomize_va_space": 2,
}
keys = list(sysctl)
keys.sort()
for i, key in enumerate(keys, start=1):
    server.sysctl(name=f"{i}/{len(keys)}: {key}", key=key, value=sysctl[key], persist=True, _sudo=True)

files.file(path="/etc/cron.allow", user="root", group="root", mode=600, _sudo=True)
files.directory(path="/root", mode="0700", _sudo=True)
files.flags(path="/etc/resolv.conf", flags=["immutable"], present=True, _sudo=True)
unused = [u for u in ("games", "news", "uucp") if u not in host.data.get("keep_users", [])]
for user in unused:
    server.user(user=user, present=False, ensure_home=False, _sudo=True)

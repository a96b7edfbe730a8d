import os

from pyinfra import host
from pyinfra.operations import apt, files, postgresql, server, systemd
from pyinfra.facts.server import Which

SUDO = {"_sudo": True}
PG = {"_sudo": True, "_sudo_user": "postgres"}
VERSION = 15
PASSWORD = os.environ["APP_DB_PASSWORD"]

apt.packages(name="Install PostgreSQL", packages=[f"postgresql-{VERSION}", "postgresql-client"], **SUDO)

postgresql.role(role="app", password=PASSWORD, superuser=False, login=True, **PG)
database = postgresql.database(database="app", owner="app", encoding="UTF8", **PG)

conf_dir = "/etc/postgresql/%d/main" % VERSION
changes = []
for key, value in [("shared_buffers", "512MB"), ("max_connections", "200")]:
    change = files.line(
        path=os.path.join(conf_dir, "postgresql.conf"),
        line=rf"^#?{key}\s*=.*$",
        replace=f"{key} = {value}",
        backup=True,
        **SUDO,
    )
    changes.append(change)

hba = files.block(
    name="Let the application in",
    path=f"{conf_dir}/pg_hba.conf",
    content="host app app 10.0.0.0/8 scram-sha-256",
    after=True,
    line="# IPv4 local connections:",
    **SUDO,
)
systemd.service(service="postgresql", restarted=True, _if=hba.did_change, **SUDO)

if host.get_fact(Which, command="pg_dump"):
    files.put(
        src=open("files/backup.sh"),
        dest="/usr/local/bin/pg-backup",
        mode="755",
        **SUDO,
    )
for unit in ("pg-backup.service", "pg-backup.timer"):
    files.put(src=f"files/{unit}", dest=f"/etc/systemd/system/{unit}", **SUDO)
systemd.service(service="pg-backup.timer", running=True, enabled=True, daemon_reload=True, **SUDO)
if database.changed:
    server.shell(commands="psql app < /srv/seed.sql", **PG)

from io import StringIO

from pyinfra import host
from pyinfra.operations import apt, files, server

apt.packages(name="Install nginx", packages=["nginx"] + host.data.packages, update=True, cache_time=3600)

changed = []
for site in host.data.get("sites", []):
    names = " ".join([site["domain"]] + site["aliases"])
    changed.append(
        files.put(
            name="Configure {}".format(site["name"]),
            src=StringIO(
                f"""server {{
    listen {host.data.app_port};
    server_name {names};
}}
"""
            ),
            dest="/etc/nginx/sites-available/%s.conf" % site["name"],
        )
    )
    files.link(
        path=f"/etc/nginx/sites-enabled/{site['name']}.conf",
        target=f"/etc/nginx/sites-available/{site['name']}.conf",
        present=site["tls"] or not host.data.debug,
    )

server.service("nginx", running=True, reloaded=True, _if=lambda: any(one.did_change() for one in changed))

"""Redis, packaged."""
from pyinfra import host
from pyinfra.api.deploy import deploy
from pyinfra.operations import apt, files, server

DEFAULTS = {
    "redis_port": 6379,
    "redis_bind": "127.0.0.1",
}


@deploy("Install Redis", data_defaults=DEFAULTS)
def install_redis(version=None, *, restart=True):
    """Installs the server and configures it."""
    package = "redis-server" if version is None else f"redis-server={version}"
    apt.packages(name="Install", packages=[package])
    conf = files.line(
        name="Port",
        path="/etc/redis/redis.conf",
        line="^port .*",
        replace=f"port {host.data.redis_port}",
    )
    if restart:
        server.service(service="redis-server", restarted=True, _if=conf.did_change)
    return conf


@deploy("Remove Redis")
def remove_redis():
    apt.packages(packages=["redis-server"], present=False)

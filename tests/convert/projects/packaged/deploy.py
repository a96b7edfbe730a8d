from pyinfra import host
from pyinfra.operations import server

from deploys.redis import install_redis, remove_redis

if host.data.get("redis", True):
    install_redis("5:7.0.15-1", restart=False, _sudo=True)
else:
    remove_redis(_sudo=True)

with host.when(lambda: True):
    server.shell(name="Inside a condition", commands=["true"])

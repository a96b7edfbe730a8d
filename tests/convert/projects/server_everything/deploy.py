from pyinfra import host, logger, state
from pyinfra.operations import python, server
from pyinfra.facts import server as server_facts

server.group(group="app", gid=2000, _sudo=True)
server.user(user="app", home="/srv/app", group="app", uid=2000, comment="The app's", _sudo=True)
server.user_authorized_keys("app", ["ssh-ed25519 AAAAC3Nz one", "ssh-ed25519 AAAAC3Nz two"], group="app", _sudo=True)
server.group("old", present=False, _sudo=True)
server.modprobe("overlay", _sudo=True)
server.packages(packages=["rsync"], _sudo=True)
server.script(src="files/setup.sh", args=("--now",), _sudo=True)
server.script_template(src="templates/setup.sh.j2", port=80, _sudo=True)
server.sysctl(key="fs.file-max", value=100000, persist=True, _sudo=True)
server.security_limit(domain="app", limit_type="soft", item="nofile", value="65536", _sudo=True)
server.service(service="cron", running=True, enabled=None, _sudo=True)
server.timezone(timezone="UTC", _sudo=True)
server.reboot(name="Reboot", delay=10, reboot_timeout=300, _sudo=True, _if=lambda: False)

result = server.shell(name="Count", commands=["wc -l < /etc/passwd"])


def tell():
    logger.info(f"there are {result.stdout.strip()} users on {host.name}")
    for line in result.stdout_lines:
        print(line)
    if len(result.stdout_lines) > 1:
        server.shell(commands=["true"])


def tell_more(prefix, suffix="!"):
    logger.info("%s %s%s", prefix, result.stdout, suffix)


python.call(name="Tell", function=tell)
python.call(tell_more, "users:", suffix=".")
python.raise_exception(name="Fail", exception=NotImplementedError, args=("not here",), _if=result.did_error)

users = host.get_fact(server_facts.Users)
for name in users:
    if name.startswith("test-"):
        server.user(user=name, present=False, _sudo=True)

memory = host.get_fact(server_facts.Command, command="free -m | awk '/Mem/{print $2}'", _ignore_errors=True)
if memory and int(memory) < 1024:
    server.shell(
        name="Wait for memory",
        commands=["true"],
        _retries=3,
        _retry_until=lambda output: "ready" not in output["stdout_lines"],
    )

try:
    kernel = host.get_fact(server_facts.Kernel)
    server.shell(commands=[f"echo {kernel}"])
except Exception:
    server.shell(commands=["echo unknown"])

if state.config.PARALLEL > 1:
    server.shell(commands=["echo many"])

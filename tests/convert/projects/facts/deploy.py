from pyinfra import host
from pyinfra.facts.apt import AptSources
from pyinfra.facts.deb import DebPackages, DebPackage
from pyinfra.facts.files import FindInFile
from pyinfra.facts.hardware import Cpus
from pyinfra.facts.server import Arch, Command, Home, Kernel, LinuxDistribution, Os, Which
from pyinfra.facts.systemd import SystemdStatus
from pyinfra.operations import apt, server

if host.get_fact(Os) == "Linux" and host.get_fact(Arch) == "x86_64":
    server.shell(commands=[f"echo {host.get_fact(Home, user='root')}"])

distribution = host.get_fact(LinuxDistribution)
if distribution["name"] in ("Debian", "Ubuntu") and distribution["major"] >= 12:
    server.shell(commands=["echo new enough for {name} {major}".format(**distribution)])

installed = host.get_fact(DebPackages)
missing = [package for package in ["vim", "git"] if package not in installed]
if missing:
    apt.packages(packages=missing, _sudo=True)

status = host.get_fact(SystemdStatus, services="ssh.service")
if status.get("ssh.service"):
    server.shell(commands=["echo ssh runs"])

load = host.get_fact(Command, "cat /proc/loadavg").split()[0]
server.shell(commands=["echo " + load])
lines = host.get_fact(FindInFile, "/etc/hosts", "localhost") or []
server.shell(commands=["echo %d lines" % len(lines)])
if host.get_fact(Cpus) > 2:
    server.shell(commands=["echo many"])
if not host.get_fact(Which, command="docker"):
    server.shell(commands=["echo no docker"])

from pyinfra.operations import apt, files, server

apt.packages(
    name="Ensure the vim apt package is installed",
    packages=["vim"],
    update=True,
    _sudo=True,
)

server.shell(
    name="Run some ad-hoc shell",
    commands="echo hello",
)

files.file("/tmp/quickstart.txt", mode=644)
files.line(
    path="/tmp/quickstart.txt",
    line="managed by the deploy",
)

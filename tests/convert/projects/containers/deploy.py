from pyinfra import host
from pyinfra.facts.server import LinuxDistribution, LsbRelease
from pyinfra.operations import apt, docker, files, server

distro = host.get_fact(LinuxDistribution)
name = distro["name"].lower()
codename = distro["release_meta"].get("VERSION_CODENAME", "bookworm")


def install_docker():
    apt.packages(packages=["ca-certificates", "curl", "gnupg"], update=True, _sudo=True)
    files.directory("/etc/apt/keyrings", mode="755", _sudo=True)
    files.download(
        name="Docker's key",
        src=f"https://downloads.example.net/linux/{name}/gpg",
        dest="/etc/apt/keyrings/docker.asc",
        _sudo=True,
    )
    repo = apt.repo(
        src=f"deb [signed-by=/etc/apt/keyrings/docker.asc] https://downloads.example.net/linux/{name} {codename} stable",
        filename="docker",
        _sudo=True,
    )
    apt.packages(
        packages=["docker-ce", "docker-compose-plugin"],
        update=repo.changed,
        _sudo=True,
    )
    server.service("docker", running=True, enabled=True, _sudo=True)


install_docker()

stacks = {
    "traefik": dict(image="traefik:v3.1", ports=["80:80", "443:443"]),
    "whoami": dict(image="traefik/whoami", ports=[]),
}
for stack, options in stacks.items():
    folder = f"/srv/stacks/{stack}"
    files.directory(folder, _sudo=True)
    compose = files.template(
        src="templates/compose.yml.j2",
        dest=f"{folder}/compose.yml",
        image=options["image"],
        ports=options["ports"],
        name_of_stack=stack,
        _sudo=True,
    )
    server.shell(
        name=f"Start {stack}",
        commands=[f"docker compose -f {folder}/compose.yml up -d"],
        _if=compose.did_change,
        _sudo=True,
    )

docker.prune(all=True, _sudo=True)

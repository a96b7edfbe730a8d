from pathlib import Path

from pyinfra import host
from pyinfra.facts.git import GitBranch
from pyinfra.operations import apt, git, npm, pip, server

ROOT = Path("/srv/projects")

apps = [
    dict(name="api", repo="https://git.example.net/api.git", branch="main", python=True),
    dict(name="site", repo="https://git.example.net/site.git", branch="release", python=False),
]

git.config(key="user.name", value="Deploy", _sudo=True)
for app in apps:
    path = str(ROOT / app["name"])
    repo = git.repo(src=app["repo"], dest=path, branch=app["branch"], update_submodules=True)
    if host.get_fact(GitBranch, repo=path) != app["branch"]:
        print(f"{app['name']} will change its branch")
    if app["python"]:
        pip.virtualenv(path=path + "/venv", python="python3")
        pip.packages(packages=["gunicorn==22.0.0", "requests"], virtualenv=f"{path}/venv", latest=False)
    else:
        npm.packages(packages=["pm2"], latest=True)
    server.shell(commands=[f"touch {path}/deployed"], _if=repo.did_change, _chdir=path)

git.worktree(worktree="/srv/projects/old", present=False)

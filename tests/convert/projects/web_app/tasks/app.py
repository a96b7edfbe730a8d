from io import StringIO

from pyinfra import host
from pyinfra.facts.files import File
from pyinfra.operations import files, git, pip, server

APP_DIR = f"/srv/{host.data.app_name}"
VENV = f"{APP_DIR}/venv"

files.directory(APP_DIR, user=host.data.app_user, group=host.data.app_user, mode=755)

checkout = git.repo(
    name="Check out the application",
    src="https://git.example.net/shop.git",
    dest=f"{APP_DIR}/app",
    branch=host.data.version,
    _sudo_user=host.data.app_user,
)

pip.venv(path=VENV, _sudo_user=host.data.app_user)
pip.packages(
    name="Install requirements",
    requirements=f"{APP_DIR}/app/requirements.txt",
    virtualenv=VENV,
    _sudo_user=host.data.app_user,
    _if=checkout.did_change,
)

if not host.get_fact(File, path="/etc/shop.env"):
    lines = []
    for name, value in sorted(host.data.env.items()):
        lines.append(f"{name}={value}")
    files.put(src=StringIO("\n".join(lines)), dest="/etc/shop.env", mode="600")

server.shell(
    name="Migrate",
    commands=[f"cd {APP_DIR}/app && {VENV}/bin/python manage.py migrate"],
    _if=checkout.did_change,
    _env={"APP_ENV": "production", "WORKERS": 2},
    _retries=2,
    _retry_delay=5,
)

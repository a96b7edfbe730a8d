# Each operation of apt once
from pyinfra import host
from pyinfra.facts.server import LsbRelease
import pyinfra.operations.apt as apt

SUDO = True

apt.update(name="Update lists", cache_time=3600, _sudo=SUDO)
apt.upgrade(name="Upgrade", auto_remove=True, _sudo=SUDO)
apt.dist_upgrade(_sudo=SUDO)
apt.ppa("ppa:example/stable", present=True, _sudo=SUDO)
apt.deb("https://downloads.example.net/thing.deb", _sudo=SUDO)
apt.deb(src="files/own.deb", present=False, force=True, _sudo=SUDO)
apt.key(src="https://downloads.example.net/key.gpg", _sudo=SUDO)
apt.key(keyserver="hkp://keys.example.net", keyid=["ABCDEF01", "ABCDEF02"], _sudo=SUDO)
apt.repo("deb https://downloads.example.net/apt stable main", filename="example", _sudo=SUDO)
apt.packages("vim", _sudo=SUDO)
apt.packages(["vim", "git"], True, False, _sudo=SUDO)
apt.packages(
    name="Pinned",
    packages=["nginx=1.22.*", "redis"],
    extra_install_args="--no-install-suggests",
    allow_downgrades=True,
    _sudo=SUDO,
)
codename = host.get_fact(LsbRelease).get("codename")
if codename == "jammy" or codename in ["focal", "bionic"]:
    apt.packages(packages=["software-properties-common"], latest=True, _sudo=SUDO)

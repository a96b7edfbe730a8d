from pyinfra import host, inventory
from pyinfra.operations import apt, files, server, systemd

VERSION = host.data.k8s_version
is_master = "masters" in host.groups

server.shell(name="Turn off swap", commands=["swapoff -a"], _sudo=True)
files.line(path="/etc/fstab", line=r"^[^#].*\sswap\s.*$", present=False, _sudo=True)

modules = files.put(src="files/modules.conf", dest="/etc/modules-load.d/k8s.conf", _sudo=True)
for module in ["overlay", "br_netfilter"]:
    server.modprobe(module=module, _sudo=True)

sysctls = ["net.bridge.bridge-nf-call-iptables", "net.ipv4.ip_forward"]
[server.sysctl(key=key, value=1, persist=True, _sudo=True) for key in sysctls]

apt.key(src=f"https://pkgs.example.net/core:/stable:/v{VERSION}/deb/Release.key", _sudo=True)
apt.repo(
    src="deb https://pkgs.example.net/core:/stable:/v{version}/deb/ /".format(version=VERSION),
    filename="kubernetes",
    _sudo=True,
)
apt.packages(packages=["kubelet", "kubeadm", "kubectl"], update=True, _sudo=True)
server.shell(commands=["apt-mark hold kubelet kubeadm kubectl"], _sudo=True)
systemd.service("kubelet", enabled=True, _sudo=True)

if is_master:
    init = server.shell(
        name="Initialise the cluster",
        commands=[
            "test -f /etc/kubernetes/admin.conf || kubeadm init --pod-network-cidr=10.244.0.0/16",
        ],
        _sudo=True,
        _timeout=600,
        _run_once=True,
    )
else:
    master = inventory.get_group("masters")[0]
    server.shell(
        name=f"Join {master.name}",
        commands=[f"echo join {master.name} from zone {host.data.zone}"],
        _sudo=True,
        _serial=True,
    )

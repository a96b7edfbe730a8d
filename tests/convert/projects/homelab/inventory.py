nas = [("nas.lan", {"ssh_user": "root", "mounts": ["/dev/sdb1:/srv/media", "/dev/sdc1:/srv/backup"]})]
pis = [("pi-%d.lan" % n, {"ssh_user": "pi"}) for n in range(1, 4)]
workstations = ["@local"]
linux = nas + pis

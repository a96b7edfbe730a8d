"""Production: two balancers, three web servers, one database."""

SSH_KEY = "~/.ssh/deploy_key"

load_balancers = [
    ("lb-01.example.net", {"ssh_user": "admin", "is_primary": True}),
    ("lb-02.example.net", {"ssh_user": "admin"}),
]

web_servers = (
    [
        "web-01.example.net",
        ("web-02.example.net", {"ssh_port": 2222, "ssh_key": SSH_KEY}),
        "@docker/debian:12",
    ],
    {"nginx_workers": 4},
)

databases = [f"db-0{index}.example.net" for index in range(1, 3)]

all_web = ["cache-01.example.net"] + databases

description = "not a group"

timezone = "Europe/Berlin"
locale = "en_US.UTF-8"
admins = {
    "anna": {"groups": ["sudo", "adm"], "keys": ["ssh-ed25519 AAAAC3Nz anna"]},
    "bert": {"groups": ["users"], "keys": []},
}
base_packages = ["htop", "tmux", "unattended-upgrades"]
motd = """Welcome home.
Nothing here is backed up but /srv.
"""

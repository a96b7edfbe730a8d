from pyinfra.operations import files, server


def create_users(users, remove=None, shell="/bin/bash"):
    """Creates the admins, and removes those who left."""
    for name, options in users.items():
        server.user(
            name=f"User {name}",
            user=name,
            groups=options.get("groups", []),
            public_keys=options["keys"],
            shell=shell,
            _sudo=True,
        )
        if "sudo" in options["groups"]:
            files.put(
                name="Let %s use sudo" % name,
                src=io_text("{} ALL=(ALL) NOPASSWD: ALL\n".format(name)),
                dest="/etc/sudoers.d/" + name,
                mode="440",
                _sudo=True,
            )
    for name in remove or []:
        server.user(user=name, present=False, _sudo=True)


def io_text(text):
    import io

    return io.StringIO(text)

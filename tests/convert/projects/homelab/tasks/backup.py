from pyinfra.operations import crontab, files


SCRIPT = "/usr/local/bin/backup-{name}"


def schedule(source, hour=2, *, keep=7):
    name = source.strip("/").replace("/", "-")
    script = SCRIPT.format(name=name)
    files.template(
        src="templates/backup.sh.j2",
        dest=script,
        mode="755",
        source=source,
        keep=keep,
        _sudo=True,
    )
    crontab.crontab(command=script, hour=hour, minute=0, _sudo=True)

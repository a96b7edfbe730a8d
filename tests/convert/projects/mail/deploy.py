"""A mail server: postfix, dovecot, opendkim."""

from io import StringIO
from textwrap import dedent

from pyinfra import host
from pyinfra.facts.files import File, FindInFile
from pyinfra.facts.server import Hostname
from pyinfra.operations import apt, files, server, systemd
from pyinfra.operations.files import block, put

DOMAIN = host.data.get("mail_domain", "example.net")
DOMAINS = [DOMAIN, "example.org"]
SELECTOR = "mail"
HOSTNAME = f"mx.{DOMAIN}"

apt.packages(
    name="Install the mail server",
    packages=[
        "postfix",
        "dovecot-imapd",
        "dovecot-lmtpd",
        # signs what leaves
        "opendkim",
        "opendkim-tools",
    ],
    update=True,
    _sudo=True,
)

for domain in DOMAINS:
    directory = f"/etc/opendkim/keys/{domain}"
    files.directory(
        path=directory,
        user="opendkim",
        group="opendkim",
        mode="0700",
        _sudo=True,
    )
    key = host.get_fact(File, path=f"{directory}/{SELECTOR}.private", _sudo=True)
    if key is None:
        server.shell(
            name=f"Make a key for {domain}",
            commands=[
                f"opendkim-genkey -b 2048 -d {domain} -D {directory} -s {SELECTOR}",
                "chown opendkim:opendkim {0}/{1}.private".format(directory, SELECTOR),
            ],
            _sudo=True,
        )

signing_table = put(
    name="Signing table",
    src=StringIO("".join(f"*@{domain} {SELECTOR}._domainkey.{domain}\n" for domain in DOMAINS)),
    dest="/etc/opendkim/signing.table",
    _sudo=True,
)
key_table = put(
    name="Key table",
    src=StringIO("\n".join("%s._domainkey.%s %s:%s" % (SELECTOR, d, d, SELECTOR) for d in DOMAINS) + "\n"),
    dest="/etc/opendkim/key.table",
    _sudo=True,
)

settings = {
    "myhostname": HOSTNAME,
    "mydestination": f"$myhostname, {DOMAIN}, localhost",
    "smtpd_tls_security_level": "may",
    "message_size_limit": 50 * 1024 * 1024,
}
for setting, value in settings.items():
    server.shell(
        name=f"postfix: {setting}",
        commands=[f'postconf -e "{setting} = {value}"'],
        _sudo=True,
    )

dovecot = put(
    src=StringIO(
        dedent(
            """\
            protocols = imap lmtp
            mail_location = maildir:~/Maildir
            ssl = required
            """
        )
    ),
    dest="/etc/dovecot/local.conf",
    mode="644",
    _sudo=True,
)

block(
    path="/etc/aliases",
    content=["postmaster: root", f"root: admin@{DOMAIN}"],
    _sudo=True,
)

for service, result in (("opendkim", signing_table), ("dovecot", dovecot)):
    systemd.service(
        name=f"Restart {service}",
        service=service,
        restarted=True,
        enabled=True,
        _if=result.did_change,
        _sudo=True,
    )

if host.get_fact(Hostname) != HOSTNAME:
    server.hostname(HOSTNAME, _sudo=True)

if not host.get_fact(FindInFile, path="/etc/postfix/main.cf", pattern="^milter_protocol"):
    files.line("/etc/postfix/main.cf", "milter_protocol = 6", _sudo=True)

/** Dovecot: takes mail from Postfix by LMTP, and shows it by IMAP over TLS. */

import { anyChanged, host } from "drover";
import { files, server } from "drover/operations";

const { mailboxes, domains, vmail_id, tls_certificate, tls_key, listen_address } = host.data;

await server.group({ name: "Create the group that mail belongs to", group: "vmail", gid: vmail_id });
await server.user({
  name: "Create the user that mail belongs to",
  user: "vmail",
  uid: vmail_id,
  group: "vmail",
  home: "/var/vmail",
  shell: "/usr/sbin/nologin",
});

const users = await files.template({
  name: "Write Dovecot's users",
  src: "templates/users.j2",
  dest: "/etc/dovecot/users",
  user: "root",
  group: "dovecot",
  mode: 640,
  data: { mailboxes },
});

const config = await files.template({
  name: "Configure Dovecot",
  src: "templates/dovecot.conf.j2",
  dest: "/etc/dovecot/dovecot.conf",
  mode: 644,
  data: { domains, tls_certificate, tls_key, listen_address },
});

await server.service({ name: "Start Dovecot", service: "dovecot", running: true, enabled: true });
await server.service({
  name: "Reload Dovecot",
  service: "dovecot",
  reloaded: true,
  _if: anyChanged(users, config),
  _precondition: "doveconf -n",
});

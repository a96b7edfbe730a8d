/** Postfix: takes mail for our domains, hands it to Dovecot. */

import { anyChanged, host, sh } from "drover";
import { files, server } from "drover/operations";
import type { Mailbox } from "../group_data/mail_servers.ts";

const { domains, aliases, trusted_networks, dkim, dkim_port, listen_address } = host.data;
const mailboxes: readonly Mailbox[] = host.data.mailboxes;

const config = await files.template({
  name: "Configure Postfix",
  src: "templates/main.cf.j2",
  dest: "/etc/postfix/main.cf",
  mode: 644,
  data: { domains, trusted_networks, dkim, dkim_port, listen_address },
});
const listener = await files.line({
  name: "Set Postfix's address",
  path: "/etc/postfix/master.cf",
  line: "^[^#]*smtp +inet .* smtpd$",
  replace: `${listen_address}:smtp inet n - y - - smtpd`,
  extendedRegex: true,
});

for (
  const [map, entries] of [
    ["vmailbox", Object.fromEntries(mailboxes.map(({ address }) => [address, "OK"]))],
    ["virtual", aliases],
  ] as const
) {
  const path = `/etc/postfix/${map}`;
  const table = await files.template({
    name: `Write Postfix's ${map}`,
    src: "templates/map.j2",
    dest: path,
    mode: 644,
    data: { entries },
  });
  await server.shell({ name: `Index Postfix's ${map}`, commands: [sh`postmap ${path}`], _if: table });
}

await server.service({ name: "Start Postfix", service: "postfix", running: true, enabled: true });
await server.service({
  name: "Reload Postfix",
  service: "postfix",
  reloaded: true,
  _if: anyChanged(config, listener),
  _precondition: "postfix check",
});

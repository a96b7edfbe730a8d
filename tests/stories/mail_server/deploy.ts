/** Postfix takes mail in, OpenDKIM signs it, Dovecot keeps it. */

import { include } from "drover";
import { apt } from "drover/operations";

await apt.packages({
  name: "Install the mail server",
  packages: ["postfix", "dovecot-imapd", "dovecot-lmtpd", "ssl-cert"],
  update: true,
  cacheTime: 86400,
  noRecommends: true,
});

await include("tasks/opendkim.ts");
await include("tasks/postfix.ts");
await include("tasks/dovecot.ts");

/** Domains, mailboxes and keys of the mail server. */

import { type Secret, secret } from "drover";

export interface Mailbox {
  address: string;
  /** Of `doveadm pw -s SHA512-CRYPT`. */
  hash: Secret;
}

export const _sudo = true;

export const domains = ["example.org", "example.net"];

export const mailboxes: Mailbox[] = [
  {
    address: "anna@example.org",
    hash: secret(
      "$6$storiesanna$RhLonsfyaO3GmWqnOQyrNrFkQj6R.UAci.5bJnNqvq69Jt/Zq5PjmlY9SHw6OqhQ7uoJQmXWoVl09GLGF6A4o/",
    ),
  },
  {
    address: "ben@example.net",
    hash: secret(
      "$6$storiesben$JT1GEjTrGDTSuTIqdaRt.pRGv/FCCM/ZAdWHZ0ojYjI9fdLNmCe2rkflbf/tz2t0D3d3O.Ix2CioR6C2H9AIm/",
    ),
  },
];

export const aliases = {
  "postmaster@example.org": "anna@example.org",
  "info@example.org": "anna@example.org, ben@example.net",
  "postmaster@example.net": "ben@example.net",
};

/** Who may send through this server without logging in. */
export const trusted_networks = ["127.0.0.0/8"];

/** Whether mail is signed. */
export const dkim = true;
export const dkim_selector = "mail";
export const dkim_port = 8891;

export const vmail_id = 5000;
export const tls_certificate = "/etc/ssl/certs/ssl-cert-snakeoil.pem";
export const tls_key = "/etc/ssl/private/ssl-cert-snakeoil.key";

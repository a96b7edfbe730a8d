/** Whether a password is the one that PostgreSQL keeps a verifier of. */

import { createHash, createHmac, pbkdf2 } from "node:crypto";
import { Buffer } from "node:buffer";
import { promisify } from "node:util";

/** More rounds than anybody sets: a host may ask for years of them. */
const MOST_ROUNDS = 1_000_000;

const SCRAM_REGEXP = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):[A-Za-z0-9+/=]+$/;

/** Whether a verifier is this password's, or the same verifier. Without one, there is no password. */
export async function isVerifierOf(
  verifier: string | undefined,
  password: string,
  role: string,
): Promise<boolean> {
  if (verifier === undefined) return false;
  if (verifier === password && (SCRAM_REGEXP.test(password) || /^md5[0-9a-f]{32}$/.test(password))) {
    return true;
  }
  const [, rounds, salt, storedKey] = SCRAM_REGEXP.exec(verifier) ?? [];
  if (rounds === undefined) {
    return verifier === `md5${createHash("md5").update(password + role).digest("hex")}`;
  }
  if (Number(rounds) > MOST_ROUNDS) return false;
  const salted = await promisify(pbkdf2)(
    prepared(password),
    Buffer.from(salt!, "base64"),
    Number(rounds),
    32,
    "sha256",
  );
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  return createHash("sha256").update(clientKey).digest("base64") === storedKey;
}

/** A password as SCRAM reads it (SASLprep, RFC 4013), which matters for other letters than those of ASCII. */
function prepared(password: string): string {
  return password
    .replaceAll(/[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/g, "")
    .replaceAll(/\p{Zs}/gu, " ")
    .normalize("NFKC");
}

/** Tells people of host keys that are taken on trust. */

import { Buffer } from "node:buffer";
import { entriesOf, fingerprint, parseKnownHosts } from "./ssh2/known_hosts.ts";

/** A host key that was accepted although it was not known. */
export interface AcceptedKey {
  /** Its type as OpenSSH shows it, such as `ED25519`. */
  type: string;
  /** `SHA256:…`; absent where ssh tells none. */
  fingerprint?: string | undefined;
  /** The jump host that it is of, if it is not the host's own. */
  jump?: string | undefined;
  /** Whether another one of this type is known: strict checking is off. */
  changed?: boolean;
}

/** What is said of it. */
export function keyNotice({ type, fingerprint, jump, changed = false }: AcceptedKey): string {
  const whose = jump === undefined ? "" : ` of the jump host ${jump}`;
  const what = changed
    ? `Changed host key${whose} accepted, as strict checking is off`
    : `New host key${whose} accepted`;
  return `${what}: ${type} ${fingerprint ?? "(not remembered, so its fingerprint is not known)"}`;
}

/** The short name of a key type: `ssh-ed25519` is `ED25519`. */
export function shortType(type: string): string {
  return type.replace(/^ssh-/, "").replace(/-.*/, "").toUpperCase();
}

/** What ssh says on stderr when it accepts new keys: the name that it remembers each under, and its type. */
export function acceptedIn(stderr: string): { name: string; type: string }[] {
  const found = stderr.matchAll(
    /^Warning: Permanently added '([^',]+)[^']*' \((\S+)\) to the list of known hosts/gm,
  );
  return [...found].map(([, name = "", type = ""]) => ({ name, type }));
}

/** A changed key that ssh shows before it goes on or refuses it. */
export function changedIn(stderr: string): AcceptedKey | undefined {
  const [, type, print] =
    /^The fingerprint for the (\S+) key sent by the remote host is\s+(SHA256:[\w+/]+)/m.exec(stderr) ?? [];
  return type === undefined ? undefined : { type, fingerprint: print, changed: true };
}

/** The fingerprint of the key of a type that files hold for a name. */
export async function fingerprintIn(
  files: readonly string[],
  name: string,
  type: string,
): Promise<string | undefined> {
  for (const file of files) {
    const text = await Deno.readTextFile(file).catch(() => "");
    const entry = entriesOf(parseKnownHosts(text, file), name.toLowerCase())
      .findLast((one) => one.marker === undefined && shortType(one.type) === type);
    if (entry !== undefined) return await fingerprint(Buffer.from(entry.key, "base64"));
  }
  return undefined;
}

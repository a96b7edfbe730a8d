/** Decides whether a host's key is accepted, as the settings want it, and remembers new ones. */

import { Buffer } from "node:buffer";
import {
  fingerprint,
  judge,
  keyType,
  type KnownHost,
  knownName,
  orderAlgorithms,
  remember,
} from "./known_hosts.ts";
import { type AcceptedKey, shortType } from "../host_key_notice.ts";
import type { Settings } from "./settings.ts";

/** Why a key was not accepted. */
export interface Refusal {
  kind: "changed" | "unknown" | "revoked";
  /** What stands against it. */
  entry: KnownHost | undefined;
  key: Uint8Array;
}

/** One for each connection. */
export class HostKey {
  readonly #settings: Settings;
  readonly #entries: readonly KnownHost[];
  readonly #home: string;
  readonly #onAccepted: (key: AcceptedKey) => void;
  #key: Uint8Array | undefined;
  #isNew = false;
  refusal: Refusal | undefined;
  /** Whether the key is another than the known one and accepted nevertheless: it must not see passwords. */
  untrusted = false;

  /** @param onAccepted Told of the key if it is accepted although it is not known. */
  constructor(
    settings: Settings,
    entries: readonly KnownHost[],
    home: string,
    onAccepted: (key: AcceptedKey) => void,
  ) {
    this.#settings = settings;
    this.#entries = entries;
    this.#home = home;
    this.#onAccepted = onAccepted;
  }

  /** Host key algorithms in the order to propose. */
  order(algorithms: readonly string[]): string[] {
    return orderAlgorithms(algorithms, this.#entries);
  }

  /** Whether the key is accepted; the same one must come at every exchange of keys. */
  verify(key: Uint8Array): boolean {
    if (this.#key !== undefined) return Buffer.compare(this.#key, key) === 0;
    // The library's buffer may be used again.
    this.#key = new Uint8Array(key);
    const verdict = judge(this.#entries, this.#key);
    const { strictness } = this.#settings;
    if (verdict.kind === "known") return true;
    if (verdict.kind === "revoked") return this.#refuse("revoked", verdict.entry);
    if (verdict.kind === "changed") {
      if (strictness !== "no") return this.#refuse("changed", verdict.entry);
      return this.untrusted = true;
    }
    // There is nobody to ask.
    if (strictness === "yes" || strictness === "ask") return this.#refuse("unknown", undefined);
    return this.#isNew = true;
  }

  #refuse(kind: Refusal["kind"], entry: KnownHost | undefined): false {
    this.refusal = { kind, entry, key: this.#key! };
    return false;
  }

  /** Tells of a key that is new and remembers it, once the host has proved that it owns it. */
  async keep(): Promise<void> {
    const key = this.#key;
    if (key === undefined || !(this.#isNew || this.untrusted)) return;
    const type = shortType(keyType(Buffer.from(key).toString("base64")) ?? "unknown");
    this.#onAccepted({ type, fingerprint: await fingerprint(key), changed: this.untrusted });
    const [file] = this.#settings.userKnownHosts;
    if (!this.#isNew || file === undefined) return;
    const { hostKeyAlias, hostname, port, hashKnownHosts } = this.#settings;
    const name = hostKeyAlias ?? knownName(hostname, port);
    // OpenSSH goes on as well when the file cannot be written.
    await remember(file, name, key, { hash: hashKnownHosts, home: this.#home }).catch(() => {});
  }
}

/** What stands against a key, in OpenSSH's manner. */
export async function describeRefusal({ kind, entry, key }: Refusal): Promise<string> {
  const type = keyType(Buffer.from(key).toString("base64")) ?? "unknown";
  const shown = `It shows the ${type} key ${await fingerprint(key)}`;
  if (entry === undefined) return shown;
  return `${shown}\n${kind === "revoked" ? "Revoking" : "Offending"} key in ${entry.file}:${entry.line}`;
}

/** The command that forgets an entry. */
export function forgetCommand(entry: KnownHost, settings: Settings): string {
  const name = settings.hostKeyAlias ?? knownName(settings.hostname, settings.port);
  return `ssh-keygen -f '${entry.file}' -R '${name}'`;
}

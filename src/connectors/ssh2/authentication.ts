/** Decides what to log in with: which keys, whose agent, which password, in OpenSSH's order. */

import { Buffer } from "node:buffer";
import { agentSigner } from "./agent.ts";
import type { AuthAttempt, Prompt } from "./auth_attempt.ts";
import type { KeyFile, KeyRing } from "./keys.ts";
import { isUsablePublicKey } from "./library.ts";
import type { Settings } from "./settings.ts";

/** What people or data have given. */
export interface AuthSecrets {
  password: string | undefined;
  passphrase: string | undefined;
}

/** The attempts to log in to one host, and what became of them. */
export class Authentication {
  readonly #methods: readonly string[];
  #attempts: AuthAttempt[];
  #askedNone = false;
  /** Methods that the server takes, once it has told. */
  offered: readonly string[] | undefined;
  /** What was tried, for people. */
  readonly tried: string[];
  /** Key files whose passphrase is missing or wrong. */
  readonly locked: string[];
  /** What only OpenSSH may be able to use. */
  readonly unsupported: string[];

  private constructor(
    settings: Settings,
    attempts: AuthAttempt[],
    files: readonly KeyFile[],
    unsupported: string[],
  ) {
    this.#methods = settings.methods;
    this.#attempts = attempts;
    this.tried = files.filter(({ state }) => state === "usable").map(({ path }) => path);
    this.locked = files.filter(({ state }) => state === "locked").map(({ path }) => path);
    this.unsupported = unsupported;
  }

  /** Loads keys and asks the agent. */
  static async prepare(settings: Settings, secrets: AuthSecrets, ring: KeyRing): Promise<Authentication> {
    const publickey = settings.methods.includes("publickey");
    const files = publickey
      ? await Promise.all(settings.identityFiles.map((path) => ring.load(path, secrets.passphrase)))
      : [];
    const agent = publickey ? await agentAttempt(settings, files, ring) : undefined;
    const inAgent = (blob: Uint8Array): boolean => agent?.keys.some((key) => same(key, blob)) ?? false;
    const keys: AuthAttempt[] = files.flatMap((file): AuthAttempt[] =>
      file.state === "usable" && !inAgent(file.key.blob) ? [{ method: "publickey", key: file.key }] : []
    );
    if (agent !== undefined && agent.keys.length > 0) keys.unshift({ method: "agent", signer: agent.signer });
    const unsupported = files.flatMap((file) =>
      file.state === "unsupported" && !(file.blob !== undefined && inAgent(file.blob))
        ? [`${file.path}: ${file.reason}`]
        : []
    );
    const { password } = secrets;
    const passwords = password === undefined ? [] : passwordAttempts(password);
    const attempts = settings.methods.flatMap((method) =>
      method === "publickey" ? keys : passwords.filter((attempt) => attempt.method === method)
    );
    return new Authentication(settings, attempts, files, [...unsupported, ...agent?.unsupported ?? []]);
  }

  /**
   * The next attempt that the server allows; the first one finds out what it does.
   *
   * @param untrusted Whether the host may be another than it says: then it gets no password.
   */
  next(allowed: readonly string[] | undefined, untrusted: boolean): AuthAttempt | undefined {
    if (allowed !== undefined) this.offered = allowed;
    if (untrusted) this.#attempts = this.#attempts.filter((one) => wireMethod(one) === "publickey");
    // Before the server has told what it takes, keys are worth a try: the answer to one tells it as well.
    const fits = (attempt: AuthAttempt): boolean => (allowed ?? ["publickey"]).includes(wireMethod(attempt));
    const at = this.#attempts.findIndex(fits);
    if (at >= 0) return this.#attempts.splice(at, 1)[0];
    if (allowed !== undefined || this.#askedNone) return undefined;
    // Some servers let people in without more. (The library does not pass on what was said to an agent's keys.)
    this.#askedNone = true;
    return { method: "none" };
  }

  /** Whether a password would be taken. */
  get wantsPassword(): boolean {
    return ["password", "keyboard-interactive"].some((method) =>
      this.#methods.includes(method) && this.offered?.includes(method)
    );
  }
}

async function agentAttempt(settings: Settings, files: readonly KeyFile[], ring: KeyRing) {
  const { agent } = settings;
  if (agent === undefined) return undefined;
  const held = await ring.agentKeys(agent);
  const named = files.map(blobOf).filter((blob) => blob !== undefined);
  const isNamed = (blob: Uint8Array): boolean => named.some((one) => same(one, blob));
  const wanted = [
    ...named.flatMap((blob) => held.filter((key) => same(key.blob, blob)).slice(0, 1)),
    ...(settings.identitiesOnly ? [] : held.filter(({ blob }) => !isNamed(blob))),
  ];
  const usable = wanted.filter(({ blob }) => isUsablePublicKey(blob));
  const keys = usable.map(({ blob }) => blob);
  const unsupported = wanted.filter((key) => !usable.includes(key)).map(({ type }) =>
    `the agent's ${type} key`
  );
  return { keys, unsupported, signer: agentSigner(agent, keys) };
}

function passwordAttempts(password: string): AuthAttempt[] {
  let asked = 0;
  const answer = (prompts: Prompt[]): string[] => {
    // A second round asks for something else, or for the same because it was wrong.
    const mine = asked++ === 0 ? password : "";
    return prompts.map(({ echo }) => echo ? "" : mine);
  };
  return [{ method: "keyboard-interactive", answer }, { method: "password", password }];
}

function wireMethod({ method }: AuthAttempt): string {
  return method === "agent" ? "publickey" : method;
}

function blobOf(file: KeyFile): Uint8Array | undefined {
  if (file.state === "usable") return file.key.blob;
  return file.state === "missing" ? undefined : file.blob;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

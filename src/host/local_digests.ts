/** Digests of local files: each file is read once for all hosts, as long as it stays as it is. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { setImmediate } from "node:timers/promises";

/** An algorithm that operations compare files by. */
export type DigestAlgorithm = "md5" | "sha1" | "sha256";

/**
 * Milliseconds after a change in which another one may leave the same times: some file systems count in steps of
 * two seconds, and the time of a change of status is told in whole ones.
 */
const UNSETTLED = 3000;

/** What tests set. */
interface LocalDigestsOptions {
  compute?: (path: string, algorithm: DigestAlgorithm) => Promise<string>;
  /** How many digests are kept; the oldest are computed again. */
  most?: number;
  now?: () => number;
}

/** Computes digests, hexadecimal, and remembers them by what tells a changed file. */
export class LocalDigests {
  readonly #options: Required<LocalDigestsOptions>;
  readonly #known = new Map<string, { stamp: string; digest: Promise<string> }>();
  /** Those that will look at their file after this turn: who asks now can wait for the same. */
  readonly #upcoming = new Map<string, Promise<string>>();

  constructor(options: LocalDigestsOptions = {}) {
    this.#options = { compute: hashFile, most: 10_000, now: Date.now, ...options };
  }

  /** The digest of a file as it is at the time of the call, or later. */
  of(path: string, algorithm: DigestAlgorithm): Promise<string> {
    const key = `${algorithm} ${path}`;
    const upcoming = this.#upcoming.get(key);
    if (upcoming !== undefined) return upcoming;
    const digest = setImmediate().then(() => {
      this.#upcoming.delete(key);
      return this.#look(key, path, algorithm);
    });
    this.#upcoming.set(key, digest);
    return digest;
  }

  async #look(key: string, path: string, algorithm: DigestAlgorithm): Promise<string> {
    const info = await Deno.stat(path);
    const stamp = [info.dev, info.ino, info.size, info.mtime?.getTime(), info.ctime?.getTime()].join(" ");
    const known = this.#known.get(key);
    if (known?.stamp === stamp) return await known.digest;
    const digest = this.#options.compute(path, algorithm);
    if (this.#isSettled(info)) this.#remember(key, stamp, digest);
    return await digest;
  }

  #remember(key: string, stamp: string, digest: Promise<string>): void {
    this.#known.delete(key);
    this.#known.set(key, { stamp, digest });
    digest.catch(() => this.#known.get(key)?.digest === digest && this.#known.delete(key));
    if (this.#known.size <= this.#options.most) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest!);
  }

  /** Whether any further change would show in the file's times. */
  #isSettled({ ctime, mtime }: Deno.FileInfo): boolean {
    const changed = Math.max(ctime?.getTime() ?? 0, mtime?.getTime() ?? 0);
    return this.#options.now() - changed > UNSETTLED;
  }
}

async function hashFile(path: string, algorithm: DigestAlgorithm): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

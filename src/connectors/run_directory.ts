/** The private directory of one run on this machine: sockets of connections, configuration for ssh. */

import { join } from "node:path";
import { messageOf } from "../errors/mod.ts";
import { configText, type Data, userConfigFile } from "./ssh_config.ts";
import { makeTemporaryDirectory, temporaryError, temporaryPlaces } from "./temporary_directory.ts";

/** Longest name of the directory: a socket's path, with what ssh appends, ends at 104 bytes on some systems. */
const MAX_LENGTH = 60;

const PREFIX = "drover-run-";

/** A file in the directory that its run holds locked: the system lets go of it when the run ends, however it does. */
const LOCK = "lock";

const HOUR = 3_600_000;

/** Marks a directory as that of a run that is at work. */
function lockIn(path: string): Deno.FsFile {
  // It gets its name when it is locked: nobody ever finds it open in a run that is at work.
  const file = join(path, "new");
  try {
    const lock = Deno.openSync(file, { write: true, createNew: true, mode: 0o600 });
    lock.lockSync(true);
    Deno.renameSync(file, join(path, LOCK));
    return lock;
  } catch (error) {
    throw temporaryError("Cannot write a temporary file on this machine", messageOf(error));
  }
}

/**
 * Removes what runs of this user have left that were killed.
 *
 * @param places Where it lies; by default where directories are made.
 */
export async function removeLeftRuns(places: readonly string[] = temporaryPlaces()): Promise<void> {
  await Promise.all(places.map(async (place) => {
    const names = await Array.fromAsync(Deno.readDir(place), ({ name }) => name).catch(() => []);
    const ours = names.filter((name) => name.startsWith(PREFIX));
    // What is gone already, or cannot be removed, is no concern of this run.
    await Promise.all(ours.map((name) => removeIfLeft(join(place, name)).catch(() => {})));
  }));
}

/** Nobody else can put anything into a directory of ours with mode 0700, nor take its place in /tmp. */
async function removeIfLeft(path: string): Promise<void> {
  const { isDirectory, uid, mode, mtime } = await Deno.lstat(path);
  if (!isDirectory || uid !== Deno.uid() || ((mode ?? 0) & 0o7777) !== 0o700) return;
  const lockFile = await Deno.lstat(join(path, LOCK)).catch(() => undefined);
  if (lockFile === undefined) {
    // A run that has just begun is about to lock it.
    const isOld = Date.now() - (mtime?.getTime() ?? Infinity) > HOUR;
    return isOld ? await Deno.remove(path, { recursive: true }) : undefined;
  }
  if (!lockFile.isFile || lockFile.uid !== uid) return;
  using lock = await Deno.open(join(path, LOCK), { write: true });
  if (await lock.tryLock(true)) await Deno.remove(path, { recursive: true });
}

/** Created when first needed, for its owner only; removed at the end of the run. */
export class RunDirectory {
  readonly #connectTimeout: number;
  #path: string | undefined;
  #lock: Deno.FsFile | undefined;
  /** Where the process ends without closing anything. */
  readonly #onExit = () => this.#path !== undefined && Deno.removeSync(this.#path, { recursive: true });
  #count = 0;
  readonly #configs = new Map<string, Promise<string>>();

  constructor(connectTimeout: number) {
    this.#connectTimeout = connectTimeout;
  }

  /** A path in the directory that was not given out before. */
  newName(prefix: string): string {
    return join(this.#create(), `${prefix}${this.#count++}`);
  }

  /** The configuration file for a host. Hosts with the same user file share it. */
  sshConfig(data: Data): Promise<string> {
    const userFile = userConfigFile(data);
    let config = this.#configs.get(userFile);
    if (config === undefined) {
      config = this.#write(this.newName("f"), configText(userFile, this.#connectTimeout));
      this.#configs.set(userFile, config);
    }
    return config;
  }

  /** Removes it. */
  async remove(): Promise<void> {
    const path = this.#path;
    this.#path = undefined;
    this.#configs.clear();
    if (path === undefined) return;
    removeEventListener("unload", this.#onExit);
    await Deno.remove(path, { recursive: true }).catch(() => {});
    this.#lock?.close();
  }

  #create(): string {
    if (this.#path !== undefined) return this.#path;
    const path = makeTemporaryDirectory(PREFIX, MAX_LENGTH);
    this.#path = path;
    addEventListener("unload", this.#onExit);
    this.#lock = lockIn(path);
    return path;
  }

  async #write(path: string, content: string): Promise<string> {
    try {
      await Deno.writeTextFile(path, content, { mode: 0o600 });
    } catch (error) {
      throw temporaryError("Cannot write a temporary file on this machine", messageOf(error));
    }
    return path;
  }
}

/** The private directory of one run on this machine: sockets of connections, configuration for ssh. */

import { join } from "node:path";
import { messageOf } from "../errors/mod.ts";
import { configText, type Data, userConfigFile } from "./ssh_config.ts";
import { makeTemporaryDirectory, temporaryError } from "./temporary_directory.ts";

/** Longest name of the directory: a socket's path, with what ssh appends, ends at 104 bytes on some systems. */
const MAX_LENGTH = 60;

/** Created when first needed, for its owner only; removed at the end of the run. */
export class RunDirectory {
  readonly #connectTimeout: number;
  #path: string | undefined;
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
    if (path !== undefined) await Deno.remove(path, { recursive: true }).catch(() => {});
  }

  #create(): string {
    return this.#path ??= makeTemporaryDirectory("drover-", MAX_LENGTH);
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

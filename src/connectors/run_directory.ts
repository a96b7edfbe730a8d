/** The private directory of one run on this machine: sockets of connections, configuration for ssh. */

import { join } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import { configText, type Data, userConfigFile } from "./ssh_config.ts";

/** Longest name of the directory: a socket's path, with what ssh appends, ends at 104 bytes on some systems. */
const MAX_LENGTH = 60;

function makeDirectory(): string {
  const path = Deno.makeTempDirSync({ prefix: "drover-" });
  if (path.length <= MAX_LENGTH) return path;
  Deno.removeSync(path);
  return Deno.makeTempDirSync({ dir: "/tmp", prefix: "drover-" });
}

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
    if (this.#path !== undefined) return this.#path;
    try {
      return this.#path = makeDirectory();
    } catch (error) {
      const reason = messageOf(error);
      throw new DroverError("E_TEMP_DIRECTORY", `Cannot make a directory for temporary files: ${reason}`, {
        hint: "TMPDIR names the directory that it is made in; it must be writable",
      });
    }
  }

  async #write(path: string, content: string): Promise<string> {
    await Deno.writeTextFile(path, content, { mode: 0o600 });
    return path;
  }
}

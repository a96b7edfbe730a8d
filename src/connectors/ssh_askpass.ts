/** Answers ssh's questions for a password through a pipe: never an argument, a variable or a file's content. */

import { join } from "node:path";
import { messageOf } from "../errors/mod.ts";
import { temporaryError } from "./temporary_directory.ts";

const SCRIPT = `#!/bin/sh
case $1 in
*"(yes/no"*) exit 1;;
*assphrase*) f=k;;
*) f=p;;
esac
d=\${0%/*}
[ -p "$d/$f" ] || exit 1
IFS= read -r l <"$d/$f" || exit 1
printf '%s\\n' "$l"
`;

/** How often one key's passphrase may be asked for: ssh does so for every key file. */
const COPIES = 8;

/** One for each connection that has passwords to give; closed once that stands or has failed. */
export class Askpass {
  readonly #directory: string;
  readonly #pipes: Deno.FsFile[];

  private constructor(directory: string, pipes: Deno.FsFile[]) {
    this.#directory = directory;
    this.#pipes = pipes;
  }

  /** Creates the script and the pipes, and puts the answers into them. */
  static async create(
    directory: string,
    given: { password: string | undefined; passphrase: string | undefined },
  ): Promise<Askpass> {
    try {
      await Deno.mkdir(directory, { mode: 0o700 });
      await Deno.writeTextFile(join(directory, "ask"), SCRIPT, { mode: 0o700 });
    } catch (error) {
      throw temporaryError("Cannot write a temporary file on this machine", messageOf(error));
    }
    const pipes: Deno.FsFile[] = [];
    for (const [name, answer] of [["p", given.password], ["k", given.passphrase]] as const) {
      if (answer === undefined) continue;
      const path = join(directory, name);
      await new Deno.Command("mkfifo", { args: ["-m", "600", path] }).output();
      // Open for both, so that neither side waits for the other; what is never read vanishes when it closes.
      const pipe = await Deno.open(path, { read: true, write: true });
      pipes.push(pipe);
      await pipe.write(new TextEncoder().encode(`${answer}\n`.repeat(COPIES)));
    }
    return new Askpass(directory, pipes);
  }

  /** What ssh needs to know. */
  get environment(): Record<string, string> {
    return { SSH_ASKPASS: join(this.#directory, "ask"), SSH_ASKPASS_REQUIRE: "force", DISPLAY: ":0" };
  }

  async close(): Promise<void> {
    for (const pipe of this.#pipes) pipe.close();
    await Deno.remove(this.#directory, { recursive: true }).catch(() => {});
  }
}

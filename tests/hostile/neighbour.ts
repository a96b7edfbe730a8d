/** A user of this machine who interferes while root writes. */

import { addUser, removeUser } from "../support/sshd.ts";

/** A neighbour, a directory that belongs to them, and what they must not reach. */
export interface Neighbour extends AsyncDisposable {
  name: string;
  uid: number;
  /** A directory of the neighbour's. */
  home: string;
  /** A directory of root's, with the file `victim`. */
  vault: string;
  /** Runs Perl as the neighbour, in their directory, to its end. */
  perl(program: string): Promise<void>;
  /** Repeats Perl as the neighbour until it is disposed of. */
  loop(program: string): AsyncDisposable;
  /** Why the vault is not as it was, if it is not. */
  damage(): Promise<string | undefined>;
}

const SECRET = "root's own\n";

/** Makes a neighbour; needs root. */
export async function neighbour(): Promise<Neighbour> {
  const user = await addUser();
  await Deno.chmod(user.home, 0o755);
  const { uid, gid } = await Deno.stat(user.home) as { uid: number; gid: number };
  const vault = await Deno.makeTempDir({ prefix: "drover-vault-" });
  await Deno.chmod(vault, 0o755);
  await Deno.writeTextFile(`${vault}/victim`, SECRET, { mode: 0o600 });
  const start = (program: string) =>
    new Deno.Command("perl", {
      args: ["-e", program, vault],
      cwd: user.home,
      uid,
      gid,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  return {
    name: user.name,
    uid,
    home: user.home,
    vault,
    async perl(program) {
      if (!(await start(program).status).success) {
        throw new Error(`The neighbour's program failed: ${program}`);
      }
    },
    loop(program) {
      const child = start(`$v = shift; while (1) { ${program} }`);
      return {
        async [Symbol.asyncDispose]() {
          child.kill("SIGKILL");
          await child.status;
        },
      };
    },
    async damage() {
      const names = (await Array.fromAsync(Deno.readDir(vault))).map(({ name }) => name);
      const { uid, mode } = await Deno.stat(`${vault}/victim`);
      const text = await Deno.readTextFile(`${vault}/victim`);
      if (names.length !== 1) return `the vault holds ${names}`;
      if (text !== SECRET) return `the victim holds ${text}`;
      return uid !== 0 || (mode! & 0o777) !== 0o600
        ? `the victim has ${uid} ${mode?.toString(8)}`
        : undefined;
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(vault, { recursive: true });
      await removeUser(user);
    },
  };
}

/** Perl that puts a link where any temporary file of ours appears, again and again. */
export const EXCHANGE_TEMPORARIES =
  `for (glob(".drover* */.drover*")) { rename $_, "stolen"; symlink "$v/victim", $_ }`;

/** Perl that makes a name now a file (or a directory), now a link. */
export function flip(name: string, target: string, make: string): string {
  return `${make}; rename "made", "${name}"; symlink ${target}, "link"; rename "${name}", "aside"; ` +
    `rename "link", "${name}"; unlink "aside"; rmdir "aside";`;
}

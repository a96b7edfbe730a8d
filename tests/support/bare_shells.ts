/** Shells with the programs of several systems, to run texts in without a session around them. */

import { Buffer } from "node:buffer";
import { busyboxPath } from "./local_host.ts";
import { requirement } from "./skip.ts";

/** A shell that stands ready in a directory of its own, which is also its home. */
export interface BareShell {
  /** A fresh directory; its name holds a space and a quote. */
  directory: string;
  /** Runs a text; the output has one character for each byte. */
  run(text: string): Promise<{ output: string; status: number }>;
}

/** Programs with which a system differs from this one: files for its PATH, by name, or links to programs. */
type Programs = Readonly<Record<string, string>>;

const TOOLS = ["awk", "cat", "find", "grep", "perl", "rm", "sed", "sh", "tr"];

/** `stat` and digests that know the options and print the formats of the BSDs; their insides are GNU's. */
const BSD: Programs = {
  stat: `follow=
if [ "$1" = -L ]; then follow=-L; shift; fi
if [ "$1" != -f ]; then echo 'stat: illegal option' >&2; exit 1; fi
format=$(echo "$2" | sed 's/%Su/%U/; s/%Sg/%G/; s/%Sp/%A/; s/%a/%X/; s/%m/%Y/; s/%c/%Z/; s/%z/%s/; s/%N%SY/%n/')
shift 2
exec /usr/bin/stat $follow -c "$format" "$@"`,
  ...Object.fromEntries(
    ["md5", "sha1", "sha256", "sha384"].map((name) => [name, `exec /usr/bin/${name}sum --tag "$@"`]),
  ),
};
/** No digests but those of Perl. */
const PERL: Programs = { stat: 'exec /usr/bin/stat "$@"', shasum: 'exec /usr/bin/shasum "$@"' };

const SHELLS = [
  { name: "dash", words: ["sh"], needs: [] },
  { name: "bash", words: ["bash"], needs: ["bash"] },
  { name: "BusyBox", words: [], needs: ["busybox"] },
  { name: "BusyBox without stat", words: ["/bin/sh"], needs: ["busybox"], without: "stat" },
  { name: "BSD formats", words: ["sh"], needs: [], programs: BSD },
  { name: "Perl's digests", words: ["sh"], needs: ["shasum"], programs: PERL },
  { name: "zsh", words: ["zsh", "--emulate", "sh"], needs: ["zsh"] },
] as const;

/** In what a system differs. */
interface System {
  programs?: Programs;
  /** The applet of BusyBox that its maker has left out; there are no other programs than BusyBox's then. */
  without?: string;
}

/** Defines a test once for each shell. */
export function onEachBareShell(name: string, test: (shell: BareShell) => Promise<void>): void {
  for (const { name: shell, words, needs, ...system } of SHELLS) {
    Deno.test({
      name: `${name} (${shell})`,
      ignore: requirement(...needs),
      fn: () => withShell([...words], system, test),
    });
  }
}

/** Runs a test in `sh` with programs put in front of this machine's. */
export async function withPrograms(
  programs: Programs,
  test: (shell: BareShell) => Promise<void>,
): Promise<void> {
  await withShell(["sh"], { programs }, test, Deno.env.get("PATH"));
}

/** Runs a test in BusyBox without one of its applets, and with nothing else. */
export async function withoutApplet(
  without: string,
  test: (shell: BareShell) => Promise<void>,
): Promise<void> {
  await withShell(["/bin/sh"], { without }, test);
}

async function withShell(
  words: string[],
  { programs, without }: System,
  test: (shell: BareShell) => Promise<void>,
  rest?: string,
): Promise<void> {
  await using busybox = words.length === 0 || without !== undefined ? await busyboxPath() : undefined;
  const applets = busybox?.path.split(":")[0];
  if (without !== undefined) await Deno.remove(`${applets}/${without}`);
  const directory = await Deno.makeTempDir({ prefix: "drover it's " });
  const path = programs === undefined ? undefined : await install(programs, rest === undefined);
  const [program, ...options] = words.length > 0 ? words : [`${applets}/sh`];
  const env = {
    HOME: directory,
    LC_ALL: "C.UTF-8",
    PATH: without !== undefined
      ? applets!
      : path === undefined
      ? busybox?.path ?? Deno.env.get("PATH")!
      : [path, rest].filter(Boolean).join(":"),
  };
  const run = async (text: string) => {
    const args = [...options, "-c", text];
    const { stdout, code } = await new Deno.Command(program!, { args, cwd: directory, env, stderr: "null" })
      .output();
    return { output: Buffer.from(stdout).toString("latin1"), status: code };
  };
  try {
    await test({ directory, run });
  } finally {
    await Deno.remove(directory, { recursive: true });
    if (path !== undefined) await Deno.remove(path, { recursive: true });
  }
}

/** A directory with the programs, and with links to the tools that are the same everywhere. */
async function install(programs: Programs, withTools: boolean): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "drover-programs-" });
  for (const tool of withTools ? TOOLS : []) {
    const place = ["/usr/bin", "/bin"].find((one) => exists(`${one}/${tool}`));
    if (place !== undefined) await Deno.symlink(`${place}/${tool}`, `${directory}/${tool}`);
  }
  for (const [name, text] of Object.entries(programs)) {
    await Deno.writeTextFile(`${directory}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  return directory;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

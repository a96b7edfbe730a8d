/** A root directory with a C library and a shell, hardly anything else, in which the executable is run. */

import { basename, dirname, join } from "node:path";
import { must } from "../support/sshd.ts";

/** What a run left behind. */
export interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

/** How a run is started. */
export interface RunOptions {
  env?: Record<string, string>;
  /** Working directory in the root. */
  cwd?: string;
  /** Another executable than `/drover`. */
  program?: string;
}

/** An empty root. */
export interface EmptyRoot extends AsyncDisposable {
  path: string;
  /** Writes files; paths are those of the root. */
  write(files: Record<string, string>): Promise<void>;
  read(path: string): Promise<string>;
  /** Names in a folder; none if it is not there. */
  list(path: string): Promise<string[]>;
  run(words: string[], options?: RunOptions): Promise<Ended>;
  start(words: string[], options?: RunOptions): Deno.ChildProcess;
  /** Mounts something at a path of the root. */
  mount(path: string, ...args: string[]): Promise<void>;
}

const decoder = new TextDecoder();

/** The executable under test. */
export function executable(): string {
  return Deno.env.get("DROVER_BINARY") ?? new URL("../../dist/drover", import.meta.url).pathname;
}

/** Whether it is the portable one, which starts with a shell script. */
export function isPortable(): boolean {
  using file = Deno.openSync(executable());
  const start = new Uint8Array(2);
  file.readSync(start);
  return decoder.decode(start) === "#!";
}

/** Makes a root with the executable, `/bin/sh` and these programs of this machine, with their libraries. */
export async function emptyRoot(programs: string[] = []): Promise<EmptyRoot> {
  const path = await Deno.makeTempDir({ prefix: "drover-root-" });
  const mounted: string[] = [];
  const at = (inside: string) => join(path, inside);
  await Deno.chmod(path, 0o755);
  for (const folder of ["bin", "dev", "etc", "proc", "root", "tmp", "project"]) await Deno.mkdir(at(folder));
  await Deno.chmod(at("tmp"), 0o1777);
  await Deno.writeTextFile(at("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  const runtime = Deno.execPath();
  for (const library of await libraries(["/bin/sh", runtime])) await place(library, at(library));
  await place(await Deno.realPath("/bin/sh"), at("bin/sh"));
  for (const program of programs) await addProgram(path, program);
  await place(executable(), at("drover"));
  const mount = async (inside: string, ...args: string[]) => {
    await Deno.mkdir(at(inside), { recursive: true });
    await must("mount", ...args, at(inside));
    mounted.push(at(inside));
  };
  await mount("proc", "-t", "proc", "proc");
  await mount("dev", "-t", "tmpfs", "-o", "size=64k,mode=755", "dev");
  await must("mknod", "-m", "666", at("dev/null"), "c", "1", "3");
  const start = (words: string[], options: RunOptions = {}) => {
    const { env = {}, cwd = "/project", program = "/drover" } = options;
    const enter = `cd ${cwd} && exec "$@"`;
    return new Deno.Command("/usr/sbin/chroot", {
      args: [path, "/bin/sh", "-c", enter, "sh", program, ...words],
      clearEnv: true,
      // A process group of its own, as a terminal gives it.
      detached: true,
      env: { PATH: "/bin", HOME: "/root", NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  };
  return {
    path,
    mount,
    start,
    write: async (files) => {
      for (const [name, text] of Object.entries(files)) {
        await Deno.mkdir(dirname(at(name)), { recursive: true });
        await Deno.writeTextFile(at(name), text);
      }
    },
    read: (inside) => Deno.readTextFile(at(inside)),
    list: (inside) => Array.fromAsync(Deno.readDir(at(inside)), ({ name }) => name).catch(() => []),
    run: async (words, options) => await ended(start(words, options)),
    [Symbol.asyncDispose]: async () => {
      for (const one of mounted.toReversed()) await must("umount", "-l", one);
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** Waits for a run. */
export async function ended(child: Deno.ChildProcess): Promise<Ended> {
  const { code, stdout, stderr } = await child.output();
  return { status: code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function addProgram(root: string, program: string): Promise<void> {
  const found = (await must("sh", "-c", `command -v ${program}`)).trim();
  for (const library of await libraries([found])) await place(library, join(root, library));
  await place(await Deno.realPath(found), join(root, "bin", basename(program)));
}

async function libraries(programs: string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const program of programs) {
    // A program without libraries is no error.
    const text = await must("sh", "-c", `ldd ${program} 2>/dev/null || :`);
    for (const [path] of text.matchAll(/\/\S+/g)) if (!path.endsWith(":")) found.add(path);
  }
  return [...found];
}

async function place(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
  await Deno.chmod(to, 0o755);
}

/** Waits until something holds, for at most ten seconds. */
export async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Not within a minute: ${what}`);
}

/** Runs the command line as a user does: another process, files in a directory, text that comes out. */

import { dirname, join } from "node:path";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** What a command line left behind. */
export interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

/** A directory with files, in which command lines are run. */
export interface Project extends AsyncDisposable {
  path: string;
  write(name: string, text: string): Promise<void>;
  read(name: string): Promise<string>;
  exists(name: string): Promise<boolean>;
  /** Runs Drover to its end. */
  drover(...words: string[]): Promise<Ended>;
  /** Runs it with more in the environment. */
  droverWith(env: Record<string, string>, ...words: string[]): Promise<Ended>;
  /** Starts it, for those who want to interrupt it. */
  start(...words: string[]): Deno.ChildProcess;
}

/** Makes a directory with files. */
export async function project(files: Record<string, string> = {}): Promise<Project> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "drover-project-" }));
  const write = async (name: string, text: string) => {
    await Deno.mkdir(dirname(join(path, name)), { recursive: true });
    await Deno.writeTextFile(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const command = (words: string[], env: Record<string, string>) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", MAIN, ...words],
      cwd: path,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1", LC_ALL: "C.UTF-8", ...env },
    });
  const drover = async (env: Record<string, string>, words: string[]): Promise<Ended> => {
    const { code, stdout, stderr } = await command(words, env).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { status: code, stdout: text(stdout), stderr: text(stderr) };
  };
  return {
    path,
    write,
    read: (name) => Deno.readTextFile(join(path, name)),
    exists: async (name) => await Deno.lstat(join(path, name)).then(() => true, () => false),
    drover: (...words) => drover({}, words),
    droverWith: (env, ...words) => drover(env, words),
    start: (...words) => command(words, {}).spawn(),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

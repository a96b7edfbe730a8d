/** Runs the command line as a user does: another process, files in a directory, text that comes out. */

import { dirname, join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;

/** How Drover is started: the executable that is named, or the sources with the task's own flags. */
const COMMAND = await startWords();

async function startWords(): Promise<string[]> {
  const executable = Deno.env.get("DROVER_UNDER_TEST");
  if (executable !== undefined) return [executable];
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const [, ...words] = (tasks.drover.command as string).split(" ");
  return [Deno.execPath(), ...words.slice(0, -1), `${ROOT}main.ts`];
}

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
  /** Runs it with a text on standard input. */
  droverFed(stdin: string, env: Record<string, string>, ...words: string[]): Promise<Ended>;
  /** The command line itself, for those who start it in their own way. */
  command(...words: string[]): string[];
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
  const command = (words: string[], env: Record<string, string>, stdin: "null" | "piped" = "null") =>
    new Deno.Command(COMMAND[0]!, {
      args: [...COMMAND.slice(1), ...words],
      cwd: path,
      stdin,
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1", LC_ALL: "C.UTF-8", ...env },
    });
  const drover = async (env: Record<string, string>, words: string[], fed?: string): Promise<Ended> => {
    const child = command(words, env, fed === undefined ? "null" : "piped").spawn();
    if (fed !== undefined) await feed(child.stdin, fed);
    const { code, stdout, stderr } = await child.output();
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
    droverFed: (stdin, env, ...words) => drover(env, words, stdin),
    command: (...words) => [...COMMAND, ...words],
    start: (...words) => command(words, {}).spawn(),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** A program that has ended without reading is no failure of the test. */
async function feed(stdin: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  await writer.write(new TextEncoder().encode(text)).catch(() => {});
  await writer.close().catch(() => {});
}

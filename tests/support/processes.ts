/** Tells what runs on this machine, with or without the programs that tell it. */

/** Whether a process with this command line, or one that begins so, is alive. */
export async function isRunning(commandLine: string): Promise<boolean> {
  return (await commandLines()).some((line) => line.startsWith(commandLine));
}

/** The command lines of all processes, words separated by blanks. */
export async function commandLines(): Promise<string[]> {
  return Deno.build.os === "linux" ? await linuxCommandLines() : await otherCommandLines();
}

async function linuxCommandLines(): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir("/proc"), ({ name }) => name);
  const pids = names.filter((name) => /^\d+$/.test(name));
  // A process may end while it is looked at.
  const read = (pid: string) => Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  return (await Promise.all(pids.map(read))).map((line) => line.replaceAll("\0", " ").trim());
}

async function otherCommandLines(): Promise<string[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-axww", "-o", "args="] }).output();
  return new TextDecoder().decode(stdout).split("\n");
}

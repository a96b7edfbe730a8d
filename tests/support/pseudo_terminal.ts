/** Runs programs on a pseudo-terminal of their own, as a person does who types. */

/** Starts a shell on a terminal, types once something is shown, and prints all that was. */
const SCRIPT = `
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    check = 'echo "status: $?"; case " $(stty -a) " in *" -echo "*) echo broken;; *) echo restored;; esac'
    os.execvp("sh", ["sh", "-c", sys.argv[1] + "; " + check])
shown = b""
sent = False
end = time.time() + 60
while time.time() < end:
    if select.select([fd], [], [], 0.2)[0]:
        try:
            data = os.read(fd, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
    if not sent and sys.argv[2].encode() in shown:
        time.sleep(0.1)
        os.write(fd, sys.argv[3].encode())
        sent = True
os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
`;

/**
 * What a command line showed, then its status and whether the terminal echoes again.
 *
 * @param prompt The keys are typed once this is shown.
 */
export async function onTerminal(
  commandLine: string,
  { prompt, keys, cwd }: { prompt: string; keys: string; cwd?: string },
): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("python3", {
    args: ["-c", SCRIPT, commandLine, prompt, keys],
    stdin: "null",
    ...(cwd === undefined ? {} : { cwd }),
  }).output();
  return new TextDecoder().decode(stdout).replaceAll("\r", "") + new TextDecoder().decode(stderr);
}

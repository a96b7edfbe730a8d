/** Runs programs for the scripts: with their output collected, or shown as it comes. */

/** How a program is run. */
export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Written to its standard input; without it, standard input is empty. */
  stdin?: Uint8Array | string;
  /** Ends it with SIGTERM. */
  signal?: AbortSignal;
}

/** How a program ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program and collects what it prints. */
export async function capture(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [program, ...args] = argv;
  const { stdin, ...rest } = options;
  const child = new Deno.Command(program!, {
    ...rest,
    args,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [output] = await Promise.all([child.output(), feed(child, stdin)]);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: decode(output.stdout), stderr: decode(output.stderr) };
}

async function feed(child: Deno.ChildProcess, stdin: Uint8Array | string | undefined): Promise<void> {
  if (stdin === undefined) return;
  const writer = child.stdin.getWriter();
  const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
  // A program that ends before it has read everything is judged by its exit status.
  await writer.write(bytes).then(() => writer.close()).catch(() => {});
}

/**
 * Runs a program that has to succeed and returns what it printed, without the last newline.
 *
 * @throws {Error} With the command and the end of its output if the exit status is not 0.
 */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await capture(argv, options);
  if (code === 0) return stdout.replace(/\n$/, "");
  const tail = `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n");
  throw new Error(`${argv.join(" ")} exited with status ${code}\n${tail}`);
}

/** Runs a program with our own output; returns its exit status. */
export async function show(
  argv: readonly string[],
  options: Omit<RunOptions, "stdin"> = {},
): Promise<number> {
  const [program, ...args] = argv;
  const child = new Deno.Command(program!, {
    ...options,
    args,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return (await child.status).code;
}

/** Runs a program, shows its output as it comes (unless `quiet`) and returns it too, both streams as one. */
export async function tee(
  argv: readonly string[],
  { quiet = false, ...options }: Omit<RunOptions, "stdin"> & { quiet?: boolean } = {},
): Promise<{ code: number; text: string }> {
  const [program, ...args] = argv;
  const child = new Deno.Command(program!, {
    ...options,
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const parts: string[] = [];
  const copy = async (
    from: ReadableStream<Uint8Array>,
    to: { write(bytes: Uint8Array): Promise<number> },
  ) => {
    const decoder = new TextDecoder();
    for await (const bytes of from) {
      parts.push(decoder.decode(bytes, { stream: true }));
      if (quiet) continue;
      for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
    }
  };
  await Promise.all([copy(child.stdout, Deno.stdout), copy(child.stderr, Deno.stderr)]);
  return { code: (await child.status).code, text: parts.join("") };
}

/** Whether a program is in PATH. */
export async function hasProgram(name: string): Promise<boolean> {
  const path = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`;
  for (const directory of path.split(":")) {
    const info = await Deno.stat(`${directory}/${name}`).catch(() => undefined);
    if (info?.isFile && ((info.mode ?? 0) & 0o111) !== 0) return true;
  }
  return false;
}

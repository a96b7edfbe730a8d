/** Does what a command line asks for: sets up its parts, runs, and turns every ending into an exit status. */

import { dirname, isAbsolute, resolve } from "node:path";
import { createPort } from "../connectors/mod.ts";
import { DroverError, messageOf } from "../errors/mod.ts";
import { Interrupt, portEvents, type Problem, type RunEvent, toProblem } from "../engine/mod.ts";
import type { Config } from "../host/mod.ts";
import { type LoadedInventory, loadInventory } from "../inventory/mod.ts";
import type { HostPort } from "../shell/port.ts";
import { createPrompter, openTerminal, type Prompter, type Terminal } from "../terminal/mod.ts";
import { runOnHosts, showInventory } from "./commands.ts";
import { EXIT, statusOfError } from "./exit_status.ts";
import { type Form, formOf } from "./form.ts";
import type { CliOptions } from "./options.ts";
import { Passwords } from "./passwords.ts";
import { runConfig } from "./run_config.ts";
import { listenForSignals } from "./signals.ts";
import { renderProblem } from "../report/mod.ts";

/** Seconds that leaving hosts may take after the third Ctrl-C. */
const LAST_PATIENCE = 2;

/** Everything that a command works with. */
export interface Session {
  options: CliOptions;
  form: Form;
  loaded: LoadedInventory;
  /** The INVENTORY word as it was typed. */
  inventoryWord: string;
  config: Config;
  terminal: Terminal;
  prompter: Prompter;
  interrupt: Interrupt;
  /** Opens the way to the hosts; closed at the end of the command. */
  openPort(emit: (event: RunEvent) => void): Promise<HostPort>;
}

/** Runs one command line. */
export async function dispatch(
  inventory: string,
  operations: string[],
  options: CliOptions,
): Promise<number> {
  const color = options.color as "auto" | "always" | "never" | undefined;
  const terminal = openTerminal(Deno.stderr, color === undefined ? {} : { color });
  try {
    if (options.chdir !== undefined) changeDirectory(options.chdir);
    return await runSession(inventory, operations, options, terminal);
  } catch (thrown) {
    if (thrown instanceof DroverError && thrown.code === "E_CANCELLED") {
      terminal.write("Interrupted. No host was changed.\n");
      return EXIT.interrupted;
    }
    const problem = toProblem(thrown);
    terminal.write(`${show(problem, terminal, options)}\n`);
    return problem.code === "E_USER" ? EXIT.invalid : statusOfError(problem.code);
  }
}

async function runSession(
  inventory: string,
  operations: string[],
  options: CliOptions,
  terminal: Terminal,
): Promise<number> {
  const form = formOf(operations);
  const files = form.kind === "deploy" ? form.files : [];
  const deployDirectories = [...new Set(files.map((file) => dirname(resolve(file))))];
  // Operations and facts register themselves; command lines name them by their names.
  await Promise.all([import("../operations/mod.ts"), import("../facts/mod.ts")]);
  const loaded = await loadInventory({
    word: inventory,
    workingDirectory: Deno.cwd(),
    deployDirectories,
    limit: options.limit,
    exclude: options.exclude,
    data: options.data,
    groupData: options.groupData,
    overrides: sshOverrides(options),
  });
  const beside = loaded.file === undefined ? [] : [dirname(loaded.file)];
  const config = await runConfig(options, [...beside, ...deployDirectories]);
  const prompter = createPrompter({ terminal, noInput: !options.input });
  const interrupt = new Interrupt();
  const session = { options, form, loaded, inventoryWord: inventory, config, terminal, prompter, interrupt };
  if (form.kind === "debug-inventory") return showInventory(loaded, options, terminal);
  return await withHosts(session, terminal);
}

async function withHosts(session: Omit<Session, "openPort">, terminal: Terminal): Promise<number> {
  const { options, config, prompter, interrupt } = session;
  const passwords = new Passwords({
    sudoFile: options.sudoPasswordFile,
    sshFile: options.sshPasswordFile,
    ask: canAsk(options) ? (prompt) => prompter.askSecret(prompt) : undefined,
  });
  let port: HostPort | undefined;
  const endAtOnce = (status: number) => {
    const exit = () => Deno.exit(status);
    setTimeout(exit, LAST_PATIENCE * 1000);
    void (port?.close() ?? Promise.resolve()).finally(exit);
  };
  using signals = listenForSignals(interrupt, (text) => terminal.write(`\n${text}\n`), endAtOnce);
  const openPort = async (emit: (event: RunEvent) => void) => {
    if (options.useSudoPassword) await passwords.askFirst("sudo", "sudo password:");
    if (options.sshPasswordPrompt) await passwords.askFirst("ssh", "SSH password:");
    port = createPort({
      connectTimeout: config.connectTimeout,
      sudoPerCommand: config.sudoPerCommand,
      passwords,
      onEvent: portEvents(emit),
    });
    return port;
  };
  using stray = listenForStrayErrors((problem) => terminal.write(`${show(problem, terminal, options)}\n`));
  try {
    const status = await runOnHosts({ ...session, openPort });
    // What was rejected in the last turn is told only in the next one.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (stray.caught && status === EXIT.ok) return EXIT.failed;
    return signals.terminated && status === EXIT.interrupted ? EXIT.terminated : status;
  } finally {
    await port?.close();
  }
}

function show(problem: Problem, terminal: Terminal, options: CliOptions): string {
  const view = { style: terminal.style, glyphs: terminal.glyphs, width: terminal.width(), cwd: Deno.cwd() };
  return renderProblem(problem, view, { debug: options.debug }).join("\n");
}

/** Promises of the deploy that fail without being awaited must not end the program in the middle of a run. */
function listenForStrayErrors(tell: (problem: Problem) => void): Disposable & { caught: boolean } {
  const state = { caught: false };
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    state.caught = true;
    tell(toProblem(event.reason));
  };
  globalThis.addEventListener("unhandledrejection", listener);
  return Object.assign(state, {
    [Symbol.dispose]: () => globalThis.removeEventListener("unhandledrejection", listener),
  });
}

function canAsk(options: CliOptions): boolean {
  return options.input && Deno.stderr.isTerminal() && ["", "0", "false"].includes(Deno.env.get("CI") ?? "");
}

function sshOverrides(options: CliOptions): Record<string, unknown> {
  const given: Record<string, unknown> = {
    ssh_user: options.sshUser ?? options.user,
    ssh_port: options.sshPort ?? options.port,
    ssh_key: options.sshKey ?? options.key,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function changeDirectory(directory: string): void {
  try {
    Deno.chdir(isAbsolute(directory) ? directory : resolve(directory));
  } catch (cause) {
    throw new DroverError("E_USAGE", `Cannot work in the directory "${directory}": ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Does what a command line asks for: sets up its parts, runs, and turns every ending into an exit status. */

import { hasSecrets, maskSecrets } from "../command/mod.ts";
import { preloadSsh } from "../connectors/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { Interrupt, type Problem, type RunEvent, toProblem } from "../engine/mod.ts";
import { renderProblem, type Report } from "../report/mod.ts";
import { createPrompter, openTerminal, type Prompter, type Terminal } from "../terminal/mod.ts";
import type { CallHandlers, WorkerEnd } from "../sandbox/deploy_worker.ts";
import { EXIT, exitStatus, statusOfError } from "../usage/exit_status.ts";
import { Guard, programsFor } from "../sandbox/guard.ts";
import { writeInventory, writeJson, writePermissions } from "../usage/output.ts";
import type { CliOptions } from "../usage/options.ts";
import { type Launched, launchWith } from "./launch.ts";
import { rememberFacts } from "./memory.ts";
import type { Finished } from "../sandbox/protocol.ts";
import { Passwords } from "./passwords.ts";
import type { Grant, PermissionWishes } from "../sandbox/permissions.ts";
import { reportFor } from "./report_choice.ts";
import { listenForSignals } from "./signals.ts";

/** Seconds that leaving hosts may take after the third Ctrl-C. */
const LAST_PATIENCE = 2;

/** Runs one command line whose worker is on its way. */
export async function dispatch(launching: Promise<Launched>, options: CliOptions): Promise<number> {
  const color = options.color as "auto" | "always" | "never" | undefined;
  const terminal = openTerminal(Deno.stderr, color === undefined ? {} : { color });
  try {
    return await new CommandRun(await launching, terminal).run();
  } catch (thrown) {
    return showFailure(toProblem(thrown), terminal, options);
  }
}

/** One command line on the main thread: hosts, passwords, questions, reports and signals. */
class CommandRun {
  readonly #launched: Launched;
  readonly #options: CliOptions;
  readonly #terminal: Terminal;
  readonly #prompter: Prompter;
  readonly #passwords: Passwords;
  readonly #interrupt = new Interrupt();
  #guard: Guard | undefined;
  #report: Report | undefined;
  #grants: readonly Grant[] = [];
  #changing = false;
  #signals: { terminated: boolean } | undefined;

  constructor(launched: Launched, terminal: Terminal) {
    const { options } = launched;
    this.#launched = launched;
    this.#options = options;
    this.#terminal = terminal;
    this.#prompter = createPrompter({ terminal, noInput: !options.input });
    this.#passwords = new Passwords({
      sudoFile: options.sudoPasswordFile,
      sshFile: options.sshPasswordFile,
      ask: canAsk(options) ? (prompt) => this.#prompter.askSecret(prompt) : undefined,
    });
  }

  async run(): Promise<number> {
    const say = (text: string) => this.#say(text);
    using signals = listenForSignals(this.#interrupt, say, (status) => this.#endAtOnce(status));
    this.#signals = signals;
    // While only files are loaded, there is nothing to wait for.
    this.#interrupt.onPress(() => this.#guard === undefined && this.#endAtOnce(this.#told(EXIT.interrupted)));
    if (this.#mayUseSsh()) preloadSsh();
    try {
      const end = await this.#work(this.#launched);
      await this.#report?.close();
      const status = this.#conclude(end);
      if (this.#options.memory && end.kind === "finished") await this.#remember(end.finished);
      return this.#told(status);
    } finally {
      await this.#report?.close();
      await this.#guard?.close();
    }
  }

  /** A guess from the words alone: the inventory is still being loaded. */
  #mayUseSsh(): boolean {
    const { inventory, form } = this.#launched;
    const connects = form.kind !== "debug-inventory" && form.kind !== "permissions";
    return connects && !/^@(local|docker|podman|chroot)/.test(inventory) &&
      this.#options.sshBackend !== "openssh";
  }

  /** Runs the deploy's side, once more if its configuration asks for permissions. */
  async #work(launched: Launched): Promise<WorkerEnd> {
    const { form, grants, wishes, worker } = launched;
    this.#grants = grants;
    const handlers: CallHandlers = {
      prepare: async (prepared) => {
        if (this.#options.useSudoPassword) await this.#passwords.askFirst("sudo", "sudo password:");
        if (this.#options.sshPasswordPrompt) await this.#passwords.askFirst("ssh", "SSH password:");
        this.#report = reportFor(form, this.#options, prepared, this.#terminal);
        this.#announce(wishes);
        this.#guard = new Guard(prepared, grants, this.#passwords, (event) => this.#emit(event));
      },
      readStdin: () => new Response(Deno.stdin.readable).text(),
      confirm: (size) => this.#confirm(size),
      connect: (host) => this.#hosts().connect(host),
      run: (host, batch) => this.#hosts().run(host, batch),
      cancel: (host, batch) => this.#hosts().cancel(host, batch),
      drain: (host, batch) => this.#hosts().drain(host, batch),
      disconnect: (host) => this.#hosts().disconnect(host),
    };
    const end = await worker.serve(
      handlers,
      (event) => this.#emit(event),
      this.#interrupt,
      () => this.#deaf(),
    );
    return end.kind === "wishes" ? await this.#work(await launchWith(launched, end.wishes)) : end;
  }

  /** What config.ts has asked for is no secret of its own. */
  #announce(wishes: PermissionWishes): void {
    const asked = Object.entries(wishes).filter(([, what]) => what !== undefined && what !== false);
    if (asked.length === 0) return;
    const list = asked.map(([kind, what]) =>
      `${kind} ${what === true ? "everything" : [what].flat().join(", ")}`
    );
    this.#emit({ type: "notice", text: `config.permissions lets the deploy ${list.join("; ")}` });
  }

  /** Says something to the person, above the rows of a live report. */
  #say(text: string): void {
    if (this.#report === undefined) this.#terminal.write(`\n${text}\n`);
    else this.#report.handle({ type: "notice", text });
  }

  #hosts(): Guard {
    if (this.#guard !== undefined) return this.#guard;
    throw new DroverError("E_PERMISSION", "The deploy may not reach hosts before the inventory is loaded");
  }

  #emit(event: RunEvent): void {
    if (event.type === "apply.started") this.#changing = true;
    const shown = maskEvent(event);
    if (this.#report !== undefined) this.#report.handle(shown);
    else if (shown.type === "warning") {
      this.#terminal.write(`warning: ${shown.text}${shown.hint === undefined ? "" : ` (${shown.hint})`}\n`);
    }
  }

  /** Asks before changes are made. */
  async #confirm({ operations, hosts }: { operations: number; hosts: number }): Promise<boolean> {
    try {
      return await this.#prompter.confirm(
        `Apply ${count(operations, "operation")} on ${count(hosts, "host")}?`,
        {
          purpose: "whether to apply",
          hint: "use --yes to apply without asking, or --dry to end after the plan",
        },
      );
    } catch (error) {
      if (!(error instanceof DroverError) || error.code !== "E_CANCELLED") throw error;
      this.#interrupt.press();
      return false;
    }
  }

  /** The deploy's own code computes and takes note of nothing. */
  #deaf(): void {
    if (this.#changing && !this.#interrupt.killing) {
      return this.#say("The deploy's own code does not answer. Ctrl-C again ends the run at once.");
    }
    void (this.#report?.close() ?? Promise.resolve()).finally(() => {
      this.#terminal.write("The deploy's own code did not answer.\n");
      this.#endAtOnce(this.#told(this.#cancelled()));
    });
  }

  /** An interrupt may have been a termination. */
  #told(status: number): number {
    return this.#signals?.terminated && status === EXIT.interrupted ? EXIT.terminated : status;
  }

  #conclude(end: WorkerEnd): number {
    if (end.kind !== "finished") {
      const problem = end.kind === "failed"
        ? end.problem
        : { code: "E_BUG", message: "A worker asked twice" };
      if (problem.code === "E_CANCELLED") return this.#cancelled();
      return showFailure(problem, this.#terminal, this.#options);
    }
    const { finished } = end;
    if (finished.inventory !== undefined) writeInventory(finished.inventory, this.#options.json ?? false);
    if (finished.hosts !== undefined) writePermissions(this.#grants, programsFor(finished.hosts));
    if (finished.facts !== undefined && finished.outcome === "planned") writeJson(finished.facts);
    else if (finished.facts !== undefined && finished.failures.length > 0) writeJson(finished.facts);
    if (finished.plan !== undefined) writeJson(finished.plan);
    return exitStatus({ ...finished, detailed: this.#options.detailedExitcode ?? false });
  }

  async #remember({ remembered }: Finished): Promise<void> {
    if (remembered === undefined) return;
    const { inventory, form, remembered: before } = this.#launched;
    await rememberFacts(inventory, form, before, remembered);
  }

  #cancelled(): number {
    this.#terminal.write(`Interrupted. ${this.#changing ? "" : "No host was changed."}\n`);
    return EXIT.interrupted;
  }

  #endAtOnce(status: number): void {
    const exit = () => Deno.exit(status);
    setTimeout(exit, LAST_PATIENCE * 1000);
    void (this.#guard?.close() ?? Promise.resolve()).finally(exit);
  }
}

function showFailure(problem: Problem, terminal: Terminal, options: CliOptions): number {
  const view = { style: terminal.style, glyphs: terminal.glyphs, width: terminal.width(), cwd: Deno.cwd() };
  const lines = renderProblem(problem, view, { debug: options.debug });
  terminal.write(`${maskSecrets(lines.join("\n"))}\n`);
  return problem.code === "E_USER" ? EXIT.invalid : statusOfError(problem.code);
}

/** The worker masks the secrets that it knows; passwords that were asked for here are known only here. */
function maskEvent(event: RunEvent): RunEvent {
  if (!hasSecrets()) return event;
  const text = JSON.stringify(event, (_key, value) => typeof value === "string" ? maskSecrets(value) : value);
  return JSON.parse(text) as RunEvent;
}

function canAsk(options: CliOptions): boolean {
  return options.input && Deno.stderr.isTerminal() && ["", "0", "false"].includes(Deno.env.get("CI") ?? "");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

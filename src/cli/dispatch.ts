/** Does what a command line asks for: sets up its parts, runs, and turns every ending into an exit status. */

import { preloadSsh } from "../connectors/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  Interrupt,
  maskEvent,
  maskProblem,
  type Plan,
  type Problem,
  type RunEvent,
  toProblem,
} from "../engine/mod.ts";
import { problemViewOn, renderProblem, type Report } from "../report/mod.ts";
import { createPrompter, openTerminal, type Prompter, sanitise, type Terminal } from "../terminal/mod.ts";
import type { Config } from "../host/config.ts";
import { keepGuess, linesOf, uncovered } from "../sandbox/consent.ts";
import { policyOf } from "../sandbox/conversation.ts";
import { demandsOf } from "../sandbox/demands.ts";
import type { CallHandlers, DeployWorker, WorkerEnd } from "../sandbox/deploy_worker.ts";
import { EXIT, exitStatus, statusOfError } from "../usage/exit_status.ts";
import { Guard, programsFor } from "../sandbox/guard.ts";
import { inventoryPath } from "../usage/inventory_path.ts";
import { writeInventory, writeJson, writePermissions } from "../usage/output.ts";
import type { CliOptions } from "../usage/options.ts";
import { Agreement } from "./agreement.ts";
import { type Launched, prepare } from "./launch.ts";
import { Memory } from "./memory/mod.ts";
import type { PlainConfig, Prepared, SharedQuestion } from "../sandbox/protocol.ts";
import { Passwords } from "./passwords.ts";
import type { Grant } from "../sandbox/grants.ts";
import { ownPlaces, withOwnPlaces } from "../sandbox/places.ts";
import { runConfig } from "../sandbox/run_config.ts";
import { reportFor } from "./report_choice.ts";
import { listenForSignals, type Signals } from "./signals.ts";

/** Seconds of loading from which on a person wants to know what is waited for. */
const SLOW_LOAD_SECONDS = 10;

/** Seconds that leaving hosts may take when the end cannot wait. */
const LAST_PATIENCE = 0.8;

/** Runs one command line whose workers are on their way. */
export async function dispatch(
  launching: Promise<Launched>,
  options: CliOptions,
  words: readonly string[],
): Promise<number> {
  const color = options.color as "auto" | "always" | "never" | undefined;
  const terminal = openTerminal(Deno.stderr, color === undefined ? {} : { color });
  try {
    return await new CommandRun(await launching, terminal, words).run();
  } catch (thrown) {
    return showFailure(toProblem(thrown), terminal, options);
  }
}

/** One command line on the main thread: hosts, passwords, questions, reports and signals. */
class CommandRun {
  readonly #launched: Launched;
  readonly #options: CliOptions;
  readonly #words: readonly string[];
  readonly #terminal: Terminal;
  readonly #prompter: Prompter;
  readonly #passwords: Passwords;
  readonly #interrupt = new Interrupt();
  readonly #memory = new Memory((event) => this.#emit(event));
  readonly #agreement: Agreement;
  #guard: Guard | undefined;
  #report: Report | undefined;
  #worker: DeployWorker;
  #grants: readonly Grant[];
  /** What `config.ts` asks for and does not get. */
  #asked: readonly string[] = [];
  #stdin: string | undefined;
  /** What was told before there was a report. */
  readonly #early: RunEvent[] = [];
  #changing = false;
  /** Runs out when the inventory is not loaded in time. */
  #loadPatience: ReturnType<typeof setTimeout> | undefined;
  #signals: Signals | undefined;

  constructor(launched: Launched, terminal: Terminal, words: readonly string[]) {
    const { options } = launched;
    this.#words = words;
    this.#launched = launched;
    this.#worker = launched.expected.worker;
    this.#grants = launched.expected.grants;
    this.#options = options;
    this.#terminal = terminal;
    const questions = new AbortController();
    this.#interrupt.onPress(() => questions.abort());
    this.#prompter = createPrompter({ terminal, noInput: !options.input, end: questions.signal });
    this.#passwords = new Passwords({
      sudoFile: options.sudoPasswordFile,
      sshFile: options.sshPasswordFile,
      ask: canAsk(options) ? (prompt) => this.#askSecret(prompt) : undefined,
      warn: (warning) => this.#emit({ type: "warning", ...warning }),
    });
    this.#agreement = new Agreement({
      terminal,
      prompter: this.#prompter,
      trusts: options.trustConfig === true,
      canAsk: canAsk(options),
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
      const end = await this.#work();
      if (end.kind === "finished") await this.#memory.remember(end.finished.asked);
      await this.#report?.close();
      return this.#told(this.#conclude(end));
    } finally {
      clearTimeout(this.#loadPatience);
      this.#worker.end();
      await this.#report?.close();
      await this.#guard?.close();
    }
  }

  /** Before there is a report, nobody else says that something takes long. */
  #tellSlow(): void {
    this.#say(
      `${this.#launched.inventory} and its data are not loaded after ${SLOW_LOAD_SECONDS} seconds: ` +
        "something in them waits for an answer. Ctrl-C ends it.",
    );
  }

  /** A guess from the words alone: the inventory is still being loaded. */
  #mayUseSsh(): boolean {
    const { inventory, form } = this.#launched;
    const connects = form.kind !== "debug-inventory" && form.kind !== "permissions";
    return connects && !/^@(?!ssh\b)/.test(inventory) &&
      this.#options.sshBackend !== "openssh";
  }

  /** Settles what the deploy's thread may do, and serves it to its end. */
  async #work(): Promise<WorkerEnd> {
    const { inventory, form, options } = this.#launched;
    const config = await this.#launched.config;
    for (const text of this.#launched.said) this.#emit({ type: "notice", text });
    const settings = runConfig(config, options);
    await this.#grant(config);
    const handlers: CallHandlers = {
      prepare: (prepared) => this.#prepare(prepared, settings),
      readStdin: async () => {
        clearTimeout(this.#loadPatience);
        return this.#stdin = await new Response(Deno.stdin.readable).text();
      },
      confirm: () => this.#confirm(),
      connect: (host) => this.#hosts().connect(host),
      run: (host, batch) => this.#hosts().run(host, batch),
      cancel: (host, batch) => this.#hosts().cancel(host, batch),
      drain: (host, batch) => this.#hosts().drain(host, batch),
      disconnect: (host) => this.#hosts().disconnect(host),
    };
    this.#loadPatience = setTimeout(() => this.#tellSlow(), SLOW_LOAD_SECONDS * 1000);
    return await this.#worker.serve(
      { type: "start", inventory, form, options, config },
      handlers,
      (event) => this.#emit(event),
      this.#interrupt,
      () => this.#deaf(),
    );
  }

  /** Puts in force what `config.ts` asks for and a person has agreed to. */
  async #grant({ permissions }: PlainConfig): Promise<void> {
    const { form, options, configFiles, expected } = this.#launched;
    const requested = uncovered(permissions, options);
    const request = { by: configFiles.join(", "), lines: linesOf(requested) };
    const { connects } = policyOf(form, options);
    const settled = connects ? await this.#agreement.settle(request) : "refused";
    const granted = settled === "refused" ? {} : requested;
    if (JSON.stringify(granted) !== JSON.stringify(expected.granted)) {
      expected.worker.end();
      const { worker, grants } = await prepare(this.#launched, granted);
      this.#worker = worker;
      this.#grants = grants;
      await keepGuess(configFiles, granted);
    }
    if (request.lines.length === 0) return;
    const list = request.lines.join("; ");
    if (settled !== "refused") {
      this.#emit({ type: "notice", text: `config.permissions lets the deploy ${list} (${settled})` });
      return;
    }
    this.#asked = request.lines;
    if (form.kind === "permissions") return;
    const reason = connects ? "nobody has agreed to it" : `${form.kind} grants nothing`;
    this.#emit({
      type: "warning",
      text: `config.permissions asks for what the deploy does not get: ${list}; ${reason}`,
      hint: "--allow-… with these values or --trust-config allows it; on a terminal, a run asks",
    });
  }

  /**
   * Learns the hosts, has them agreed to where they need it, and gets ready to reach them.
   *
   * @returns What earlier runs asked.
   */
  async #prepare(prepared: Prepared, settings: Config): Promise<readonly SharedQuestion[]> {
    clearTimeout(this.#loadPatience);
    const { form, inventory, options } = this.#launched;
    const withheld = await this.#agreeToHosts(prepared, inventory);
    if (prepared.useSudoPassword) await this.#passwords.askFirst("sudo", "sudo password:");
    if (options.sshPasswordPrompt) await this.#passwords.askFirst("ssh", "SSH password:");
    this.#report = reportFor(
      form,
      options,
      { selected: prepared.selected, diff: settings.diff, words: this.#words },
      this.#terminal,
    );
    for (const event of this.#early) this.#report.handle(event);
    this.#guard = new Guard(prepared, {
      config: settings,
      grants: this.#grants,
      passwords: this.#passwords,
      emit: (event) => this.#emit(event),
      withheld,
    });
    return await this.#memory.recall({
      inventory,
      form,
      flag: options.memory,
      configured: settings.memory,
      grants: this.#grants,
    });
  }

  /**
   * Hosts of this machine that the command line does not name have to be agreed to, if they are to be worked on.
   *
   * @returns Those that may not be reached, and why.
   */
  async #agreeToHosts({ addresses, selected }: Prepared, inventory: string): Promise<Map<string, string>> {
    const demands = await demandsOf(addresses, { inventory, options: this.#options, stdin: this.#stdin });
    const by = await Deno.realPath(inventoryPath(inventory)).catch(() => inventory);
    const needed = demands.filter(({ host }) => selected.includes(host));
    const lines = [...new Set(needed.map(({ line }) => line))].sort();
    if (await this.#agreement.settle({ by, lines }) === "refused") {
      throw new DroverError(
        "E_PERMISSION",
        `The inventory asks for what nobody has agreed to: ${lines.join("; ")}`,
        {
          hint: "--allow-run with these programs or --trust-config allows it, as does naming the host: " +
            `--limit ${needed[0]!.host}; on a terminal, a run asks`,
        },
      );
    }
    const others = this.#options.trustConfig ? [] : demands.filter(({ line }) => !lines.includes(line));
    return new Map(others.map(({ host, line }) => [host, line]));
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
    // The worker masks the secrets that it knows; passwords that were asked for here are known only here.
    const shown = maskEvent(withOwnPlaces(event, this.#grants));
    if (this.#report !== undefined) this.#report.handle(shown);
    else if (shown.type === "warning") {
      const hint = shown.hint === undefined ? "" : ` (${shown.hint})`;
      this.#terminal.write(`${sanitise(`warning: ${shown.text}${hint}`)}\n`);
    } else if (policyOf(this.#launched.form, this.#options).connects) this.#early.push(shown);
    else if (shown.type === "notice") this.#terminal.write(`${sanitise(shown.text)}\n`);
  }

  /** Asks before changes are made. */
  async #confirm(): Promise<boolean> {
    const { form, options } = this.#launched;
    if (!policyOf(form, options).asks) return true;
    const { operations, hosts } = sizeOf(this.#worker.plan);
    try {
      return await this.#prompter.confirm(
        `Apply ${count(operations, "operation")} on ${count(hosts, "host")}?`,
        {
          purpose: "whether to apply",
          hint: "use --yes to apply without asking, or --dry to end after the plan",
        },
      );
    } catch (error) {
      this.#noteCancelled(error);
      return false;
    }
  }

  async #askSecret(prompt: string): Promise<string> {
    try {
      return await this.#prompter.askSecret(prompt);
    } catch (error) {
      this.#noteCancelled(error);
      throw error;
    }
  }

  /** Ctrl-C that a prompt has read as a key means what the signal would. */
  #noteCancelled(error: unknown): void {
    if (!(error instanceof DroverError) || error.code !== "E_CANCELLED") throw error;
    if (!this.#interrupt.stopping) this.#signals?.interrupt();
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
    // Without a report, nobody has said what the inventory had to say.
    for (const event of this.#report === undefined ? this.#early : []) {
      if (event.type === "notice") this.#terminal.write(`${sanitise(event.text)}\n`);
    }
    if (end.kind === "failed") {
      if (end.problem.code === "E_CANCELLED") return this.#cancelled();
      return showFailure(ownPlaces(end.problem, this.#grants), this.#terminal, this.#options);
    }
    const { finished } = end;
    if (finished.inventory !== undefined) writeInventory(finished.inventory, this.#options.json ?? false);
    if (finished.hosts !== undefined) {
      writePermissions(this.#grants, programsFor(finished.hosts), this.#asked);
    }
    if (finished.facts !== undefined && finished.outcome === "planned") writeJson(finished.facts);
    else if (finished.facts !== undefined && finished.failures.length > 0) writeJson(finished.facts);
    if (finished.plan !== undefined) writeJson(finished.plan);
    return exitStatus({ ...finished, detailed: this.#options.detailedExitcode ?? false });
  }

  #cancelled(): number {
    this.#terminal.write(`Interrupted. ${this.#changing ? "" : "No host was changed."}\n`);
    return EXIT.interrupted;
  }

  #endAtOnce(status: number): void {
    const exit = () => Deno.exit(status);
    setTimeout(exit, LAST_PATIENCE * 1000);
    // A prompt gives the terminal back first.
    void (this.#guard?.close() ?? new Promise((resolve) => setTimeout(resolve))).finally(exit);
  }
}

function showFailure(problem: Problem, terminal: Terminal, options: CliOptions): number {
  const view = problemViewOn(terminal);
  const lines = renderProblem(maskProblem(problem), view, { debug: options.debug });
  terminal.write(`${lines.join("\n")}\n`);
  return problem.code === "E_USER" ? EXIT.invalid : statusOfError(problem.code);
}

/** What the plan holds that would be applied. */
function sizeOf(plan: Plan | undefined): { operations: number; hosts: number } {
  const pending = (plan?.operations ?? []).map(({ hosts }) => hosts.filter(({ state }) => state !== "none"));
  return {
    operations: pending.filter((hosts) => hosts.length > 0).length,
    hosts: new Set(pending.flat().map(({ host }) => host)).size,
  };
}

function canAsk(options: CliOptions): boolean {
  return options.input && Deno.stderr.isTerminal() && ["", "0", "false"].includes(Deno.env.get("CI") ?? "");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

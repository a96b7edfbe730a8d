/** A command on its way. */

import type { CommandRequest } from "./port.ts";
import { type OutputLimit, type Report, RequestRun } from "./request_run.ts";
import { commandText, directoryAndEnvironment } from "./script.ts";

/** Longest command, in characters, that can be an argument. */
const MAX_SHOWN = 24_000;

/** A command. */
export class CommandRun extends RequestRun {
  readonly #command: CommandRequest;
  #text = "";

  constructor(request: CommandRequest, limit: OutputLimit, report: Report) {
    super(request, limit, report);
    this.#command = request;
  }

  protected override get codes(): readonly number[] {
    return this.#command.options.successExitCodes;
  }

  /** What changes the host may leave processes behind. */
  protected override shares(): boolean {
    const { stdin, shell, pty } = this.#command.options;
    return this.#command.reads === true && stdin === undefined && !pty &&
      (shell === null || shell === "sh");
  }

  override async prepare(): Promise<void> {
    this.#text = this.tryText(() => commandText(this.#command.script, this.#command.options));
    await Promise.resolve();
  }

  protected override text(): string {
    return this.#text;
  }

  override get shownCommand(): string {
    const { script } = this.#command;
    return script.length <= MAX_SHOWN ? script : `: drover command of ${script.length} characters`;
  }

  protected override get textBeforeShown(): string | undefined {
    const { script, options: { shell, pty } } = this.#command;
    const inner = pty || (shell !== null && shell !== "sh") || script.length > MAX_SHOWN;
    return inner ? undefined : directoryAndEnvironment(this.#command.options);
  }
}

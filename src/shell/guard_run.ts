/** A guard on its way: it fails where a host does not answer as it did, and brings the new answers. */

import { messageOf } from "../errors/mod.ts";
import { newMark } from "./framing.ts";
import { GUARD_SETUP, guardAnswers, guardText } from "./guard.ts";
import type { GuardRequest, RunResult } from "./port.ts";
import { portError } from "./process.ts";
import { type Report, RequestRun } from "./request_run.ts";

/** See {@linkcode GuardRequest}. */
export class GuardRun extends RequestRun {
  readonly #guard: GuardRequest;
  readonly #mark = newMark();
  #text = "";

  constructor(request: GuardRequest, limit: number, report: Report) {
    super(request, limit, report);
    this.#guard = request;
  }

  override async prepare(): Promise<void> {
    try {
      this.#text = guardText(this.#guard, this.#mark);
      if (this.#text.includes("\0")) throw new TypeError("A command cannot hold a NUL character");
    } catch (error) {
      this.refuse(portError("E_COMMAND", messageOf(error)));
    }
    await Promise.resolve();
  }

  protected override shares(): boolean {
    return this.timeout === undefined;
  }

  protected override get setup(): string {
    return GUARD_SETUP;
  }

  protected override text(): string {
    return this.#text;
  }

  override result(): RunResult {
    const result = super.result();
    if (result.outcome !== "failure" || result.droppedBytes > 0) return result;
    const empty = new Uint8Array();
    return { ...result, stdout: empty, stderr: empty, answers: guardAnswers(result.stdout, this.#mark) };
  }
}

/** A guard on its way: it fails where a host does not answer as it did. */

import { GUARD_SETUP, guardText } from "./guard.ts";
import type { GuardRequest } from "./port.ts";
import { type OutputLimit, type Report, RequestRun } from "./request_run.ts";

/** See {@linkcode GuardRequest}. */
export class GuardRun extends RequestRun {
  readonly #guard: GuardRequest;
  #text = "";

  constructor(request: GuardRequest, limit: OutputLimit, report: Report) {
    super(request, limit, report);
    this.#guard = request;
  }

  override async prepare(): Promise<void> {
    this.#text = this.tryText(() => guardText(this.#guard));
    await Promise.resolve();
  }

  protected override shares(): boolean {
    return true;
  }

  protected override get setup(): string {
    return GUARD_SETUP;
  }

  protected override text(): string {
    return this.#text;
  }
}

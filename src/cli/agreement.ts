/** Settles what a project asks for: by a flag, by a person's yes of this or an earlier run, or not at all. */

import { isRemembered, remember, type Request } from "../sandbox/consent.ts";
import { type Prompter, sanitiseLine, type Terminal } from "../terminal/mod.ts";

/** How a request was settled. */
export type Settled =
  | "nothing was asked for"
  | "--trust-config"
  | "agreed to earlier"
  | "agreed to"
  | "refused";

/** Who can agree, and how. */
export interface AgreementOptions {
  terminal: Terminal;
  prompter: Prompter;
  /** `--trust-config`. */
  trusts: boolean;
  /** Whether there is a person to ask. */
  canAsk: boolean;
}

/** Settles requests. */
export class Agreement {
  readonly #options: AgreementOptions;

  constructor(options: AgreementOptions) {
    this.#options = options;
  }

  /** Asks the person at the terminal if nothing else decides. */
  async settle(request: Request): Promise<Settled> {
    const { canAsk, terminal, prompter } = this.#options;
    const known = await this.known(request);
    if (known !== undefined) return known;
    if (!canAsk) return "refused";
    terminal.write(`${sanitiseLine(request.by)} asks for more than reading its project:\n`);
    for (const line of request.lines) terminal.write(`  ${sanitiseLine(line)}\n`);
    const yes = await prompter.confirm("Allow this, now and in later runs?", { purpose: "for an agreement" });
    if (!yes) return "refused";
    await remember(request);
    return "agreed to";
  }

  /** How a request stands without a question; nothing if one would be needed. */
  async known(request: Request): Promise<Settled | undefined> {
    if (request.lines.length === 0) return "nothing was asked for";
    if (this.#options.trusts) return "--trust-config";
    return await isRemembered(request) ? "agreed to earlier" : undefined;
  }
}

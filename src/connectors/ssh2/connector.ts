/** The connector `@ssh` over the bundled ssh2: one connection per host, in this process. */

import { quote } from "../../command/quote.ts";
import type { Farewell, PortError } from "../../shell/port.ts";
import {
  type Connector,
  evidence,
  isPortError,
  portError,
  type Process,
  type ProcessEnd,
  within,
} from "../../shell/process.ts";
import type { AcceptedKey } from "../host_key_notice.ts";
import type { Data } from "../ssh_config.ts";
import { type Credentials, LOGIN_PATIENCE, MAX_SESSIONS, persist } from "../ssh_login.ts";
import type { ClientEnvironment, Route } from "./client_environment.ts";
import type { Link } from "./link.ts";
import { errorsOf, type RouteOutcome, type Router } from "./router.ts";

/** What a connector needs besides the way to its host. */
export interface Ssh2Options {
  data: Data;
  credentials: Credentials;
  environment: ClientEnvironment;
  router: Router;
  connectTimeout: number;
  /** Whether OpenSSH will be tried where this transport cannot log in: then people are not asked too early. */
  hasFallback: boolean;
  /** Told of host keys that are accepted although they are not known. */
  onAcceptedKey: (key: AcceptedKey) => void;
}

export class Ssh2Connector implements Connector {
  readonly label: string;
  readonly local = false;
  readonly maxSessions = MAX_SESSIONS;
  readonly hangsUp = true;
  readonly #route: Route;
  readonly #options: Ssh2Options;
  readonly #end = new AbortController();
  #link: Link | undefined;
  #latest: Link | undefined;
  #establishing: Promise<PortError | undefined> | undefined;
  #sentPassword = false;
  #outcome: Exclude<RouteOutcome, { link: Link }> | undefined;

  constructor(route: Route, options: Ssh2Options) {
    this.label = route.settings.name;
    this.#route = route;
    this.#options = options;
  }

  async connect(): Promise<PortError | undefined> {
    return await this.#establish();
  }

  /** After a failed {@linkcode connect}: why OpenSSH may do better, if it may. */
  get fallbackReason(): string | undefined {
    const outcome = this.#outcome;
    if (outcome === undefined) return undefined;
    if (outcome.kind === "negotiation") return "the bundled ssh2 and the server have no algorithm in common";
    // A password that was refused once must not be sent again: accounts get locked that way.
    if (outcome.kind !== "login" || this.#sentPassword) return undefined;
    if (outcome.unsupported.length > 0) {
      return `the bundled ssh2 cannot use ${outcome.unsupported.join(", ")}`;
    }
    return "the bundled ssh2 could not log in";
  }

  async spawn(argv: readonly string[]): Promise<Process> {
    // A login shell may be csh or fish: it only has to start one program with plain words.
    const command = `exec ${argv.map(quote).join(" ")}`;
    for (let attempt = 0;; attempt++) {
      const error = await this.#establish();
      if (error !== undefined) throw error;
      const link = this.#link;
      if (link === undefined) continue;
      try {
        return await this.#exec(link, command);
      } catch (cause) {
        if (isPortError(cause)) throw cause;
        const errors = errorsOf(this.#route.settings);
        const message = cause instanceof Error ? cause.message : String(cause);
        if (/Channel open failure/.test(message)) throw errors.sessionRefused(message);
        // The connection broke just now: another one may stand.
        link.destroy();
        await link.closed;
        if (attempt > 0) throw errors.lost(link.silent, message);
      }
    }
  }

  /** @throws {PortError} If the far side does not even take the command. */
  async #exec(link: Link, command: string): Promise<Process> {
    const { environment, connectTimeout } = this.#options;
    const { settings } = this.#route;
    const starting = link.exec(command, environment.sentVariables(settings));
    const process = await within(connectTimeout, starting, undefined);
    if (process !== undefined) return process;
    void starting.then((late) => late.kill("SIGKILL"), () => {});
    throw errorsOf(settings).noShell(connectTimeout);
  }

  async #establish(): Promise<PortError | undefined> {
    if (this.#link?.alive) return undefined;
    this.#link = undefined;
    this.#establishing ??= this.#tryAll().finally(() => this.#establishing = undefined);
    return await this.#establishing;
  }

  #tryAll(): Promise<PortError | undefined> {
    const { data, credentials, hasFallback } = this.#options;
    return persist(data, () => this.#tryOnce(), {
      signal: this.#end.signal,
      askFor: async (error) => {
        if (hasFallback && !(this.#outcome?.wantsPassword && this.#outcome.unsupported.length === 0)) {
          // OpenSSH's turn comes first, unless a passphrase is all that is missing.
          if (error.code !== "E_SSH_KEY_PASSPHRASE") return false;
        }
        return await credentials.askFor(error);
      },
    });
  }

  async #tryOnce(): Promise<PortError | undefined> {
    const { signal } = this.#end;
    const { router, credentials, connectTimeout, onAcceptedKey } = this.#options;
    const { password, passphrase } = credentials;
    if (signal.aborted) return this.#closing();
    const seconds = connectTimeout + LOGIN_PATIENCE;
    const attempt = new AbortController();
    const either = AbortSignal.any([signal, attempt.signal]);
    const secrets = { password, passphrase };
    const opening = router.open(this.#route, { secrets, signal: either, onAcceptedKey });
    const outcome = await within(seconds, Promise.race([opening, aborted(signal)]), undefined);
    if (outcome === undefined) {
      attempt.abort();
      // An agent may answer after everybody has left.
      void opening.then((late) => "link" in late ? late.link.end() : undefined, () => {});
      return signal.aborted ? this.#closing() : errorsOf(this.#route.settings).noLogin(seconds);
    }
    if ("link" in outcome) {
      if (!signal.aborted) {
        this.#link = this.#latest = outcome.link;
        return undefined;
      }
      await outcome.link.end();
      return this.#closing();
    }
    if (signal.aborted) return this.#closing();
    this.#outcome = outcome;
    if (password !== undefined && outcome.wantsPassword) this.#sentPassword = true;
    return outcome.error;
  }

  #closing(): PortError {
    return portError("E_CLOSED", `The connection to ${this.label} is being closed`);
  }

  explain(end: ProcessEnd): PortError {
    const errors = errorsOf(this.#route.settings);
    const detail = evidence(end.stderr);
    if (end.waited !== undefined) return errors.noShell(end.waited, detail);
    const link = this.#latest;
    if (link !== undefined && !link.alive) {
      return errors.lost(link.silent, evidence(`${end.stderr}\n${link.words}`));
    }
    if (end.answered) {
      return portError("E_SESSION_ENDED", `The shell on ${this.label} ended`, undefined, detail);
    }
    return errors.failed("ssh", `with status ${end.code} before a shell answered`, detail);
  }

  abort(): void {
    this.#link?.destroy();
  }

  async close(): Promise<Farewell> {
    this.#end.abort();
    await this.#establishing;
    await this.#link?.end();
    return { notices: [] };
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}

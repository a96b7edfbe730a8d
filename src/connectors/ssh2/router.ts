/** Gets from this machine to a host's ssh server: through jump hosts, whose connections all hosts share. */

import type { Duplex } from "node:stream";
import { portError, within } from "../../shell/process.ts";
import type { PortError } from "../../shell/port.ts";
import type { AcceptedKey } from "../host_key_notice.ts";
import { explainKeys, SshErrors } from "../ssh_errors.ts";
import { Authentication, type AuthSecrets } from "./authentication.ts";
import type { ClientEnvironment, Route } from "./client_environment.ts";
import { describeRefusal, forgetCommand, HostKey } from "./host_key.ts";
import { KeyRing } from "./keys.ts";
import { Link, LinkError } from "./link.ts";
import type { Settings } from "./settings.ts";
import { openSocket, SocketError } from "./socket.ts";

/** A connection, or why there is none. */
export type RouteOutcome =
  | { link: Link }
  /** `unsupported`: what only OpenSSH may be able to log in with. */
  | {
    error: PortError;
    kind: "negotiation" | "login" | "other";
    wantsPassword: boolean;
    unsupported: string[];
  };

/** What a connection depends on besides its route. */
export interface Opening {
  secrets: AuthSecrets;
  /** Gives the connection up. */
  signal: AbortSignal;
  /** Told of host keys that are accepted although they are not known. */
  onAcceptedKey: (key: AcceptedKey) => void;
}

/** Opens connections along routes. One serves all hosts of a run. */
export class Router {
  readonly #environment: ClientEnvironment;
  readonly #ring = new KeyRing();
  readonly #jumps = new Map<string, Promise<RouteOutcome>>();
  /** Ends what belongs to no single host. */
  readonly #end = new AbortController();

  constructor(environment: ClientEnvironment) {
    this.#environment = environment;
  }

  /** Connects and logs in. */
  async open(route: Route, opening: Opening): Promise<RouteOutcome> {
    let last: Link | undefined;
    for (let count = 1; count <= route.jumps.length; count++) {
      const outcome = await this.#jump(route.jumps.slice(0, count), last, opening.onAcceptedKey);
      if (!("link" in outcome)) return outcome;
      last = outcome.link;
    }
    return await this.#openUnlessAborted(route.settings, last, opening);
  }

  /** Ends the connections to jump hosts. */
  async close(): Promise<void> {
    this.#end.abort();
    const jumps = [...this.#jumps.values()];
    this.#jumps.clear();
    // The farthest first: it travels through the others.
    for (const jump of jumps.toReversed()) {
      const outcome = await jump;
      if ("link" in outcome) await outcome.link.end();
    }
  }

  async #jump(
    way: readonly Settings[],
    before: Link | undefined,
    onAcceptedKey: (key: AcceptedKey) => void,
  ): Promise<RouteOutcome> {
    const id = JSON.stringify(way.map(({ user, name, port }) => [user, name, port]));
    for (let known = this.#jumps.get(id); known !== undefined; known = this.#jumps.get(id)) {
      const outcome = await known;
      if ("link" in outcome && outcome.link.alive) return outcome;
      // Whoever notices first makes room for a new attempt.
      if (this.#jumps.get(id) === known) this.#jumps.delete(id);
      if (!("link" in outcome)) return outcome;
    }
    // Nobody is asked for a jump host's password; its keys must be ready, as with OpenSSH.
    const nothing = { password: undefined, passphrase: undefined };
    const settings = way.at(-1)!;
    const opening = this.#openUnlessAborted(settings, before, {
      secrets: nothing,
      signal: this.#end.signal,
      onAcceptedKey: (key) => onAcceptedKey({ ...key, jump: settings.name }),
    });
    this.#jumps.set(id, opening);
    const outcome = await opening;
    if (!("link" in outcome) && this.#jumps.get(id) === opening) this.#jumps.delete(id);
    return outcome;
  }

  /** An agent, a name server or a jump host may never answer: nobody waits for them after the signal. */
  async #openUnlessAborted(
    settings: Settings,
    before: Link | undefined,
    opening: Opening,
  ): Promise<RouteOutcome> {
    const { signal } = opening;
    const aborted = Promise.withResolvers<RouteOutcome>();
    const abort = (): void => aborted.resolve(withoutLink(givenUp()));
    const opened = this.#openOver(settings, before, opening);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    try {
      return await Promise.race([opened, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
      if (signal.aborted) void opened.then((late) => "link" in late ? late.link.end() : undefined, () => {});
    }
  }

  async #openOver(
    settings: Settings,
    before: Link | undefined,
    { secrets, signal, onAcceptedKey }: Opening,
  ): Promise<RouteOutcome> {
    const errors = errorsOf(settings);
    const hostKey = new HostKey(
      settings,
      await this.#environment.knownHosts(settings),
      this.#environment.home,
      onAcceptedKey,
    );
    const authentication = await Authentication.prepare(settings, secrets, this.#ring);
    let socket: Duplex;
    try {
      socket = await reach(settings, before, signal);
    } catch (error) {
      return withoutLink(explainSocket(error, errors));
    }
    const abort = (): void => void socket.destroy();
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    try {
      return { link: await Link.open(settings, socket, hostKey, authentication) };
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      const explained = await explainLink(error, { errors, settings, hostKey, authentication, secrets });
      const kind = error.kind === "negotiation" || error.kind === "login" ? error.kind : "other";
      return {
        error: explained,
        kind,
        wantsPassword: authentication.wantsPassword,
        unsupported: authentication.unsupported,
      };
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

/** The errors of the host that some settings lead to. */
export function errorsOf({ name, user, hostname, port }: Settings): SshErrors {
  return new SshErrors({ host: name, user, hostname, port: String(port) });
}

function withoutLink(error: PortError): RouteOutcome {
  return { error, kind: "other", wantsPassword: false, unsupported: [] };
}

function givenUp(): PortError {
  return portError("E_CLOSED", "The connection was given up");
}

async function reach(settings: Settings, before: Link | undefined, signal: AbortSignal): Promise<Duplex> {
  const { hostname, port, family, connectTimeout } = settings;
  if (before !== undefined) return await throughJump(before, settings);
  return await openSocket({ hostname, port, family, seconds: connectTimeout, signal });
}

async function throughJump(before: Link, settings: Settings): Promise<Duplex> {
  const { hostname, port, connectTimeout } = settings;
  const opening = before.forward(hostname, port);
  if (connectTimeout === 0) return await opening;
  const channel = await within(connectTimeout, opening, undefined);
  if (channel !== undefined) return channel;
  void opening.then((late) => late.destroy(), () => {});
  throw new SocketError("timeout", `connect to host ${hostname} port ${port} through a jump host: timed out`);
}

function explainSocket(error: unknown, errors: SshErrors): PortError {
  if (!(error instanceof Error)) throw error;
  const { message } = error;
  const kind = error instanceof SocketError ? error.kind : undefined;
  if (kind === "aborted") return givenUp();
  if (kind === "resolve") return errors.unresolved(message);
  if (kind === "refused") return errors.refused(message);
  if (kind === "timeout") return errors.noAnswer(message);
  if (kind === "unreachable") return errors.unreachable(message);
  return errors.fromWords(message, message) ??
    errors.failed("The connection", "before the server answered", message);
}

interface LinkContext {
  errors: SshErrors;
  settings: Settings;
  hostKey: HostKey;
  authentication: Authentication;
  secrets: AuthSecrets;
}

async function explainLink(error: LinkError, context: LinkContext): Promise<PortError> {
  const { errors, settings, hostKey, authentication, secrets } = context;
  const { refusal } = hostKey;
  if (refusal !== undefined) {
    const detail = await describeRefusal(refusal);
    if (refusal.kind === "unknown") return errors.hostKeyUnknown(detail);
    if (refusal.kind === "revoked") return errors.hostKeyRevoked(detail);
    return errors.hostKeyChanged(refusal.entry && forgetCommand(refusal.entry, settings), detail);
  }
  if (error.kind === "timeout") return errors.noAnswer(error.message);
  if (error.kind === "dropped") return errors.dropped(error.message || "the server hung up");
  if (error.kind !== "login") {
    return errors.fromWords(error.message, error.message) ??
      errors.failed("The connection", "before we were logged in", error.message || "the server hung up");
  }
  const detail = [...authentication.unsupported, error.message].join("\n");
  return explainKeys(settings.name, errors.notLoggedIn(authentication.offered, detail), {
    tried: authentication.tried,
    locked: authentication.locked,
    named: settings.identitiesNamed && settings.identityFiles.length === 1,
    passphrase: secrets.passphrase !== undefined,
  });
}

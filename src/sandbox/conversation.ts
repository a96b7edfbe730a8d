/** The main thread's half of the protocol: which message of the deploy's thread is valid when. */

import { DroverError } from "../errors/mod.ts";
import type { Plan } from "../engine/events.ts";
import type { Form } from "../usage/form.ts";
import type { CliOptions } from "../usage/options.ts";
import type { Calls, DeployEvent, Finished, FromDeploy } from "./protocol.ts";

/** Most values that may be kept out of outputs: each costs time in every line that is shown. */
const MOST_SECRETS = 100_000;

/** What a command line lets the deploy's thread do, whatever that thread says. */
export interface Policy {
  /** Whether hosts are reached at all. */
  connects: boolean;
  /** Whether the run ends after the plan. */
  dry: boolean;
  /** Whether a person is asked before anything changes. */
  asks: boolean;
}

/** The policy of a command line. Both threads read it here. */
export function policyOf(form: Form, options: CliOptions): Policy {
  switch (form.kind) {
    case "debug-inventory":
    case "permissions":
      return { connects: false, dry: true, asks: false };
    case "facts":
      return { connects: true, dry: true, asks: false };
    case "exec":
      return { connects: true, dry: false, asks: false };
    default: {
      const asks = !options.yes;
      const dry = options.dry === true || options.debugOperations === true || (options.json === true && asks);
      return { connects: true, dry, asks };
    }
  }
}

/** `preparing`: the hosts are told, and not agreed to yet. */
type State = "starting" | "loading" | "preparing" | "planning" | "applying" | "declined" | "ended";

/** States in which a call may be made. */
const CALLABLE: { [M in keyof Calls]: readonly State[] } = {
  readStdin: ["loading"],
  prepare: ["loading"],
  confirm: ["planning"],
  connect: ["planning", "applying", "declined"],
  run: ["planning", "applying", "declined"],
  cancel: ["planning", "applying", "declined"],
  drain: ["planning", "applying", "declined"],
  disconnect: ["planning", "applying", "declined"],
};

/** Calls that may be made once. */
const ONCE: ReadonlySet<keyof Calls> = new Set(["readStdin", "prepare", "confirm"]);

/** What one thread has said so far, and what it may say next. */
export class Conversation {
  readonly #policy: Policy;
  #state: State = "starting";
  #lastCall = 0;
  readonly #made = new Set<keyof Calls>();
  /** Operations that are at work, by the number of the call. */
  readonly #atWork = new Set<number>();
  #interrupts = 0;
  #noted = 0;
  #secrets = 0;
  #plan: Plan | undefined;
  #hosts: ReadonlySet<string> = new Set();
  #selected: ReadonlySet<string> = new Set();
  /** Whether a host was ever connected, by host. */
  readonly #connected = new Map<string, boolean>();
  readonly #finished = new Set<string>();
  #outcome: string | undefined;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** The plan that was shown, once there is one. */
  get plan(): Plan | undefined {
    return this.#plan;
  }

  /** Whether hosts may be reached. */
  get #prepared(): boolean {
    return this.#state === "planning" || this.#state === "applying" || this.#state === "declined";
  }

  /** The thread was told what to do. */
  started(): void {
    this.#state = "loading";
  }

  /** The thread was told of an interrupt. */
  interrupted(): void {
    this.#interrupts++;
  }

  /**
   * Takes note of a message.
   *
   * @throws {DroverError} `E_DEPLOY_MESSAGE` if it may not be said now.
   */
  take(message: FromDeploy): void {
    if (this.#state === "ended") throw violation(`${message.type} after the end`);
    switch (message.type) {
      case "loaded":
        return;
      case "interrupted":
        if (++this.#noted > this.#interrupts) throw violation("notice of an interrupt that never was");
        return;
      case "secret":
        if (++this.#secrets > MOST_SECRETS) throw violation(`more than ${MOST_SECRETS} secrets`);
        return;
      case "event":
        return this.#takeEvent(message.event);
      case "call":
        return this.#takeCall(message);
      case "finished":
        this.#checkEnd(message.finished);
        this.#state = "ended";
        return;
      case "failed":
        this.#state = "ended";
    }
  }

  /** A call has been answered, or refused, which is no value. */
  answered({ id, method, args }: FromDeploy & { type: "call" }, answer?: { value: unknown }): void {
    this.#atWork.delete(id);
    if (answer === undefined || this.#state === "ended") return;
    const { value } = answer;
    if (method === "prepare") this.#state = "planning";
    else if (method === "connect") {
      this.#connected.set(args[0], value === undefined || this.#connected.get(args[0]) === true);
    } else if (method === "confirm") this.#state = value === true ? "applying" : "declined";
  }

  #takeCall(message: FromDeploy & { type: "call" }): void {
    const { id, method } = message;
    if (id <= this.#lastCall) throw violation("a call with a number that was used before");
    this.#lastCall = id;
    if (!CALLABLE[method].includes(this.#state)) throw violation(`${method} while ${this.#state}`);
    if (ONCE.has(method) && this.#made.has(method)) throw violation(`${method} for the second time`);
    if (method === "prepare") this.#prepare(message.args);
    else if (method === "confirm") this.#checkConfirm();
    else if (method === "run") this.#checkBatch(...message.args);
    else if (method !== "readStdin") this.#checkHost(message.args[0]);
    this.#made.add(method);
    if (method === "run" && message.args[1].lane === "operations") this.#atWork.add(id);
  }

  #prepare([{ addresses, selected }]: Parameters<Calls["prepare"]>): void {
    if (!this.#policy.connects) throw violation("prepare for a command that reaches no host");
    this.#hosts = new Set(addresses.map(({ name }) => name));
    if (this.#hosts.size < addresses.length) throw violation("two hosts of one name");
    this.#selected = new Set(selected);
    for (const name of selected) this.#checkHost(name);
    this.#state = "preparing";
  }

  #checkConfirm(): void {
    if (this.#policy.dry) throw violation("confirm in a run that changes nothing");
    if (this.#plan === undefined) throw violation("confirm without a plan");
  }

  #checkHost(name: string): void {
    if (!this.#hosts.has(name)) throw violation("a host that is not in the inventory");
  }

  #checkBatch(host: string, { lane, requests }: Parameters<Calls["run"]>[1]): void {
    this.#checkHost(host);
    if (this.#state === "applying") return;
    if (lane !== "facts") throw violation("an operation before the plan is confirmed");
    const other = requests.find(({ kind }) => kind !== "command");
    if (other !== undefined) {
      throw violation(`a request of the kind ${other.kind} before the plan is confirmed`);
    }
  }

  #takeEvent(event: DeployEvent): void {
    if (event.type === "notice" || event.type === "warning") return;
    if (!this.#prepared) throw violation(`the event ${event.type} while ${this.#state}`);
    if (event.type === "plan.ready") {
      if (this.#plan !== undefined) throw violation("a second plan");
      this.#plan = event.plan;
    } else if (event.type === "apply.started" && this.#state !== "applying") {
      throw violation("the event apply.started before the plan is confirmed");
    } else if (event.type === "host.finished") this.#finished.add(event.summary.host);
    else if (event.type === "run.finished") this.#outcome = event.outcome;
  }

  #checkEnd(finished: Finished): void {
    if (!this.#policy.connects) {
      const isInspection = finished.outcome === "planned" && finished.failures.length === 0;
      if (this.#state !== "loading" || !isInspection) throw violation("an end that is none");
      return;
    }
    if (!this.#prepared) throw violation("an end before the hosts");
    for (const { name } of finished.asked?.hosts ?? []) this.#checkHost(name);
    const { outcome } = finished;
    if (this.#outcome !== outcome) throw violation("an end that the run did not have");
    if (outcome === "interrupted") {
      if (this.#interrupts === 0) throw violation("an interrupt that never was");
      return;
    }
    if (this.#atWork.size > 0) throw violation("an end while hosts are at work");
    for (const host of this.#selected) {
      if (!this.#finished.has(host) || !this.#connected.has(host)) {
        throw violation("an end before every host has finished");
      }
    }
    this.#checkOutcome(finished);
  }

  #checkOutcome({ outcome, failures }: Finished): void {
    const allowed = {
      done: this.#state !== "declined",
      stopped: this.#state !== "declined",
      planned: this.#policy.dry,
      declined: this.#state === "declined",
      empty: this.#selected.size === 0,
      interrupted: false,
    }[outcome];
    if (!allowed) throw violation(`the end "${outcome}"`);
    const lost = [...this.#selected].filter((host) => this.#connected.get(host) === false).length;
    if (failures.length < lost) throw violation("hosts that could not be reached as reached");
  }
}

/** A message that the deploy's thread may not send. */
export function violation(what: string): DroverError {
  return new DroverError("E_DEPLOY_MESSAGE", "The deploy sent something that it may not", {
    detail: what,
    hint:
      "the run was ended; look at the inventory, the deploy and what they import before you run them again",
  });
}

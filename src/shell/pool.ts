/** The sessions of one host: kept, reused, retired and never more than the host admits. */

import type { PortError, Privilege } from "./port.ts";
import { type Escalator, isPlain, privilegeKey } from "./privilege.ts";
import { type Connector, isPortError, isRefusal, portError } from "./process.ts";
import { Session } from "./session.ts";

/** What sessions are used for: reading and changing do not share one. */
export type Lane = "facts" | "operations";

/** A session in the pool. */
export interface Entry {
  readonly session: Session;
  /** Whether it was privileged from its start: there is no other shell around its own. */
  readonly direct: boolean;
  key: string;
  /** Undefined until first used. */
  lane: Lane | undefined;
  state: "idle" | "busy" | "retired";
}

const PLAIN = privilegeKey({});

/** Key of a session that runs one command only. */
const ALONE = "alone";

/** Seconds that a session may take to end by itself. */
const GRACE = 1;

/** Milliseconds that a server may need to give the place of a session that has ended to another one. */
const FREEING = 1000;

/** Hands out sessions by privilege. Whoever took one gives it back, or says that it cannot be used again. */
export class Pool {
  readonly #connector: Connector;
  readonly #escalator: Escalator;
  readonly #connectTimeout: number;
  readonly #entries = new Set<Entry>();
  readonly #background = new Set<Promise<unknown>>();
  #limit: number;
  #opening = 0;
  /** Sessions that are being opened ahead, by key; one each. */
  readonly #preparing = new Map<string, Promise<void>>();
  #waiters: (() => void)[] = [];
  #closed = false;
  /** Resolves when the first session stands, or cannot. */
  #connecting: Promise<unknown> | undefined;
  /** When a session has ended that had its place on the server. */
  #lastEnd = -Infinity;

  constructor(connector: Connector, escalator: Escalator, connectTimeout: number) {
    this.#connector = connector;
    this.#escalator = escalator;
    this.#connectTimeout = connectTimeout;
    this.#limit = connector.maxSessions;
  }

  /** Whether the host admits one session at a time, which then serves everything. */
  get shared(): boolean {
    return this.#limit === 1;
  }

  /**
   * Opens the first session.
   *
   * @param privilege What is wanted of it first.
   * @param started Called when it can be used, which is before its shell has answered.
   */
  async connect(privilege: Privilege, started: () => void): Promise<PortError | undefined> {
    const connecting = this.#connect(privilege, started);
    this.#connecting = connecting.finally(() => this.#connecting = undefined);
    return await connecting;
  }

  async #connect(privilege: Privilege, started: () => void): Promise<PortError | undefined> {
    if (await this.#startDirectly(privilege, started)) return undefined;
    // The place of a session that sudo has just ended may not be free yet.
    const entry = this.#lastEnd === -Infinity ? await this.#start() : await this.#open();
    if (isPortError(entry)) return entry;
    entry.state = "idle";
    started();
    return await entry.session.ready;
  }

  /**
   * A session for exclusive use; give it back with {@linkcode Pool.release}.
   *
   * @param unused Whether it must be one whose input may be given up to data afterwards.
   */
  async acquire(privilege: Privilege, lane: Lane, unused = false): Promise<Entry | PortError> {
    const key = privilegeKey(privilege);
    while (!this.#closed) {
      this.#sweep();
      const found = this.#find(key, lane, unused);
      if (found !== undefined) {
        found.state = "busy";
        found.lane = lane;
        return found;
      }
      const preparing = this.#preparing.get(key);
      if (preparing !== undefined) {
        // It was started earlier than another one would be. Others may want it as well: hence the loop.
        await preparing;
        continue;
      }
      const base = isPlain(privilege) ? undefined : this.#find(PLAIN, undefined, true);
      if (base !== undefined) {
        base.state = "busy";
        return await this.#become(base, privilege, lane);
      }
      if (this.shared) {
        const only = [...this.#entries].find((entry) => entry.state === "idle");
        if (only !== undefined) {
          only.state = "busy";
          const became = await this.#become(only, privilege, lane);
          // Another one may have taken the place that this one gave up.
          if (isPortError(became) && isRefusal(became) && this.#entries.size > 0) continue;
          return became;
        }
      }
      if (this.#connecting !== undefined) {
        // The first session may have to be replaced, and be the only one.
        await this.#connecting;
        continue;
      }
      if (this.#entries.size + this.#opening < this.#limit) {
        const entry = await this.#open();
        if (!isPortError(entry)) return await this.#become(entry, privilege, lane);
        if (!isRefusal(entry) || this.#entries.size + this.#opening === 0) return entry;
        this.#limit = Math.max(1, this.#entries.size + this.#opening);
        continue;
      }
      // Room may be made while we try to make some: who wants to be woken has to be in line before.
      const woken = new Promise<void>((resolve) => this.#waiters.push(resolve));
      if (await this.#makeRoom()) continue;
      await woken;
    }
    return portError("E_CLOSED", `The connection to ${this.#connector.label} is being closed`);
  }

  /** A session for one command only, which whatever logs the escalation gets to see. */
  async acquireAlone(privilege: Privilege, lane: Lane, command: string): Promise<Entry | PortError> {
    const entry = await this.acquire({}, lane, true);
    if (isPortError(entry)) return entry;
    const error = await this.#escalator.escalate(entry.session, privilege, this.shared, command);
    if (error === undefined) {
      entry.key = ALONE;
      return entry;
    }
    this.release(entry);
    return error;
  }

  /** A session of the same privilege for killing, beyond the limit if need be. */
  async acquireKiller(privilege: Privilege): Promise<Entry | undefined> {
    this.#sweep();
    const key = privilegeKey(privilege);
    const found = [...this.#entries].find((entry) => entry.state === "idle" && entry.key === key);
    if (found !== undefined) {
      found.state = "busy";
      return found;
    }
    if (this.shared) return undefined;
    const entry = await this.#open();
    if (isPortError(entry)) return undefined;
    const ready = await this.#become(entry, privilege, undefined);
    return isPortError(ready) ? undefined : ready;
  }

  /** Takes a session back. One with a living process of an earlier command is never used again. */
  release(entry: Entry): void {
    if (entry.key === ALONE && !this.shared) return this.discard(entry);
    entry.state = "idle";
    if (!entry.session.open) this.#entries.delete(entry);
    else if (entry.session.hasLeftovers && !this.shared) entry.state = "retired";
    this.#wake();
  }

  /** Ends a session that cannot be used again. */
  discard(entry: Entry): void {
    entry.state = "retired";
    void this.#inBackground(() => this.#end(entry));
  }

  /** Starts a session ahead of its use, if there is room and none waits already. */
  prepare(privilege: Privilege): void {
    this.#sweep();
    const key = privilegeKey(privilege);
    if (this.#closed || this.#entries.size + this.#opening + 1 >= this.#limit) return;
    if (this.#preparing.has(key) || this.#find(key, undefined, true) !== undefined) return;
    const preparing = this.#inBackground(async () => {
      // Whether sudo lets a session begin under it, one session finds out.
      if (!isPlain(privilege)) await this.#connecting;
      if (await this.#startDirectly(privilege)) return;
      const entry = await this.#open();
      if (isPortError(entry)) {
        if (isRefusal(entry)) this.#limit = Math.max(1, this.#entries.size + this.#opening);
        return;
      }
      if (this.shared) return this.release(entry);
      const ready = await this.#become(entry, privilege, undefined);
      if (!isPortError(ready)) this.release(ready);
    }).finally(() => this.#preparing.delete(key));
    this.#preparing.set(key, preparing);
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await Promise.all([...this.#entries].map((entry) => this.#end(entry)));
    await Promise.all(this.#background);
    await Promise.all([...this.#entries].map((entry) => this.#end(entry)));
    this.#entries.clear();
  }

  async #open(): Promise<Entry | PortError> {
    while (true) {
      const entry = await this.#start();
      const error = isPortError(entry) ? entry : await entry.session.ready;
      if (error === undefined) return entry;
      if (!isRefusal(error) || performance.now() - this.#lastEnd > FREEING) return error;
      await new Promise((resolve) => setTimeout(resolve, FREEING / 20));
    }
  }

  /** Tries to start a session that is privileged at once, and gives it to whoever wants it. */
  async #startDirectly(privilege: Privilege, started = () => {}): Promise<boolean> {
    const words = this.shared || this.#connector.local ? undefined : this.#escalator.directWords(privilege);
    if (words === undefined) return false;
    const entry = await this.#start(words, privilegeKey(privilege));
    if (isPortError(entry)) return false;
    entry.state = "idle";
    started();
    if (await entry.session.ready === undefined) return true;
    this.#escalator.noteIndirect(privilege);
    return false;
  }

  async #start(words = ["sh"], key = PLAIN): Promise<Entry | PortError> {
    this.#opening++;
    try {
      const session = await Session.start(this.#connector, this.#connectTimeout, words);
      if (isPortError(session)) return session;
      const entry: Entry = { session, direct: key !== PLAIN, key, lane: undefined, state: "busy" };
      this.#entries.add(entry);
      void session.finished.then(() => {
        this.#entries.delete(entry);
        if (session.answered || entry.direct) this.#lastEnd = performance.now();
        this.#wake();
      });
      return entry;
    } finally {
      this.#opening--;
      this.#wake();
    }
  }

  /** Turns a session, which is ours already, into one of the wanted privilege. */
  async #become(entry: Entry, privilege: Privilege, lane: Lane | undefined): Promise<Entry | PortError> {
    const key = privilegeKey(privilege);
    entry.lane = lane;
    if (entry.key === key) return entry;
    if (entry.session.depth > 0 || entry.direct) {
      const left = this.shared && !entry.direct && await entry.session.leave(GRACE);
      if (!left) {
        await this.#end(entry);
        const opened = await this.#open();
        if (isPortError(opened)) return opened;
        return await this.#become(opened, privilege, lane);
      }
      entry.key = PLAIN;
      if (key === PLAIN) return entry;
    }
    const error = await this.#escalator.escalate(entry.session, privilege, this.shared);
    if (error === undefined) {
      entry.key = key;
      return entry;
    }
    if (entry.session.open) this.release(entry);
    else await this.#end(entry);
    return error;
  }

  #find(key: string, lane: Lane | undefined, unused: boolean): Entry | undefined {
    const idle = [...this.#entries].filter((entry) => entry.state === "idle" && entry.key === key);
    const own = unused ? undefined : idle.find((entry) => entry.lane === lane || this.shared);
    return own ?? idle.find((entry) => entry.lane === undefined && !(unused && this.shared));
  }

  /** Ends a session that is not needed, so that another can be opened. */
  async #makeRoom(): Promise<boolean> {
    if (this.#entries.size < 2) return false;
    const entries = [...this.#entries];
    const victim = entries.findLast((entry) => entry.state === "retired") ??
      entries.findLast((entry) => entry.state === "idle");
    if (victim === undefined) return false;
    victim.state = "busy";
    await this.#end(victim);
    return true;
  }

  async #end(entry: Entry): Promise<void> {
    await entry.session.close(entry.session.hasLeftovers ? 0 : GRACE);
    this.#entries.delete(entry);
    this.#wake();
  }

  #inBackground(work: () => Promise<void>): Promise<void> {
    const promise = work().finally(() => this.#background.delete(promise));
    this.#background.add(promise);
    return promise;
  }

  #sweep(): void {
    for (const entry of this.#entries) {
      if (!entry.session.open && entry.state !== "busy") this.#entries.delete(entry);
    }
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}

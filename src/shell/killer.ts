/** Signals for what runs on a host, sent through another session: its own is busy running it. */

import type { Privilege } from "./port.ts";
import type { Entry, Pool } from "./pool.ts";
import { type Connector, within } from "./process.ts";

/** Seconds between the two signals of a kill. */
const KILL_GRACE = 2;

/** Seconds that a kill may take, before the connection is broken off instead. */
const KILL_PATIENCE = 12;

/** The same two where a run was interrupted: somebody waits for its end. */
const INTERRUPT_GRACE = 0.8;
const INTERRUPT_PATIENCE = 1.4;

/** What runs somewhere, as it changes. */
export interface Target {
  /** The session that runs it, while one does. */
  entry: Entry | undefined;
  /** The command that runs and its process group, which it may share with those after it; while one does. */
  command: { readonly group: number } | undefined;
  privilege: Privilege;
}

/** Ends commands of one host, with the privilege that they have. */
export class Killer {
  readonly #pool: Pool;
  readonly #connector: Connector;
  readonly #kills = new Set<Promise<void>>();

  constructor(pool: Pool, connector: Connector) {
    this.#pool = pool;
    this.#connector = connector;
  }

  /** Kills the command that runs; its session goes on with what follows. */
  async killCommand(target: Target, entry: Entry): Promise<void> {
    await this.#track(this.#killCommand(target, entry));
  }

  /** Kills the command that runs, and its session with all that follows: the run was interrupted. */
  async killSession(target: Target, entry: Entry): Promise<void> {
    await this.#track(this.#killSession(target, entry));
  }

  /** Tells a session's shell to end its batch at the next boundary. */
  async drain(target: Target, entry: Entry): Promise<void> {
    const text = `kill -USR1 ${entry.session.shellPid} 2>/dev/null;:`;
    await this.#run(target.privilege, () => target.entry === entry ? text : undefined);
  }

  /** Resolves when no kill is under way. */
  async finished(): Promise<void> {
    await Promise.all(this.#kills);
  }

  async #track(kill: Promise<void>): Promise<void> {
    const work = kill.finally(() => this.#kills.delete(work));
    this.#kills.add(work);
    await work;
  }

  async #killCommand(target: Target, entry: Entry): Promise<void> {
    const { command } = target;
    if (command === undefined) return;
    // What has ended by itself has left its session, its number and its place to others.
    const isThere = () => target.entry === entry && target.command === command;
    const textNow = () => isThere() ? `${killText(command.group, KILL_GRACE)}:` : undefined;
    const ran = await this.#run(target.privilege, textNow);
    if (!isThere()) return;
    if (!ran && this.#pool.shared) this.#connector.abort();
    // The shell reports the end of what was killed at once, unless it cannot be killed.
    if (ran) await within(KILL_GRACE, untilChanged(() => !isThere()), undefined);
    if (isThere()) entry.session.destroy();
  }

  async #killSession(target: Target, entry: Entry): Promise<void> {
    const { session } = entry;
    // There is nothing over there that could be killed from here.
    if (!session.answered && !session.open) return session.destroy();
    const isThere = () => target.entry === entry;
    const text = () => isThere() ? killSessionText(entry, target.command?.group) : undefined;
    const killed = await within(INTERRUPT_PATIENCE, this.#run(target.privilege, text), false);
    if (!isThere()) return;
    if (!killed) this.#connector.abort();
    session.destroy();
  }

  /** Runs a text in a session for killing. False if there is none. */
  async #run(privilege: Privilege, textNow: () => string | undefined): Promise<boolean> {
    const wanted = this.#pool.acquireKiller(privilege);
    const killer = await within(KILL_PATIENCE, wanted, undefined);
    if (killer === undefined) {
      void wanted.then((late) => late === undefined ? undefined : this.#pool.release(late));
      return false;
    }
    // Finding the session took a while, in which the target may have ended.
    const text = textNow();
    if (text !== undefined) {
      const task = { text, codes: [0], output: () => {} };
      await within(KILL_PATIENCE, killer.session.run([task], false), undefined);
    }
    this.#pool.release(killer);
    return true;
  }
}

/** The shell first, so that it begins nothing more; nothing while its number is not known. */
function killSessionText({ session }: Entry, group: number | undefined): string | undefined {
  if (session.shellPid === 0) return undefined;
  return `kill -KILL ${session.shellPid} 2>/dev/null;${
    group === undefined ? "" : killText(group, INTERRUPT_GRACE)
  }:`;
}

/**
 * TERM, a while to comply, KILL. Without a group of its own (no setsid there) the process itself.
 *
 * `kill -TERM -GROUP` is what the shells' own `kill` understands; dash and BusyBox know no `--`. It is never
 * the program: some versions of /usr/bin/kill take `-1234` for `-1`, which is every process.
 */
function killText(group: number, graceSeconds: number): string {
  return `kill -TERM -${group} 2>/dev/null||kill -TERM ${group} 2>/dev/null;i=0;` +
    `while kill -0 -${group} 2>/dev/null&&[ $i -lt ${graceSeconds * 10} ];do ` +
    `sleep 0.1 2>/dev/null||{ sleep 1;i=$((i+9));};i=$((i+1));done;` +
    `kill -KILL -${group} 2>/dev/null||kill -KILL ${group} 2>/dev/null;`;
}

async function untilChanged(changed: () => boolean): Promise<void> {
  for (let tries = 0; tries < 40 && !changed(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

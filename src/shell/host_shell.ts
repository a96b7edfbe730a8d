/** One connected host: runs batches in its sessions, with timeouts, cancellation and file transfer. */

import { CommandRun } from "./command_run.ts";
import { DownloadRun } from "./download_run.ts";
import { GuardRun } from "./guard_run.ts";
import type { RequestRun } from "./request_run.ts";
import { UploadRun } from "./upload_run.ts";
import type {
  Batch,
  Farewell,
  PortError,
  PortEvent,
  PortOptions,
  Privilege,
  Request,
  RunResult,
} from "./port.ts";
import { Escalator, isPlain, type PasswordSource, privilegeKey } from "./privilege.ts";
import { type Connector, portError, within } from "./process.ts";
import { type Entry, Pool } from "./pool.ts";
import { isPortError } from "./session.ts";
import type { TaskEnd } from "./task.ts";

/** Seconds between the two signals of a kill. */
const KILL_GRACE = 2;

/** Seconds that a kill may take, before the connection is broken off instead. */
const KILL_PATIENCE = 12;

/** How a host is used. */
export interface HostShellOptions extends PortOptions {
  passwords: PasswordSource | undefined;
  onEvent: (event: PortEvent) => void;
  /** Whether sessions are opened before they are needed. */
  ahead: () => boolean;
}

/** A batch that is being run. */
interface Job {
  readonly batch: Batch;
  cancelled: boolean;
  /** Whether it is to end before its next operation. */
  drained: boolean;
  entry: Entry | undefined;
  group: number | undefined;
  privilege: Privilege;
  readonly cancellation: PromiseWithResolvers<void>;
}

/** See the file's first line. */
export class HostShell {
  readonly #name: string;
  readonly #connector: Connector;
  readonly #options: HostShellOptions;
  readonly #pool: Pool;
  readonly #jobs = new Map<number, Job>();
  readonly #prepared = new Set<string>();
  readonly #kills = new Set<Promise<void>>();
  /** Resolves when batches can be sent, or to why they cannot. */
  readonly #reached = Promise.withResolvers<PortError | undefined>();

  constructor(name: string, connector: Connector, options: HostShellOptions) {
    this.#name = name;
    this.#connector = connector;
    this.#options = options;
    const escalator = new Escalator(name, options.passwords);
    this.#pool = new Pool(connector, escalator, options.connectTimeout + 15);
  }

  /** Batches that are run meanwhile travel with the first shell's greeting. */
  async connect(): Promise<PortError | undefined> {
    const error = await this.#connector.connect() ??
      await this.#pool.connect(this.#firstPrivilege(), () => this.#reached.resolve(undefined));
    this.#reached.resolve(error);
    return error;
  }

  /** What the first of the batches that wait wants. */
  #firstPrivilege(): Privilege {
    const [job] = this.#jobs.values();
    return this.#options.sudoPerCommand ? {} : job?.batch.requests[0]?.options.privilege ?? {};
  }

  async run(batch: Batch): Promise<RunResult[]> {
    const job: Job = {
      batch,
      cancelled: false,
      drained: false,
      entry: undefined,
      group: undefined,
      privilege: {},
      cancellation: Promise.withResolvers(),
    };
    this.#jobs.set(batch.id, job);
    const runs = batch.requests.map((request, index) => this.#runOf(batch, request, index));
    for (const index of batch.boundaries ?? []) if (runs[index] !== undefined) runs[index].boundary = true;
    try {
      const unreachable = await this.#reached.promise;
      if (unreachable === undefined) await this.#runAll(job, runs);
      else for (const run of runs) run.refuse(unreachable);
    } finally {
      this.#jobs.delete(batch.id);
    }
    return runs.map((run) => run.result());
  }

  /** Kills what a batch runs. */
  async cancel(id: number): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined || job.cancelled) return;
    job.cancelled = true;
    job.cancellation.resolve();
    if (job.entry !== undefined) await this.#kill(job, job.entry, true);
  }

  /** Lets the operation that a batch is at end, and starts no other one of it. */
  async drain(id: number): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined || job.drained || (job.batch.boundaries?.length ?? 0) === 0) return;
    job.drained = true;
    const entry = job.entry;
    if (entry === undefined) return;
    const killer = await within(KILL_PATIENCE, this.#pool.acquireKiller(job.privilege), undefined);
    if (killer === undefined) return;
    const text = `kill -USR1 ${entry.session.shellPid} 2>/dev/null;:`;
    if (job.entry === entry) {
      await within(
        KILL_PATIENCE,
        killer.session.run([{ text, codes: [0], output: () => {} }], false),
        undefined,
      );
    }
    this.#pool.release(killer);
  }

  async close(): Promise<Farewell> {
    await Promise.all([...this.#jobs.keys()].map((id) => this.cancel(id)));
    await Promise.all(this.#kills);
    if (!this.#connector.hangsUp) await this.#pool.close();
    const farewell = await this.#connector.close();
    await this.#pool.close();
    return farewell;
  }

  #runOf(batch: Batch, request: Request, index: number): RequestRun {
    const reads = batch.lane === "facts" || request.kind === "guard";
    const limit = (reads ? 64 : 8) * 1024 * 1024;
    const report = batch.live
      ? (stream: "stdout" | "stderr", text: string, last: boolean): void =>
        this.#options.onEvent({
          type: "output",
          host: this.#name,
          batch: batch.id,
          request: index,
          stream,
          text,
          ...(last ? { last } : {}),
        })
      : undefined;
    if (request.kind === "upload") return new UploadRun(request, limit, report);
    if (request.kind === "download") return new DownloadRun(request, limit, report);
    if (request.kind === "guard") return new GuardRun(request, limit, report);
    return new CommandRun(request, limit, report);
  }

  /** Cuts the batch into segments that can travel together, and runs them in order. */
  async #runAll(job: Job, runs: RequestRun[]): Promise<void> {
    let next = 0;
    while (next < runs.length) {
      if (job.drained && runs[next]?.boundary) {
        for (const run of runs) run.skip();
        return;
      }
      const segment = await this.#segment(runs, next);
      next += segment.length;
      if (segment.length > 0 && segment.every((run) => run.prepared)) await this.#runSegment(job, segment);
      const stopped = job.cancelled || (job.batch.stopOnFailure && segment.some(hasFailed));
      if (!stopped) continue;
      for (const run of runs) job.cancelled ? run.cancel() : run.skip();
      return;
    }
  }

  async #segment(runs: RequestRun[], start: number): Promise<RequestRun[]> {
    const segment: RequestRun[] = [];
    for (const run of runs.slice(start)) {
      const first = segment[0];
      if (first !== undefined) {
        if (privilegeKey(first.privilege) !== privilegeKey(run.privilege)) break;
        if (first.streams || this.#alone(first)) break;
        // An earlier request may write the local file that this one reads.
        if (run.readsLocally && (this.#connector.local || segment.some((other) => other.writesLocally))) {
          break;
        }
      }
      await run.prepare();
      if (!run.prepared || run.streams) {
        // What could not be prepared stands alone, after what comes before it.
        if (first === undefined) segment.push(run);
        break;
      }
      segment.push(run);
    }
    return segment;
  }

  async #runSegment(job: Job, segment: RequestRun[]): Promise<void> {
    const [first] = segment;
    if (first === undefined) return;
    const wantsStream = first.streams && !this.#pool.shared && !this.#alone(first);
    const acquired = await this.#acquire(job, first, wantsStream);
    if (acquired === undefined) return;
    if (isPortError(acquired)) {
      for (const run of segment) run.refuse(acquired);
      return;
    }
    const entry = acquired;
    const streaming = wantsStream && !this.#pool.shared;
    job.entry = entry;
    job.privilege = first.privilege;
    this.#prepareOperations(job.batch, first);
    let left: RequestRun[] = [];
    try {
      const ends = await this.#execute(job, entry, segment, streaming);
      left = await this.#conclude(job, entry, segment, ends);
    } finally {
      job.entry = undefined;
      job.group = undefined;
      // The input of a session that has streamed is used up; it only takes a moment to end.
      if (streaming) this.#pool.discard(entry);
      else this.#pool.release(entry);
    }
    if (left.length > 0 && !job.cancelled) return await this.#runSegment(job, left);
    if (entry.state === "retired") this.#pool.prepare(first.privilege);
  }

  /** Whether a request gets an escalation of its own. */
  #alone(run: RequestRun): boolean {
    return this.#options.sudoPerCommand && !isPlain(run.privilege);
  }

  async #acquire(job: Job, first: RequestRun, streaming: boolean): Promise<Entry | PortError | undefined> {
    const wanted = this.#alone(first)
      ? this.#pool.acquireAlone(first.privilege, job.batch.lane, first.shownCommand)
      : this.#pool.acquire(first.privilege, job.batch.lane, streaming);
    const entry = await Promise.race([wanted, job.cancellation.promise]);
    if (!job.cancelled) return entry as Entry | PortError;
    void wanted.then((late) => isPortError(late) || this.#pool.release(late));
    return undefined;
  }

  async #execute(job: Job, entry: Entry, segment: RequestRun[], streaming: boolean): Promise<TaskEnd[]> {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const tasks = segment.map((run) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      return run.task({
        started: (group) => {
          job.group = group;
          if (run.timeout === undefined) return;
          timer = setTimeout(() => {
            run.timedOut = true;
            void this.#kill(job, entry, false);
          }, run.timeout * 1000);
          timers.add(timer);
        },
        ended: () => {
          job.group = undefined;
          clearTimeout(timer);
        },
      }, { streaming, alone: this.#alone(run) });
    });
    try {
      if (!streaming) return await entry.session.run(tasks, job.batch.stopOnFailure, job.drained);
      const run = segment[0] as UploadRun;
      return [await entry.session.runLast(tasks[0]!, run.chunks())];
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }

  /** Gives the requests that were not begun, because processes of an earlier one might disturb them. */
  async #conclude(job: Job, entry: Entry, segment: RequestRun[], ends: TaskEnd[]): Promise<RequestRun[]> {
    let error: PortError | undefined;
    const left: RequestRun[] = [];
    for (const [index, run] of segment.entries()) {
      const end = ends[index] ?? { kind: "lost" };
      // Nothing was begun in a session that did not become one: there is another way to its privilege.
      const never = end.kind === "lost" && entry.direct && !entry.session.answered;
      if (end.kind === "lost" && job.cancelled) run.cancel();
      else if (end.kind === "left" || never) left.push(run);
      else if (end.kind === "lost") run.lose(error ??= await this.#lossOf(entry));
      else if (end.kind === "skipped") run.skip();
      else await run.finish(end.status, job.cancelled);
    }
    const failed = segment.some((run) => hasFailed(run) && !left.includes(run));
    return job.batch.stopOnFailure && failed ? [] : left;
  }

  async #lossOf(entry: Entry): Promise<PortError> {
    await within(5, entry.session.finished, undefined);
    return await entry.session.explain();
  }

  /** While facts are read, starts the session in which the operations after them will probably run. */
  #prepareOperations(batch: Batch, run: RequestRun): void {
    const key = privilegeKey(run.privilege);
    if (batch.lane !== "facts" || this.#prepared.has(key) || this.#alone(run) || !this.#options.ahead()) {
      return;
    }
    this.#prepared.add(key);
    this.#pool.prepare(run.privilege);
  }

  async #kill(job: Job, entry: Entry, wholeSession: boolean): Promise<void> {
    const work = this.#killNow(job, entry, wholeSession).finally(() => this.#kills.delete(work));
    this.#kills.add(work);
    await work;
  }

  /** Ends the process group that a session runs, through another session of the same privilege. */
  async #killNow(job: Job, entry: Entry, wholeSession: boolean): Promise<void> {
    const group = job.group;
    const killer = await within(KILL_PATIENCE, this.#pool.acquireKiller(job.privilege), undefined);
    if (killer === undefined) {
      if (this.#pool.shared || wholeSession) this.#connector.abort();
      entry.session.destroy();
      return;
    }
    const shell = wholeSession ? `kill -KILL ${entry.session.shellPid} 2>/dev/null;` : "";
    const text = group === undefined ? shell : `${shell}${killText(group)}`;
    const task = { text: `${text}:`, codes: [0], output: () => {} };
    await within(KILL_PATIENCE, killer.session.run([task], false), undefined);
    this.#pool.release(killer);
    if (wholeSession) entry.session.destroy();
    else if (job.group === group && job.entry === entry && group !== undefined) {
      // The shell reports the end of what was killed at once, unless it cannot be killed.
      await within(KILL_GRACE, untilChanged(() => job.group !== group), undefined);
      if (job.group === group) entry.session.destroy();
    }
  }
}

/**
 * TERM, a while to comply, KILL. Without a group of its own (no setsid there) the process itself.
 *
 * `kill -TERM -GROUP` is what the shells' own `kill` understands; dash and BusyBox know no `--`. It is never
 * the program: some versions of /usr/bin/kill take `-1234` for `-1`, which is every process.
 */
function killText(group: number): string {
  return `kill -TERM -${group} 2>/dev/null||kill -TERM ${group} 2>/dev/null;i=0;` +
    `while kill -0 -${group} 2>/dev/null&&[ $i -lt ${KILL_GRACE * 10} ];do ` +
    `sleep 0.1 2>/dev/null||{ sleep 1;i=$((i+9));};i=$((i+1));done;` +
    `kill -KILL -${group} 2>/dev/null||kill -KILL ${group} 2>/dev/null;`;
}

async function untilChanged(changed: () => boolean): Promise<void> {
  for (let tries = 0; tries < 40 && !changed(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a request keeps those after it from running. */
function hasFailed(run: RequestRun): boolean {
  return !run.succeeded && !run.onStop;
}

/** The error for a host that is not connected. */
export function notConnected(host: string): PortError {
  return portError("E_NOT_CONNECTED", `${host} is not connected`);
}

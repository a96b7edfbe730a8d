/** One connected host: runs batches in its sessions, each request with its timeout. */

import { DroverError } from "../errors/mod.ts";
import { CommandRun } from "./command_run.ts";
import { DownloadRun } from "./download_run.ts";
import { GuardRun } from "./guard_run.ts";
import { Killer, type Target } from "./killer.ts";
import { type Entry, Pool } from "./pool.ts";
import {
  type Batch,
  type Farewell,
  MAX_ANSWER,
  MAX_DOWNLOAD,
  MAX_OUTPUT,
  type PortError,
  type PortEvent,
  type PortOptions,
  type Privilege,
  type Request,
  type RequestResult,
} from "./port.ts";
import { Escalator, isPlain, type PasswordSource, privilegeKey } from "./privilege.ts";
import { type Connector, isPortError, portError, within } from "./process.ts";
import type { RequestRun } from "./request_run.ts";
import type { ShellTaskEnd } from "./task.ts";
import { UploadRun } from "./upload_run.ts";

/** Milliseconds of the longest timer; a longer one would run out at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Seconds in which a command with a timeout has to begin, and bytes a second that its way there takes. */
const START_PATIENCE = 60;
const SLOW_LINE = 10_000;

/** So many sessions may end with what a batch could not kill otherwise; then what is left of it is lost. */
const MOST_SPENT_SESSIONS = 2;

/** How a host is used. */
export interface HostShellOptions extends PortOptions {
  /** Seconds in which a command with a timeout has to begin. Default: 60, and more for what is long to send. */
  startPatience?: number;
  passwords: PasswordSource | undefined;
  onEvent: (event: PortEvent) => void;
  /** Whether sessions are opened before they are needed. */
  ahead: () => boolean;
}

/** A batch that is being run. */
interface Job extends Target {
  readonly batch: Batch;
  cancelled: boolean;
  /** Whether it is to end before its next operation. */
  drained: boolean;
  /** Sessions that ended with a command of this batch that could not be killed otherwise. */
  spentSessions: number;
  readonly cancellation: PromiseWithResolvers<void>;
}

/**
 * Runs the batches of one host, several at once: each is cut into segments of one privilege, and a segment is one
 * round trip in a session of that privilege, which the pool lends. It lives from one connection to its end.
 */
export class HostShell {
  readonly #name: string;
  readonly #connector: Connector;
  readonly #options: HostShellOptions;
  readonly #pool: Pool;
  readonly #jobs = new Map<number, Job>();
  readonly #prepared = new Set<string>();
  readonly #killer: Killer;
  /** Resolves when batches can be sent, or to why they cannot. */
  readonly #reached = Promise.withResolvers<PortError | undefined>();

  constructor(name: string, connector: Connector, options: HostShellOptions) {
    this.#name = name;
    this.#connector = connector;
    this.#options = options;
    const escalator = new Escalator(name, options.passwords);
    this.#pool = new Pool(connector, escalator, options.connectTimeout);
    this.#killer = new Killer(this.#pool, connector);
  }

  /** Batches that are run meanwhile travel with the first shell's greeting. */
  async connect(): Promise<PortError | undefined> {
    const error = await this.#connect().catch(asPortError);
    this.#reached.resolve(error);
    return error;
  }

  async #connect(): Promise<PortError | undefined> {
    return await this.#connector.connect() ??
      await this.#pool.connect(this.#firstPrivilege(), () => this.#reached.resolve(undefined));
  }

  /** What the first of the batches that wait wants. */
  #firstPrivilege(): Privilege {
    const [job] = this.#jobs.values();
    return this.#options.sudoPerCommand ? {} : job?.batch.requests[0]?.options.privilege ?? {};
  }

  async run(batch: Batch): Promise<RequestResult[]> {
    const job: Job = {
      batch,
      cancelled: false,
      drained: false,
      spentSessions: 0,
      entry: undefined,
      command: undefined,
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
    if (job.entry !== undefined) await this.#killer.killSession(job, job.entry);
  }

  /** Lets the operation that a batch is at end, and starts no other one of it. */
  async drain(id: number): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined || job.drained || (job.batch.boundaries?.length ?? 0) === 0) return;
    job.drained = true;
    if (job.entry !== undefined) await this.#killer.drain(job, job.entry);
  }

  async close(): Promise<Farewell> {
    await Promise.all([...this.#jobs.keys()].map((id) => this.cancel(id)));
    await this.#killer.finished();
    if (!this.#connector.hangsUp) await this.#pool.close();
    const farewell = await this.#connector.close();
    await this.#pool.close();
    return farewell;
  }

  #runOf(batch: Batch, request: Request, index: number): RequestRun {
    const reads = batch.lane === "facts" || request.kind === "guard" ||
      (request.kind === "command" && request.reads === true);
    const limit = { bytes: reads ? MAX_ANSWER : MAX_OUTPUT, whole: reads };
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
    if (request.kind === "download") {
      return new DownloadRun(request, limit, report, this.#options.maxDownload ?? MAX_DOWNLOAD);
    }
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
    // A cancel finds what to kill by the session: one that came just now has found none.
    if (job.cancelled) return this.#pool.release(entry);
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
      job.command = undefined;
      // The input of a session that has streamed is used up; it only takes a moment to end. One that is being
      // killed must not serve anybody else meanwhile.
      if (streaming || job.cancelled) this.#pool.discard(entry);
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

  async #execute(job: Job, entry: Entry, segment: RequestRun[], streaming: boolean): Promise<ShellTaskEnd[]> {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const awaiting = this.#awaitStarts(entry, segment);
    const tasks = segment.map((run, index) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let ended = false;
      return run.task({
        useless: () => void this.#endUseless(job, entry, () => ended),
        started: (group) => {
          job.command = { group };
          awaiting.started();
          // A host that says so again and again gets no more time, and no more timers.
          if (run.timeout === undefined || timer !== undefined) return;
          timer = setTimeout(() => {
            run.timedOut = true;
            void this.#killer.killCommand(job, entry);
          }, Math.min(run.timeout * 1000, LONGEST_TIMER));
          timers.add(timer);
        },
        ended: () => {
          ended = true;
          job.command = undefined;
          clearTimeout(timer);
          awaiting.next(index + 1);
        },
      }, { streaming, alone: this.#alone(run) });
    });
    awaiting.next(0, tasks.reduce((sum, { text, stdin }) => sum + text.length + (stdin?.length ?? 0), 0));
    try {
      if (!streaming) return await entry.session.run(tasks, job.batch.stopOnFailure, job.drained);
      const run = segment[0] as UploadRun;
      return [await entry.session.runLast(tasks[0]!, run.chunks())];
    } finally {
      awaiting.started();
      for (const timer of timers) clearTimeout(timer);
    }
  }

  /** Ends a command that prints too much; where that does not silence the host, its session. */
  async #endUseless(job: Job, entry: Entry, hasEnded: () => boolean): Promise<void> {
    await this.#killer.killCommand(job, entry);
    if (!hasEnded()) entry.session.destroy();
  }

  /** A shell that says nothing at all must not outlast the timeouts of what it was sent. */
  #awaitStarts(entry: Entry, segment: readonly RequestRun[]) {
    const patience = this.#options.startPatience ?? START_PATIENCE;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let expected = -1;
    return {
      started: () => clearTimeout(timer),
      /** @param bytes What has to arrive before. */
      next: (index: number, bytes = 0) => {
        if (index <= expected) return;
        expected = index;
        clearTimeout(timer);
        const run = segment[index];
        // Behind the last one, there is the end of its other stream to come.
        const { timeout } = run ?? segment.at(-1)!;
        if (timeout === undefined) return;
        const milliseconds = (timeout + patience + bytes / SLOW_LINE) * 1000;
        timer = setTimeout(() => {
          if (run !== undefined) run.timedOut = true;
          entry.session.destroy();
        }, Math.min(milliseconds, LONGEST_TIMER));
      },
    };
  }

  /** Gives the requests that were not begun, because processes of an earlier one might disturb them. */
  async #conclude(
    job: Job,
    entry: Entry,
    segment: RequestRun[],
    ends: ShellTaskEnd[],
  ): Promise<RequestRun[]> {
    let error: PortError | undefined;
    const left: RequestRun[] = [];
    // What was killed for its time may take others along: its session, or the shell that it shared with them.
    let killed = false;
    for (const [index, run] of segment.entries()) {
      const end = ends[index] ?? { kind: "lost" };
      const taken = end.kind === "lost" ? !run.begun : end.kind === "exit" && end.broken && !run.killed;
      killed ||= run.killed;
      if (run.killed && end.kind === "lost") job.spentSessions++;
      // Nothing was begun in a session that did not become one: there is another way to its privilege.
      const never = end.kind === "lost" && entry.direct && !entry.session.answered;
      if (end.kind === "lost" && job.cancelled) run.cancel();
      // Before the first of a batch there is nothing that could live on: whoever says so never stops saying it.
      else if (end.kind === "left" && index === 0) run.lose(error ??= this.#nonsense());
      else if (
        end.kind === "left" || never || (killed && taken && job.spentSessions <= MOST_SPENT_SESSIONS)
      ) left.push(run);
      else if (end.kind === "lost") run.lose(error ??= await this.#lossOf(entry));
      else if (end.kind === "skipped") run.skip();
      else await run.finish(end.status, job.cancelled);
    }
    const failed = segment.some((run) => hasFailed(run) && !left.includes(run));
    return job.batch.stopOnFailure && failed ? [] : left;
  }

  #nonsense(): PortError {
    return portError(
      "E_SESSION_ANSWER",
      `The shell of ${this.#connector.label} answered as no shell does`,
      "Something on the host takes the place of its sh, or prints into its answers",
    );
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
}

/** Whether a request keeps those after it from running. */
function hasFailed(run: RequestRun): boolean {
  return !run.succeeded && !run.onStop;
}

/** What this machine lacks to reach a host is told as any other reason not to reach it. */
function asPortError(thrown: unknown): PortError {
  if (!(thrown instanceof DroverError)) throw thrown;
  return portError(thrown.code, thrown.message, thrown.hint, thrown.detail);
}

/** The error for a host that is not connected. */
export function notConnected(host: string): PortError {
  return portError("E_NOT_CONNECTED", `${host} is not connected`);
}

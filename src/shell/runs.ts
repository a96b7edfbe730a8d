/** One request on its way: what is sent for it, what came back, how it ended. */

import { dirname } from "node:path";
import { OutputBuffer } from "./output.ts";
import type {
  CommandRequest,
  DownloadRequest,
  PortError,
  Privilege,
  Request,
  RunResult,
  UploadRequest,
} from "./port.ts";
import { evidence, portError } from "./process.ts";
import { commandText, surroundings } from "./script.ts";
import type { Task } from "./task.ts";
import { contentText, downloadText, INLINE_SIZE, UPLOAD_SETUP, uploadText } from "./transfer.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Report = ((stream: "stdout" | "stderr", text: string) => void) | undefined;

/** Longest command, in characters, that can be an argument. */
const MAX_SHOWN = 24_000;

/** What the runner wants to know of a task. */
export interface TaskHooks {
  started(group: number): void;
  ended(): void;
}

/** How a task is run. */
export interface TaskWay {
  /** Whether its input is a stream that nothing follows. */
  streaming: boolean;
  /** Whether it gets an escalation of its own. */
  alone: boolean;
  stopOnFailure: boolean;
}

/** The common part of all requests. */
export abstract class CommandRun {
  timedOut = false;
  /** Whether an operation begins here. */
  boundary = false;
  #outcome: RunResult["outcome"] | undefined;
  #status: number | undefined;
  #error: PortError | undefined;
  #startedAt = 0;
  #seconds = 0;
  protected readonly stdout: OutputBuffer;
  protected readonly stderr: OutputBuffer;
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  readonly #report: Report;

  constructor(readonly request: Request, limit: number, report: Report) {
    this.stdout = new OutputBuffer(limit);
    this.stderr = new OutputBuffer(limit);
    this.#report = report;
  }

  get privilege(): Privilege {
    return this.request.options.privilege;
  }

  get timeout(): number | undefined {
    return this.request.options.timeout;
  }

  /** Whether it wants a session of its own, whose input is data. */
  get streams(): boolean {
    return false;
  }

  get readsLocally(): boolean {
    return false;
  }

  get writesLocally(): boolean {
    return false;
  }

  /** Whether it may run in one process group with others of its kind. */
  protected shares(_stopOnFailure: boolean): boolean {
    return false;
  }

  /** What its text needs to have been defined. */
  protected get setup(): string | undefined {
    return undefined;
  }

  /** Whether it can be sent. */
  get prepared(): boolean {
    return this.#outcome === undefined;
  }

  get succeeded(): boolean {
    return this.#outcome === "success";
  }

  /** What logs of an escalation for this request alone show. */
  get shownCommand(): string {
    return `: drover ${this.request.kind}`;
  }

  /** Text that goes before {@linkcode CommandRun.shownCommand}, if that is really the command. */
  protected get textBeforeShown(): string | undefined {
    return undefined;
  }

  /** Reads what has to be read on this machine. Refuses the request when that fails. */
  async prepare(): Promise<void> {}

  protected abstract text(): string;
  protected stdin(_streaming: boolean): Bytes | undefined {
    return this.request.options.stdin === undefined ? undefined : new Uint8Array(this.request.options.stdin);
  }
  protected get codes(): readonly number[] {
    return [0];
  }

  task(hooks: TaskHooks, way: TaskWay): Task {
    const before = way.alone ? this.textBeforeShown : undefined;
    return {
      text: before ?? this.text(),
      audited: before !== undefined,
      boundary: this.boundary,
      shares: this.shares(way.stopOnFailure),
      setup: this.setup,
      codes: this.codes,
      stdin: this.stdin(way.streaming),
      output: (stream, bytes) => this.output(stream, bytes),
      started: (group) => {
        this.#startedAt = performance.now();
        hooks.started(group);
      },
      ended: () => {
        this.#seconds = this.#startedAt === 0 ? 0 : (performance.now() - this.#startedAt) / 1000;
        hooks.ended();
      },
    };
  }

  protected output(stream: "stdout" | "stderr", bytes: Bytes): void | Promise<void> {
    this[stream].push(bytes);
    this.#tell(stream, this.#decoders[stream].decode(bytes, { stream: true }));
  }

  #tell(stream: "stdout" | "stderr", text: string): void {
    if (text !== "") this.#report?.(stream, text);
  }

  /** It ended by itself, or was killed by us. */
  async finish(status: number, cancelled: boolean): Promise<void> {
    for (const stream of ["stdout", "stderr"] as const) this.#tell(stream, this.#decoders[stream].decode());
    if (cancelled) return this.cancel();
    if (this.timedOut) return this.#timeOut();
    this.#status = status;
    this.#outcome = this.codes.includes(status) ? "success" : "failure";
    await Promise.resolve();
  }

  protected fail(error: PortError, outcome: RunResult["outcome"] = "failure"): void {
    this.#outcome = outcome;
    this.#error = error;
  }

  #timeOut(): void {
    this.#outcome = "timeout";
    this.#error = portError(
      "E_TIMEOUT",
      `It did not finish within ${this.timeout} seconds and was killed`,
      "Raise _timeout, or see in its output what it waits for",
    );
  }

  refuse(error: PortError): void {
    this.#outcome ??= "refused";
    this.#error ??= error;
  }

  lose(error: PortError): void {
    if (this.timedOut) return this.#timeOut();
    this.#outcome = "lost";
    this.#error = error;
  }

  skip(): void {
    this.#outcome ??= "skipped";
  }

  cancel(): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = "cancelled";
    this.#error = portError("E_CANCELLED", "It was killed because the run was interrupted");
  }

  result(): RunResult {
    const ended = this.#outcome === "success" || this.#outcome === "failure";
    return {
      outcome: this.#outcome ?? "lost",
      ...(ended && this.#status !== undefined ? { exitStatus: this.#status } : {}),
      stdout: this.stdout.take(),
      stderr: this.stderr.take(),
      droppedBytes: this.stdout.dropped + this.stderr.dropped,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      seconds: this.#seconds,
    };
  }

  /** What the far side said on stderr, as evidence. */
  protected complaint(): string {
    return evidence(new TextDecoder().decode(this.stderr.take())).replace(/^drover: /gm, "");
  }
}

/** A command. */
export class TextRun extends CommandRun {
  readonly #command: CommandRequest;
  #text = "";

  constructor(request: CommandRequest, limit: number, report: Report) {
    super(request, limit, report);
    this.#command = request;
  }

  protected override get codes(): readonly number[] {
    return this.#command.options.successExitCodes;
  }

  /** What stops at a failure changes the host, and may leave processes behind. */
  protected override shares(stopOnFailure: boolean): boolean {
    const { stdin, timeout, shell, pty } = this.#command.options;
    return !stopOnFailure && stdin === undefined && timeout === undefined && !pty &&
      (shell === null || shell === "sh");
  }

  override async prepare(): Promise<void> {
    try {
      this.#text = commandText(this.#command.script, this.#command.options);
      if (this.#text.includes("\0")) throw new TypeError("A command cannot hold a NUL character");
    } catch (error) {
      this.refuse(portError("E_COMMAND", messageOf(error)));
    }
    await Promise.resolve();
  }

  protected override text(): string {
    return this.#text;
  }

  override get shownCommand(): string {
    const { script } = this.#command;
    return script.length <= MAX_SHOWN ? script : `: drover command of ${script.length} characters`;
  }

  protected override get textBeforeShown(): string | undefined {
    const { script, options: { shell, pty } } = this.#command;
    const inner = pty || (shell !== null && shell !== "sh") || script.length > MAX_SHOWN;
    return inner ? undefined : surroundings(this.#command.options);
  }
}

/** A file to write. */
export class UploadRun extends CommandRun {
  readonly #upload: UploadRequest;
  #bytes: Bytes | undefined;
  /** Shell text that writes the content, if it is short. */
  #content: string | undefined;
  #size = 0;

  constructor(request: UploadRequest, limit: number, report: Report) {
    super(request, limit, report);
    this.#upload = request;
  }

  override get streams(): boolean {
    return this.#size > INLINE_SIZE;
  }

  override get readsLocally(): boolean {
    return this.#upload.source.kind === "file";
  }

  override async prepare(): Promise<void> {
    const { source, dest } = this.#upload;
    if (dest.includes("\0")) return this.refuse(portError("E_UPLOAD", "A path cannot hold a NUL character"));
    if (source.kind === "bytes") {
      this.#keep(owned(source.bytes));
      return;
    }
    try {
      const info = await Deno.stat(source.path);
      if (info.isDirectory) throw new Error("it is a directory");
      this.#size = info.size;
      if (this.#size > INLINE_SIZE && info.isFile) return;
      this.#keep(await Deno.readFile(source.path));
    } catch (error) {
      this.refuse(
        portError("E_LOCAL_READ", `Cannot read the local file '${source.path}': ${messageOf(error)}`),
      );
    }
  }

  #keep(bytes: Bytes): void {
    this.#bytes = bytes;
    this.#size = bytes.length;
    this.#content = contentText(bytes);
  }

  protected override shares(): boolean {
    return this.#content !== undefined && this.timeout === undefined;
  }

  protected override get setup(): string {
    return UPLOAD_SETUP;
  }

  protected override text(): string {
    return uploadText(this.#upload, this.#size, this.#content);
  }

  protected override stdin(streaming: boolean): Bytes | undefined {
    if (streaming || this.#content !== undefined) return undefined;
    const { source } = this.#upload;
    // Only where the host admits a single session is a large file sent as text.
    return this.#bytes ?? (source.kind === "file" ? Deno.readFileSync(source.path) : undefined);
  }

  /** The content, piece by piece. */
  async *chunks(): AsyncGenerator<Bytes> {
    const { source } = this.#upload;
    if (this.#bytes !== undefined) {
      const step = 256 * 1024;
      for (let at = 0; at < this.#bytes.length; at += step) yield this.#bytes.subarray(at, at + step);
      return;
    }
    if (source.kind !== "file") return;
    using file = await Deno.open(source.path);
    let left = this.#size;
    while (left > 0) {
      const buffer = new Uint8Array(Math.min(256 * 1024, left));
      const read = await file.read(buffer);
      // The file shrank meanwhile: the host notices that bytes are missing.
      if (read === null) return;
      left -= read;
      yield buffer.subarray(0, read);
    }
  }

  override async finish(status: number, cancelled: boolean): Promise<void> {
    await super.finish(status, cancelled);
    if (this.succeeded || cancelled || this.timedOut) return;
    this.fail(portError("E_UPLOAD", `Could not write ${this.#upload.dest}`, undefined, this.complaint()));
  }
}

/** A file to fetch. */
export class DownloadRun extends CommandRun {
  readonly #download: DownloadRequest;
  readonly #temporary: string;
  #file: Deno.FsFile | undefined;
  #localError: PortError | undefined;

  constructor(request: DownloadRequest, limit: number, report: Report) {
    super(request, limit, report);
    this.#download = request;
    this.#temporary = `${dirname(request.dest)}/.drover-${crypto.randomUUID().slice(0, 13)}`;
  }

  override get writesLocally(): boolean {
    return true;
  }

  override async prepare(): Promise<void> {
    const directory = dirname(this.#download.dest);
    try {
      if (this.#download.createDirectory) await Deno.mkdir(directory, { recursive: true });
      if (!(await Deno.stat(directory)).isDirectory) throw new Error("it is no directory");
    } catch (error) {
      this.refuse(portError("E_LOCAL_WRITE", `Cannot write into '${directory}': ${messageOf(error)}`));
    }
  }

  protected override text(): string {
    return downloadText(this.#download);
  }

  protected override output(stream: "stdout" | "stderr", bytes: Bytes): void | Promise<void> {
    return stream === "stdout" ? this.#write(bytes) : super.output(stream, bytes);
  }

  async #write(bytes: Bytes): Promise<void> {
    if (this.#localError !== undefined) return;
    try {
      const file = await this.#open();
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    } catch (error) {
      this.#localError = portError(
        "E_LOCAL_WRITE",
        `Cannot write the local file '${this.#download.dest}': ${messageOf(error)}`,
      );
    }
  }

  async #open(): Promise<Deno.FsFile> {
    return this.#file ??= await Deno.open(this.#temporary, { write: true, createNew: true, mode: 0o600 });
  }

  override async finish(status: number, cancelled: boolean): Promise<void> {
    await super.finish(status, cancelled);
    if (this.succeeded && this.#localError === undefined) await this.#keep();
    await this.#discard();
    if (this.#localError !== undefined) return this.fail(this.#localError, "refused");
    if (this.succeeded || cancelled || this.timedOut) return;
    this.fail(portError("E_DOWNLOAD", `Could not read ${this.#download.src}`, undefined, this.complaint()));
  }

  override lose(error: PortError): void {
    super.lose(error);
    void this.#discard();
  }

  override cancel(): void {
    super.cancel();
    void this.#discard();
  }

  async #keep(): Promise<void> {
    try {
      const file = await this.#open();
      file.close();
      this.#file = undefined;
      const old = await Deno.stat(this.#download.dest).catch(() => undefined);
      await Deno.chmod(this.#temporary, (old?.mode ?? 0o666 & ~Deno.umask()) & 0o7777);
      await Deno.rename(this.#temporary, this.#download.dest);
    } catch (error) {
      this.#localError = portError(
        "E_LOCAL_WRITE",
        `Cannot write the local file '${this.#download.dest}': ${messageOf(error)}`,
      );
    }
  }

  async #discard(): Promise<void> {
    this.#file?.close();
    this.#file = undefined;
    await Deno.remove(this.#temporary).catch(() => {});
  }
}

/** The bytes themselves, unless other threads may write to them. */
function owned(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer ? bytes as Bytes : new Uint8Array(bytes);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

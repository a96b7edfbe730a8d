/** A file on its way from a host. */

import { dirname } from "node:path";
import { messageOf } from "../errors/mod.ts";
import type { DownloadRequest, PortError } from "./port.ts";
import { portError } from "./process.ts";
import { type OutputLimit, type Report, RequestRun } from "./request_run.ts";
import { downloadText } from "./transfer.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A file to fetch. */
export class DownloadRun extends RequestRun {
  readonly #download: DownloadRequest;
  readonly #temporary: string;
  #file: Deno.FsFile | undefined;
  #localError: PortError | undefined;
  #received = 0;
  readonly #most: number;

  /** @param most Bytes that the file may have. */
  constructor(request: DownloadRequest, limit: OutputLimit, report: Report, most: number) {
    super(request, limit, report);
    this.#download = request;
    this.#most = most;
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
    this.#received += bytes.length;
    const excess = this.#excess();
    if (excess !== undefined) return await this.#giveUp(excess);
    try {
      const file = await this.#open();
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    } catch (error) {
      await this.#giveUp(this.#notWritten(error));
    }
  }

  /** Why what has come is more than may come. */
  #excess(): PortError | undefined {
    const { src, size } = this.#download;
    if (size !== undefined && this.#received > size) return wrongSize(`more than the ${size}`, src);
    if (this.#received <= this.#most) return undefined;
    return portError(
      "E_DOWNLOAD",
      `The host sent more than ${this.#most} bytes for ${src}, which is the limit for downloads`,
      "--max-download SIZE or config.maxDownload raises it",
    );
  }

  /** Wants nothing more of the host, and leaves nothing here. */
  async #giveUp(error: PortError): Promise<void> {
    this.#localError = error;
    this.cutOff();
    await this.#discard();
  }

  #notWritten(error: unknown): PortError {
    const { dest } = this.#download;
    return portError("E_LOCAL_WRITE", `Cannot write the local file '${dest}': ${messageOf(error)}`);
  }

  async #open(): Promise<Deno.FsFile> {
    return this.#file ??= await Deno.open(this.#temporary, { write: true, createNew: true, mode: 0o600 });
  }

  override async finish(status: number, cancelled: boolean): Promise<void> {
    await super.finish(status, cancelled);
    const { src, size = this.#received } = this.#download;
    if (this.succeeded && this.#received < size) {
      this.#localError ??= wrongSize(`${this.#received} of the ${size}`, src);
    }
    if (this.succeeded && this.#localError === undefined) await this.#keep();
    await this.#discard();
    if (this.#localError !== undefined) return this.fail(this.#localError, "refused");
    if (this.succeeded || cancelled || this.timedOut) return;
    this.fail(portError("E_DOWNLOAD", `Could not read ${this.#download.src}`, undefined, this.complaint()));
  }

  override lose(error: PortError): void {
    super.lose(error);
    if (this.#localError !== undefined) this.fail(this.#localError, "refused");
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
      this.#localError = this.#notWritten(error);
    }
  }

  async #discard(): Promise<void> {
    this.#file?.close();
    this.#file = undefined;
    await Deno.remove(this.#temporary).catch(() => {});
  }
}

function wrongSize(sent: string, src: string): PortError {
  return portError(
    "E_DOWNLOAD",
    `The host sent ${sent} bytes that it had announced for ${src}`,
    "the file has changed since it was looked at, or the host lies: run again, or set _retries to look again",
  );
}

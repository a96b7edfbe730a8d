/** A file on its way from a host. */

import { dirname } from "node:path";
import { messageOf } from "../errors/mod.ts";
import type { DownloadRequest, PortError } from "./port.ts";
import { portError } from "./process.ts";
import { type Report, RequestRun } from "./request_run.ts";
import { downloadText } from "./transfer.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A file to fetch. */
export class DownloadRun extends RequestRun {
  readonly #download: DownloadRequest;
  readonly #temporary: string;
  #file: Deno.FsFile | undefined;
  #localError: PortError | undefined;
  #received = 0;

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
    const { src, maxBytes = Infinity } = this.#download;
    this.#received += bytes.length;
    if (this.#received > maxBytes) {
      this.#localError = portError(
        "E_DOWNLOAD",
        `The host sent more than ${maxBytes} bytes for ${src}`,
        "It grows, or the host has told a wrong size",
      );
      return await this.#discard();
    }
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

/** A file on its way to a host. */

import { messageOf } from "../errors/mod.ts";
import type { UploadRequest } from "./port.ts";
import { portError } from "./process.ts";
import { type OutputLimit, type Report, RequestRun } from "./request_run.ts";
import { contentText, INLINE_SIZE, UPLOAD_SETUP, uploadText } from "./transfer.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A file to write. */
export class UploadRun extends RequestRun {
  readonly #upload: UploadRequest;
  #bytes: Bytes | undefined;
  /** Shell text that writes the content, if it is short. */
  #content: string | undefined;
  #size = 0;

  constructor(request: UploadRequest, limit: OutputLimit, report: Report) {
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
    const complaint = this.complaint();
    const hint = hintFor(complaint, this.#upload.dest);
    this.fail(portError("E_UPLOAD", `Could not write ${this.#upload.dest}`, hint, complaint));
  }
}

/** What to do where the host gives no room for temporary files. */
function hintFor(complaint: string, dest: string): string | undefined {
  const isTemporary = /\/\.drover-[^/]+$/.test(dest) || /temporary files/.test(complaint);
  if (isTemporary) {
    return "_tempDir or config.tempDir names another directory of the host for temporary files";
  }
  if (/read-only file system/i.test(complaint)) return "this part of the host's files is mounted read-only";
  return /No space left on device/.test(complaint) ? "a disk of the host is full" : undefined;
}

/** The bytes themselves, unless other threads may write to them. */
function owned(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer ? bytes as Bytes : new Uint8Array(bytes);
}

/** Reads what a far side says without holding much memory for it. */

import type { FrameReader } from "./framing.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Passes a stream on to its end. */
export async function readStream(stream: ReadableStream<Bytes>, reader: FrameReader): Promise<void> {
  try {
    for await (const chunk of frugally(stream)) await reader.push(chunk);
  } catch {
    // A broken pipe is the end of the stream.
  }
  await reader.end();
}

/** Bytes that a reader waits for at first, and at most. */
const SMALL_READ = 4 * 1024;
const LARGE_READ = 64 * 1024;

/**
 * Reads with a buffer that is small until much comes: a waiting reader holds its buffer, and with a thousand
 * hosts two thousand of them wait.
 */
async function* frugally(stream: ReadableStream<Bytes>): AsyncGenerator<Bytes> {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    // Not every connector's streams are streams of bytes.
    yield* stream;
    return;
  }
  for (let size = SMALL_READ;;) {
    const { done, value } = await reader.read(new Uint8Array(size));
    if (done) return;
    size = value.length === size ? LARGE_READ : SMALL_READ;
    yield value;
  }
}

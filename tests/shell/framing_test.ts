import assert from "node:assert/strict";
import fc from "fast-check";
import { type Frame, FrameReader, newMark } from "../../src/shell/framing.ts";
import { OutputBuffer } from "../../src/shell/output.ts";

const encoder = new TextEncoder();

async function read(mark: string, chunks: Uint8Array[]): Promise<{ data: Uint8Array; frames: Frame[] }> {
  const parts: Uint8Array[] = [];
  const frames: Frame[] = [];
  const reader = new FrameReader(mark, {
    data: (bytes) => void parts.push(bytes.slice()),
    frame: (frame) => void frames.push(frame),
  });
  for (const chunk of chunks) await reader.push(chunk);
  await reader.end();
  return { data: join(parts), frames };
}

function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  chunks.push(bytes.slice(at));
  return chunks;
}

Deno.test("frames are found and removed wherever the stream is cut", async () => {
  const mark = newMark();
  const arbitraryData = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    // What looks like the start of a frame and is none.
    fc.constantFrom(mark.slice(0, 9), mark, `${mark}:`, `${mark}:e:x;`, `${mark}:e`).map((text) =>
      encoder.encode(text)
    ),
  );
  await fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(arbitraryData, fc.nat(300), fc.boolean()), { maxLength: 8 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 }),
    async (pieces, sizes) => {
      const stream: Uint8Array[] = [];
      const expected: Uint8Array[] = [];
      const frames: Frame[] = [];
      for (const [data, number, framed] of pieces) {
        // A false start directly before a real mark would hide it, as data that ends in our mark would.
        const padded = join([data, encoder.encode(" ".repeat(70))]);
        stream.push(padded);
        expected.push(padded);
        if (!framed) continue;
        stream.push(encoder.encode(`${mark}:e:${number}:0;`));
        frames.push({ letter: "e", numbers: [number, 0] });
      }
      const result = await read(mark, cut(join(stream), sizes));
      assert.deepEqual(result.data, join(expected));
      assert.deepEqual(result.frames, frames);
    },
  ));
});

Deno.test("a partial mark at the end of the stream is data", async () => {
  const mark = newMark();
  const { data } = await read(mark, [encoder.encode(`abc${mark.slice(0, 20)}`)]);
  assert.equal(new TextDecoder().decode(data), `abc${mark.slice(0, 20)}`);
});

Deno.test("output within the limit is kept whole", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 20 }), (parts) => {
    const buffer = new OutputBuffer(600);
    for (const part of parts) buffer.push(new Uint8Array(part));
    assert.deepEqual(buffer.take(), join(parts));
    assert.equal(buffer.dropped, 0);
  }));
});

Deno.test("longer output keeps its head and its tail, and counts the rest", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 40 }),
    fc.integer({ min: 2, max: 200 }),
    (parts, limit) => {
      const buffer = new OutputBuffer(limit);
      for (const part of parts) buffer.push(new Uint8Array(part));
      const whole = join(parts);
      const kept = buffer.take();
      assert.equal(kept.length + buffer.dropped, whole.length);
      assert.ok(kept.length <= limit || whole.length <= limit);
      const head = Math.min(limit >> 1, whole.length);
      assert.deepEqual(kept.slice(0, head), whole.slice(0, head));
      const tail = kept.length - head;
      assert.deepEqual(kept.slice(head), whole.slice(whole.length - tail));
    },
  ));
});

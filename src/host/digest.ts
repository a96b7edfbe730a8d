/** Digests that hosts can compute too: SHA-256, and the checksum of POSIX `cksum`. */

import { createHash } from "node:crypto";

/** Both digests of some bytes, as the programs print them: `sha256sum`'s first word, `cksum`'s first two. */
export function digestsOf(parts: readonly Uint8Array[]): { sha256: string; cksum: string } {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return { sha256: hash.digest("hex"), cksum: cksum(parts) };
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** CRC-32 as POSIX wants it: most significant bit first, the length behind the bytes, all inverted. */
function cksum(parts: readonly Uint8Array[]): string {
  let crc = 0;
  const add = (byte: number) => crc = (crc << 8) ^ TABLE[(crc >>> 24) ^ byte]!;
  let length = 0;
  for (const part of parts) {
    length += part.length;
    for (const byte of part) add(byte);
  }
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) add(rest & 0xff);
  return `${~crc >>> 0} ${length}`;
}

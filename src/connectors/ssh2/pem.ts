/** Brings private RSA and ECDSA keys into the form that Deno's crypto insists on. */

import { Buffer } from "node:buffer";

/** Bytes of a scalar. */
const SIZES: Readonly<Record<string, number>> = {
  "ecdsa-sha2-nistp256": 32,
  "ecdsa-sha2-nistp384": 48,
  "ecdsa-sha2-nistp521": 66,
};

/**
 * Rewrites a key in PEM that the library made. Of a key that was encrypted it keeps the padding, which is cut
 * off. The scalar of an ECDSA key gets exactly the length of the curve: OpenSSH keeps scalars as numbers, with
 * a zero before a high bit and without leading zeros, which OpenSSL tolerates and Deno does not.
 *
 * @param type Such as `ecdsa-sha2-nistp256`.
 */
export function normalizePem(pem: string, type: string): string {
  const label = /-----BEGIN ([A-Z ]+)-----/.exec(pem)?.[1];
  const size = SIZES[type];
  if (label === undefined || (size === undefined && type !== "ssh-rsa")) return pem;
  const der = Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ""), "base64");
  const [sequence, end] = readElement(der, 0);
  const whole = size === undefined ? der.subarray(0, end) : element(0x30, withScalarOf(size, sequence));
  const lines = whole.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----`;
}

function withScalarOf(size: number, sequence: Buffer): Buffer {
  const [, afterVersion] = readElement(sequence, 0);
  const [scalar, afterScalar] = readElement(sequence, afterVersion);
  const significant = scalar.subarray(Math.max(0, scalar.length - size));
  const padded = Buffer.concat([Buffer.alloc(size - significant.length), significant]);
  return Buffer.concat([
    sequence.subarray(0, afterVersion),
    element(0x04, padded),
    sequence.subarray(afterScalar),
  ]);
}

/** Content of the element of DER at a position, and the position after it. */
function readElement(der: Buffer, start: number): [Buffer, number] {
  let at = start + 1;
  let length = der[at++] ?? 0;
  if (length >= 0x80) {
    const bytes = length & 0x7f;
    length = der.readUIntBE(at, bytes);
    at += bytes;
  }
  return [der.subarray(at, at + length), at + length];
}

function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

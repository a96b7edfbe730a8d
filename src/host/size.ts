/** Sizes as people write them. */

import { DroverError } from "../errors/mod.ts";

const UNITS: Record<string, number> = {
  "": 1,
  b: 1,
  k: 1000,
  kb: 1000,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/**
 * The bytes of a size: a number, or text such as `"10KB"` (1000 bytes each) or `"10KiB"` (1024 bytes each).
 *
 * @throws {DroverError} `E_ARGUMENT` for what is no size.
 */
export function bytesOf(size: number | string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(size));
  const unit = UNITS[match?.[2]?.toLowerCase() ?? "?"];
  if (match !== null && unit !== undefined) return Math.round(Number(match[1]) * unit);
  throw new DroverError("E_ARGUMENT", `Cannot understand the size ${Deno.inspect(size)}`, {
    hint: 'write bytes as a number, or text such as "500KB", "10MiB", "1GB"',
  });
}

/** Bytes as a message shows them: `1 GiB`, `1.5 MiB`, `300000 bytes`; whole where they are few. */
export function showBytes(bytes: number): string {
  const [unit, name] = ([[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"]] as const)
    .find(([unit]) => bytes >= unit) ?? [1, bytes === 1 ? "byte" : "bytes"];
  return `${Math.round(bytes * 10 / unit) / 10} ${name}`;
}

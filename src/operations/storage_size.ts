/** Sizes as storage programs read and print them. */

const UNITS = "BKMGTPE";

/**
 * The number of bytes of `10G`, `1.5T`, `512MiB` or `4096`; `undefined` for what is no size. Units are powers of 1024.
 *
 * @param unit What a number without a unit stands for. Default: bytes.
 */
export function parseSize(text: string, unit = "B"): number | undefined {
  const [, number, letter = unit] = /^(\d+(?:\.\d+)?)([BKMGTPE])?(?:i?B)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * 1024 ** UNITS.indexOf(letter.toUpperCase()));
}

/** The text that tells a file without an answer from none. */

/** Printed where a file has nothing to show. Hosts that pyinfra's facts were written for print the same. */
export function existsMark(path: string): string {
  return `__pyinfra_exists_${path}`;
}

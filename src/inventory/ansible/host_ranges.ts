/** Names of hosts with ranges: `web[01:10:2].example.com:22`. */

const RANGE_REGEXP = /^(.*?)\[([0-9]+|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]+))?\](.*)$/;

/** More hosts than anybody has: a slip in a range, not a list. */
const MOST_HOSTS = 100_000;

/**
 * The hosts that a pattern stands for, and the port behind it.
 *
 * @throws {RangeError} For a range that has no end or counts backwards.
 * @example
 * ```ts
 * expandHosts("db[a:c]:5022"); // { hosts: ["dba", "dbb", "dbc"], port: 5022 }
 * ```
 */
export function expandHosts(pattern: string): { hosts: string[]; port: number | undefined } {
  const { name, port } = splitPort(pattern);
  return { hosts: expand(name), port };
}

/** An IPv6 address has a port only behind brackets. */
function splitPort(pattern: string): { name: string; port: number | undefined } {
  const [, bracketed, behind] =
    /^\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\](?::(\d+))?$/.exec(pattern) ?? [];
  if (bracketed !== undefined) {
    return { name: bracketed, port: behind === undefined ? undefined : Number(behind) };
  }
  const [, name, port] = /^((?:[^:[\]]|\[[^\]]*\])+):(\d+)$/.exec(pattern) ?? [];
  return name === undefined ? { name: pattern, port: undefined } : { name, port: Number(port) };
}

function expand(name: string): string[] {
  const match = RANGE_REGEXP.exec(name);
  if (match === null) return [name];
  const [, before, from, to, step = "1", behind] = match as unknown as [
    string,
    string,
    string,
    string,
    string?,
    string?,
  ];
  const items = itemsOf(from, to, Number(step), name);
  return expand(behind ?? "").flatMap((rest) => items.map((item) => [item, rest] as const))
    .toSorted((left, right) => items.indexOf(left[0]) - items.indexOf(right[0]))
    .map(([item, rest]) => `${before}${item}${rest}`);
}

function itemsOf(from: string, to: string, step: number, name: string): string[] {
  if (step < 1) throw new RangeError(`the range in "${name}" has a step of ${step}`);
  const isNumeric = /^\d+$/.test(from) && /^\d+$/.test(to);
  if (!isNumeric && (/^\d/.test(from) || /^\d/.test(to))) {
    throw new RangeError(`the range in "${name}" goes from a letter to a number`);
  }
  const [first, last] = isNumeric ? [Number(from), Number(to)] : [from.codePointAt(0)!, to.codePointAt(0)!];
  if (last < first) throw new RangeError(`the range in "${name}" ends before it begins`);
  if ((last - first) / step > MOST_HOSTS) {
    throw new RangeError(`the range in "${name}" stands for too many hosts`);
  }
  const width = isNumeric && from.startsWith("0") && from.length > 1 ? from.length : 0;
  const items: string[] = [];
  for (let at = first; at <= last; at += step) {
    items.push(isNumeric ? String(at).padStart(width, "0") : String.fromCodePoint(at));
  }
  return items;
}

/** Values that no message should hold, and changes to those that it holds. */

import type { Random } from "./random.ts";

type Container = Record<string, unknown> | unknown[];

/** Whatever structured clones can carry. */
export function hostileValue(random: Random): unknown {
  return random.pick(HOSTILE)(random);
}

const HOSTILE: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => undefined,
  () => true,
  () => -1,
  () => -0,
  () => 2 ** 53,
  () => 1e308,
  () => NaN,
  () => Infinity,
  () => 10n,
  () => "",
  () => "\0",
  () => "\ud800",
  () => "\x1b[2J\u202e\u2028",
  () => "__proto__",
  (random) => "x".repeat(random.size(2_000_000)),
  (random) => "a\n".repeat(random.size(100_000)),
  () => [],
  () => ({}),
  () => JSON.parse('{"__proto__":{"type":"finished"},"constructor":1,"toString":2}'),
  () => new Map([["type", "finished"]]),
  () => new Set([1]),
  () => new Date(NaN),
  () => /(a+)+$/g,
  () => new RangeError("E"),
  () => new Uint8Array(8),
  () => new Float64Array(8),
  () => new DataView(new ArrayBuffer(8)),
  () => new Uint8Array(new ArrayBuffer(8, { maxByteLength: 1024 })),
  () => new Uint8Array(new SharedArrayBuffer(8)),
  () => Object(1),
  () => Object("text"),
  cyclic,
  deep,
  shared,
  sparse,
];

function cyclic(): unknown {
  const value: Record<string, unknown> = { type: "event" };
  value["self"] = value;
  value["list"] = [value, value];
  return value;
}

function deep(random: Random): unknown {
  let value: unknown = 1;
  for (let depth = random.size(3000); depth > 0; depth--) value = random.chance(0.5) ? [value] : { value };
  return value;
}

/** Few objects that are many where each reference counts. */
function shared(random: Random): unknown {
  let value: unknown = "x";
  const width = random.between(2, 100);
  for (let depth = 40; depth > 0; depth--) value = Array.from({ length: width }, () => value);
  return value;
}

/** A list that is short to send. */
function sparse(random: Random): unknown {
  const value: unknown[] = [];
  value.length = random.pick([100, 1_000_000, 4_294_967_295]);
  return random.chance(0.5) ? value : Array.from({ length: 1000 }, () => value);
}

/** Changes one place of a message. What it was made of stays as it is. */
export function mutated(message: unknown, random: Random): unknown {
  const copy = cloneOf(message);
  const places = placesOf(copy);
  if (places.length === 0) return hostileValue(random);
  const [holder, key] = random.pick(places);
  const slots = holder as Record<string, unknown>;
  switch (random.below(7)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete slots[key];
      break;
    case 1:
      slots[random.pick(["extra", "type", "id", "constructor", key])] = hostileValue(random);
      break;
    case 2:
      if (Array.isArray(holder)) holder.push(...Array.from({ length: random.size(2000) }, () => slots[key]));
      else slots[key] = [slots[key]];
      break;
    case 3:
      slots[key] = hostileValue(random);
      break;
    case 4: {
      // Something of another place.
      const [other, name] = random.pick(places);
      slots[key] = cloneOf((other as Record<string, unknown>)[name]);
      break;
    }
    default:
      slots[key] = alike(slots[key], random);
  }
  return copy;
}

/** Another value of the same type: what passes every check of shapes. */
function alike(value: unknown, random: Random): unknown {
  if (typeof value === "number") {
    return random.pick([0, 1, value + 1, random.size(1e6), 2 ** 31, 2 ** 53 - 1, 1e20]);
  }
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") {
    return random.pick([
      "",
      value + value,
      value.slice(1),
      "a\r\nb",
      "\0",
      "x".repeat(random.size(100_000)),
      "@local",
    ]);
  }
  return value;
}

function cloneOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return null;
  }
}

/** Every place of a value, the deep ones as likely as the others. */
function placesOf(value: unknown): [Container, string][] {
  const places: [Container, string][] = [];
  const seen = new Set<unknown>();
  const walk = (one: unknown): void => {
    if (typeof one !== "object" || one === null || one instanceof Uint8Array) return;
    if (seen.has(one) || places.length > 20_000) return;
    seen.add(one);
    for (const key of Object.keys(one)) {
      places.push([one as Container, key]);
      walk((one as Record<string, unknown>)[key]);
    }
  };
  walk(value);
  return places;
}

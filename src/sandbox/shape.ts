/** Checks that a value from the other thread has the shape that it should, and makes a fresh one of it. */

/** Says where a value is wrong, never what is in it: that may be a secret. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/**
 * Gives back a value of the type, made of nothing but what was checked.
 *
 * @param at How an error names the value: `event.plan.operations[3]`.
 * @throws {ShapeError} For anything else.
 */
export type Shape<T> = (value: unknown, at: string) => T;

/** A field that may be absent. */
export interface Optional<T> {
  readonly optional: Shape<T>;
}

/** A shape for each field: whoever adds one to the type is told here. */
export type Fields<T> = {
  [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional<Exclude<T[K], undefined>>
    : Shape<T[K]>;
};

/** Longest text of a message. Outputs and files travel as bytes. */
const MOST_TEXT = 64 * 1024 * 1024;
/** Most entries of one list or record. */
const MOST_ENTRIES = 1_000_000;
/** Deepest nesting of plain data. */
const MOST_DEPTH = 100;

function wrong(at: string, wanted: string): ShapeError {
  return new ShapeError(`${at} is not ${wanted}`);
}

/** A text of up to so many characters. */
export function text(most = MOST_TEXT): Shape<string> {
  return (value, at) => {
    if (typeof value !== "string") throw wrong(at, "a text");
    if (value.length > most) throw wrong(at, `a text of up to ${most} characters`);
    return value;
  };
}

/** A finite number from 0 on. */
export const amount: Shape<number> = (value, at) => {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw wrong(at, "a number from 0 on");
};

/** A finite number. */
export const number: Shape<number> = (value, at) => {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrong(at, "a number");
};

/** A whole number from 0 on. */
export const index: Shape<number> = (value, at) => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(at, "a whole number");
};

export const truth: Shape<boolean> = (value, at) => {
  if (typeof value === "boolean") return value;
  throw wrong(at, "true or false");
};

/** Bytes that nobody else can change any more. */
export const bytes: Shape<Uint8Array> = (value, at) => {
  if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) return value;
  throw wrong(at, "bytes of its own");
};

/** One of some words. */
export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return (value, at) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw wrong(at, `one of ${words.join(", ")}`);
    return found;
  };
}

/** This value and no other. */
export function exactly<const T extends string | boolean | null>(only: T): Shape<T> {
  return (value, at) => {
    if (value !== only) throw wrong(at, String(only));
    return only;
  };
}

export function list<T>(of: Shape<T>, most = MOST_ENTRIES): Shape<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw wrong(at, "a list");
    if (value.length > most) throw wrong(at, `a list of up to ${most}`);
    // Holes are values, too.
    return Array.from(value, (one: unknown, place) => of(one, `${at}[${place}]`));
  };
}

/** Values by name. */
export function record<T>(of: Shape<T>): Shape<Record<string, T>> {
  return (value, at) => {
    const entries = Object.entries(plainObject(value, at));
    if (entries.length > MOST_ENTRIES) throw wrong(at, `a record of up to ${MOST_ENTRIES}`);
    return Object.fromEntries(entries.map(([name, one]) => [name, of(one, `${at}.*`)]));
  };
}

/** A field that may be absent. */
export function maybe<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

/** The first of some shapes that fits. */
export function either<A, B>(one: Shape<A>, other: Shape<B>): Shape<A | B> {
  return (value, at) => {
    try {
      return one(value, at);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      return other(value, at);
    }
  };
}

/** An object with these fields and no others. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  const shapes = new Map<string, Shape<unknown> | Optional<unknown>>(Object.entries(fields));
  return (value, at) => {
    const given = plainObject(value, at);
    for (const name of Object.keys(given)) {
      if (!shapes.has(name)) throw wrong(`${at}.${name.slice(0, 40)}`, "a field that it has");
    }
    const taken: [string, unknown][] = [];
    for (const [name, shape] of shapes) {
      const field = Object.hasOwn(given, name) ? given[name] : undefined;
      if (typeof shape === "function") taken.push([name, shape(field, `${at}.${name}`)]);
      else if (field !== undefined) taken.push([name, shape.optional(field, `${at}.${name}`)]);
    }
    // Each field was checked by the shape that `Fields` demands for it.
    return Object.fromEntries(taken) as T;
  };
}

/** Objects that a field tells apart, with the shape of each kind. */
export function tagged<K extends string, T extends { [P in K]: string }>(
  tag: K,
  kinds: { [V in T[K]]: Shape<Extract<T, { [P in K]: V }>> },
): Shape<T> {
  const shapes = new Map<unknown, Shape<T>>(Object.entries<Shape<T>>(kinds));
  return (value, at) => {
    const shape = shapes.get(plainObject(value, at)[tag]);
    if (shape === undefined) throw wrong(`${at}.${tag}`, "one that there is");
    return shape(value, at);
  };
}

/** A tuple of arguments. */
export function tuple<T extends readonly unknown[]>(...shapes: { [I in keyof T]: Shape<T[I]> }): Shape<T> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length !== shapes.length) throw wrong(at, `${shapes.length} values`);
    return shapes.map((shape, place) => shape(value[place], `${at}[${place}]`)) as unknown as T;
  };
}

/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export const json: Shape<Json> = (value, at) => jsonAt(value, at, 0);

function jsonAt(value: unknown, at: string, depth: number): Json {
  if (depth > MOST_DEPTH) throw wrong(at, `data of up to ${MOST_DEPTH} levels`);
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string") return text()(value, at);
  if (Array.isArray(value)) return list((one, place) => jsonAt(one, place, depth + 1))(value, at);
  return record((one, place) => jsonAt(one, place, depth + 1))(value, at);
}

/** Structured clones keep dates, maps, errors and the like what they are: none of them is a message. */
function plainObject(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(at, "an object");
  if (Object.getPrototypeOf(value) !== Object.prototype) throw wrong(at, "a plain object");
  return value as Record<string, unknown>;
}

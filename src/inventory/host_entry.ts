/** Reads one host of a list: a name, or a name with data. */

import { DroverError, type Place } from "../errors/mod.ts";
import { cleanData, isMapping } from "./data_file.ts";

/** What a host looks like, for hints. */
export const HOST_SHAPE =
  'a host is a name such as "web-01" or a pair such as ["web-01", { ssh_user: "deploy" }]';

/** A host as one list names it. */
export interface ParsedHost {
  /** Its name without user and port. */
  name: string;
  /** As it was written. */
  written: string;
  /** Data of its tuple; one object for all places where the inventory uses the same tuple. */
  data: Readonly<Record<string, unknown>> | undefined;
  /** `ssh_user` and `ssh_port` written into the name. */
  address: Readonly<Record<string, unknown>>;
  context: EntryContext;
}

/** Where a host is written, for messages. */
export interface EntryContext {
  /** `web_servers[3] of production.ts`. */
  label: string;
  /** Looked up in the text when it is needed. */
  place(): Place | undefined;
}

/** The name and data of an entry, unless it does not have the shape of a host. */
export function splitEntry(
  entry: unknown,
  isPlain: boolean,
): { name: string; data?: Record<string, unknown> } | undefined {
  if (typeof entry === "string") return { name: entry };
  if (Array.isArray(entry)) {
    const [name, data] = entry as unknown[];
    const isTuple = entry.length === 2 && typeof name === "string" && isMapping(data);
    return isTuple ? { name, data } : undefined;
  }
  if (!isPlain || !isMapping(entry)) return undefined;
  // In YAML, `- web-01: { ssh_user: deploy }` is what comes to mind.
  const [pair, ...others] = Object.entries(entry);
  if (pair === undefined || others.length > 0) return undefined;
  const [name, data] = pair;
  if (data === null) return { name };
  return isMapping(data) ? { name, data } : undefined;
}

/**
 * Checks an entry and takes its name apart.
 *
 * @throws {DroverError} `E_INVENTORY_HOST`
 */
export function parseHost(entry: unknown, isPlain: boolean, context: EntryContext): ParsedHost {
  const split = splitEntry(entry, isPlain);
  if (split === undefined) throw shapeError(entry, context);
  const { name, ...address } = parseAddress(split.name, context);
  return { name, written: split.name, data: split.data, address, context };
}

/** The data of a tuple, as a layer holds it. */
export function tupleData(host: ParsedHost): Record<string, unknown> {
  return { ...host.address, ...cleanData(host.data ?? {}) };
}

/**
 * Splits `user@host:port`. Names of connectors (`@docker/debian:12`) and bare IPv6 addresses stay whole;
 * `[::1]:2222` gives an IPv6 address a port.
 */
function parseAddress(
  written: string,
  context: EntryContext,
): { name: string; ssh_user?: string; ssh_port?: number } {
  checkName(written, context);
  if (written.startsWith("@")) return { name: written };
  const at = written.lastIndexOf("@");
  const user = at < 0 ? {} : { ssh_user: written.slice(0, at) };
  const rest = written.slice(at + 1);
  if (/:.*:/.test(rest) && !rest.startsWith("[")) return { name: rest, ...user };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(rest) ?? [];
  const name = bracketed ?? plain;
  if (name === undefined) {
    throw hostError(
      context,
      `the name "${written}" cannot be read`,
      "write user@host:port, host or [IPv6]:port",
    );
  }
  if (name.startsWith("-")) throw dashError(context, written);
  if (port === undefined) return { name, ...user };
  if (Number(port) < 1 || Number(port) > 65535) {
    throw hostError(context, `"${written}" has port ${port}, which must be from 1 to 65535`, undefined);
  }
  return { name, ...user, ssh_port: Number(port) };
}

function checkName(name: string, context: EntryContext): void {
  if (name === "") throw hostError(context, "a host's name is empty", HOST_SHAPE);
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\s\x00-\x1f\x7f-\x9f]/.test(name)) {
    throw hostError(
      context,
      `the name ${JSON.stringify(name)} holds white space or control characters`,
      "every list of strings is a group of hosts; a list that is data goes into an object or into group_data/all",
    );
  }
  if (name.includes(",")) {
    throw hostError(context, `the name "${name}" holds a comma`, "write each host as a string of its own");
  }
  // Such a name would reach ssh and docker as an option.
  if (name.startsWith("-")) throw dashError(context, name);
}

function dashError(context: EntryContext, name: string): DroverError {
  return hostError(context, `the name "${name}" begins with "-"`, undefined);
}

function shapeError(entry: unknown, context: EntryContext): DroverError {
  const [name, data] = Array.isArray(entry) ? entry as unknown[] : [];
  if (typeof name === "string" && Array.isArray(entry) && entry.length === 2) {
    return new DroverError(
      "E_INVENTORY_HOST",
      `${context.label} is no host: the data of "${name}" must be an object, it is ${describe(data)}`,
      { hint: HOST_SHAPE, place: context.place() },
    );
  }
  return hostError(context, `it is ${describe(entry)}`, HOST_SHAPE);
}

/** An entry that is no host, for a reason. */
export function hostError(context: EntryContext, problem: string, hint: string | undefined): DroverError {
  return new DroverError("E_INVENTORY_HOST", `${context.label} is no host: ${problem}`, {
    hint,
    place: context.place(),
  });
}

/** A value in a few words. */
export function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  return Deno.inspect(value, { depth: 1, iterableLimit: 4, breakLength: Infinity, strAbbreviateSize: 40 });
}

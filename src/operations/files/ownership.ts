/** Owner, group and mode of files: what is wanted, whether it holds, and the commands that bring it about. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type FileInfo, NumericOwner, Umask } from "../../facts/files/mod.ts";
import { host } from "../../host/mod.ts";
import { type Access, HERE, reaching } from "./place.ts";

/** Owner, group and mode as operations take them. */
export interface OwnershipArgs {
  /** Owner: a name, or a number as text or number. Default: left as it is. */
  user?: string | number | undefined;
  /** Group: a name, or a number as text or number. Default: left as it is. */
  group?: string | number | undefined;
  /**
   * Permissions: digits the way people write them (`644`, `"0644"`, `"1777"`) or symbols (`"u+x,go-w"`).
   * Default: left as they are.
   */
  mode?: number | string | undefined;
}

/** Owner, group and mode after their checks. */
export interface Wanted {
  user?: string;
  group?: string;
  mode?: string;
}

/** How the commands treat what they are given. */
export interface OwnershipOptions {
  /** The path is a directory; see {@linkcode modeHolds}. */
  isDirectory?: boolean;
  /** Everything below as well. */
  recursive?: boolean;
  /** The link itself, not what it points to. */
  noDereference?: boolean;
  /** The owner before the mode, for files that only their owner may see. */
  ownerFirst?: boolean;
  /** Where others may change the path: no link is followed. */
  access?: Access;
}

/** What tells whether owner and mode hold, beside the file itself. */
export interface OwnershipContext {
  /** The numbers behind the file's owner. */
  numeric?: { user: string; group: string } | undefined;
  /** The bits that `chmod` leaves alone where a mode does not say for whom. */
  umask?: number | undefined;
}

/** What was found of a file's owner. */
export type Found = Pick<FileInfo, "user" | "group" | "mode"> & OwnershipContext;

/**
 * Checks owner, group and mode.
 *
 * @throws {DroverError} `E_ARGUMENT` for what no host would accept.
 */
export function checkOwnership(operation: string, args: OwnershipArgs): Wanted {
  const wanted: Wanted = {};
  const user = checkName(operation, "user", args.user);
  const group = checkName(operation, "group", args.group);
  if (user !== undefined) wanted.user = user;
  if (group !== undefined) wanted.group = group;
  if (args.mode !== undefined) wanted.mode = checkMode(operation, args.mode);
  return wanted;
}

/** A mode as `chmod` takes it. */
export function checkMode(operation: string, mode: number | string, argument = "mode"): string {
  const text = String(mode);
  const digits = /^[0-7]{1,5}$/.test(text);
  const symbols = /^[ugoa]*([+=-]([rwxXst]*|[ugo]))+(,[ugoa]*([+=-]([rwxXst]*|[ugo]))+)*$/.test(text);
  if (digits || (typeof mode === "string" && symbols)) return digits ? text.replace(/^0+(?=...)/, "") : text;
  throw new DroverError("E_ARGUMENT", `${operation}: ${argument} cannot be ${Deno.inspect(mode)}`, {
    hint: 'write it as people do: 644, "644" or "u+x", not 0o644',
  });
}

/** Asks for what is needed to tell whether owner and mode hold: nothing, mostly. */
export async function readContext(path: string, wanted: Wanted): Promise<OwnershipContext> {
  const byNumber = [wanted.user, wanted.group].some((name) => name !== undefined && /^\d+$/.test(name));
  const heedsUmask = /(^|,)[+=-]/.test(wanted.mode ?? "");
  const [numeric, umask] = await Promise.all([
    byNumber ? host.getFact(NumericOwner, { path }) : undefined,
    heedsUmask ? host.getFact(Umask) : undefined,
  ]);
  return { numeric, umask };
}

/** Commands that set everything that is wanted. */
export function setOwnership(path: string, wanted: Wanted, options: OwnershipOptions = {}): ShellCommand[] {
  const [mode, owner] = [chmod(path, wanted.mode, options), chown(path, wanted, options)];
  return options.ownerFirst ? [...owner, ...mode] : inOrder(wanted.mode, mode, owner);
}

/** The part of what is known of a file that {@linkcode correctOwnership} looks at: its times do not matter to it. */
export function ownershipOf({ user, group, mode }: FileInfo, context: OwnershipContext): Found {
  return { user, group, mode, ...context };
}

/** Commands that set what is wanted and does not hold yet. */
export function correctOwnership(
  path: string,
  found: Found,
  wanted: Wanted,
  options: OwnershipOptions = {},
): ShellCommand[] {
  const mode = wanted.mode !== undefined && !modeHolds(wanted.mode, found.mode, { ...found, ...options })
    ? wanted.mode
    : undefined;
  const ownerHolds = holds(wanted.user, found.user, found.numeric?.user) &&
    holds(wanted.group, found.group, found.numeric?.group);
  // A change of the owner clears these bits.
  const again = !ownerHolds && wanted.mode !== undefined && hasSpecialBits(wanted.mode);
  return inOrder(
    wanted.mode,
    chmod(path, again ? wanted.mode : mode, options),
    ownerHolds ? [] : chown(path, wanted, options),
  );
}

/**
 * Whether applying a mode would leave a file's mode as it is. GNU's chmod leaves the setuid and setgid bits of a
 * directory, which new directories inherit, unless they are named: with less than four digits they are not.
 */
export function modeHolds(
  mode: string,
  current: number | undefined,
  { isDirectory = false, umask = 0 }: { isDirectory?: boolean; umask?: number | undefined } = {},
): boolean {
  if (current === undefined) return false;
  const bits = parseInt(String(current), 8);
  if (/^[0-7]+$/.test(mode)) {
    return parseInt(mode, 8) === (isDirectory && mode.length < 4 ? bits & ~0o6000 : bits);
  }
  // As the command has it, which would take a leading dash for an option.
  const clauses = withWho(mode).split(",");
  return clauses.reduce((before, clause) => applyClause(clause, before, { isDirectory, umask }), bits) ===
    bits;
}

/** Bits that letters for whom stand for, the special ones among them, and how far theirs are shifted. */
const WHO: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };
const SHIFT: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };
const PERMISSION: Readonly<Record<string, number>> = {
  r: 0o444,
  w: 0o222,
  x: 0o111,
  s: 0o6000,
  t: 0o1000,
};

/** What a clause such as `u+x`, `g=u` or `go-w` makes of a file's bits, as GNU's chmod does it. */
function applyClause(
  clause: string,
  before: number,
  { isDirectory, umask }: { isDirectory: boolean; umask: number },
): number {
  const who = /^[ugoa]*/.exec(clause)![0];
  const affected = [...who].reduce((sum, letter) => sum | WHO[letter]!, 0);
  let bits = before;
  for (const [, action, letters = ""] of clause.matchAll(/([+=-])([rwxXst]+|[ugo]|)/g)) {
    const named = namedBits(letters, bits, isDirectory) & (who === "" ? ~umask : affected);
    if (action === "+") bits |= named;
    else if (action === "-") bits &= ~named;
    else {
      // The inherited bits of directories stay unless they are named.
      const kept = (who === "" ? 0 : ~affected) | (isDirectory ? 0o6000 & ~named : 0);
      bits = bits & kept & 0o7777 | named;
    }
  }
  return bits;
}

/** What letters for permissions stand for, or those of another class that are copied. */
function namedBits(letters: string, bits: number, isDirectory: boolean): number {
  const shift = SHIFT[letters];
  if (shift !== undefined) return (bits >> shift & 7) * 0o111;
  const mayRun = isDirectory || (bits & 0o111) !== 0;
  return [...letters].reduce((sum, letter) => {
    return sum | (letter === "X" ? (mayRun ? 0o111 : 0) : PERMISSION[letter]!);
  }, 0);
}

/** The mode comes first, unless a change of the owner would undo a part of it. */
function inOrder(mode: string | undefined, chmods: ShellCommand[], chowns: ShellCommand[]): ShellCommand[] {
  return mode !== undefined && hasSpecialBits(mode) ? [...chowns, ...chmods] : [...chmods, ...chowns];
}

function hasSpecialBits(mode: string): boolean {
  return /^[1-7]\d{3}$/.test(mode) || mode.includes("s");
}

function chmod(path: string, mode: string | undefined, options: OwnershipOptions): ShellCommand[] {
  const { recursive, access } = options;
  if (mode === undefined) return [];
  const word = withWho(mode);
  const plain = sh`chmod ${recursive && "-R"} ${word} ${pathWord(path)}`;
  return [reaching(path, access, plain, sh`self chmod ${recursive && "-R"} ${word}`)];
}

/** A mode such as `-w` would be taken for an option. */
function withWho(mode: string): string {
  return mode.startsWith("-") ? `a${mode}` : mode;
}

function chown(path: string, wanted: Wanted, options: OwnershipOptions): ShellCommand[] {
  const { user, group } = wanted;
  const { recursive, noDereference, access } = options;
  if (user === undefined && group === undefined) return [];
  const program = user === undefined ? "chgrp" : "chown";
  const owner = user === undefined ? group : group === undefined ? user : `${user}:${group}`;
  const plain = sh`${program} ${recursive && "-R"} ${noDereference && "-h"} ${owner} ${pathWord(path)}`;
  const careful = sh`${program} ${recursive && "-R"} -h ${owner} ${HERE}`;
  return [reaching(path, access, plain, careful, { itself: noDereference ?? false })];
}

function holds(wanted: string | undefined, name: string, number: string | undefined): boolean {
  return wanted === undefined || wanted === name || wanted === number;
}

function checkName(
  operation: string,
  argument: string,
  name: string | number | undefined,
): string | undefined {
  if (name === undefined) return undefined;
  const text = String(name);
  if (text !== "" && !/^-|[:\n\0]/.test(text)) return text;
  throw new DroverError("E_ARGUMENT", `${operation}: ${argument} cannot be ${Deno.inspect(name)}`);
}

/** Compares commands as a shell reads them, not as they are spelled. */

import { type Aspect, type Difference, differenceOf, sameJson } from "./result.ts";
import { readAlike } from "./shell_words.ts";

/** A command whose text holds something secret. */
interface Masked {
  raw: string;
  masked: string;
}

/** The difference of two commands, if there is one. */
export function compareCommand(aspect: Aspect, wanted: unknown, found: unknown): Difference | undefined {
  return isSame(wanted, found) ? undefined : differenceOf(aspect, shown(wanted, found), shown(found, wanted));
}

/** The difference of two lists of commands, if there is one. */
export function compareCommands(
  aspect: Aspect,
  wanted: readonly unknown[],
  found: readonly unknown[],
): Difference | undefined {
  if (wanted.length === found.length && wanted.every((one, index) => isSame(one, found[index]))) {
    return undefined;
  }
  const [left, right] = [
    wanted.map((one, index) => shown(one, found[index])),
    found.map((one, index) => shown(one, wanted[index])),
  ];
  return differenceOf(aspect, left, right);
}

function isSame(wanted: unknown, found: unknown): boolean {
  const [left, right] = [asMasked(wanted), asMasked(found)];
  if (left !== undefined && right !== undefined) {
    return (!isHidden(left) || isHidden(right)) && readAlike(left.raw, right.raw);
  }
  if (!hasCommand(wanted) || !hasCommand(found)) return sameJson(wanted, found);
  const [{ command, ...options }, { command: other, ...others }] = [wanted, found];
  return isSame(command, other) && sameJson(options, others);
}

/** A command in each form that fixtures have: a text, raw and masked text by name, or in this order. */
function asMasked(command: unknown): Masked | undefined {
  if (typeof command === "string") return { raw: command, masked: command };
  if (Array.isArray(command) && command.length === 2 && command.every((part) => typeof part === "string")) {
    return { raw: command[0] as string, masked: command[1] as string };
  }
  if (typeof command !== "object" || command === null || !("raw" in command)) return undefined;
  const { raw, masked = raw } = command as { raw: string; masked?: string };
  return { raw, masked };
}

function isHidden({ raw, masked }: Masked): boolean {
  return masked !== raw;
}

/** The text of a command, and how it is shown where only that differs. */
function shown(one: unknown, other: unknown): unknown {
  const [own, counterpart] = [asMasked(one), asMasked(other)];
  if (own === undefined) return one;
  const isSameText = counterpart !== undefined && readAlike(own.raw, counterpart.raw);
  const isBare = isSameText && isHidden(own) !== isHidden(counterpart);
  return isBare ? `${own.raw}\n(shown as ${own.masked})` : own.raw;
}

function hasCommand(value: unknown): value is { command: unknown } {
  return typeof value === "object" && value !== null && "command" in value;
}

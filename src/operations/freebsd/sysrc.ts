/** Variables of FreeBSD's `rc.conf`. */

import { sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import {
  type JailArgs,
  jailOption,
  parameterName,
  Sysrc,
  SysrcDefault,
  sysrcSubject,
} from "../../facts/freebsd.ts";
import { effect, host, type Operation, operation, touches } from "../../host/mod.ts";

/** Arguments of {@linkcode sysrc}. */
export interface SysrcArgs extends JailArgs {
  /** Name of the variable. */
  parameter: string;
  /** The value to set, or the words to add or take out; `del` needs none. */
  value?: string | undefined;
  /** Sets the variable, adds words to its value, takes words out of it (`sub`), or deletes it. Default: `"set"`. */
  command?: "set" | "add" | "sub" | "del" | undefined;
  /** Lets `set` replace another value that stands in `rc.conf` already. Default: `false`. */
  overwrite?: boolean | undefined;
}

/**
 * Sets, extends, shortens or deletes a variable of `rc.conf`.
 *
 * It changes something if the variable is not as wanted. A value that only stands in `/etc/defaults/rc.conf` is always
 * replaced; one that somebody has put into `rc.conf` stays, unless `overwrite` is given. A value to add or take out
 * that begins with a character other than a letter, digit or underscore has its words separated by it: `",igb1"`.
 *
 * @example
 * ```ts
 * await freebsd.sysrc({ parameter: "sshd_enable", value: "YES", overwrite: true, _sudo: true });
 * await freebsd.sysrc({ parameter: "kld_list", value: "fusefs", command: "add", _sudo: true });
 * ```
 */
export const sysrc: Operation<SysrcArgs> = operation<SysrcArgs>(
  "freebsd.sysrc",
  async function* (args) {
    const { command = "set", value, jail } = args;
    const parameter = parameterName(args.parameter);
    if (value === undefined && command !== "del") {
      throw new DroverError("E_ARGUMENT", `freebsd.sysrc has no value for ${parameter}`, {
        hint: 'command: "del" deletes the variable',
      });
    }
    touches(sysrcSubject(args));
    const [now, byDefault] = await Promise.all([
      host.getFact(Sysrc, { parameter, jail }),
      host.getFact(SysrcDefault, { parameter, jail }),
    ]);
    const current = now ?? "";
    const settled = whySettled(args, current, current !== "" && current !== byDefault);
    if (settled !== undefined) return host.noop(settled);
    if (command === "del") {
      effect("remove");
      yield sh`sysrc ${jailOption(args)} -i -x -- ${parameter}`;
      return;
    }
    if (current === "") effect("create");
    const sign = { set: "=", add: "+=", sub: "-=" }[command];
    yield sh`sysrc ${jailOption(args)} -i -- ${`${parameter}${sign}${value}`}`;
  },
  {
    parameters: {
      parameter: "string",
      value: "string?",
      jail: "string?",
      command: "'set' | 'add' | 'sub' | 'del'?",
      overwrite: "boolean?",
    },
  },
);

/**
 * Why there is nothing to do; nothing if there is.
 *
 * @param isOwn Whether the value is one that somebody has chosen.
 */
function whySettled(args: SysrcArgs, current: string, isOwn: boolean): string | undefined {
  const { parameter, value = "", command = "set", overwrite = false } = args;
  if (command === "del") return isOwn ? undefined : `${parameter} is not set in rc.conf`;
  if (command === "set") {
    if (current === value) return `${parameter} is already ${JSON.stringify(value)}`;
    return isOwn && !overwrite
      ? `${parameter} keeps its value ${JSON.stringify(current)}: overwrite: true replaces it`
      : undefined;
  }
  const { delimiter, words } = wordsOf(value);
  const present = new Set(current.split(delimiter).filter((word) => word !== ""));
  if (command === "add") {
    return words.every((word) => present.has(word))
      ? `${parameter} has ${words.join(", ")} already`
      : undefined;
  }
  return words.some((word) => present.has(word)) ? undefined : `${parameter} has no ${words.join(", ")}`;
}

/** As sysrc takes a value apart: its first character is the separator, unless it may be part of a name. */
function wordsOf(value: string): { delimiter: string; words: string[] } {
  const delimiter = /^\W/.exec(value)?.[0] ?? " ";
  return { delimiter, words: value.split(delimiter).filter((word) => word !== "") };
}

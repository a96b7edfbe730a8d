/** What init scripts tell of themselves: one way of asking for `/etc/init.d` and for the BSDs' `rc.d`. */

import { raw, sh, type ShellCommand } from "../command/mod.ts";

/** The argument of the facts that ask init scripts. */
export interface InitScriptArgs {
  /** Name of the only script that is asked. Default: all of them. */
  service?: string | undefined;
}

/** The exit statuses of `status` as the Linux Standard Base defines them; any other means that nobody knows. */
const STATES: Readonly<Record<string, boolean>> = { 0: true, 1: false, 2: false, 3: false };

/**
 * Runs scripts with the action that tells whether they are running, and prints `NAME=EXIT_STATUS` for each.
 *
 * @param directories Where the scripts are.
 * @param only Shell text; a script `$s` is run only where it succeeds.
 * @param action Its words, for the shell to expand.
 */
export function askScripts(
  directories: readonly string[],
  { service, only, action }: InitScriptArgs & { only: string; action: string },
): ShellCommand {
  const scripts = directories.map((one) =>
    service === undefined ? raw(`${one}/*`) : sh`${`${one}/${service}`}`
  );
  return sh`for s in ${scripts}; do ${
    raw(
      `test -f "$s" && test -x "$s" && ${only} || continue; ` +
        `"$s" ${action} < /dev/null > /dev/null 2>&1; echo "\${s##*/}=$?"`,
    )
  }; done`;
}

/** Whether the scripts' services are running, by name; `null` where their answer is none. */
export function readScriptStates(lines: readonly string[]): Record<string, boolean | null> {
  return Object.fromEntries(lines.flatMap((line): [string, boolean | null][] => {
    const [, name, status] = /^(.+)=(\d+)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, STATES[status!] ?? null]];
  }));
}

/** Whether a remembered argument is the name of a script in its directory, and no other program. */
export function isServiceName(value: unknown): boolean {
  return value === undefined || typeof value === "string" && /^\w[\w@.+:-]*$/.test(value);
}

/** The operation on kernel settings. */

import { quote, raw, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { readSysctlValue, Sysctl } from "../../facts/server/mod.ts";
import { host, operation, touches } from "../../host/mod.ts";
import { line } from "../files/mod.ts";

/** Arguments of {@linkcode sysctl}. */
export interface SysctlArgs {
  /** Name of the setting: `"vm.swappiness"`, or its path, `"vm/swappiness"`. */
  key: string;
  /** The wanted value, or values. */
  value: string | number | readonly (string | number)[];
  /** Writes the setting to `persistFile` too, so that it survives a boot: `false` by default. */
  persist?: boolean;
  /** `/etc/sysctl.conf` by default; files in `/etc/sysctl.d` are read too. */
  persistFile?: string;
}

/**
 * Sets a kernel setting. It changes something if the kernel has another value, or, with `persist`, the file.
 *
 * @example
 * ```ts
 * await server.sysctl({ key: "vm.swappiness", value: 10, persist: true, persistFile: "/etc/sysctl.d/90-app.conf" });
 * ```
 */
export const sysctl = operation<SysctlArgs>("server.sysctl", async function* (args) {
  const { persist, persistFile = "/etc/sysctl.conf" } = args;
  const text = checkSetting(args);
  const key = dotted(args.key);
  touches({ kind: "sysctl", name: key });
  const current = (await host.getFact(Sysctl, { keys: [key] }))[key];
  const isSet = current !== undefined && JSON.stringify(current) === JSON.stringify(readSysctlValue(text));
  if (isSet) host.noop(`sysctl ${key} is set to ${text}`);
  else yield setCommand(key, text);
  if (!persist) return;
  const pattern = key.replaceAll(/[.*[\]^$\\]/g, "\\$&");
  yield* line.steps({
    path: persistFile,
    line: `^[[:space:]]*${pattern}[[:space:]]*=.*$`,
    replace: `${key} = ${text}`,
  });
}, {
  parameters: {
    key: "string",
    value: "string | number | (string | number)[]",
    persist: "boolean?",
    persistFile: "string?",
  },
});

/** A setting may be written as a path; `sysctl` itself always names it with dots, and dots within names with slashes. */
function dotted(key: string): string {
  const isPath = /^[^./]*\//.test(key);
  return isPath ? key.replaceAll(/[./]/g, (one) => one === "/" ? "." : "/") : key;
}

/** Values are always quoted, as people write them: lists would fall apart otherwise. */
function setCommand(key: string, text: string): ShellCommand {
  const quoted = quote(text);
  return raw(`sysctl ${quote(key)}=${quoted.startsWith("'") ? quoted : `'${text}'`}`);
}

function checkSetting({ key, value }: SysctlArgs): string {
  if (!/^[A-Za-z0-9_][^\s=:]*$/.test(key)) {
    throw new DroverError("E_ARGUMENT", `${Deno.inspect(key)} cannot be the name of a kernel setting`);
  }
  const text = [value].flat().map(String).join(" ").trim();
  if (text !== "" && !text.includes("\n")) return text;
  throw new DroverError("E_ARGUMENT", `server.sysctl cannot set ${key} to ${Deno.inspect(value)}`);
}

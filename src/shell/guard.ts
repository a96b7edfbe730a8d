/** The shell text that looks whether a host still answers as it did, by a digest of its answers. */

import { quote } from "../command/quote.ts";
import type { GuardRequest, Probe } from "./port.ts";
import { commandText } from "./script.ts";

/**
 * `drover_p TEXT` prints what a text prints and its exit status, `drover_d` the digest of its input: every host has
 * `cksum`, most have `sha256sum`.
 */
export const GUARD_SETUP = `drover_p(){ (eval "set --
$1");printf '\\n%s\\n' $?;}
drover_d(){ if command -v sha256sum >/dev/null 2>&1;then sha256sum;else cksum;fi;}
`;

/** Text of a guard; {@linkcode GUARD_SETUP} goes before it. */
export function guardText({ probes, expected: { sha256, cksum } }: GuardRequest): string {
  const probing = probes.map((probe) => `drover_p ${textOf(probe)};`).join("");
  const same = [`${quote(`${sha256} `)}*`, quote(cksum), `${quote(`${cksum} `)}*`].join("|");
  return `case $({ ${probing} } 2>/dev/null|drover_d) in ${same});;*)exit 1;;esac`;
}

function textOf({ script, options }: Probe): string {
  return quote(commandText(script, options));
}

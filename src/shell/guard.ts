/** The shell text that looks whether a host still answers as it did, by a digest, and answers anew where not. */

import { Buffer } from "node:buffer";

import { quote } from "../command/quote.ts";
import type { GuardRequest, Probe } from "./port.ts";
import { commandText } from "./script.ts";

/**
 * `p TEXT` prints what a text prints and its exit status, `a MARK TEXT` the same with the status behind a mark, `d`
 * the digest of its input: every host has `cksum`, most have `sha256sum`.
 */
export const GUARD_SETUP = `drover_p(){ (eval "set --
$1");printf '\\n%s\\n' $?;}
drover_a(){ (eval "set --
$2");printf '%s' "$1$?;";}
drover_d(){ if command -v sha256sum >/dev/null 2>&1;then sha256sum;else cksum;fi;}
`;

/** Text of a guard; {@linkcode GUARD_SETUP} goes before it. `mark` ends each answer. */
export function guardText({ probes, expected, questions }: GuardRequest, mark: string): string {
  const probing = probes.map((probe) => `drover_p ${textOf(probe)};`).join("");
  const asking = questions.map((question) => `drover_a ${mark} ${textOf(question)};`).join("");
  const { sha256, cksum } = expected;
  const same = [`${quote(`${sha256} `)}*`, quote(cksum), `${quote(`${cksum} `)}*`].join("|");
  return `w=$({ ${probing} } 2>/dev/null|drover_d);case $w in ${same})exit 0;;esac;${asking}exit 1`;
}

/** The answers in the output of a guard's questions. */
export function guardAnswers(
  output: Uint8Array,
  mark: string,
): { exitStatus: number; stdout: Uint8Array }[] {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  const answers = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(mark, from, "latin1");
    const semicolon = bytes.indexOf(";", end);
    if (end < 0 || semicolon < 0) break;
    const exitStatus = Number(bytes.subarray(end + mark.length, semicolon).toString("latin1"));
    answers.push({ exitStatus, stdout: new Uint8Array(bytes.subarray(from, end)) });
    from = semicolon + 1;
  }
  return answers;
}

function textOf({ script, options }: Probe): string {
  return quote(commandText(script, options));
}

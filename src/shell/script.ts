/** The shell text that a session speaks: its prelude and the lines that run commands. */

import { quote, quotePath } from "../command/quote.ts";
import type { RunOptions } from "./port.ts";

/** Longest text that goes to a process through its environment; Linux allows 128 KiB for one variable. */
const MAX_VARIABLE = 96 * 1024;

/** Shells that understand `eval "$DROVER_SCRIPT"` as `sh` does. */
const POSIX_SHELL_REGEXP = /(^|\/)(sh|dash|bash|ash|zsh|ksh|mksh|ksh93|yash)$/;

/**
 * What a new session learns first. `$M` is its mark and fd 4 its stdout.
 *
 * `r SEQ CODES TEXT` runs a text in a shell with a process group of its own. The text travels in a variable
 * that the inner shell unsets before anything else: neither `ps` nor later processes see it. The inner shell
 * reports its process group twice, to us on stdout (for kills) and on fd 3 to `r`, which looks afterwards
 * whether the group is empty; if it is not, `H` keeps the rest of the batch away from what lives on. It runs in
 * the foreground, because a background child of a shell without job control ignores SIGINT and SIGQUIT for ever.
 * `n` is `r` without input; `R` takes texts of any length. `g` runs the text of several requests (`i` is `g` with
 * input), which reports the end of each itself. `b` stands where operations begin: after SIGUSR1, nothing is run
 * beyond it. `u` takes over what a pipeline's last shell knew. Bash keeps long here-documents in files, for which
 * a host may have no room: it gets long texts through a pipe.
 */
export function prelude(mark: string): string {
  return `M=${mark};Z=$1;exec 4>&1;unset LANGUAGE DROVER_SCRIPT
if [ -n "$(command -v setsid)" ];then G=setsid
elif [ -n "$(command -v perl)" ];then G='perl -MPOSIX -e POSIX::setsid();exec(@ARGV)';else G=;fi
r(){
if [ "$H" != 0 ];then printf '%s' "$M:k:$1:1;";return 0;fi
if [ "$F$X" = 11 ];then printf '%s' "$M:k:$1;";return 0;fi
s "$3"
case $2 in *:$s:*);;*)F=1;;esac
printf '%s' "$M:e:$1:$s:$b;";printf '%s' "$M:e:$1;" >&2
}
i(){
b=2
if [ "$H" = 0 ];then b=3;[ "$F$X" = 11 ]||{ s "$2";[ "$s" = 0 ]||F=1;};fi
printf '%s' "$M:g:$1:\${s:-0}:$b;";printf '%s' "$M:g:$1;" >&2
}
s(){
case $1 in D)p=$(DROVER_SCRIPT='eval "$(cat <&6)" 6<&-' $G sh -c 'eval "$DROVER_SCRIPT"' 3>&1 1>&4 4>&-);;
*)p=$(DROVER_SCRIPT=$1 $G sh -c 'eval "$DROVER_SCRIPT"' 3>&1 1>&4 4>&-);;esac
s=$?;b=0;[ -n "$G" ]&&[ -n "$p" ]&&kill -0 "-$p" 2>&-&&b=1&&H=2
}
if [ -r /dev/null ];then n(){ r "$@" </dev/null;};g(){ i "$@" </dev/null;}
else n(){ :|{ r "$@";exit $((F|H));};u $?;}
g(){ :|{ i "$@";exit $((F|H));};u $?;};fi
b(){ if [ -n "$D" ];then F=1;X=1;fi; }
u(){ F=$(($1&1));H=$(($1&2)); }
trap D=1 USR1
if [ -n "$BASH_VERSION" ];then
R(){ { printf '%s\\n' "$4"|{ $1 "$2" "$3" D 6<&0 <&7 7<&-;exit $((F|H));};u $?;} 7<&0;}
else R(){
$1 "$2" "$3" D 6<<DROVER_END
$4
DROVER_END
};fi
printf '%s' "$M:r:$$;";printf '%s' "$M:r;" >&2
`;
}

/** Starts a batch: nothing has failed yet. A drained one ends at its first boundary. */
export function batchStart(stopOnFailure: boolean, drained: boolean): string {
  return `F=0;H=0;O=;D=${drained ? 1 : ""};X=${stopOnFailure ? 1 : 0}\n`;
}

/** A line before which the batch may end; see {@linkcode prelude}. */
export const BOUNDARY = "b\n";

/** A line before what runs only where the batch has stopped. */
export const ON_STOP = `[ -n "$O" ]||O=$F$X;if [ "$O" = 11 ];then F=0;else F=1;X=1;fi\n`;

/** One line (or several, if the text has) that runs a text as request number `sequence`. */
export function runLine(
  request: {
    mark: string;
    sequence: number;
    codes: readonly number[];
    text: string;
    stdin?: Uint8Array<ArrayBuffer> | undefined;
    /** Whether the session's only command, `$Z`, follows the text. */
    audited?: boolean | undefined;
    /** A redirection that takes the place of stdin; the line is then left open for more. */
    input?: string;
  },
): string | Uint8Array<ArrayBuffer>[] {
  const text = `${leader(request.mark)}${request.text}`;
  const empty = request.input === undefined && (request.stdin === undefined || request.stdin.length === 0);
  const long = text.length > MAX_VARIABLE / 3 && byteLength(text) > MAX_VARIABLE;
  const name = `${long ? "R " : ""}${empty ? "n" : "r"}`;
  const word = `${quote(text)}${request.audited ? '"$Z"' : ""}`;
  const line = `${name} ${request.sequence} :${request.codes.join(":")}: ${word}`;
  if (request.input !== undefined) return `${line} ${request.input}`;
  if (empty || request.stdin === undefined) return `${line}\n`;
  // A pipeline runs `r` in a subshell, where its F and H would be lost.
  return [
    encode(`printf %b '`),
    escapeBytes(request.stdin),
    encode(`' 2>/dev/null|{ ${line};exit $((F|H));};u $?\n`),
  ];
}

/** A text that shares a shell with others. */
export interface GroupText {
  sequence: number;
  text: string;
  /** What it needs to have been defined before it. */
  setup?: string | undefined;
}

/** One line that runs several texts, each in a subshell of one shell: what leaves nothing behind needs no more. */
export function groupLine(mark: string, texts: readonly GroupText[], stopOnFailure: boolean): string {
  const setups = new Set(texts.flatMap(({ setup }) => setup ?? []));
  const calls = texts.map(({ sequence, text }) => `drover_q ${sequence} ${quote(text)}\n`);
  const all = [leader(mark), groupRunner(mark, stopOnFailure), ...setups, ...calls, '[ -z "$drover_f" ]'];
  return `g ${texts.at(-1)?.sequence ?? 0} ${quote(all.join(""))}\n`;
}

function groupRunner(mark: string, stopOnFailure: boolean): string {
  return `drover_f=
drover_q(){
if [ -n "$drover_f" ];then printf '%s' "${mark}:k:$1;";return;fi
(eval "set --
$2");drover_s=$?
printf '%s' "${mark}:e:$1:$drover_s:0;";printf '%s' "${mark}:e:$1;" >&2
[ $drover_s = 0 ]||drover_f=${stopOnFailure ? 1 : ""}
}
`;
}

/** Cuts texts into groups that each fit into a variable. A text that does not fit by itself stands alone. */
export function groupsOf<T extends { text: string }>(tasks: readonly T[]): T[][] {
  const groups: T[][] = [];
  let room = 0;
  for (const task of tasks) {
    // Quoted twice, a quote becomes sixteen characters; the frames take some hundred.
    const needed = byteLength(quote(quote(task.text))) + 300;
    const group = groups.at(-1);
    if (group !== undefined && needed <= room) group.push(task);
    else {
      groups.push([task]);
      room = MAX_VARIABLE;
    }
    room -= needed;
  }
  return groups;
}

/** What the process that leads a group does before the command. */
function leader(mark: string): string {
  return `unset DROVER_SCRIPT;printf '%s' "${mark}:p:$$;";echo $$ >&3;exec 3>&-;`;
}

/** The text of a command with its directory, environment, shell and terminal. */
export function commandText(script: string, options: RunOptions): string {
  return `${directoryAndEnvironment(options)}${inShell(script, options)}`;
}

/** Text that enters the wanted directory and exports the wanted environment. */
export function directoryAndEnvironment({ chdir, env }: RunOptions): string {
  return `${enterDirectory(chdir)}${exportVariables(env)}`;
}

/** Text that enters a directory, or ends where that is not possible. */
export function enterDirectory(directory: string | undefined): string {
  if (directory === undefined) return "";
  const complaint = `drover: cannot enter the directory ${directory}`;
  return `cd ${quotePath(directory)}||{ echo ${quote(complaint)} >&2;exit 1;};`;
}

function exportVariables(env: Readonly<Record<string, string>>): string {
  return Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new TypeError(`'${name}' cannot be the name of an environment variable`);
    }
    return `${name}=${quote(value)};export ${name};`;
  }).join("");
}

function inShell(script: string, options: RunOptions): string {
  const shell = options.shell ?? "sh";
  if (options.pty) return inTerminal(script, shell);
  if (shell === "sh") return script;
  return `${carry(script, shell)}exec ${shellWords(shell)}`;
}

/** Puts the script where the inner shell finds it, and nobody else. */
function carry(script: string, shell: string): string {
  return POSIX_SHELL_REGEXP.test(shell) || shell === "sh"
    ? `DROVER_SCRIPT=${quote(`unset DROVER_SCRIPT;${script}`)};export DROVER_SCRIPT;`
    : `DROVER_SCRIPT=${quote(script)};`;
}

function shellWords(shell: string): string {
  // Other shells (fish, csh) and interpreters read their program from the argument, as it is.
  return POSIX_SHELL_REGEXP.test(shell)
    ? `${quote(shell)} -c 'eval "$DROVER_SCRIPT"'`
    : `${quote(shell)} -c "$DROVER_SCRIPT"`;
}

/** `script` is the one program that gives a terminal and exists nearly everywhere; its flags differ. */
function inTerminal(script: string, shell: string): string {
  const missing = "drover: a terminal was asked for, but the program 'script' is not installed on the host";
  const inner = POSIX_SHELL_REGEXP.test(shell) || shell === "sh"
    ? `exec ${shellWords(shell)}`
    : `S=$DROVER_SCRIPT;unset DROVER_SCRIPT;exec ${quote(shell)} -c "$S"`;
  const text = POSIX_SHELL_REGEXP.test(shell) || shell === "sh" ? `unset DROVER_SCRIPT;${script}` : script;
  return `command -v script >/dev/null 2>&1||{ echo ${quote(missing)} >&2;exit 127;};` +
    `DROVER_SCRIPT=${quote(text)};SHELL=/bin/sh;export DROVER_SCRIPT SHELL;` +
    `case $(script --help 2>&1) in *--return*)exec script -qec ${quote(inner)} /dev/null;;` +
    `*BusyBox*)exec script -qc ${quote(inner)} /dev/null;;` +
    `*)exec script -q /dev/null sh -c ${quote(inner)};;esac`;
}

/**
 * Bytes as the argument of `printf %b` between single quotes.
 *
 * @param ascii Whether nothing beyond ASCII may stand as it is.
 */
export function escapeBytes(bytes: Uint8Array, ascii = false): Uint8Array<ArrayBuffer> {
  const escaped = new Uint8Array(bytes.length * 5);
  let length = 0;
  for (const byte of bytes) {
    const replacement = ascii && byte > 0x7f ? octal(byte) : ESCAPES[byte];
    if (replacement === undefined) {
      escaped[length++] = byte;
      continue;
    }
    escaped.set(replacement, length);
    length += replacement.length;
  }
  return escaped.slice(0, length);
}

/**
 * Bytes that must not stand as they are: NUL ends words, `'` the quotes, `\` begins an escape, and shells
 * that read in blocks use 0x80 to 0x9f and some control characters for themselves.
 */
const ESCAPES: (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const plain = (byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c) || byte === 9 ||
    byte === 10 ||
    byte >= 0xa0;
  return plain ? undefined : octal(byte);
});

function octal(byte: number): Uint8Array {
  return encode(`\\0${byte.toString(8).padStart(3, "0")}`);
}

/** UTF-8 bytes of a text. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function byteLength(text: string): number {
  return encode(text).length;
}

/** The shell texts that write and read files on a host, whole or not at all. */

import { quote, quotePath } from "../command/quote.ts";
import type { DownloadRequest, UploadRequest } from "./port.ts";
import { enterDirectory, escapeBytes } from "./script.ts";

/** Uploads up to this many bytes travel inside the batch. */
export const INLINE_SIZE = 64 * 1024;

/** Characters that content may take as a part of its command's text. */
const MAX_TEXT = 32 * 1024;

/**
 * Defines `upload`, which puts content at a path. Reads: `content`, a function that writes it; `$n` its size, if
 * it comes from stdin; `$d` target, `$u $g $m` owner, group and mode wanted, `$k` a random word, `$T` directory
 * for temporary files.
 *
 * The content first goes to a file that only the writer can read, beside the target, which then takes the
 * target's place in one step. Where that is impossible it is copied over the target, and the old content is
 * put back if that fails.
 */
export const UPLOAD_SETUP = `fail(){ echo "drover: $*" >&2;exit 1;}
whole(){
content >"$1"||fail "cannot write $1"
[ -z "$n" ]||{ s=$(wc -c <"$1")&&[ "$s" -eq "$n" ]||fail "received $((s)) of $n bytes for $d";}
}
own(){
if [ -n "$u" ]&&[ -n "$g" ];then chown "$u:$g" "$1"||exit 1
elif [ -n "$u" ];then chown "$u" "$1"||exit 1
elif [ -n "$g" ];then chgrp "$g" "$1"||exit 1;fi
}
mode(){ [ -z "$m" ]||chmod "$m" "$1"||exit 1;}
over(){
for w in "$T" "$TMPDIR" /tmp /var/tmp /dev/shm;do
[ -z "$w" ]||{ w=$w/.drover-$k;mkdir -m 700 "$w" 2>/dev/null&&break;};w=
done
[ -n "$w" ]||fail "there is no directory for temporary files"
if [ -n "$t" ];then mv -f "$t" "$w/new"||exit 1;t=
else whole "$w/new";fi
if [ -f "$d" ];then cat "$d" >"$w/old"||fail "cannot keep the old content of $d";fi
own "$d";mode "$d"
if cat "$w/new" >"$d";then exit 0;fi
[ -f "$w/old" ]&&cat "$w/old" >"$d"
fail "cannot write $d"
}
umask_=$(umask)
upload(){
umask 077;t=;w=
trap '[ -z "$t" ]||rm -f "$t";[ -z "$w" ]||rm -rf "$w"' EXIT
trap 'exit 143' HUP INT TERM
trap 'exit 141' PIPE
case $d in "~"*)fail "no home directory for $d";;"")fail "the path is empty";;/*);;*)d=./$d;;esac
i=0
while [ -L "$d" ];do
i=$((i+1));[ $i -lt 40 ]||fail "$d: too many levels of symbolic links"
l=$(readlink "$d"&&echo x)||fail "cannot read the symbolic link $d"
l=\${l%x};l=\${l%?}
case $l in /*)d=$l;;*)d=\${d%/*}/$l;;esac
done
[ ! -d "$d" ]||fail "$d is a directory"
case $d in */)fail "$d ends with a slash but is no directory";;esac
D=\${d%/*};[ -n "$D" ]||D=/
[ -d "$D" ]||fail "the directory $D does not exist"
if [ -e "$d" ]&&[ ! -f "$d" ];then content >"$d"||fail "cannot write $d";exit 0;fi
o=;a=
if [ -e "$d" ];then
o=$(stat -c '%u:%g %a' "$d" 2>/dev/null||stat -f '%u:%g %Mp%Lp' "$d" 2>/dev/null)||o=
[ -n "$o" ]||over
a=\${o#* };o=\${o% *}
fi
t=$D/.drover-$k;p=
# A new file that wants nothing of its own is made with the mode that it keeps.
[ -n "$o$u$g" ]||case $m in ""|*[!0-7]*)p=1;umask "$umask_";;esac
if ! (set -C;: >"$t") 2>/dev/null;then
t=;[ -w "$d" ]&&[ -f "$d" ]&&over
[ -w "$D" ]||fail "cannot create files in $D: permission denied"
(set -C;: >"$D/.drover-$k")||fail "cannot create files in $D"
fi
whole "$t"
if [ -n "$o" ];then
c=$(stat -c '%u:%g' "$t" 2>/dev/null||stat -f '%u:%g' "$t")
[ "$c" = "$o" ]||chown "$o" "$t" 2>/dev/null||{ [ -n "$u" ]||over;}
fi
own "$t"
if [ -z "$p" ];then
[ -n "$a" ]||a=$(printf '%o' $((0666&~0$umask_)))
case $m in ""|*[!0-7]*)chmod "$a" "$t"||exit 1;;esac
fi
mode "$t"
mv -f "$t" "$d" 2>/dev/null&&{ t=;exit 0;}
if [ -f "$d" ];then over;fi
mv -f "$t" "$d"||exit 1
t=;exit 0
}
`;

/** The content as shell text that writes it, if it is short enough to be one. */
export function contentText(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_TEXT) return undefined;
  const escaped = escapeBytes(bytes, true);
  return escaped.length > MAX_TEXT ? undefined : `printf %b '${new TextDecoder().decode(escaped)}'`;
}

/**
 * Text of an upload; {@linkcode UPLOAD_SETUP} goes before it.
 *
 * @param content What writes the content; without it, it arrives on stdin and has so many bytes.
 */
export function uploadText(request: UploadRequest, size: number, content: string | undefined): string {
  const key = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const values = [
    `d=${quotePath(request.dest)}`,
    `u=${quote(request.user ?? "")}`,
    `g=${quote(request.group ?? "")}`,
    `m=${quote(request.mode ?? "")}`,
    `T=${quote(request.options.tempDir ?? "")}`,
    `n=${content === undefined ? size : ""}`,
    `k=${key}`,
    `content(){ ${content ?? "cat"};}`,
  ];
  return `${enterDirectory(request.options.chdir)}${values.join(";")};upload`;
}

/** Text of a command that writes a file's content to stdout. */
export function downloadText(request: DownloadRequest): string {
  return `${enterDirectory(request.options.chdir)}d=${quotePath(request.src)}
fail(){ echo "drover: $*" >&2;exit 1;}
[ -e "$d" ]||[ -L "$d" ]||fail "$d does not exist"
[ ! -d "$d" ]||fail "$d is a directory"
exec cat "$d"`;
}

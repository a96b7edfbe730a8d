/** The shell texts that write and read files on a host, whole or not at all. */

import { quote, quotePath } from "../command/quote.ts";
import type { DownloadRequest, UploadRequest } from "./port.ts";
import { surroundings } from "./script.ts";

/** Uploads up to this many bytes travel inside the batch. */
export const INLINE_SIZE = 64 * 1024;

/**
 * Reads content from stdin and puts it at a path. Reads: `$d` target, `$u $g $m` owner, group and mode wanted,
 * `$n` size, `$k` a random word, `$T` directory for temporary files.
 *
 * The content first goes to a file that only the writer can read, beside the target, which then takes the
 * target's place in one step. Where that is impossible it is copied over the target, and the old content is
 * put back if that fails.
 */
const UPLOAD_TEXT = `umask_=$(umask);umask 077;t=;w=
fail(){ echo "drover: $*" >&2;exit 1;}
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
whole(){ cat >"$1"||fail "cannot write $1";s=$(wc -c <"$1")&&[ "$s" -eq "$n" ]||fail "received $((s)) of $n bytes for $d";}
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
if [ -e "$d" ]&&[ ! -f "$d" ];then cat >"$d"||fail "cannot write $d";exit 0;fi
o=;a=
if [ -e "$d" ];then
o=$(stat -c '%u:%g %a' "$d" 2>/dev/null||stat -f '%u:%g %Mp%Lp' "$d" 2>/dev/null)||o=
[ -n "$o" ]||over
a=\${o#* };o=\${o% *}
fi
t=$D/.drover-$k
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
[ -n "$a" ]||a=$(printf '%o' $((0666&~0$umask_)))
case $m in ""|*[!0-7]*)chmod "$a" "$t"||exit 1;;esac
mode "$t"
mv -f "$t" "$d" 2>/dev/null&&{ t=;exit 0;}
if [ -f "$d" ];then over;fi
mv -f "$t" "$d"||exit 1
t=;exit 0`;

/** Text of an upload whose content arrives on stdin. */
export function uploadText(request: UploadRequest, size: number): string {
  const key = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const values = [
    `d=${quotePath(request.dest)}`,
    `u=${quote(request.user ?? "")}`,
    `g=${quote(request.group ?? "")}`,
    `m=${quote(request.mode ?? "")}`,
    `T=${quote(request.options.tempDir ?? "")}`,
    `n=${size}`,
    `k=${key}`,
  ];
  return `${directory(request)}${values.join(";")};${UPLOAD_TEXT}`;
}

/** Text of a command that writes a file's content to stdout. */
export function downloadText(request: DownloadRequest): string {
  return `${directory(request)}d=${quotePath(request.src)}
fail(){ echo "drover: $*" >&2;exit 1;}
[ -e "$d" ]||[ -L "$d" ]||fail "$d does not exist"
[ ! -d "$d" ]||fail "$d is a directory"
exec cat "$d"`;
}

function directory({ options }: UploadRequest | DownloadRequest): string {
  return surroundings({ ...options, env: {} });
}

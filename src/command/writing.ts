/** Shell functions that reach a path and write there, whole or not at all, where other users may interfere. */

import { quote, quotePath } from "./quote.ts";

/**
 * Defines `reach PATH`, which enters the directory of what a path leads to; `$b` is the name in it, `$d` the whole
 * path. Reads `$F`: if it is set, every link is followed; `$S`: the last part of the path stands for itself, be it a
 * link; `$M`: missing directories are made.
 *
 * A directory that has been entered cannot be exchanged any more, and `$pw` tells whether a link led there. Links
 * are read one by one. One that only root and the writer can change is followed. Another one may lead into a
 * directory of the user who can change it and nowhere else (`$V`), which gives nothing to that user; as the last
 * part of a path it is refused.
 */
export const REACH_SETUP = `fail(){ echo "drover: $*" >&2;exit 1;}
case $BASH_VERSION$ZSH_VERSION$KSH_VERSION$YASH_VERSION in "")into(){ cd -P "$1"&&pw=$PWD;};;
*)into(){ cd -P "$1"&&pw=$(env pwd -P&&echo x)&&pw=\${pw%?x};};;esac
who(){ set -f;set -- $(ls -ldn "$1" 2>/dev/null);set +f;s=$1;q=$3;r=$4;}
foreign(){ fail "$P leads through $pw/$1, which another user may change (number $q); follow: true allows it";}
judge(){
[ -n "$W" ]||W=$(id -u)
who .;h=$s;e=$q;who "./$1"
case $q in "")fail "$pw/$1 has just been removed";;
0|"$W")case $e in 0|"$W")case $h in ????????w[!tT]*);;*)return 0;;esac;;*)q=$e;;esac;;
*)[ -z "$2" ]||foreign "$1";;esac
case $q in 0|"$W")foreign "$1";;esac
[ "\${V:-$q}" = "$q" ]||foreign "$1"
V=$q
}
target(){
i=$((i+1));[ $i -lt 40 ]||fail "$P: too many levels of symbolic links"
l=$(readlink "./$1"&&echo x)||fail "cannot read the symbolic link $pw/$1"
l=\${l%x};l=\${l%?}
}
walk(){
R=$1;into /||exit 1
while [ -n "$R" ];do
c=\${R%%/*};R=\${R#*/}
case $c in ""|.)continue;;..)into ..||exit 1;continue;;esac
if [ -L "./$c" ];then
[ -n "$F" ]||judge "$c"
target "$c";R=$l/$R
case $l in /*)into /||exit 1;;esac
continue
fi
x=\${pw%/}/$c
[ -d "./$c" ]||{ [ -n "$M" ]&&mkdir "./$c";}||fail "the directory $x does not exist"
into "./$c"||exit 1
[ "$pw" = "$x" ]||fail "$x has just been replaced by a link"
done
}
enter(){
b=\${1##*/};D=\${1%/*}/
if into "$D" 2>/dev/null;then [ -n "$F" ]||[ "\${pw%/}/" = "$D" ]||walk "$D"
elif [ -n "$M" ]&&[ ! -d "$D" ];then walk "$D"
else [ -d "$D" ]||fail "the directory \${D%/} does not exist";fail "cannot enter the directory \${D%/}";fi
[ -z "$V" ]||{ who .;[ "$q" = "$V" ]||fail "$P leads through a link of the user with number $V to $pw, which belongs to \
another one; follow: true allows it";}
}
reach(){
P=$1;d=$1;V=;i=0
case $d in "~"*)fail "no home directory for $d";;"")fail "the path is empty";;/*);;*)into .&&d=\${pw%/}/$d||exit 1;;esac
while enter "$d";[ -z "$S" ]&&[ -L "./$b" ];do
[ -n "$F" ]||judge "$b" 1
target "$b"
case $l in /*)d=$l;;*)d=\${pw%/}/$l;;esac
done
d=\${pw%/}/$b
}
known(){ set -f;set -- $(ls -idn "$@" 2>/dev/null);set +f;echo "$1 $2 $3 $4 $5";}
pinned(){ case $(known "./$b") in *" "-*" "*)[ "$(known "./$b")" = "$(known -L /proc/self/fd/0 <&8)" ];;*)false;;esac;}
sure(){ V=;judge "$b" 1;[ -z "$V" ]||foreign "$b";}
`;

/**
 * Defines `self PROGRAM …`, which runs a program on what {@linkcode REACH_SETUP} has reached, itself and no link
 * that has been put in its place meanwhile. Of `chmod` and `touch` only some know how to leave links alone.
 */
export const SELF_SETUP = `self(){
if [ -d "./$b" ];then into "./$b"&&[ "$pw" = "\${d%/.}" ]||fail "$d has just been replaced";"$@" .
elif [ ! -f "./$b" ];then [ -n "$F" ]||sure;"$@" "./$b"
elif [ -e /proc/self/fd/2 ];then { pinned||fail "$d has just been replaced";"$@" /proc/self/fd/0 <&8;} 8<"./$b"
else v=$1;shift;"$v" -h "$@" "./$b";fi
}
`;

/**
 * Defines `upload`, which puts content at a path. Reads: `content`, a function that writes it; `$n` its size, if
 * it comes from stdin; `$d` target, `$u $g $m` owner, group and mode wanted, `$T` directory for temporary files;
 * `$K` the words by which temporary files of this target are known, `$k` a random word; `$E` the content is made
 * from the old one, which is on descriptor 8.
 *
 * The content first goes to a new file beside the target, which then takes the target's place in one step. It is
 * written, owned and synced through descriptor 9: whoever may write to the directory can exchange the name, but
 * never have us change another file. Where descriptors have no names (the BSDs, a root without /proc), it is made
 * in a directory of mode 700 instead. Where the target cannot be replaced, it is written over, and the old content
 * is put back if that fails.
 */
export const WRITE_SETUP = `perm(){
a=0;x=\${1#?}
for i in 256 128 64 32 16 8 4 2 1;do
case $x in [!ST-]*)a=$((a+i));;esac
case $i$x in 64[sS]*)a=$((a+2048));;8[sS]*)a=$((a+1024));;1[tT]*)a=$((a+512));;esac
x=\${x#?}
done
a=$(printf %o $a)
}
whole(){
content >"$1"||fail "cannot write $d"
[ -z "$n" ]||{ s=$(wc -c <"$1")&&[ "$s" -eq "$n" ]||fail "received $((s)) of $n bytes for $d";}
}
own(){
if [ -n "$u" ]&&[ -n "$g" ];then chown "$u:$g" "$1"||exit 1
elif [ -n "$u" ];then chown "$u" "$1"||exit 1
elif [ -n "$g" ];then chgrp "$g" "$1"||exit 1;fi
}
mode(){ [ -z "$m" ]||chmod "$m" "$1"||exit 1;}
spare(){
for w in "$T" "$TMPDIR" /tmp /var/tmp /dev/shm;do
case $w in /*);;*)continue;;esac
who "$w/.";case $q in 0|"\${W:=$(id -u)}");;*)continue;;esac
case $s in ?????w???[!tT]*|????????w[!tT]*)continue;;esac
w=$w/.drover-$K.$H.$$.$k;mkdir -m 700 "$w" 2>/dev/null&&return
done
w=;fail "there is no directory for temporary files that can be written to: $T $TMPDIR /tmp /var/tmp /dev/shm"
}
over(){
[ -n "$w" ]||spare
if [ -n "$t" ];then z=$Z;else z=$w/new;Z=$z;[ -f "$z" ]||whole "$z";fi
if [ -n "$L" ];then { pinned||fail "$d has just been replaced";over_ /proc/self/fd/8 /proc/self/fd/0;} 8<"$j"
else [ -n "$F" ]||([ -z "$y" ]||into ..;sure)||exit 1;over_ "$j" "$j" 8<"$j";fi
fail "cannot write $d"
}
over_(){
cat <&8 >"$w/old"||fail "cannot keep the old content of $d"
own "$2" <&8;mode "$2" <&8
if cat "$z" >"$1";then (into "\${w%/*}"&&stale);exit 0;fi
cat "$w/old" >"$1"
}
keep(){
case $A in *+)! command -v setfacl >/dev/null||setfacl --set "$(getfacl -cpnE "$j"|tr '\\n' ,|sed 's/,,*$//')" "$f" <&9;;esac
case $A in *[.+])[ ! -e /sys/fs/selinux/enforce ]||chcon --reference="$j" "$f" <&9;;esac
! command -v getfattr >/dev/null||{ x=$(getfattr -d --absolute-names "$j")&&[ -n "$x" ]&&setfattr --restore=/proc/self/fd/8 <&9 8<<DROVER_ATTRIBUTES
# file: $f
\${x#*
}

DROVER_ATTRIBUTES
}
} 2>/dev/null
finish(){
if [ -n "$L" ];then [ -f "$Z" ]||fail "cannot write in $pw";fi
content >&9||fail "cannot write $d"
[ -z "$n" ]||{ s=$(wc -c <"$Z")&&[ "$s" -eq "$n" ]||fail "received $((s)) of $n bytes for $d";}
if [ -z "$o" ];then own "$f" <&9
elif [ -n "$u$g" ];then chown "\${u:-\${o%:*}}:\${g:-\${o#*:}}" "$f" <&9||{ [ -z "$u" ]||exit 1;over;}
elif [ ! -O "$j" ]||[ ! -G "$j" ]||[ -g . ];then chown "$o" "$f" <&9 2>/dev/null||over;fi
if [ -z "$p" ];then
[ -n "$a" ]||a=$(printf '%o' $((0666&~0$umask_)))
case $m in ""|*[!0-7]*)chmod "$a" "$f" <&9||exit 1;;esac
fi
[ -z "$o" ]||keep
mode "$f" <&9
# A power cut must not take the old content as well as the new.
[ -z "$o" ]||dd conv=notrunc,fsync </dev/null >&9 2>/dev/null
# Without -T, mv would go through a link to a directory.
x=$(mv -fT "$t" "$j" 2>&1)||case $x in *sage:*)[ ! -d "$j" ]&&x=$(mv -f "$t" "$j" 2>&1);;*)false;;esac&&{ t=;exit 0;}
[ ! -f "$j" ]||over
echo "$x" >&2;exit 1
}
closed(){
mkdir -m 700 "$t" 2>/dev/null||return
y=\${pw%/}/$t;into "./$t"&&[ "$pw" = "$y" ]||fail "$y has just been replaced"
who .;[ "$q" = "$(id -u)" ]||fail "$y has just been replaced"
y=$t;t=./new;j=../$b;f=./new;Z=./new
case $s in drwx--[S-]---*);;*)fail "$pw has just been opened to others";;esac
case $o$g$s in drwx--S*)g=$r;;esac
[ -n "$E" ]||return 0
ln -P "$j" ./old 2>/dev/null||ln "$j" ./old||exit 1
[ -f ./old ]&&[ ! -L ./old ]||fail "$d has just been replaced"
exec 8<./old;O=./old
}
stale(){
for x in ./.drover-$K.*;do
v=\${x%.*};[ "\${v%.*}" = "./.drover-$K.$H" ]&&[ -O "$x" ]&&[ ! -L "$x" ]&&! kill -0 "\${v##*.}" 2>/dev/null&&[ ! -e "/proc/\${v##*.}" ]||continue
if [ -d "$x" ];then (v=\${pw%/}/\${x#./};into "$x"&&[ "$pw" = "$v" ]&&rm -rf ./new ./old);rmdir "$x";else rm -f "$x";fi
done
}
umask_=$(umask)
upload(){
umask 077;t=;w=;y=;o=;a=;p=;W=;H=;M=;S=
trap '[ -z "$t" ]||rm -f "$t";[ -z "$y" ]||{ rm -f ./old;cd ..;rmdir "$y";};[ -z "$w" ]||rm -rf "$w"' EXIT
trap 'exit 143' HUP INT TERM
trap 'exit 141' PIPE
case $T in ""|/*);;*)into .;T=$pw/$T;;esac
reach "$d";j=./$b
[ ! -d "$j" ]||fail "$d is a directory"
if [ -e "$j" ]&&[ ! -f "$j" ];then [ -n "$F" ]||sure;content >"$j"||fail "cannot write $d";exit 0;fi
L=;[ ! -e /proc/self/fd/2 ]||L=1
[ ! -r /proc/sys/kernel/hostname ]||read -r H </proc/sys/kernel/hostname;case $H in *[!A-Za-z0-9-]*)H=;;esac
stale
if [ -n "$E" ];then
[ -f "$j" ]||fail "$d does not exist"
O=/proc/self/fd/8;[ -z "$L" ]||{ exec 8<"$j"&&pinned;}||fail "$d has just been replaced"
fi
if [ -e "$j" ];then
who "$j";A=$s;case $s in -*);;*)over;;esac
o=$q:$r;perm "$s"
fi
t=.drover-$K.$H.$$.$k;f=/proc/self/fd/0;Z=/proc/self/fd/9
# A new file that wants nothing of its own is made with the mode that it keeps.
[ -n "$o$u$g" ]||case $m in ""|*[!0-7]*)p=1;umask "$umask_";;esac
if [ -n "$L" ]||closed;then
set -C;{ { set +C;finish;} 9>"$t" 2>&7;} 7>&2 2>/dev/null;set +C
fi
t=;[ -w "$j" ]&&[ -f "$j" ]&&over
x=$( (: >"./.drover-$K.$k"&&rm -f "./.drover-$K.$k") 2>&1)
case $x in *ead-only*)fail "cannot create files in $pw: read-only file system";;esac
[ -w . ]||fail "cannot create files in $pw: permission denied"
echo "$x" >&2;fail "cannot create files in $pw"
}
`;

/** What {@linkcode WRITE_SETUP} is told. */
export interface Writing {
  path: string;
  user?: string | undefined;
  group?: string | undefined;
  mode?: string | undefined;
  tempDir?: string | undefined;
  /** Goes through links of other users. */
  follow?: boolean | undefined;
  /** Bytes that must arrive. */
  size?: number | undefined;
  /** Shell text that writes the content to stdout; if it is made from the old content, that is its stdin. */
  content: string;
  /** The content is made from the old one. */
  edits?: boolean;
}

/** Text that writes; {@linkcode REACH_SETUP} and {@linkcode WRITE_SETUP} go before it. */
export function writingText(writing: Writing): string {
  const { path, user = "", group = "", mode = "", tempDir = "", follow, size = "", content, edits } = writing;
  const values = [
    `d=${quotePath(path)}`,
    `u=${quote(user)}`,
    `g=${quote(group)}`,
    `m=${quote(mode)}`,
    `T=${quote(tempDir)}`,
    `n=${size}`,
    `F=${follow ? 1 : ""}`,
    `E=${edits ? 1 : ""}`,
    `K=${nameOfTarget(path)}`,
    `k=${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`,
    `content(){ ${content}${edits ? " <&8" : ""};}`,
  ];
  return `${values.join(";")};upload`;
}

/** A short word for a path, by which what a killed upload has left is known again (FNV-1a). */
function nameOfTarget(path: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(path)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36);
}

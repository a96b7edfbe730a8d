/** Programs that run what the files around them say: as root they run as the owner of those files. */

import { joinCommands, raw, sh, type ShellCommand, type Word } from "../command/mod.ts";
import { STAT } from "./stat_function.ts";

/**
 * Defines `as_owner PATH … -- PROGRAM …`. Root gives up its rights for those of the user whom the paths belong to;
 * others run the program as they are, and so does root where everything is its own.
 */
const AS_OWNER_FUNCTION = raw(`owner_of(){ stat -Lc "$2" "$1" 2>/dev/null||stat -Lf "$3" "$1" 2>/dev/null;}
as_owner(){
m=$(id -u);o=;w=$1
while [ "$1" != -- ];do
x=$(owner_of "$1" %u %u)
case $x in ""|0|"$m"|"$o");;*)
[ -z "$o" ]||{ echo "drover: $w belongs to several users: run this as one of them, with _sudoUser" >&2;return 1;}
o=$x;w=$1;u=$(owner_of "$1" %U %Su);;esac
shift
done
shift
if [ -z "$o" ]||[ "$m" != 0 ];then command "$@";return;fi
case $u in [!A-Za-z_]*|*[!A-Za-z0-9._-]*)echo "drover: $w belongs to a user without a name (number $o)" >&2;return 1;;esac
eval "h=~$u"
if command -v runuser >/dev/null;then HOME=$h runuser -u "$u" -- "$@"
elif command -v su >/dev/null;then HOME=$h su -s /bin/sh -c 'exec "$@"' -- "$u" sh "$@"
else echo "drover: $w belongs to $u: run this as that user, with _sudoUser" >&2;return 1;fi
}`);

const AS_OWNER: ShellCommand = joinCommands([STAT, AS_OWNER_FUNCTION], "\n");

/** Text that makes `git` run as the owner of the working directory and of its repository. */
export const GIT_AS_OWNER: ShellCommand = sh`${AS_OWNER}
${raw('git(){ as_owner . .git -- git "$@";}')}`;

/** Text that makes `npm` run as the owner of the working directory: in a project, npm runs what its files say. */
export const NPM_AS_OWNER: ShellCommand = sh`${AS_OWNER}
${raw('npm(){ as_owner . -- npm "$@";}')}`;

/** A program that lies in a directory of its owner's, run as that owner. */
export function asOwner(paths: readonly ShellCommand[], program: Word, words: ShellCommand): ShellCommand {
  return sh`${AS_OWNER}
as_owner ${joinCommands(paths, " ")} -- ${program} ${words}`;
}

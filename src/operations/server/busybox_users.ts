/** The commands that add, change and remove users where there is only BusyBox. */

import { raw, type Secret, secret, sh, type ShellCommand, type Word } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import type { UserInfo } from "../../facts/server/mod.ts";
import type { WantedUser } from "./user_args.ts";

/** Adds a user; `adduser` makes a group of the user's name unless it is given one. */
export function busyboxAddUser(wanted: WantedUser, password: Secret | undefined): ShellCommand[] {
  const { user, group, groups = [], uid, comment = "", unique = true } = wanted;
  if (!unique && uid !== undefined) {
    throw impossible("give a user a number that another user may have", wanted);
  }
  // A user of the system would get the group of nobody, which others share.
  const ownGroup = wanted.system && group === undefined;
  const words: Word[] = [
    "-h",
    wanted.home,
    wanted.shell !== undefined && ["-s", wanted.shell],
    (ownGroup || group !== undefined) && ["-G", group ?? user],
    wanted.system && "-S",
    uid !== undefined && ["-u", uid],
    "-g",
    comment,
    !wanted.createHome && "-H",
  ];
  return [
    ...(ownGroup ? [sh`addgroup -S ${user}`] : []),
    sh`adduser -D ${words} ${user}`,
    ...groups.map((one) => sh`addgroup ${user} ${one}`),
    ...setBusyboxPassword(user, password),
  ];
}

/** Changes what differs; nothing if nothing does. */
export function busyboxChangeUser(
  wanted: WantedUser,
  existing: UserInfo,
  password: Secret | undefined,
): ShellCommand[] {
  const { user, home, shell, group, groups, append = false, uid, comment } = wanted;
  if (uid !== undefined && existing.uid !== undefined && Number(uid) !== existing.uid) {
    throw impossible("give another number to a user that exists", wanted);
  }
  const fields: Word[] = [
    home !== existing.home && ["home", home],
    shell !== undefined && shell !== existing.shell && ["shell", shell],
    comment !== undefined && comment !== (existing.comment ?? "") && ["comment", comment],
    group !== undefined && group !== existing.group && group !== String(existing.gid) && ["group", group],
  ];
  const joins = (groups ?? []).filter((one) => one !== existing.group && !existing.groups.includes(one));
  const leaves = groups === undefined || append ? [] : existing.groups.filter((one) => !groups.includes(one));
  return [
    ...(fields.some(Boolean) ? [editUser(user, fields)] : []),
    ...joins.map((one) => sh`addgroup ${user} ${one}`),
    ...leaves.map((one) => sh`delgroup ${user} ${one}`),
    ...setBusyboxPassword(user, password),
  ];
}

/** Takes pairs of a field's name and its value; the number of a group is looked up. */
const EDIT = `BEGIN { FS = OFS = ":"; user = ARGV[1]
  for (i = 2; i < ARGC; i += 2) field[ARGV[i]] = ARGV[i + 1]
  ARGC = 1
  while ("group" in field && (getline line < "/etc/group") > 0) {
    split(line, part, ":"); if (part[1] == field["group"] || part[3] == field["group"]) gid = part[3] }
  if ("group" in field && gid == "") { print "there is no group " field["group"] > "/dev/stderr"; exit failed = 1 } }
$1 == user { found = 1
  if ("group" in field) $4 = gid
  if ("comment" in field) $5 = field["comment"]
  if ("home" in field) $6 = field["home"]
  if ("shell" in field) $7 = field["shell"] }
{ print }
END { if (failed || !found) exit 1 }`;

/**
 * Changes fields of a user in the database. BusyBox has no program for it, but its others wait while there is a
 * file with a plus behind its name.
 */
function editUser(user: string, fields: readonly Word[]): ShellCommand {
  const file = raw('"$f"');
  const fresh = raw('"$f+"');
  return sh`f=$(readlink -f /etc/passwd) && (set -C; : > ${fresh}) && { awk ${EDIT} ${user} ${fields} < ${file} > ${fresh} && chmod 644 ${fresh} && mv -f ${fresh} ${file} || { rm -f ${fresh}; false; }; }`;
}

function setBusyboxPassword(user: string, password: Secret | undefined): ShellCommand[] {
  if (password === undefined) return [];
  return [sh`printf '%s\\n' ${secret(`${user}:${password.reveal()}`)} | chpasswd -e`];
}

function impossible(what: string, { user }: WantedUser): DroverError {
  return new DroverError("E_ACCOUNTS", `server.user ${user}: BusyBox cannot ${what}`, {
    hint: "install the programs of shadow first: apk add shadow, opkg install shadow-usermod shadow-useradd",
  });
}

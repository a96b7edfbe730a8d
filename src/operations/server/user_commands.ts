/** The commands that add, change and remove users: `useradd` and its kin, `pw` on FreeBSD, BusyBox's `adduser`. */

import { reveal, Secret, secret, sh, type ShellCommand, type Word } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import type { UserInfo } from "../../facts/server/mod.ts";
import type { AccountPrograms } from "./account_programs.ts";
import { busyboxAddUser, busyboxChangeUser } from "./busybox_users.ts";
import type { WantedUser } from "./user_args.ts";

/** Adds a user. */
export function addUserCommands(wanted: WantedUser, programs: AccountPrograms): ShellCommand[] {
  const { user, home, shell, group, groups = [], uid, comment, unique = true, createHome } = wanted;
  const password = checkHash(wanted.password);
  if (programs === "busybox") return busyboxAddUser(wanted, password);
  const isLinux = programs === "shadow";
  const words: Word[] = [
    option("-d", home),
    option("-s", shell),
    option("-g", group),
    option("-G", groups.length > 0 && groups.join(",")),
    isLinux && wanted.system && "-r",
    option(isLinux ? "--uid" : "-u", uid),
    option("-c", comment),
    !unique && "-o",
    // Only Linux makes homes unless it is told not to.
    createHome ? "-m" : isLinux && "-M",
  ];
  if (programs === "pw") return [withPassword(sh`pw useradd -n ${user} ${words}`, password)];
  if (!isLinux) return [sh`useradd ${words} ${option("-p", password)} ${user}`];
  return [sh`useradd ${words} ${user}`, ...setPassword(user, password)];
}

/** Changes what differs; nothing if nothing does. */
export function changeUserCommands(
  wanted: WantedUser,
  existing: UserInfo,
  programs: AccountPrograms,
): ShellCommand[] {
  const { user, home, shell, group, uid, comment, unique = true } = wanted;
  const given = checkHash(wanted.password);
  const password = given === undefined || given.reveal() === existing.password ? undefined : given;
  if (programs === "busybox") return busyboxChangeUser(wanted, existing, password);
  const newUid = existing.uid !== undefined && uid !== undefined && Number(uid) !== existing.uid;
  const words: Word[] = [
    option("-d", existing.home !== home && home),
    option("-s", existing.shell !== shell && shell),
    option("-g", existing.group !== group && String(existing.gid) !== group && group),
    groupWords(wanted, existing, programs),
    option("-c", (existing.comment ?? "") !== comment && comment),
    newUid && [unique ? undefined : "-o", "-u", uid],
  ];
  if (programs === "pw") {
    if (isEmpty(words) && password === undefined) return [];
    return [withPassword(sh`pw usermod -n ${user} ${words}`, password)];
  }
  const isLinux = programs === "shadow";
  const all = isLinux ? words : [...words, option("-p", password)];
  const changes = isEmpty(all) ? [] : [sh`usermod ${all} ${user}`];
  return isLinux ? [...changes, ...setPassword(user, password)] : changes;
}

/** Removes a user; the home directory stays. */
export function removeUserCommand(user: string, programs: AccountPrograms): ShellCommand {
  if (programs === "pw") return sh`pw userdel -n ${user}`;
  return programs === "busybox" ? sh`deluser ${user}` : sh`userdel ${user}`;
}

function groupWords({ groups, append }: WantedUser, existing: UserInfo, programs: AccountPrograms): Word {
  if (groups === undefined) return undefined;
  const present = new Set(existing.groups);
  const allThere = groups.every((group) => present.has(group) || group === existing.group);
  if (append) {
    if (allThere) return undefined;
    // FreeBSD's pw replaces the list.
    if (programs === "pw") return ["-G", [...new Set([...present, ...groups])].join(",")];
    return ["-a", "-G", groups.join(",")];
  }
  const none = existing.groups.every((group) => groups.includes(group));
  return allThere && none ? undefined : ["-G", groups.join(",")];
}

function option(name: string, value: string | number | Secret | false | undefined): Word {
  return value === undefined || value === false ? undefined : [name, value];
}

function isEmpty(words: readonly Word[]): boolean {
  return words.every((word) => word === undefined || word === false);
}

/** `chpasswd` reads the hash from its input; `usermod -p` would show it to everybody in the list of processes. */
function setPassword(user: string, password: Secret | undefined): ShellCommand[] {
  if (password === undefined) return [];
  return [sh`printf '%s\\n' ${secret(`${user}:${password.reveal()}`)} | chpasswd -e`];
}

/** `pw` reads the hash from a file descriptor, which keeps it out of the list of processes. */
function withPassword(command: ShellCommand, password: Secret | undefined): ShellCommand {
  return password === undefined ? command : sh`printf '%s\\n' ${password} | ${command} -H 0`;
}

/**
 * The hash as a secret. A password in clear would be written into the database as if it were a hash, where
 * every backup shows it and nobody can log in with it.
 */
function checkHash(password: string | Secret | undefined): Secret | undefined {
  if (password === undefined) return undefined;
  const isHash = /^(\$[^\s:]+|[!*][^\s:]*|_?[./A-Za-z0-9]{13,20})$/.test(reveal(password));
  if (isHash) return password instanceof Secret ? password : secret(password);
  throw new DroverError("E_ARGUMENT", "server.user needs the hash of a password, not the password itself", {
    hint: 'make one with: openssl passwd -6; "!" locks the password',
  });
}

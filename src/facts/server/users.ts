/** Facts about the users and groups of the system and the keys that let users in. */

import { pathWord, raw, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";

/** A user of the system. */
export interface UserInfo {
  /** Number of the user. */
  uid: number;
  /** Number of the primary group. */
  gid: number;
  /** The GECOS field. */
  comment: string | undefined;
  /** The home directory. */
  home: string | undefined;
  /** The login shell. */
  shell: string | undefined;
  /** Name of the primary group. */
  group: string;
  /** Names of the other groups, as `/etc/group` has them. */
  groups: string[];
  /** The time of the last login in the host's words. */
  lastlog: string | undefined;
  /** The time of the last login. A host that does not tell its offset is taken to be in UTC. */
  loginTime: Date | undefined;
  /** The password's hash; empty if there is none or it may not be read. */
  password: string;
}

/**
 * One pass over the files, however many users there are: groups, password hashes and logins are put into
 * tables, then each user becomes `passwd-line|group|all groups|last login|password`.
 */
const USERS_COMMAND = "{ sed 's/^/g:/' /etc/group; sed 's/^/s:/' /etc/shadow /etc/master.passwd; " +
  "{ lastlog || lastlogin; } | sed 's/^/l:/'; sed 's/^/p:/' /etc/passwd; } 2>/dev/null | awk -F: '\n" +
  '$1 == "g" { if (!($4 in name)) name[$4] = $2; count = split($5, member, ",")\n' +
  '  for (i = 1; i <= count; i++) if (member[i] != "") groups[member[i]] = groups[member[i]] " " $2 }\n' +
  '$1 == "s" { password[$2] = $3 }\n' +
  '$1 == "l" { line = substr($0, 3); gsub(/[ \\t]+/, " ", line); split(line, word, " "); login[word[1]] = line }\n' +
  '$1 == "p" && NF >= 7 { group = ($5 in name) ? name[$5] : $5\n' +
  '  print substr($0, 3) "|" group "|" group groups[$2] "|" login[$2] "|" password[$2] }\n' +
  "'";

/**
 * All users of the system, by name. Password hashes are read only by root.
 *
 * @example
 * ```ts
 * const { root } = await host.getFact(facts.server.Users);
 * ```
 */
export const Users: Fact<Record<string, UserInfo>> = fact<Record<string, UserInfo>>({
  name: "server.Users",
  about: () => ({ kind: "user" }),
  remember: {},
  command: () => USERS_COMMAND,
  process: (lines) => Object.fromEntries(lines.flatMap(readUser)),
  default: () => ({}),
});

function readUser(line: string): [string, UserInfo][] {
  const fields = line.split("|");
  const [group = "", groups = "", login = "", password = ""] = fields.splice(-4);
  // What is left is the line of passwd, whose comment may hold any character but a colon.
  const [name = "", , uid, gid, comment, home, shell] = fields.join("|").split(":");
  if (name === "" || shell === undefined) return [];
  const lastlog = /\w{3} \w{3} +\d+ \d\d:\d\d:\d\d (?:[+-]\d{4} )?\d{4}$/.exec(login)?.[0];
  return [[name, {
    uid: Number(uid),
    gid: Number(gid),
    comment: comment || undefined,
    home: home || undefined,
    shell: shell || undefined,
    group,
    groups: [...new Set(groups.split(" "))].filter((one) => one !== "" && one !== group),
    lastlog,
    loginTime: lastlog === undefined ? undefined : readLoginTime(lastlog),
    password,
  }]];
}

/** Reads `Sat Jun 5 12:03:23 -0600 2021`, with or without the offset. */
export function readLoginTime(text: string): Date | undefined {
  const match = /^\w{3} (\w{3}) +(\d+) ([\d:]{8}) (?:([+-]\d{4}) )?(\d{4})$/.exec(text);
  if (match === null) return undefined;
  const [, month, day, time, offset = "+0000", year] = match;
  return new Date(`${day} ${month} ${year} ${time} ${offset}`);
}

/** Names of all groups in `/etc/group`. */
export const Groups: Fact<string[]> = fact<string[]>({
  name: "server.Groups",
  about: () => ({ kind: "group" }),
  remember: {},
  command: () => "cat /etc/group",
  process: (lines) => lines.filter((line) => line.includes(":")).map((line) => line.split(":")[0]!),
  default: () => [],
});

/** The arguments of {@linkcode AuthorizedKeys}. */
export interface AuthorizedKeysArgs {
  /** Name of the user. */
  user: string;
  /** Path of the file; `~user/.ssh/authorized_keys` by default. */
  path?: string;
}

/**
 * The public keys that let a user in by SSH, whole lines in the order of the file.
 *
 * @example
 * ```ts
 * const keys = await host.getFact(facts.server.AuthorizedKeys, { user: "deploy" });
 * ```
 */
export const AuthorizedKeys: Fact<string[], AuthorizedKeysArgs> = fact<string[], AuthorizedKeysArgs>({
  name: "server.AuthorizedKeys",
  remember: { user: "line", path: "path" },
  parameters: { user: "string", path: "string?" },
  command: ({ user, path }) => {
    const file = path === undefined ? sh`${homeOf(user)}/.ssh/authorized_keys` : pathWord(path);
    return sh`! test -e ${file} || cat ${file}`;
  },
  process: (lines) => lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#")),
  default: () => [],
});

/** `~user`, which the shell expands only while it is not quoted: nothing but a plain name may stand there. */
export function homeOf(user: string): ShellCommand {
  if (/^([A-Za-z0-9_][A-Za-z0-9_.@-]*\$?)?$/.test(user)) return raw(`~${user}`);
  throw new DroverError("E_ARGUMENT", `There can be no user named ${Deno.inspect(user)}`, {
    hint: "names of users consist of letters, digits, dots, dashes and underscores",
  });
}

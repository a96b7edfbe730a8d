/** The operation on the keys that let users in by SSH. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Directory, File, FindInFile } from "../../facts/files/mod.ts";
import { Home } from "../../facts/server/mod.ts";
import { alters, host, operation, pathSubject, restsOn } from "../../host/mod.ts";
import { editExposed } from "../files/edit.ts";
import { directory, file, put } from "../files/mod.ts";
import { type Access, accessTo, type FollowArgs } from "../files/place.ts";
import { checkAccountName } from "./account.ts";
import { readPublicKeys } from "./public_keys.ts";

/** Arguments of {@linkcode userAuthorizedKeys}. */
export interface UserAuthorizedKeysArgs extends FollowArgs {
  /** Name of the user. */
  user: string;
  /** Public keys, or names of local files that hold them. */
  publicKeys: string | readonly string[];
  /** The group that the file belongs to; by default the one of the user's name. */
  group?: string;
  /** Removes keys that are not named: `false` by default. */
  deleteKeys?: boolean;
  /** The directory of the file: `.ssh` in the user's home by default. */
  authorizedKeyDirectory?: string;
  /** Name of the file: `authorized_keys` by default. */
  authorizedKeyFilename?: string;
}

/** Of a last line without its end, awk makes a whole one. */
const APPEND = "BEGIN { key = ARGV[1]; ARGC = 1 } { print } END { print key }";

const FILE_NAME = "authorized_keys";

/**
 * Lets people log in as a user with their SSH keys. The directory and the file belong to the user, and nobody
 * else may read them.
 *
 * It changes something if a key is missing, a surplus one is to be deleted, or owner or mode differ.
 *
 * @example
 * ```ts
 * await server.userAuthorizedKeys({ user: "deploy", publicKeys: ["keys/jane.pub"], deleteKeys: true, _sudo: true });
 * ```
 */
export const userAuthorizedKeys = operation<UserAuthorizedKeysArgs>(
  "server.userAuthorizedKeys",
  async function* (args) {
    checkAccountName("server.userAuthorizedKeys", args.user);
    const { user, group = user, deleteKeys, follow, authorizedKeyFilename = FILE_NAME } = args;
    const keys = await readPublicKeys(args.publicKeys);
    const parent = args.authorizedKeyDirectory ?? `${await homeOf(user)}/.ssh`;
    const path = `${parent}/${authorizedKeyFilename}`;
    const owner = { user, group };
    const questions = askAboutKeys(parent, authorizedKeyFilename);
    if (deleteKeys) {
      await Promise.all(questions);
      const content = new TextEncoder().encode(keys.map((key) => `${key}\n`).join(""));
      yield* directory.steps({ path: parent, ...owner, mode: 700, follow });
      yield* put.steps({ src: content, dest: path, ...owner, mode: 600, follow });
      return;
    }
    const found = keys.map((key) => host.getFact(FindInFile, { path, pattern: patternOf(key) }));
    await Promise.all([...questions, ...found]);
    const [lines, before, access] = await Promise.all([
      Promise.all(found),
      host.getFact(File, { path }),
      accessTo(path, { follow }),
    ]);
    const missing = keys.filter((key, index) => !contains(lines[index], key));
    restsOn(pathSubject(path, { parts: ["content", ...keys] }));
    if (missing.length > 0) alters(pathSubject(path, { parts: missing }));
    yield* directory.steps({ path: parent, ...owner, mode: 700, follow });
    yield* file.steps({ path, ...owner, mode: 600, follow });
    const isEmpty = before === undefined || before && before.size === 0;
    for (const [index, key] of missing.entries()) {
      yield appendCommand(path, key, access, isEmpty && index === 0);
    }
  },
  {
    parameters: {
      user: "string",
      publicKeys: "string | string[]",
      group: "string?",
      deleteKeys: "boolean?",
      authorizedKeyDirectory: "string?",
      authorizedKeyFilename: "string?",
      follow: "boolean?",
    },
  },
);

/** Questions about the file to ask together with others; whoever asks them again gets the answers at once. */
export function askAboutKeys(directory: string, name: string = FILE_NAME): Promise<unknown>[] {
  return [host.getFact(Directory, { path: directory }), host.getFact(File, { path: `${directory}/${name}` })];
}

async function homeOf(user: string): Promise<string> {
  const home = await host.getFact(Home, { user });
  if (home !== undefined) return home;
  throw new DroverError("E_NO_USER", `There is no user ${user} on ${host.name}`, {
    hint: `create the user first: server.user({ user: "${user}", publicKeys: […] }) does both`,
  });
}

function patternOf(key: string): string {
  return `^.*${key.replaceAll(/[.*[\]^$\\]/g, "\\$&")}.*$`;
}

/** A key that is commented out does not let anybody in. */
function contains(lines: readonly string[] | undefined, key: string): boolean {
  return (lines ?? []).some((line) => line.includes(key) && !line.trimStart().startsWith("#"));
}

/** Appends a key on a line of its own, even if the file's last line has no end. */
function appendCommand(path: string, key: string, access: Access, isEmpty: boolean): ShellCommand {
  const target = pathWord(path);
  // dash's echo would interpret backslashes, which options of keys may hold.
  const say = key.includes("\\") ? sh`printf '%s\\n' ${key}` : sh`echo ${key}`;
  if (access.exposed) return editExposed(path, sh`awk ${APPEND} ${key}`, undefined, sh`${say} >> ${target}`);
  if (isEmpty) return sh`${say} >> ${target}`;
  return sh`( [ $(tail -c1 ${target} | wc -l) -eq 0 ] && echo ; ${say} ) >> ${target}`;
}

/** The operation on users of the system. */

import type { Step } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Directory, Link } from "../../facts/files/mod.ts";
import { Groups, Os, type UserInfo, Users } from "../../facts/server/mod.ts";
import { alters, effect, host, operation, pathSubject, touches } from "../../host/mod.ts";
import { directory } from "../files/mod.ts";
import { checkAccountName, checkId } from "./account.ts";
import { type AccountPrograms, accountPrograms, hasOnlyBusybox } from "./account_programs.ts";
import { askAboutKeys, userAuthorizedKeys } from "./authorized_keys.ts";
import type { UserArgs, WantedUser } from "./user_args.ts";
import { addUserCommands, changeUserCommands, removeUserCommand } from "./user_commands.ts";

export type { UserArgs } from "./user_args.ts";

/**
 * Adds, changes or removes a user, the home directory and the keys that let the user in.
 *
 * It changes something where the user is not as the arguments want it; what is not given stays as it is. It uses
 * `useradd` and its kin, on FreeBSD `pw`, and BusyBox's `adduser` where there is nothing else; that cannot change a
 * user's number, nor give out one twice.
 *
 * @throws {DroverError} `E_ACCOUNTS` on macOS, and for what BusyBox cannot do.
 * @example
 * ```ts
 * await server.user({
 *   user: "deploy",
 *   shell: "/bin/bash",
 *   groups: ["www-data"],
 *   append: true,
 *   publicKeys: ["keys/jane.pub", "ssh-ed25519 AAAAC3Nz… joe@example.com"],
 *   _sudo: true,
 * });
 * ```
 */
export const user = operation<UserArgs>("server.user", async function* (args) {
  checkUserArgs(args);
  const { user: name, present = true } = args;
  touches({ kind: "user", name });
  const [users, groups, os, onlyBusybox] = await Promise.all([
    host.getFact(Users),
    // With a group that is named, it does not matter which there are, as one that is made on the way.
    args.group === undefined ? host.getFact(Groups) : [],
    host.getFact(Os),
    hasOnlyBusybox(["useradd", "adduser"]),
  ]);
  const programs = accountPrograms("server.user", os, onlyBusybox);
  const existing = users[name];
  if (!present) {
    if (existing === undefined) return host.noop(`user ${name} does not exist`);
    effect("remove");
    yield removeUserCommand(name, programs);
    return;
  }
  const wanted = settle(args, existing, groups);
  yield* ensureAccount(wanted, existing, programs);
  yield* ensureHome(wanted);
  if (args.publicKeys !== undefined) yield* ensureKeys(wanted);
}, {
  parameters: {
    user: "string",
    present: "boolean?",
    home: "string?",
    shell: "string?",
    group: "string?",
    groups: "string[]?",
    append: "boolean?",
    publicKeys: "string | string[]?",
    deleteKeys: "boolean?",
    ensureHome: "boolean?",
    createHome: "boolean?",
    system: "boolean?",
    uid: "number?",
    comment: "string?",
    unique: "boolean?",
    password: "string | Secret?",
  },
});

function settle(args: UserArgs, existing: UserInfo | undefined, groups: readonly string[]): WantedUser {
  const home = args.home ?? existing?.home ?? `/home/${args.user}`;
  // A new user takes over an existing group of the same name; programs that add users refuse to do so by
  // themselves.
  const takesOver = args.group === undefined && existing === undefined && groups.includes(args.user);
  const group = takesOver ? args.user : args.group;
  const owningGroup = group ?? existing?.group ?? args.user;
  return { ...args, home, owningGroup, ...(group === undefined ? {} : { group }) };
}

function* ensureAccount(
  wanted: WantedUser,
  existing: UserInfo | undefined,
  programs: AccountPrograms,
): Generator<Step, void, void> {
  if (existing === undefined) {
    effect("create");
    // Programs that add users may make these, too.
    alters({ kind: "group", name: wanted.user }, pathSubject(wanted.home));
    yield* addUserCommands(wanted, programs);
    return;
  }
  const commands = changeUserCommands(wanted, existing, programs);
  if (commands.length === 0) host.noop(`user ${wanted.user} is up to date`);
  yield* commands;
}

/** Answers that will be wanted for the keys are asked for together with this one. */
async function* ensureHome(wanted: WantedUser): AsyncGenerator<Step, void, void> {
  const { user: name, home, owningGroup, ensureHome = true, publicKeys } = wanted;
  if (!ensureHome) return;
  const aboutKeys = publicKeys === undefined ? [] : askAboutKeys(`${home}/.ssh`);
  const [found] = await Promise.all([host.getFact(Directory, { path: home }), ...aboutKeys]);
  if (found === false) {
    // The home may be a link, whose target is somebody else's business.
    if (await host.getFact(Link, { path: home })) return;
    throw new DroverError("E_NOT_A_DIRECTORY", `${home}, the home of ${name}, exists and is not a directory`);
  }
  yield* directory.steps({ path: home, user: name, group: owningGroup });
}

async function* ensureKeys(wanted: WantedUser): AsyncGenerator<Step, void, void> {
  yield* userAuthorizedKeys.steps({
    user: wanted.user,
    publicKeys: wanted.publicKeys!,
    group: wanted.owningGroup,
    deleteKeys: wanted.deleteKeys ?? false,
    authorizedKeyDirectory: `${wanted.home}/.ssh`,
  });
}

function checkUserArgs(args: UserArgs): void {
  checkAccountName("server.user", args.user);
  for (const group of [args.group ?? [], args.groups ?? []].flat()) checkAccountName("server.user", group);
  const number = args.groups?.find((group) => /^\d+$/.test(group));
  if (number !== undefined) {
    throw new DroverError("E_ARGUMENT", `server.user needs groups by their names: ${number} is a number`);
  }
  checkId("server.user", "uid", args.uid);
  for (const key of ["home", "shell", "comment"] as const) {
    if (args[key] === undefined || !/[:\n\0]/.test(args[key]) && (args[key] !== "" || key === "comment")) {
      continue;
    }
    throw new DroverError("E_ARGUMENT", `server.user cannot use ${Deno.inspect(args[key])} as ${key}`, {
      hint: "the database of users has no place for colons and line breaks",
    });
  }
  if (args.deleteKeys && args.publicKeys === undefined) {
    throw new DroverError("E_ARGUMENT", "server.user is told to delete keys, but not which ones to keep", {
      hint: "publicKeys: [] removes all",
    });
  }
}

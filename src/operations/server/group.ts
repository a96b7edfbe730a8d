/** The operation on groups of users. */

import { sh, type ShellCommand } from "../../command/mod.ts";
import { Groups, Os } from "../../facts/server/mod.ts";
import { effect, host, operation, touches } from "../../host/mod.ts";
import { checkAccountName, checkId } from "./account.ts";
import { type AccountPrograms, accountPrograms, hasOnlyBusybox } from "./account_programs.ts";

/** Arguments of {@linkcode group}. */
export interface GroupArgs {
  /** Name of the group. */
  group: string;
  /** Whether it should exist: `true` by default. */
  present?: boolean;
  /** Creates it with a number from the range of the system; ignored on BSD, which knows no such range. */
  system?: boolean;
  /** The number of a new group; an existing group keeps its own. */
  gid?: number | string;
}

/**
 * Adds or removes a group. It changes something if the group does not exist, or still does.
 *
 * @throws {DroverError} `E_ACCOUNTS` on macOS.
 * @example
 * ```ts
 * await server.group({ group: "deploy", gid: 2000, _sudo: true });
 * ```
 */
export const group = operation<GroupArgs>("server.group", async function* (args) {
  const { group: name, present = true } = args;
  checkAccountName("server.group", name);
  checkId("server.group", "gid", args.gid);
  touches({ kind: "group", name });
  const [groups, os, onlyBusybox] = await Promise.all([
    host.getFact(Groups),
    host.getFact(Os),
    hasOnlyBusybox(["groupadd", "addgroup"]),
  ]);
  const programs = accountPrograms("server.group", os, onlyBusybox);
  const exists = groups.includes(name);
  if (exists === present) {
    host.noop(`group ${name} ${present ? "already exists" : "does not exist"}`);
    return;
  }
  effect(present ? "create" : "remove");
  yield present ? addCommand(args, programs) : removeCommand(name, programs);
}, {
  parameters: {
    group: "string",
    present: "boolean?",
    system: "boolean?",
    gid: "string | number?",
  },
});

function addCommand({ group: name, system, gid }: GroupArgs, programs: AccountPrograms): ShellCommand {
  const number = gid !== undefined && ["-g", `${gid}`];
  if (programs === "pw") return sh`pw groupadd -n ${name} ${number}`;
  if (programs === "bsd") return sh`groupadd ${number} ${name}`;
  if (programs === "busybox") return sh`addgroup ${system && "-S"} ${number} ${name}`;
  return sh`groupadd ${system && "-r"} ${name} ${gid !== undefined && ["--gid", `${gid}`]}`;
}

function removeCommand(name: string, programs: AccountPrograms): ShellCommand {
  if (programs === "pw") return sh`pw groupdel -n ${name}`;
  return programs === "busybox" ? sh`delgroup ${name}` : sh`groupdel ${name}`;
}

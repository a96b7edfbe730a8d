/** Whether programs start with Supervisor: a setting in the sections of its configuration. */

import { DroverError } from "../errors/mod.ts";
import { EditTargetAt } from "../facts/files/mod.ts";
import type { SupervisorConfig, SupervisorProgram } from "../facts/supervisor.ts";
import { alters, host, pathSubject, type Steps } from "../host/mod.ts";
import { accessTo } from "./files/place.ts";
import { literalPattern, sedInPlace } from "./files/sed.ts";

/**
 * The programs that a service's name stands for: `web`, `group:name`, `group:*` or `all`. A program with several
 * processes is a group of its own.
 *
 * @throws {DroverError} `E_SERVICE` if the configuration has none of this name.
 */
export function programsOf(service: string, { programs, groups }: SupervisorConfig): SupervisorProgram[] {
  const [group = "", process = group] = service.split(":", 2);
  const members = Object.hasOwn(groups, group) ? groups[group]! : [group];
  const isOne = process !== "*" && members.includes(process);
  const names = service === "all" ? Object.keys(programs) : isOne ? [process] : members;
  const found = names.flatMap((name) => Object.hasOwn(programs, name) ? [programs[name]!] : []);
  if (found.length > 0 || service === "all") return found;
  throw new DroverError("E_SERVICE", `Supervisor's configuration on ${host.name} has no program ${service}`, {
    host: host.name,
    hint: "give its configuration file as config, if that is in none of the usual places",
  });
}

/** Writes the setting into a program's section, in the place of the one that is there. */
export async function* setAutostart({ section, path }: SupervisorProgram, enabled: boolean): Steps {
  const [target, access] = await Promise.all([host.getFact(EditTargetAt, { path }), accessTo(path)]);
  const header = `^\\[${literalPattern(section)}\\]`;
  const script = `/${header}/,/^\\[/{
/^autostart[[:space:]]*[=:]/d
}
s/${header}.*/&\\
autostart=${enabled}/`;
  alters(pathSubject(path));
  yield sedInPlace({ path, script }, target, { backup: undefined, access });
}

/** What facts that only Drover has would have answered in the situation that a fixture describes. */

import { pythonText } from "./names.ts";
import { MissingFact } from "./result.ts";

/**
 * Facts that operations ask ahead, together with others in one round trip, where pyinfra asks them one after
 * the other and only if need be. What a fixture does not tell of them is not there.
 */
export const READ_AHEAD: ReadonlySet<string> = new Set([
  "files.Md5File",
  "files.Sha1File",
  "files.Sha256File",
  "files.FindLinks",
  "server.Which",
]);

/** The answer to a fact that pyinfra does not have: nothing, unless the fixture's facts say the same. */
export function answerOwnFact(
  name: string,
  args: Record<string, unknown>,
  given: Record<string, unknown>,
): unknown {
  if (name === "files.Entries") return entries(args as unknown as EntriesArgs, given);
  if (name === "systemd.SystemdUnits") return units(args as UnitsArgs, given);
  return undefined;
}

interface UnitsArgs {
  services?: string[];
  userMode?: boolean;
  machine?: string;
  userName?: string;
}

/** Fixtures tell of each unit whether it runs and starts at boot. */
function units({ services = [], ...target }: UnitsArgs, given: Record<string, unknown>): unknown {
  const { userMode = false, machine, userName } = target;
  const text = [["machine", machine], ["services", services], ["user_mode", userMode], [
    "user_name",
    userName,
  ]];
  const key = text.map(([name, value]) => `${name}=${pythonText(value)}`).join(", ");
  const status = table<Record<string, boolean>>(given, "systemd.SystemdStatus")[key];
  const enabled = table<Record<string, boolean>>(given, "systemd.SystemdEnabled")[key] ?? {};
  if (status === undefined) throw new MissingFact(`does not tell of systemd.SystemdStatus with ${key}`);
  return Object.fromEntries(services.map((name) => {
    const fileState = enabled[name] ? "enabled" : "disabled";
    return [name, { name, running: status[name] ?? false, loadState: "loaded", fileState, startedBy: [] }];
  }));
}

interface EntriesArgs {
  directory: string;
  names: string[];
}

interface Stat {
  user?: string;
  group?: string;
  mode?: number;
}

function entries({ directory, names }: EntriesArgs, given: Record<string, unknown>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const key = `path=${name === "." ? directory : `${directory}/${name}`}`;
    const file = table<Stat | boolean>(given, "files.File")[key];
    const folder = table<Stat | boolean>(given, "files.Directory")[key];
    const digest = table<string>(given, "files.Sha1File")[key];
    if (file) {
      found[name] = { kind: "file", ...(file as Stat), digest: digest && { algorithm: "sha1", hex: digest } };
    } else if (folder) found[name] = { kind: "directory", ...(folder as Stat) };
  }
  return found;
}

function table<T>(given: Record<string, unknown>, fact: string): Record<string, T | undefined> {
  return (given[fact] ?? {}) as Record<string, T | undefined>;
}

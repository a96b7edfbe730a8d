/** Facts about running processes. */

import { raw, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";

/** A running process. */
export interface ProcessInfo {
  /** Name of the user that it runs as. */
  user: string;
  /** `S`, `R`, `Ss` … */
  state: string;
  /** Percent of one processor; `undefined` where `ps` does not tell (BusyBox). */
  cpuPercent: number | undefined;
  /** Percent of the memory; `undefined` where `ps` does not tell (BusyBox). */
  memPercent: number | undefined;
  /** Name of the program. */
  command: string;
  /** The whole command line. */
  args: string;
}

/** The argument of {@linkcode Processes}. */
export interface ProcessesArgs {
  /** Only the process of this number; all by default. */
  pid?: number;
}

/**
 * Running processes by their number. Names of programs may hold spaces, so that they and the command lines
 * are listed apart from each other.
 *
 * @example
 * ```ts
 * const { 1: init } = await host.getFact(facts.server.Processes, { pid: 1 });
 * ```
 */
export const Processes: Fact<Record<number, ProcessInfo>, ProcessesArgs> = fact<
  Record<number, ProcessInfo>,
  ProcessesArgs
>({
  name: "server.Processes",
  remember: { pid: "number" },
  parameters: { pid: "number?" },
  command: ({ pid }) => {
    if (pid !== undefined && (!Number.isInteger(pid) || pid < 1)) {
      throw new DroverError(
        "E_ARGUMENT",
        `fact server.Processes needs a number of a process: ${pid} is none`,
      );
    }
    const which = pid === undefined ? sh`-A` : sh`-p ${pid}`;
    const columns = sh`-o pid= -o user= -o stat= -o pcpu= -o pmem= -o comm=`;
    return sh`{ ps ${which} ${columns} && echo ${COMMAND_LINES} && ps ${which} -o pid= -o args=; } 2>/dev/null || ${BUSYBOX}`;
  },
  process: (lines, { pid }) => {
    const table = Object.fromEntries(lines[0]?.startsWith("PID") ? readBusyBox(lines) : readProcesses(lines));
    if (pid === undefined) return table;
    return table[pid] === undefined ? {} : { [pid]: table[pid] };
  },
  default: () => ({}),
});

/** Stands between the two lists. */
const COMMAND_LINES = "---";

/** BusyBox knows neither `-A` nor `-p` and lists everything anyway, which is filtered here. */
const BUSYBOX = raw("ps -o pid,user,stat,comm,args");

function readProcesses(lines: string[]): [number, ProcessInfo][] {
  const end = lines.indexOf(COMMAND_LINES);
  const commandLines = new Map(
    lines.slice(end + 1).map((line) => {
      const [, pid, args = ""] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
      return [Number(pid), args];
    }),
  );
  return lines.slice(0, end).flatMap((line): [number, ProcessInfo][] => {
    const match = /^\s*(\d+)\s+(\S+)\s+(\S+)\s+([\d.,]+)\s+([\d.,]+)\s+(.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, user = "", state = "", cpu = "", memory = "", command = ""] = match;
    const args = commandLines.get(Number(pid)) ?? command;
    return [[Number(pid), {
      user,
      state,
      cpuPercent: toNumber(cpu),
      memPercent: toNumber(memory),
      command,
      args,
    }]];
  });
}

/** BusyBox's columns have fixed widths, as far as the header tells them. */
function readBusyBox([header = "", ...lines]: string[]): [number, ProcessInfo][] {
  const [user, state, command, args] = ["USER", "STAT", "COMMAND", "COMMAND"].map((title, index) =>
    index === 3 ? header.lastIndexOf(title) : header.indexOf(title)
  ) as [number, number, number, number];
  return lines.map((line) => [Number.parseInt(line), {
    user: line.slice(user, state).trim(),
    state: line.slice(state, command).trim(),
    cpuPercent: undefined,
    memPercent: undefined,
    command: line.slice(command, args).trim(),
    args: line.slice(args).trim(),
  }]);
}

/** Some locales write decimal commas. */
function toNumber(text: string): number {
  return Number(text.replace(",", "."));
}

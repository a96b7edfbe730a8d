/** Measures Drover against `ssh host true` in the same run: `deno task bench [--hosts 1,10,100] [--runs 5]`. */

import { parseArgs } from "node:util";
import { startSshd } from "../tests/support/sshd.ts";
import { say } from "./print.ts";

const { values } = parseArgs({
  options: { hosts: { type: "string", default: "1,10,100" }, runs: { type: "string", default: "5" } },
});
const RUNS = Number(values.runs);
const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** One line of the table. */
interface Row {
  work: string;
  hosts: number;
  /** Seconds, the median of all runs. */
  seconds: number;
  /** Megabytes that the process had in memory at its peak. */
  megabytes: number;
}

const CHANGING = `
import { server } from "drover/operations";
for (let number = 1; number <= 20; number++) {
  await server.shell({ name: "Command " + number, commands: ["true " + number] });
}`;

const UNCHANGED = `
import { host } from "drover";
import { files } from "drover/operations";
const base = "/tmp/drover-bench-" + host.name;
for (const number of [1, 2, 3]) await files.directory({ path: base + "/directory" + number });
for (const number of [1, 2, 3]) await files.file({ path: base + "/file" + number });
for (const number of [1, 2, 3, 4]) await files.line({ path: base + "/lines", line: "line " + number });`;

await main();

async function main(): Promise<void> {
  await using sshd = await startSshd({
    address: "0.0.0.0",
    config: ["MaxStartups 2000:30:4000", "MaxSessions 1000"],
  });
  const directory = await Deno.makeTempDir({ prefix: "drover-bench-" });
  await Deno.writeTextFile(`${directory}/changing.ts`, CHANGING);
  await Deno.writeTextFile(`${directory}/unchanged.ts`, UNCHANGED);
  const login = ["-i", sshd.key, "-p", String(sshd.port), "-l", sshd.users[0]!.name];
  const options = [
    "-oStrictHostKeyChecking=no",
    `-oUserKnownHostsFile=${directory}/known_hosts`,
    "-oBatchMode=yes",
    "-oLogLevel=ERROR",
  ];
  const rows: Row[] = [];
  for (const hosts of values.hosts.split(",").map(Number)) {
    const names = Array.from({ length: hosts }, (_, index) => `127.0.1.${index + 1}`);
    const data = {
      ssh_user: sshd.users[0]!.name,
      ssh_port: sshd.port,
      ssh_key: sshd.key,
      ssh_strict_host_key_checking: "no",
      ssh_known_hosts_file: `${directory}/known_hosts`,
    };
    const inventory = `${directory}/hosts${hosts}.json`;
    await Deno.writeTextFile(inventory, JSON.stringify({ targets: names.map((name) => [name, data]) }));
    const drover = (
      deploy: string,
    ) => [Deno.execPath(), "run", "-A", MAIN, inventory, `${directory}/${deploy}`, "-y"];
    rows.push(
      await measure(
        "ssh host true, all at once",
        hosts,
        names.map((name) => ["ssh", ...login, ...options, name, "true"]),
      ),
    );
    await measure("warm-up", hosts, [drover("unchanged.ts")], 1);
    rows.push(await measure("10 operations, nothing to do", hosts, [drover("unchanged.ts")]));
    rows.push(await measure("20 commands", hosts, [drover("changing.ts")]));
  }
  rows.push(await measure("drover --version", 0, [[Deno.execPath(), "run", "-A", MAIN, "--version"]]));
  report(rows);
  await Deno.remove(directory, { recursive: true });
}

/** Runs commands side by side, several times. */
async function measure(work: string, hosts: number, commands: string[][], runs = RUNS): Promise<Row> {
  const taken: number[] = [];
  let megabytes = 0;
  for (let index = 0; index < runs; index++) {
    const started = performance.now();
    const peaks = await Promise.all(commands.map(runOnce));
    taken.push((performance.now() - started) / 1000);
    megabytes = Math.max(megabytes, ...peaks);
  }
  taken.sort((a, b) => a - b);
  return { work, hosts, seconds: taken[Math.floor(taken.length / 2)]!, megabytes };
}

/** Runs a command and gives the megabytes that it needed at its peak. */
async function runOnce([program, ...args]: string[]): Promise<number> {
  const process = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "piped" })
    .spawn();
  let peak = 0;
  const watch = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${process.pid}/status`);
      peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? peak);
    } catch {
      // It has ended, or this system has no /proc.
    }
  }, 25);
  const { success, stderr } = await process.output();
  clearInterval(watch);
  if (!success) throw new Error(`${program} ${args.join(" ")} failed:\n${new TextDecoder().decode(stderr)}`);
  return Math.round(peak / 1024);
}

function report(rows: readonly Row[]): void {
  const base = new Map(
    rows.filter(({ work }) => work.startsWith("ssh")).map((row) => [row.hosts, row.seconds]),
  );
  say(
    `${"work".padEnd(32)} ${"hosts".padStart(5)} ${"seconds".padStart(8)} ${"× ssh".padStart(7)} ${
      "MB".padStart(5)
    }`,
  );
  for (const { work, hosts, seconds, megabytes } of rows) {
    const ratio = base.has(hosts) ? (seconds / base.get(hosts)!).toFixed(2) : "";
    say(
      `${work.padEnd(32)} ${String(hosts || "").padStart(5)} ${seconds.toFixed(3).padStart(8)} ${
        ratio.padStart(7)
      } ${String(megabytes).padStart(5)}`,
    );
  }
}

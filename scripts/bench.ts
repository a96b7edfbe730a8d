/**
 * Measures Drover against `ssh host true`, taken in the same run, over a loopback sshd:
 * `deno task bench [--hosts 1,10,50,100] [--delays 0,50] [--runs 5] [--only W1]
 * [--local 10,100,1000] [--files 1000,10000]`; an empty list leaves its rows out.
 */

import { parseArgs } from "node:util";
import { watchPeak } from "../tests/support/peak_memory.ts";
import { type Sshd, startSshd } from "../tests/support/sshd.ts";
import { startSlowLine } from "../tests/support/slow_line.ts";
import { MANY_FILES, MIXED_USER, SYSTEMCTL, type Workload, WORKLOADS } from "./bench/workloads.ts";
import { MEMORY_FLAG } from "./compile/memory.ts";
import { say } from "./print.ts";

const { values } = parseArgs({
  options: {
    hosts: { type: "string", default: "1,10,50,100" },
    delays: { type: "string", default: "0,50" },
    runs: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    local: { type: "string", default: "10,100,1000" },
    files: { type: "string", default: "1000,10000" },
    backend: { type: "string", default: "" },
  },
});
/** Where hosts write; the login user differs from run to run. */
const PLACE = `/tmp/drover-bench-${crypto.randomUUID()}-`;
const RUNS = Number(values.runs);
/** As the executables are started. */
const DROVER = [Deno.execPath(), "run", "-A", MEMORY_FLAG, new URL("../main.ts", import.meta.url).pathname];
const LARGE_BYTES = 50 * 1024 * 1024;
/** Slow lines are measured with at most so many hosts: what they show is the number of round trips. */
const MOST_SLOW_HOSTS = 10;

/** Where hosts look for programs behind those of the bench. */
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** One line of the table. */
interface Row {
  work: string;
  hosts: number;
  delay: number;
  /** Seconds, the median of all runs. */
  seconds: number;
  /** Round trips of one run and host, login included. */
  turns: number;
  /** Megabytes that the process had in memory at its peak. */
  megabytes: number;
}

/** Where the hosts are and how to log in. */
interface Site {
  directory: string;
  hosts: string[];
  delay: number;
  login: string[];
  data: Record<string, string | number>;
  turns: () => number;
}

await main();

async function main(): Promise<void> {
  await using sshd = await startSshd({ config: ["MaxStartups 2000:30:4000"] });
  const directory = await Deno.makeTempDir({ prefix: "drover-bench-" });
  await Deno.mkdir(`${directory}/bin`);
  await Deno.writeTextFile(`${directory}/bin/systemctl`, SYSTEMCTL, { mode: 0o755 });
  await Deno.writeFile(`${directory}/large`, new Uint8Array(LARGE_BYTES).map((_, index) => index * 31 >> 3));
  const rows: Row[] = [];
  for (const delay of numbers(values.delays)) {
    for (const count of numbers(values.hosts)) {
      if (delay > 0 && count > MOST_SLOW_HOSTS) continue;
      rows.push(...await measureLine(sshd, directory, count, delay));
    }
  }
  for (const count of numbers(values.local)) rows.push(await measureLocal(directory, count));
  for (const count of numbers(values.files)) rows.push(...await measureFiles(directory, count));
  rows.push(...await measureStart(directory));
  report(rows);
  await Deno.remove(directory, { recursive: true });
  for await (const { name } of Deno.readDir("/tmp")) {
    if (`/tmp/${name}`.startsWith(PLACE)) await Deno.remove(`/tmp/${name}`, { recursive: true });
  }
}

function numbers(list: string): number[] {
  return list.split(",").filter((number) => number !== "").map(Number);
}

/** All workloads on so many hosts behind a line of this delay. */
async function measureLine(sshd: Sshd, directory: string, count: number, delay: number): Promise<Row[]> {
  await using line = startSlowLine(sshd.port, delay / 2);
  const hosts = Array.from({ length: count }, (_, index) => `127.0.1.${index + 1}`);
  const user = sshd.users[0]!.name;
  const known = `${directory}/known_hosts`;
  const login = [
    ...["-i", sshd.key, "-p", String(line.port), "-l", user, "-F", "none"],
    ...["-oStrictHostKeyChecking=no", `-oUserKnownHostsFile=${known}`, "-oBatchMode=yes", "-oLogLevel=ERROR"],
  ];
  const data = {
    ssh_user: user,
    ssh_port: line.port,
    ssh_key: sshd.key,
    ssh_strict_host_key_checking: "no",
    ssh_known_hosts_file: known,
    ...(values.backend === "" ? {} : { ssh_backend: values.backend }),
  };
  return await measureSite({ directory, hosts, delay, login, data, turns: () => line.turns() });
}

/** What it takes to start, and to ask this machine one fact. */
async function measureStart(directory: string): Promise<Row[]> {
  const start = (name: string, words: string[]) => measure({ name, hosts: 0, delay: 0 }, [words], () => 0);
  const fact = ["@local", "fact", "server.Kernel"];
  const oneThread = [Deno.execPath(), "run", "-A", new URL("bench/one_thread.ts", import.meta.url).pathname];
  const project = `${directory}/project`;
  await Deno.mkdir(project);
  await Deno.writeTextFile(`${project}/config.ts`, `export const permissions = { run: ["uptime"] };\n`);
  return [
    await start("drover --version", [...DROVER, "--version"]),
    await start("drover @local fact", [...DROVER, ...fact]),
    await start("the same in one thread", oneThread),
    await start("with permissions agreed to", [...DROVER, "--chdir", project, "--trust-config", ...fact]),
  ];
}

/** Many files of this machine that are in place, asked by a deploy that was run before, and by one that was not. */
async function measureFiles(directory: string, count: number): Promise<Row[]> {
  const place = `${PLACE}@local/many`;
  await Deno.mkdir(place, { recursive: true });
  for (let number = 0; number < count; number++) await Deno.writeTextFile(`${place}/${number}`, "");
  const deploy = `${directory}/many.ts`;
  const data = ["--data", `place=${PLACE}`, "--data", `files=${count}`];
  const words = [...DROVER, "@local", deploy, "-y", ...data, "--memory", `${directory}/many-${count}.json`];
  await Deno.writeTextFile(deploy, MANY_FILES.awaited);
  await runOnce(words);
  const shape = (how: string) => ({ name: `${count} files, ${how}`, hosts: 1, delay: 0 });
  const awaited = await measure(shape("remembered"), [words], () => 0);
  await Deno.writeTextFile(deploy, MANY_FILES.together);
  const forgotten = [...words.slice(0, -2), "--no-memory"];
  return [awaited, await measure(shape("together"), [forgotten], () => 0)];
}

async function measureSite(site: Site): Promise<Row[]> {
  const { directory, hosts, delay, login, turns } = site;
  const inventory = `${directory}/hosts-${hosts.length}-${delay}.json`;
  await Deno.writeTextFile(
    inventory,
    JSON.stringify({ place: PLACE, targets: hosts.map((host) => [host, site.data]) }),
  );
  const shape = { hosts: hosts.length, delay };
  const rows = [
    await measure(
      { name: "ssh host true", ...shape },
      hosts.map((host) => ["ssh", ...login, host, "true"]),
      turns,
    ),
  ];
  for (const workload of WORKLOADS.filter(({ name }) => name.includes(values.only))) {
    if (workload.name.includes("MiB") && hosts.length > 10) continue;
    // This many hosts show what connecting costs.
    if (workload.deploy !== "" && hosts.length === 50) continue;
    // All hosts are one machine, which has each user once.
    if (workload.root && hosts.length > 1) continue;
    rows.push(await measureWorkload(workload, inventory, site));
  }
  if (hosts.length === 1) rows.push(await measureCat(site));
  return rows;
}

/** What an upload is compared with: the same bytes through the same client, into `cat`. */
async function measureCat({ directory, hosts, delay, data, turns }: Site): Promise<Row> {
  const cat = new URL("bench/cat.ts", import.meta.url).pathname;
  const words = [hosts[0]!, JSON.stringify(data), `${directory}/large`, `${PLACE}cat`];
  const shape = { name: "50 MiB by cat", hosts: 1, delay };
  return await measure(shape, [[Deno.execPath(), "run", "-A", cat, ...words]], turns);
}

/** Many hosts that are all this machine: what the program itself costs. */
async function measureLocal(directory: string, count: number): Promise<Row> {
  const inventory = `${directory}/local-${count}.json`;
  const deploy = `${directory}/local.ts`;
  const targets = Array.from(
    { length: count },
    (_, index) => [`@chroot/${index}`, { chroot_directory: "/" }],
  );
  await Deno.writeTextFile(inventory, JSON.stringify({ place: PLACE, targets }));
  await Deno.writeTextFile(deploy, WORKLOADS.find(({ name }) => name.startsWith("W2"))!.deploy);
  const drover = [...DROVER, inventory, deploy, "-y", "--trust-config"];
  return await measure({ name: "20 commands, local", hosts: count, delay: 0 }, [drover], () => 0);
}

async function measureWorkload(workload: Workload, inventory: string, site: Site): Promise<Row> {
  const deploy = `${site.directory}/deploy-${WORKLOADS.indexOf(workload)}.ts`;
  await Deno.writeTextFile(deploy, workload.deploy.replace("LARGE", `${site.directory}/large`));
  const memory = ["--memory", `${site.directory}/memory.json`];
  const asRoot = [
    "--data",
    "ssh_user=root",
    "--data",
    `_env={"PATH":"${site.directory}/bin:${SYSTEM_PATH}"}`,
  ];
  const words = [...workload.stranger ? memory : [], ...workload.root ? asRoot : []];
  const drover = [...DROVER, inventory, deploy, "-y", ...words];
  const before = async () => {
    if (workload.stranger) await Deno.copyFile(`${site.directory}/siblings.json`, memory[1]!);
    if (workload.fresh) await forget(site, workload);
  };
  if (workload.stranger) await askSibling(site, inventory, deploy);
  await before();
  if (workload.warm) await runOnce(drover);
  const shape = { name: workload.name, hosts: site.hosts.length, delay: site.delay };
  return await measure(shape, [drover], site.turns, before);
}

/** Removes what earlier runs have made. */
async function forget({ directory, hosts }: Site, { root }: Workload): Promise<void> {
  for (const host of hosts) await Deno.remove(`${PLACE}${host}`, { recursive: true }).catch(() => {});
  if (!root) return;
  await Deno.remove(`${directory}/bin/state`).catch(() => {});
  await new Deno.Command("userdel", { args: [MIXED_USER], stderr: "null" }).output();
  await new Deno.Command("groupdel", { args: [MIXED_USER], stderr: "null" }).output();
}

/** Lets another host of the same group be asked, and keeps what a project would keep of it. */
async function askSibling(
  { directory, hosts, data }: Site,
  inventory: string,
  deploy: string,
): Promise<void> {
  const present = await Deno.readTextFile(inventory);
  const siblings = hosts.map((_, index) => [`127.0.3.${index + 1}`, data]);
  await Deno.writeTextFile(inventory, JSON.stringify({ place: PLACE, targets: siblings }));
  const file = `${directory}/siblings.json`;
  await Deno.remove(file).catch(() => {});
  for (let run = 0; run < 2; run++) await runOnce([...DROVER, inventory, deploy, "-y", "--memory", file]);
  await Deno.writeTextFile(inventory, present);
}

/** Runs commands side by side, several times. */
async function measure(
  { name, hosts, delay }: { name: string; hosts: number; delay: number },
  commands: string[][],
  turns: () => number,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<Row> {
  const taken: number[] = [];
  let megabytes = 0;
  let counted = 0;
  for (let index = 0; index < RUNS; index++) {
    await before();
    const [started, turnsBefore] = [performance.now(), turns()];
    const peaks = await Promise.all(commands.map(runOnce));
    taken.push((performance.now() - started) / 1000);
    counted = turns() - turnsBefore;
    megabytes = Math.max(megabytes, ...peaks);
  }
  taken.sort((a, b) => a - b);
  const seconds = taken[Math.floor(taken.length / 2)]!;
  return { work: name, hosts, delay, seconds, turns: Math.round(counted / Math.max(1, hosts)), megabytes };
}

/** Runs a command and gives the megabytes that it needed at its peak. */
async function runOnce([program, ...args]: string[]): Promise<number> {
  const process = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "piped" })
    .spawn();
  const watch = watchPeak(process.pid);
  const { success, stderr } = await process.output();
  const peak = watch.stop();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed:\n${new TextDecoder().decode(stderr)}`);
  return Math.round(peak / 1024);
}

function report(rows: readonly Row[]): void {
  const shape = (row: Row) => `${row.hosts} ${row.delay}`;
  const base = new Map(
    rows.filter(({ work }) => work === "ssh host true").map((row) => [shape(row), row.seconds]),
  );
  say(`| ${"work".padEnd(28)} | hosts | delay | seconds | × ssh | turns |  MB | ms per host and operation |`);
  say(`| ${"-".repeat(28)} | ----: | ----: | ------: | ----: | ----: | --: | ------------------------: |`);
  for (const row of rows) {
    const local = row.work.endsWith("local");
    const here = local || /^\d+ files,/.test(row.work);
    const ratio = base.has(shape(row)) && !here ? (row.seconds / base.get(shape(row))!).toFixed(2) : "";
    const cells = [
      row.work.padEnd(28),
      String(row.hosts || "").padStart(5),
      (row.hosts ? `${row.delay} ms` : "").padStart(5),
      row.seconds.toFixed(3).padStart(7),
      ratio.padStart(5),
      String(row.turns || "").padStart(5),
      String(row.megabytes).padStart(3),
      (local ? (row.seconds * 1000 / row.hosts / 20).toFixed(2) : "").padStart(25),
    ];
    say(`| ${cells.join(" | ")} |`);
  }
}

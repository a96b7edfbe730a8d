/** The lab's own Docker engine: started beside whatever else the machine runs, and stopped with the lab. */

import { delay, until } from "../wait.ts";
import { capture, type Ended, must, type RunOptions } from "../process.ts";
import { LAB_DIR } from "./machine.ts";

const SOCKET = `unix://${LAB_DIR}/docker.sock`;
const PID_FILE = `${LAB_DIR}/docker.pid`;
const LOG_FILE = `${LAB_DIR}/docker.log`;
const START_SECONDS = 30;
const STOP_SECONDS = 30;

/** The words of a docker command that talks to the lab's engine. */
export function dockerWords(...args: string[]): string[] {
  return ["docker", "--host", SOCKET, ...args];
}

/** Runs a docker command that has to succeed; returns what it printed. */
export async function docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return await must(dockerWords(...args), options);
}

/** Runs a docker command that may fail. */
export async function tryDocker(args: readonly string[]): Promise<Ended> {
  return await capture(dockerWords(...args));
}

/** The engine's process, if it runs. Its number alone could by now be somebody else's. */
export async function enginePid(): Promise<number | undefined> {
  const pid = Number(await Deno.readTextFile(PID_FILE).catch(() => ""));
  if (!(pid > 0)) return undefined;
  const words = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  return words.includes("dockerd") && words.includes(LAB_DIR) ? pid : undefined;
}

/**
 * Starts the engine unless it runs. Overlay file systems are tried first: with them a host costs no copy
 * of the image; inside some containers they cannot be mounted, and then every host is a copy.
 *
 * @throws {Error} With the end of the engine's log if it does not start.
 */
export async function startEngine(): Promise<"started" | "running"> {
  if (await enginePid() !== undefined && await answers()) return "running";
  await stopEngine();
  await forgetContainerd();
  for (const driver of await drivers()) {
    if (await startWith(driver)) return "started";
  }
  const log = (await Deno.readTextFile(LOG_FILE).catch(() => "")).trim().split("\n").slice(-8).join("\n");
  throw new Error(`the Docker engine does not start; the end of ${LOG_FILE}:\n${log}`);
}

/** The driver that the data was written with, or those to try. */
async function drivers(): Promise<string[]> {
  const known = ["overlay2", "vfs"];
  const used = await Promise.all(
    known.map((name) => Deno.stat(`${LAB_DIR}/data/image/${name}`).catch(() => null)),
  );
  const written = known.filter((_, index) => used[index] !== null);
  return written.length > 0 ? written.slice(0, 1) : known;
}

/**
 * An engine that was killed leaves the number of its containerd behind, and the next one would wait for it.
 * The rest of what is left it needs: that is how it finds the hosts that still run.
 */
async function forgetContainerd(): Promise<void> {
  const file = `${LAB_DIR}/exec/containerd/containerd.pid`;
  const pid = Number(await Deno.readTextFile(file).catch(() => ""));
  if (!(pid > 0)) return;
  const words = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  if (words.includes(LAB_DIR)) Deno.kill(pid, "SIGTERM");
  await until(
    STOP_SECONDS,
    async () => (await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "")) === "",
  );
  await Deno.remove(file).catch(() => {});
}

async function startWith(driver: string): Promise<boolean> {
  const words = [
    "dockerd",
    `--storage-driver=${driver}`,
    "--iptables=false",
    "--ip6tables=false",
    "--bridge=none",
    `--data-root=${LAB_DIR}/data`,
    `--exec-root=${LAB_DIR}/exec`,
    `--pidfile=${PID_FILE}`,
    `--host=${SOCKET}`,
  ];
  await Deno.remove(PID_FILE).catch(() => {});
  await must(["sh", "-c", `setsid "$@" >"${LOG_FILE}" 2>&1 </dev/null &`, "sh", ...words]);
  await delay(200);
  // It writes its number early; once the number is gone again, it has given up.
  let seen = false;
  await until(START_SECONDS, async () => {
    const running = await enginePid() !== undefined;
    const gaveUp = seen && !running;
    seen ||= running;
    return gaveUp || (running && await answers());
  });
  if (await enginePid() !== undefined && await answers()) return true;
  await stopEngine();
  return false;
}

async function answers(): Promise<boolean> {
  return (await tryDocker(["version"])).code === 0;
}

/**
 * Stops the engine and waits until it is gone.
 *
 * @returns Whether it had been running.
 * @throws {Error} If it does not end.
 */
export async function stopEngine(): Promise<boolean> {
  const pid = await enginePid();
  if (pid === undefined) return false;
  Deno.kill(pid, "SIGTERM");
  if (await until(STOP_SECONDS, async () => await enginePid() === undefined)) return true;
  throw new Error(`the Docker engine (process ${pid}) does not end`);
}

/** Removes what only makes sense while the engine runs; the data with the cached image stays. */
export async function tidyEngine(): Promise<void> {
  // The engine leaves mounts behind: the machine's own network namespace, and, if it was killed, its data.
  await capture(["umount", `${LAB_DIR}/exec/netns/default`]);
  await capture(["umount", `${LAB_DIR}/data`]);
  for (const path of [`${LAB_DIR}/exec`, `${LAB_DIR}/docker.sock`, PID_FILE, LOG_FILE]) {
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

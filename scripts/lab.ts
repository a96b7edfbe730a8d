/**
 * `deno task lab`: real Debian hosts with systemd, sshd and sudo, as containers on this machine.
 *
 * Every host has its own file system, host key, name and loopback address; the network is the machine's.
 */

import { parseArgs } from "node:util";
import { containerStates, gitHost, removeHosts, startHost } from "./lab/containers.ts";
import { enginePid, startEngine, stopEngine, tidyEngine } from "./lab/engine.ts";
import { type LabHost, labHost, labHosts, sorted } from "./lab/hosts.ts";
import { prepareImage } from "./lab/image.ts";
import { prepareKeys } from "./lab/keys.ts";
import { CHECKOUT_DIR, KEYS_DIR, LAB_DIR, whyNoLab, withLabLocked } from "./lab/machine.ts";
import { hostLine, inventoryText, sshConfigText } from "./lab/texts.ts";
import { complain, say, sayDone, seconds, timed } from "./print.ts";
import { installMissing, LAB_NEEDS } from "./setup.ts";

const USAGE = `deno task lab up [--hosts N|NAMES]   start the hosts (default: six)
deno task lab status                 what runs
deno task lab ssh-config             a configuration for ssh -F
deno task lab inventory              an inventory of the hosts
deno task lab down [--purge]         stop and remove everything but the cached image; --purge: that too`;

async function up(option: string | undefined): Promise<void> {
  const start = performance.now();
  await installMissing(LAB_NEEDS);
  await timed("Started", "the lab's Docker engine", async () => {
    if (await startEngine() === "running") return "- it was running";
  });
  let image = "";
  await timed("Prepared", "the image", async () => {
    const prepared = await prepareImage();
    image = prepared.image;
    return `${image}${prepared.built ? "" : ", cached"}`;
  });
  const present = [...(await containerStates()).keys()].map(labHost);
  const wanted = option === undefined && present.length > 0 ? present : labHosts(option);
  const more = present.filter(({ name }) => !wanted.some((host) => host.name === name));
  const hosts = sorted([...more, ...wanted]);
  await prepareKeys(hosts);
  await timed("Booted", `${hosts.length} hosts`, async () => {
    await Promise.all(hosts.map((host) => startHost(host, hosts, image)));
  });
  await Deno.mkdir(CHECKOUT_DIR, { recursive: true });
  await Deno.writeTextFile(`${CHECKOUT_DIR}inventory.ts`, inventoryText(hosts));
  await Deno.writeTextFile(`${CHECKOUT_DIR}ssh_config`, sshConfigText(hosts));
  say();
  for (const host of hosts) say(`  ${hostLine(host, "running")}`);
  say();
  say(`Log in:     ssh -F .lab/ssh_config ${hosts[0]!.name}`);
  say(`Inventory:  .lab/inventory.ts`);
  say(`Repository: git://${gitHost(hosts).address}/myapp.git`);
  say(`Stop:       deno task lab down`);
  sayDone("Up", `in ${seconds(start)}`);
}

async function down(purge: boolean): Promise<void> {
  const start = performance.now();
  if (await enginePid() !== undefined || await hasContainers()) {
    await startEngine();
    await timed("Removed", "the hosts", async () => `(${await removeHosts()})`);
    await timed("Stopped", "the lab's Docker engine", async () => void await stopEngine());
  }
  await tidyEngine();
  for (const path of [KEYS_DIR, `${LAB_DIR}/files`, `${LAB_DIR}/root`, CHECKOUT_DIR]) {
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
  if (purge) await Deno.remove(LAB_DIR, { recursive: true });
  sayDone("Down", `in ${seconds(start)}${purge ? "" : "; the image stays cached: --purge removes it"}`);
}

/** Containers of an engine that did not get to remove them, because the machine went down, say. */
async function hasContainers(): Promise<boolean> {
  for await (const _ of Deno.readDir(`${LAB_DIR}/data/containers`)) return true;
  return false;
}

async function status(): Promise<void> {
  if (await enginePid() === undefined) return say("The lab is down: deno task lab up");
  const states = await containerStates();
  for (const host of sorted([...states.keys()].map(labHost))) say(hostLine(host, states.get(host.name)!));
}

async function runningHosts(): Promise<LabHost[]> {
  const states = await enginePid() === undefined ? new Map<string, string>() : await containerStates();
  if (states.size === 0) throw new Error("the lab is down; start it with: deno task lab up");
  return sorted([...states.keys()].map(labHost));
}

async function main(args: string[]): Promise<number> {
  const { values, positionals: [verb] } = parseArgs({
    args,
    allowPositionals: true,
    options: { hosts: { type: "string" }, purge: { type: "boolean", default: false } },
  });
  const verbs: Record<string, () => Promise<void>> = {
    up: () => withLabLocked(() => up(values.hosts)),
    down: () => withLabLocked(() => down(values.purge)),
    status,
    "ssh-config": async () => say(sshConfigText(await runningHosts()).trimEnd()),
    inventory: async () => say(inventoryText(await runningHosts()).trimEnd()),
  };
  const work = verbs[verb ?? ""];
  if (work === undefined) {
    complain(USAGE);
    return 2;
  }
  const reason = await whyNoLab();
  if (reason !== undefined) {
    complain(`There can be no lab here: ${reason}. It needs root on Debian 12.`);
    return 3;
  }
  await work();
  return 0;
}

try {
  Deno.exitCode = await main(Deno.args);
} catch (error) {
  complain(`deno task lab: ${error instanceof Error ? error.message : String(error)}`);
  Deno.exitCode = 1;
}

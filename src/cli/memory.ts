/** Keeps which facts a deploy asks of which hosts, in a private file: names and arguments, never values. */

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseRemembered } from "../host/fact_memory.ts";
import type { Form } from "../usage/form.ts";
import type { Remembered } from "../sandbox/protocol.ts";

/** Larger files are not ours, or not worth reading. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Files of deploys that have not run for so many days are removed. */
const DAYS = 60;
const MOST_FILES = 200;

/** What was asked last time; empty where nothing is known, the file is foreign, or it cannot be read. */
export async function recallFacts(inventory: string, form: Form): Promise<Remembered> {
  try {
    const path = await fileFor(inventory, form);
    if (path === undefined || (await Deno.stat(path)).size > MOST_BYTES) return {};
    const { format, hosts } = JSON.parse(await Deno.readTextFile(path)) as {
      format?: unknown;
      hosts?: unknown;
    };
    if (format !== 1 || typeof hosts !== "object" || hosts === null) return {};
    return Object.fromEntries(Object.entries(hosts).map(([host, facts]) => [host, parseRemembered(facts)]));
  } catch {
    // A memory is a convenience: without one, facts are read when they are asked for.
    return {};
  }
}

/** Keeps what was asked this time. Hosts that took no part keep what is known of them. */
export async function rememberFacts(
  inventory: string,
  form: Form,
  before: Remembered,
  now: Remembered,
): Promise<void> {
  const path = await fileFor(inventory, form);
  const asked = Object.fromEntries(Object.entries(now).filter(([, facts]) => facts.length > 0));
  const hosts = { ...before, ...asked };
  const text = JSON.stringify({ format: 1, hosts });
  if (
    path === undefined || text.length > MOST_BYTES || text === JSON.stringify({ format: 1, hosts: before })
  ) return;
  const temporary = `${path}.${crypto.randomUUID()}`;
  try {
    await Deno.mkdir(directory(), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(temporary, text, { mode: 0o600, createNew: true });
    await Deno.rename(temporary, path);
    await forgetOld();
  } catch {
    await Deno.remove(temporary).catch(() => {});
  }
}

function directory(): string {
  const state = Deno.env.get("XDG_STATE_HOME") || join(homedir(), ".local", "state");
  return join(state, "drover", "memory");
}

/** Only deploys come again in the same form. */
async function fileFor(inventory: string, form: Form): Promise<string | undefined> {
  if (form.kind !== "deploy") return undefined;
  const names = [inventory, ...form.files].map((name) => resolve(name)).join("\0");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(names)));
  return join(directory(), `${digest.slice(0, 16).toHex()}.json`);
}

async function forgetOld(): Promise<void> {
  const files: { path: string; time: number }[] = [];
  for await (const { name } of Deno.readDir(directory())) {
    const path = join(directory(), name);
    files.push({ path, time: (await Deno.stat(path)).mtime?.getTime() ?? 0 });
  }
  files.sort((a, b) => b.time - a.time);
  const oldest = Date.now() - DAYS * 24 * 3600 * 1000;
  for (const [index, { path, time }] of files.entries()) {
    if (index >= MOST_FILES || time < oldest) await Deno.remove(path);
  }
}

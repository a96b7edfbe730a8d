/** The first start of the portable executable: verifies it and puts its files in place. Needs only Deno. */

import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

/** What the executable knows of itself. */
interface Facts {
  id: string;
  /** Of Drover's files, then of the runtime. */
  sha256: string;
  /** Where Drover's files are in the executable. */
  appStart: number;
  appSize: number;
  neededMb: number;
}

const READ_SIZE = 1 << 20;
/** Milliseconds after which leftovers of unpackings that were killed are removed. */
const STALE = 3_600_000;

const [runtime = "", executable = "", cache = "", given = "{}"] = Deno.args;
const facts: Facts = JSON.parse(given);
const places: string[] = [runtime, `${runtime}.x`];

try {
  const place = alreadyThere() ?? unpacked(verified());
  remove(...places);
  Deno.stdout.writeSync(new TextEncoder().encode(place));
} catch (error) {
  remove(...places);
  Deno.stderr.writeSync(new TextEncoder().encode(`drover: ${explain(error)}\n`));
  Deno.exit(71);
}

/** Another start was quicker. */
function alreadyThere(): string | undefined {
  const target = `${cache}/drover/${facts.id}`;
  return cache !== "" && exists(`${target}/ready`) ? `cached ${target}` : undefined;
}

function unpacked(app: Uint8Array): string {
  return intoCache(app) ?? intoTemporary(app);
}

/** Drover's files, after all bytes were compared with the checksum. */
function verified(): Uint8Array {
  const app = new Uint8Array(facts.appSize);
  const hash = createHash("sha256");
  const file = Deno.openSync(executable);
  file.seekSync(facts.appStart, Deno.SeekMode.Start);
  for (let at = 0; at < app.length;) {
    const count = file.readSync(app.subarray(at));
    if (count === null) break;
    at += count;
  }
  file.close();
  hash.update(app);
  const buffer = new Uint8Array(READ_SIZE);
  const copy = Deno.openSync(runtime);
  for (let count; (count = copy.readSync(buffer)) !== null;) hash.update(buffer.subarray(0, count));
  copy.close();
  if (hash.digest("hex") === facts.sha256) return app;
  throw new Error(`${executable} is damaged: its checksum is wrong. Download it again`);
}

function intoCache(app: Uint8Array): string | undefined {
  if (cache === "") return undefined;
  const parent = `${cache}/drover`;
  const target = `${parent}/${facts.id}`;
  let work: string;
  try {
    Deno.mkdirSync(parent, { recursive: true, mode: 0o700 });
    work = Deno.makeTempDirSync({ dir: parent, prefix: ".new-" });
  } catch (error) {
    if (isFull(error)) throw error;
    return undefined;
  }
  places.push(work);
  removeStale(parent);
  if (!exists(`${target}/ready`)) {
    fill(work, app);
    settle(work, target);
  }
  return `cached ${target}`;
}

/** Takes the place of the target at once. Where another start was quicker, its files are as good as ours. */
function settle(work: string, target: string): void {
  for (let tries = 0; tries < 3; tries++) {
    try {
      return Deno.renameSync(work, target);
    } catch (error) {
      if (exists(`${target}/ready`)) return;
      if (!exists(target)) throw error;
      // Something took parts of it away: out of the way with the rest.
      const broken = `${work}-broken`;
      places.push(broken);
      try {
        Deno.renameSync(target, broken);
      } catch {
        // Another start did so.
      }
    }
  }
  throw new Error(`Cannot put ${target} in place`);
}

/** The program removes it at its end. */
function intoTemporary(app: Uint8Array): string {
  const work = Deno.makeTempDirSync({ prefix: "drover-unpacked-" });
  places.push(work);
  fill(work, app);
  places.pop();
  return `temporary ${work}`;
}

function fill(work: string, app: Uint8Array): void {
  for (const [path, bytes] of filesIn(app)) {
    const slash = path.lastIndexOf("/");
    if (slash > 0) Deno.mkdirSync(`${work}/app/${path.slice(0, slash)}`, { recursive: true });
    else Deno.mkdirSync(`${work}/app`, { recursive: true });
    Deno.writeFileSync(`${work}/app/${path}`, bytes);
  }
  moveFile(runtime, `${work}/deno`);
  Deno.chmodSync(`${work}/deno`, 0o755);
  Deno.mkdirSync(`${work}/deno_dir`);
  const ready = Deno.openSync(`${work}/ready`, { write: true, createNew: true });
  ready.syncSync();
  ready.close();
}

function moveFile(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch {
    // Another file system.
    Deno.copyFileSync(from, to);
  }
  const file = Deno.openSync(to, { read: true });
  file.syncDataSync();
  file.close();
}

/** Length of the index, the index (`[path, size]` each), the files one after the other. */
function* filesIn(app: Uint8Array): Generator<[string, Uint8Array]> {
  const bytes: Uint8Array = gunzipSync(app);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const index: [string, number][] = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  for (const [path, size] of index) yield [path, bytes.subarray(at, at += size)];
}

function removeStale(parent: string): void {
  for (const { name } of Deno.readDirSync(parent)) {
    if (!name.startsWith(".new-") && !name.startsWith(".drover-unpack-")) continue;
    const path = `${parent}/${name}`;
    try {
      const changed = Deno.statSync(path).mtime?.getTime() ?? Date.now();
      if (Date.now() - changed > STALE) Deno.removeSync(path, { recursive: true });
    } catch {
      // Gone already, or somebody else's.
    }
  }
}

function remove(...paths: string[]): void {
  for (const path of paths) {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch {
      // Not there.
    }
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function isFull(error: unknown): boolean {
  return /no space left|os error 28|quota|os error 122/i.test(String(error));
}

function explain(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (!isFull(error)) return text;
  return `The disk is full: unpacking needs ${facts.neededMb} MB (${text}).\n` +
    "drover: Set XDG_CACHE_HOME to a folder with more room";
}

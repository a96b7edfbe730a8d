/** A file of questions: read with suspicion, written whole or not at all, and only when something is new. */

import { dirname, join } from "node:path";
import { messageOf } from "../../errors/mod.ts";
import type { SharedQuestion } from "../../sandbox/protocol.ts";
import { merge, parseShared } from "./sharing.ts";

/** What is known of a deploy on the hosts of an inventory. */
export interface Section {
  /** The deploy files, as {@linkcode MemoryPlace} names them. */
  deploy: readonly string[];
  /** The inventory's file; empty for hosts that were named on the command line. */
  inventory: string;
  asked: readonly SharedQuestion[];
}

/** Which section is meant. */
export type SectionNames = Pick<Section, "deploy" | "inventory">;

/** What a file holds, or why it is left alone. */
export type MemoryContent = { sections: Section[] } | { problem: string; hint?: string };

const FORMAT = 2;
const ABOUT = "What deploys ask of hosts, to be asked ahead: names and arguments of facts, no values";

/** Larger files are not ours, or not worth reading. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Milliseconds to wait for another run that is writing. */
const LOCK_PATIENCE = 2000;

/** A file that a memory is kept in. */
export interface MemoryFile {
  path: string;
  /** Whether it lies in the user's state directory: then nobody else reads it, and what is broken is replaced. */
  own: boolean;
}

/** Reads a file. One that does not exist yet is empty. */
export async function readMemory({ path, own }: MemoryFile): Promise<MemoryContent> {
  const content = await readSections(path);
  // Nobody has asked for this file, and nobody misses it.
  return own && "problem" in content && !content.newer ? { sections: [] } : content;
}

/** What to ask for a deploy: as an inventory's hosts were asked, else as those of other inventories were. */
export function findSection(sections: readonly Section[], names: SectionNames): readonly SharedQuestion[] {
  const own = sections.find((section) => keyOf(section) === keyOf(names));
  if (own !== undefined) return own.asked;
  return merge(
    sections.filter(({ deploy }) => keyOf({ deploy }) === keyOf(names, true)).map(({ asked }) => asked),
  );
}

/**
 * Changes one section of a file on top of what others have written meanwhile.
 *
 * @returns Why it could not be written.
 */
export async function updateMemory(
  file: MemoryFile,
  names: SectionNames,
  change: (before: readonly SharedQuestion[]) => readonly SharedQuestion[],
): Promise<string | undefined> {
  try {
    await Deno.mkdir(dirname(file.path), { recursive: true, ...(file.own ? { mode: 0o700 } : {}) });
    // What a link leads to is written, not the link.
    const path = await Deno.realPath(file.path).catch(() => file.path);
    using _lock = await lock(dirname(path));
    const content = await readMemory({ ...file, path });
    if ("problem" in content) return content.problem;
    const others = content.sections.filter((section) => keyOf(section) !== keyOf(names));
    const asked = change(findSection(content.sections, names));
    const text = textWithin([...others, { ...names, asked }], [{ ...names, asked }]);
    if (text === undefined) return `it would be larger than ${MOST_BYTES / 1024 / 1024} MiB`;
    if (text !== await Deno.readTextFile(path).catch(() => "")) await replace(path, text, file.own);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function readSections(path: string): Promise<MemoryContent & { newer?: boolean }> {
  try {
    const info = await Deno.stat(path);
    if (!info.isFile) return { problem: `"${path}" is no file` };
    if (info.size > MOST_BYTES) return foreign(path, "it is too large");
    return parse(path, await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { sections: [] };
    return { problem: `Cannot read the memory "${path}": ${messageOf(error)}` };
  }
}

function parse(path: string, text: string): MemoryContent & { newer?: boolean } {
  if (text.trim() === "") return { sections: [] };
  let value: { format?: unknown; deploys?: unknown } | null;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return foreign(path, messageOf(error));
  }
  if (typeof value?.format !== "number") return foreign(path, "it has no format");
  if (value.format !== FORMAT) {
    const problem =
      `The memory "${path}" has format ${value.format}, and this version of Drover writes ${FORMAT}`;
    return {
      problem,
      hint: "it is left as it is; name another file, or remove it",
      newer: value.format > FORMAT,
    };
  }
  if (!Array.isArray(value.deploys)) return foreign(path, "it has no deploys");
  return { sections: value.deploys.flatMap(parseSection) };
}

function foreign(path: string, reason: string): MemoryContent {
  return {
    problem: `"${path}" is no memory of Drover: ${reason}`,
    hint: "it is left as it is; name another file, or remove it",
  };
}

function parseSection(value: Partial<Record<keyof Section, unknown>> | null): Section[] {
  const { deploy, inventory, asked } = value ?? {};
  const named = Array.isArray(deploy) && deploy.every((name) => typeof name === "string") &&
    typeof inventory === "string";
  return named ? [{ deploy, inventory, asked: parseShared(asked) }] : [];
}

/** The whole file; where that is too much, the section at hand, and then what is known of groups only. */
function textWithin(all: readonly Section[], present: readonly Section[]): string | undefined {
  const ofGroups = present.map((section) => ({
    ...section,
    asked: section.asked.filter(({ groups }) => groups !== undefined).map(({ hosts: _, ...rest }) => rest),
  }));
  return [all, present, ofGroups].map(textOf).find((text) =>
    new TextEncoder().encode(text).length <= MOST_BYTES
  );
}

/** One line for each question, so that changes are as small as what has changed. */
function textOf(sections: readonly Section[]): string {
  const blocks = sections.filter(({ asked }) => asked.length > 0).toSorted((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1
  )
    .map(({ deploy, inventory, asked }) => {
      const lines = asked.map((question) => JSON.stringify(question)).join(",\n");
      return `{"deploy":${JSON.stringify(deploy)},"inventory":${
        JSON.stringify(inventory)
      },"asked":[\n${lines}\n]}`;
    });
  return `{"format":${FORMAT},"about":${JSON.stringify(ABOUT)},"deploys":[\n${blocks.join(",\n")}\n]}\n`;
}

function keyOf({ deploy, inventory }: Partial<SectionNames>, deployOnly = false): string {
  return JSON.stringify(deployOnly || inventory === undefined ? [deploy] : [deploy, inventory]);
}

/** Puts a new file in the place of an old one, with its mode and owner. */
async function replace(path: string, text: string, own: boolean): Promise<void> {
  const old = await Deno.stat(path).catch(() => undefined);
  const temporary = join(dirname(path), `.drover-memory-${crypto.randomUUID()}`);
  try {
    await Deno.writeTextFile(temporary, text, { createNew: true, ...(own ? { mode: 0o600 } : {}) });
    if (old?.mode !== undefined && old.mode !== null && !own) await Deno.chmod(temporary, old.mode & 0o777);
    // Root leaves the file to whom it belongs; others cannot.
    if (old !== undefined) await Deno.chown(temporary, old.uid, old.gid).catch(() => {});
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Keeps other runs from writing in a directory. Where that cannot be had in time, the last one wins. */
async function lock(directory: string): Promise<Disposable> {
  const handle = await Deno.open(directory).catch(() => undefined);
  const deadline = performance.now() + LOCK_PATIENCE;
  const locked = () => handle?.tryLock(true).catch(() => true);
  while (await locked() === false && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { [Symbol.dispose]: () => handle?.close() };
}

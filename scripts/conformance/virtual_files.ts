/** A local file tree that exists only in a fixture. */

import { createHash } from "node:crypto";
import type { LocalFiles } from "../../src/host/mod.ts";

/** The tree of a fixture, rooted at `/`. */
export interface VirtualTree {
  files?: Record<string, string | null>;
  dirs?: Record<string, VirtualTree>;
  links?: Record<string, string>;
}

const STANDARD_CONTENT = "_test_data_";

type Entry = { kind: "file"; content: string } | { kind: "directory"; names: string[] } | {
  kind: "link";
  to: string;
};

export function virtualFiles(tree: VirtualTree): LocalFiles {
  const entries = new Map<string, Entry>();
  addTree(entries, "", tree);
  const content = (path: string) => {
    const entry = entries.get(trim(path));
    if (entry?.kind === "file") return new TextEncoder().encode(entry.content);
    throw new Deno.errors.NotFound(`No such file: ${path}`);
  };
  return {
    info(path) {
      const entry = entries.get(trim(path));
      if (entry === undefined) return Promise.resolve(undefined);
      const times = { atime: new Date(0), mtime: new Date(0) };
      const mode = entry.kind === "directory" ? 0o755 : 0o644;
      return Promise.resolve({ kind: entry.kind, mode, size: 0, ...times });
    },
    read: (path) => Promise.resolve(content(path)),
    digest: (path, algorithm) => Promise.resolve(createHash(algorithm).update(content(path)).digest("hex")),
    list(path) {
      const entry = entries.get(trim(path));
      return Promise.resolve(entry?.kind === "directory" ? entry.names : []);
    },
    readLink(path) {
      const entry = entries.get(trim(path));
      return Promise.resolve(entry?.kind === "link" ? entry.to : "");
    },
  };
}

function addTree(entries: Map<string, Entry>, path: string, tree: VirtualTree): void {
  const names = [tree.files, tree.dirs, tree.links].flatMap((part) => Object.keys(part ?? {}));
  entries.set(path === "" ? "/" : path, { kind: "directory", names });
  for (const [name, content] of Object.entries(tree.files ?? {})) {
    entries.set(`${path}/${name.replace(/^\//, "")}`, { kind: "file", content: content ?? STANDARD_CONTENT });
  }
  for (const [name, to] of Object.entries(tree.links ?? {})) {
    entries.set(`${path}/${name}`, { kind: "link", to });
  }
  for (const [name, inner] of Object.entries(tree.dirs ?? {})) {
    addTree(entries, `${path}/${name.replace(/^\//, "")}`, inner);
  }
}

function trim(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}

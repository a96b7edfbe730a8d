/** What is known of many paths at once, for comparing whole trees in one command. */

import { pathWord, sh } from "../../command/mod.ts";
import { fact, pathSubject } from "../../host/mod.ts";
import { parseMode } from "./stat.ts";
import { STAT } from "../stat_function.ts";
import { READING_TIME } from "./reading_time.ts";

/** A path below a directory. */
export interface Entry {
  /** What it is; links are not followed. */
  kind: "file" | "directory" | "link" | "other";
  /** Name of the owner, or the number of one without a name. */
  user: string;
  /** Name of the group, or its number. */
  group: string;
  /** The numbers of user and group. */
  numeric: { user: string; group: string };
  /** Octal digits as a number: 644. */
  mode: number;
  /** Only of files, and only where the host has a program to compute it. */
  digest?: { algorithm: "md5" | "sha1" | "sha256"; hex: string };
}

/** Which paths to look at. */
export interface EntriesArgs {
  /** Path of the directory on the host. */
  directory: string;
  /** Paths relative to the directory. Keep their total under about 100 KB: they travel as arguments. */
  names: readonly string[];
}

/**
 * Owner, mode and digest of paths below a directory, by name; what does not exist is left out. Two or three
 * processes serve any number of paths.
 *
 * @example
 * ```ts
 * const entries = await host.getFact(facts.files.Entries, { directory: "/etc/nginx", names: ["nginx.conf", "conf.d"] });
 * if (entries["nginx.conf"]?.mode !== 644) { … }
 * ```
 */
export const Entries = fact<Record<string, Entry>, EntriesArgs>({
  name: "files.Entries",
  timeout: READING_TIME,
  about: ({ directory }) => pathSubject(directory, { below: true }),
  remember: { directory: "path", names: "paths" },
  parameters: { directory: "string", names: "string[]" },
  setup: () => STAT,
  command: ({ directory, names }) =>
    sh`cd ${pathWord(directory)} 2> /dev/null || exit 0
set -- ${names.map((name) => `./${name}`)}
if stat -c %s . > /dev/null 2>&1; then stat -c ${"= %A %U/%G %u/%g %n"} "$@"; else stat -f ${"= %Sp %Su/%Sg %u/%g %N"} "$@"; fi 2> /dev/null
for tool in sha1sum shasum md5sum sha256sum; do command -v $tool > /dev/null 2>&1 && break; done
echo "# $tool"
$tool "$@" 2> /dev/null
true`,
  default: () => ({}),
  process: parseEntries,
});

const KINDS: Record<string, Entry["kind"]> = { "-": "file", d: "directory", l: "link" };
const ALGORITHMS: Record<string, "md5" | "sha1" | "sha256"> = {
  sha1sum: "sha1",
  shasum: "sha1",
  md5sum: "md5",
  sha256sum: "sha256",
};

function parseEntries(lines: string[]): Record<string, Entry> {
  const split = lines.findIndex((line) => line.startsWith("# "));
  const described = split === -1 ? lines : lines.slice(0, split);
  const entries: Record<string, Entry> = Object.create(null);
  for (const record of joinRecords(described)) {
    const match = /^= (\S)(\S{9})\S* (.*?)\/(.*?) (\d+)\/(\d+) \.\/(.*)$/s.exec(record);
    if (match === null) continue;
    const [, type = "", mode = "", user = "", group = "", uid = "", gid = "", name = ""] = match;
    entries[name] = {
      kind: KINDS[type] ?? "other",
      user,
      group,
      numeric: { user: uid, group: gid },
      mode: parseMode(mode),
    };
  }
  if (split === -1) return entries;
  const algorithm = ALGORITHMS[lines[split]!.slice(2)];
  for (const line of lines.slice(split + 1)) {
    const match = /^(\\?)([0-9a-f]{32,64})[ ][ *]\.\/(.*)$/s.exec(line);
    if (match === null || algorithm === undefined) continue;
    const entry = entries[match[1] === "" ? match[3]! : unescapeName(match[3]!)];
    if (entry !== undefined) entry.digest = { algorithm, hex: match[2]! };
  }
  return entries;
}

/** Names may hold newlines: a line that does not begin a record continues the one before. */
function joinRecords(lines: string[]): string[] {
  const records: string[] = [];
  for (const line of lines) {
    if (line.startsWith("= ") || records.length === 0) records.push(line);
    else records[records.length - 1] += `\n${line}`;
  }
  return records;
}

/** GNU's programs write `\n`, `\r` and `\\` in names after a backslash at the line's start. */
function unescapeName(name: string): string {
  return name.replaceAll(/\\(.)/g, (_, letter: string) => ({ n: "\n", r: "\r" })[letter] ?? letter);
}

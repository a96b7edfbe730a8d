/** Reads inventories of Ansible in the INI form. */

import { DroverError, type Place } from "../../errors/mod.ts";
import { expandHosts } from "./host_ranges.ts";
import type { AnsibleInventory, Variables } from "./model.ts";
import { pythonLiteral } from "./python_literal.ts";

const SECTION_REGEXP = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;
const KINDS = ["hosts", "children", "vars"];

/**
 * Adds what a file says.
 *
 * @param label How messages name the file.
 * @throws {DroverError} `E_INVENTORY_SYNTAX` with the line.
 */
export function readIni(
  text: string,
  file: { path: string; label: string },
  inventory: AnsibleInventory,
): void {
  let section = { group: "ungrouped", kind: "hosts" };
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const place: Place = { file: file.path, line: index + 1, column: 1 };
    const wrong = (why: string, hint?: string) =>
      new DroverError("E_INVENTORY_SYNTAX", `${file.label}: ${why}`, { place, hint });
    const [, group, kind = "hosts"] = SECTION_REGEXP.exec(line) ?? [];
    if (group !== undefined) {
      if (!KINDS.includes(kind)) {
        throw wrong(
          `"${line}" is no section`,
          `sections are [group], ${KINDS.slice(1).map((one) => `[group:${one}]`).join(", ")}`,
        );
      }
      section = { group, kind };
      inventory.group(group);
    } else if (line.startsWith("[") && line.endsWith("]") && !/\[.+:.+\]/.test(line)) {
      throw wrong(`"${line}" is no section`, "a section's name holds no spaces");
    } else if (section.kind === "children") {
      const [name = ""] = line.split(/\s+#/);
      inventory.group(section.group).children.add(name.trim());
      inventory.group(name.trim());
    } else if (section.kind === "vars") {
      const at = line.indexOf("=");
      if (at < 1) throw wrong(`"${line}" is no variable`, "write name=value");
      inventory.group(section.group).vars[line.slice(0, at).trim()] = pythonLiteral(
        line.slice(at + 1).trim(),
      );
    } else addHosts(line, section.group, inventory, wrong);
  }
}

function addHosts(
  line: string,
  group: string,
  inventory: AnsibleInventory,
  wrong: (why: string, hint?: string) => DroverError,
): void {
  const words = splitShell(line);
  if (words === undefined) throw wrong("a quotation mark has no partner");
  const [pattern = "", ...pairs] = words;
  const vars: Variables = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) {
      throw wrong(`"${pair}" is neither a host nor a variable`, "behind a host there is name=value only");
    }
    vars[pair.slice(0, at)] = pythonLiteral(pair.slice(at + 1));
  }
  try {
    const { hosts, port } = expandHosts(pattern);
    for (const host of hosts) {
      inventory.addHost(group, host, port === undefined ? vars : { ansible_port: port, ...vars });
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) throw wrong(thrown.message);
    throw thrown;
  }
}

/** Words as a POSIX shell reads them, up to a comment; nothing if a quotation mark is left open. */
function splitShell(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const one = line[at]!;
    if (/\s/.test(one)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (one === "#" && word === undefined) break;
    else if (one === "'" || one === '"') {
      const end = closing(line, at, one);
      if (end < 0) return undefined;
      const inner = line.slice(at + 1, end);
      word = (word ?? "") + (one === '"' ? inner.replaceAll(/\\(["\\])/g, "$1") : inner);
      at = end;
    } else if (one === "\\" && at + 1 < line.length) word = (word ?? "") + line[++at]!;
    else word = (word ?? "") + one;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function closing(line: string, start: number, quote: string): number {
  for (let at = start + 1; at < line.length; at++) {
    if (quote === '"' && line[at] === "\\") at++;
    else if (line[at] === quote) return at;
  }
  return -1;
}

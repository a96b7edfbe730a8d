/** What operations decide about and change: files, units, packages. It tells which of them touch each other. */

import { posix } from "node:path";

/** A thing on a host that operations decide about and change. */
export interface Subject {
  /** What sort of thing it is: `file`, `unit`, `package`. Things of different kinds never touch each other. */
  readonly kind: string;
  /** Which one: the path, the name. Without it, all of the kind. */
  readonly name?: string | undefined;
  /** What of it, such as the lines of a file that are edited. Default: the whole. */
  readonly parts?: readonly string[] | undefined;
  /** Whether all below its path is meant, too, as where a directory is removed. Default: `false`. */
  readonly below?: boolean;
}

/** What an operation decides about, and what it changes if it has something to do. */
export class Subjects {
  readonly decided: Subject[] = [];
  readonly changed: Subject[] = [];
}

/** A file, link or directory at a path. */
export function pathSubject(path: string, of: Pick<Subject, "parts" | "below"> = {}): Subject {
  return { kind: "file", name: path, ...of };
}

/** The same subject under the one name that it has, however its path was written. */
export function normalSubject(subject: Subject): Subject {
  if (subject.kind !== "file" || subject.name === undefined) return subject;
  return { ...subject, name: posix.normalize(subject.name).replace(/(?<=.)\/+$/, "") };
}

/** Whether a change of one thing may change what is found of another. */
export function isTouched(found: Subject, by: Subject): boolean {
  if (found.kind !== by.kind) return false;
  if (found.name === undefined || by.name === undefined) return true;
  if (found.name !== by.name) return isBelow(found, by) || isBelow(by, found);
  if (found.parts === undefined || by.parts === undefined) return true;
  return found.parts.some((part) => by.parts!.includes(part));
}

function isBelow({ name }: Subject, directory: Subject): boolean {
  return directory.below === true && name!.startsWith(directory.name === "/" ? "/" : `${directory.name}/`);
}

/** Digests of files. */

import { joinCommands, pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { type Fact, fact, pathSubject, type SharedProgram } from "../../host/mod.ts";
import { answerPlace, joinPlaced, placePaths, splitPlaced } from "../shared_program.ts";
import { READING_TIME } from "./reading_time.ts";
import type { PathArgs } from "./stat.ts";

/** A digest and the programs that compute it: GNU's and BusyBox's, then those of Perl and the BSDs. */
interface Algorithm {
  /** Digits of the digest. */
  length: number;
  programs: readonly ShellCommand[];
}

const MD5: Algorithm = { length: 32, programs: [sh`md5sum`, sh`md5`] };
const SHA1: Algorithm = { length: 40, programs: [sh`sha1sum`, sh`shasum`, sh`sha1`] };
const SHA256: Algorithm = { length: 64, programs: [sh`sha256sum`, sh`shasum -a 256`, sh`sha256`] };
const SHA384: Algorithm = { length: 96, programs: [sh`sha384sum`, sh`shasum -a 384`, sh`sha384`] };

/**
 * MD5 of a file, in hexadecimal; `undefined` if there is no file or no program to compute it.
 *
 * @example
 * ```ts
 * const digest = await host.getFact(facts.files.Md5File, { path: "/srv/app/app.tar.gz" });
 * ```
 */
export const Md5File = digestFact("files.Md5File", MD5);

/**
 * SHA-1 of a file, in hexadecimal; `undefined` if there is no file or no program to compute it.
 *
 * @example
 * ```ts
 * const digest = await host.getFact(facts.files.Sha1File, { path: "/srv/app/app.tar.gz" });
 * ```
 */
export const Sha1File = digestFact("files.Sha1File", SHA1);

/**
 * SHA-256 of a file, in hexadecimal; `undefined` if there is no file or no program to compute it.
 *
 * @example
 * ```ts
 * const digest = await host.getFact(facts.files.Sha256File, { path: "/srv/app/app.tar.gz" });
 * ```
 */
export const Sha256File = digestFact("files.Sha256File", SHA256);

/**
 * SHA-384 of a file, in hexadecimal; `undefined` if there is no file or no program to compute it.
 *
 * @example
 * ```ts
 * const digest = await host.getFact(facts.files.Sha384File, { path: "/srv/app/app.tar.gz" });
 * ```
 */
export const Sha384File = digestFact("files.Sha384File", SHA384);

function digestFact(name: string, algorithm: Algorithm): Fact<string | undefined, PathArgs> {
  return fact<string | undefined, PathArgs>({
    name,
    about: ({ path }) => pathSubject(path),
    remember: { path: "path" },
    timeout: READING_TIME,
    parameters: { path: "string" },
    command: ({ path }) => digestCommand(pathWord(path), algorithm.programs),
    shared: shareDigest(algorithm),
    process: (lines) => parseDigest(lines, algorithm),
  });
}

function digestCommand(path: ShellCommand, programs: readonly ShellCommand[]): ShellCommand {
  return sh`test -e ${path} && ( ${attempts(path, programs)} ) || true`;
}

function attempts(path: ShellCommand, programs: readonly ShellCommand[]): ShellCommand {
  return joinCommands(programs.map((program) => sh`${program} ${path} 2> /dev/null`), " || ");
}

/** One program for all files. It gets only those that it can read: one that it cannot would fail all. */
function shareDigest({ length, programs }: Algorithm): SharedProgram<PathArgs> {
  const names = programs.map(({ raw }) => raw.split(" ")[0]!);
  return {
    // Without control over the format, a name with a newline could not be told from two answers.
    group: ({ path }) => path.includes("\n") ? undefined : `files.digest ${names[0]}`,
    command(questions, { mark }) {
      const path = sh`"$p"`;
      const hasDigest =
        sh`test -n "$t" && test -e ${path} && { test -f ${path} && test -r ${path} || test -n "$(${
          attempts(path, programs)
        })"; }`;
      return joinCommands([
        sh`t=; for p in ${names}; do if command -v "$p" > /dev/null 2>&1; then t=1; fi; done`,
        placePaths(questions.map((question) => pathWord(question.path)), [hasDigest]),
        answerPlace(1, programs, mark),
      ], "\n");
    },
    split(output, mark, count) {
      const recordsOf = (records: string) => records.match(/[^\n]*\n/g) ?? [];
      const answers = splitPlaced(output, { mark, count, recordsOf });
      const areDigests = answers?.every((answer) =>
        answer === "" || parseDigest([answer.slice(0, -1)], { length }) !== undefined
      );
      return areDigests ? answers : undefined;
    },
    join: (answers) => joinPlaced(answers, { placeOf: () => 1, before: "" }),
  };
}

/** The digest in `DIGEST  NAME`, `\DIGEST  ESCAPED NAME` (GNU) or `SHA1 (NAME) = DIGEST` (BSD). */
function parseDigest(lines: string[], { length }: Pick<Algorithm, "length">): string | undefined {
  const hex = `[a-f0-9]{${length}}`;
  const text = lines.join("\n");
  return new RegExp(`^\\\\?(${hex})(?:\\s|$)`, "i").exec(text)?.[1]?.toLowerCase() ??
    new RegExp(`\\) = (${hex})$`, "i").exec(text)?.[1]?.toLowerCase();
}

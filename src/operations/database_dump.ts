/** How dumps of databases get into a file: whole or not at all, and for no one else to read. */

import { joinCommands, pathWord, sh, type ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { File } from "../facts/files/mod.ts";
import { freshNames, host, pathSubject, type Steps, touches } from "../host/mod.ts";
import { accessTo, writing } from "./files/place.ts";
import { joinPath, parentOf } from "./files/remote_path.ts";
import { givenTempDir, removingAtExit } from "./temporary.ts";

/**
 * Writes what a command prints into a file. It goes from program to disk on the host, beside the file first.
 *
 * @throws {DroverError} `E_REMOTE_PATH` if there is a directory in the file's place.
 */
export async function* dumpTo(path: string, content: ShellCommand): Steps {
  touches(pathSubject(path));
  const [found, access] = await Promise.all([host.getFact(File, { path }), accessTo(path)]);
  if (found === false) {
    throw new DroverError("E_REMOTE_PATH", `${path} exists and is not a file`, {
      hint: "dest is the path of the file itself",
    });
  }
  const mode = String(found?.mode ?? 600);
  const shown = sh`${content} > ${pathWord(path)}`;
  if (access.exposed) return void (yield writing({ path, content, mode, tempDir: givenTempDir(), shown }));
  const temporary = pathWord(besides(path));
  const commands = [
    sh`umask 077`,
    sh`${content} > ${temporary}`,
    sh`chmod ${mode} ${temporary}`,
    sh`mv ${temporary} ${pathWord(path)}`,
  ];
  yield removingAtExit(temporary, joinCommands(commands, " && "));
}

function besides(path: string): string {
  const name = freshNames().temporary();
  const directory = givenTempDir() ?? parentOf(path);
  // A name that a test has chosen stands for the whole path.
  return directory === undefined || !name.startsWith(".") ? name : joinPath(directory, name);
}

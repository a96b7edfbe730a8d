/** Shell scripts that write keyring files: always whole, and only if what they hold are keys. */

import { dirname } from "node:path/posix";
import { joinCommands, pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { isUrl } from "../../facts/gpg_keys.ts";

/** How a keyring file is written. */
export interface KeyringFile {
  /** Path of the file on the host. */
  dest: string;
  /** Octal digits, such as `644`. Without it, the file keeps its owner and mode. */
  mode?: number | string;
}

/**
 * Installs a key from a file on the host or from a URL.
 *
 * @param dearmor Whether an armored key is turned into a binary one; a binary one stays as it is.
 */
export function installKey(src: string, file: KeyringFile, dearmor: boolean): ShellCommand {
  const fetch = isUrl(src)
    ? sh`{ curl -sSLf -o "$new" ${src} || wget -q -O "$new" ${src}; }`
    : sh`cat ${pathWord(src)} > "$new"`;
  const toBinary = dearmor && sh`if grep -q -e '-----BEGIN PGP' "$new"; then
  gpg --batch --dearmor < "$new" > "$new.bin"
  mv -f "$new.bin" "$new"
fi`;
  return replaceFile(
    file,
    lines(fetch, sh`gpg --batch --show-keys "$new" > /dev/null`, toBinary),
  );
}

/** Fetches keys from a keyserver and adds them to those that the file already holds. */
export function receiveKeys(keyserver: string, keyIds: readonly string[], file: KeyringFile): ShellCommand {
  return replaceFile(
    file,
    lines(
      TEMPORARY_HOME,
      sh`! test -s ${pathWord(file.dest)} || keys --import ${pathWord(file.dest)}`,
      sh`keys --keyserver ${keyserver} --recv-keys ${keyIds}`,
      sh`keys --export > "$new"`,
    ),
  );
}

/** Takes keys, named by their fingerprints, out of a file that also holds others. */
export function removeKeys(
  fingerprints: readonly string[],
  file: KeyringFile,
  armored: boolean,
): ShellCommand {
  return replaceFile(
    file,
    lines(
      TEMPORARY_HOME,
      sh`keys --import ${pathWord(file.dest)}`,
      sh`keys --yes --delete-keys ${fingerprints}`,
      sh`keys ${armored && sh`--armor`} --export > "$new"`,
    ),
  );
}

/** Key ids and names of keyservers reach gpg as words of their own, and must not look like options. */
export function refuseOptions(what: string, values: readonly string[]): void {
  const wrong = values.find((value) => value.trim() === "" || value.startsWith("-"));
  if (wrong === undefined) return;
  throw new DroverError("E_ARGUMENT", `${what} cannot be "${wrong}"`);
}

/** Defines `keys`: a gpg whose keyring and processes are gone when the script ends. */
const TEMPORARY_HOME = sh`home=$(mktemp -d)
keys() { gpg --batch --quiet --homedir "$home" "$@"; }`;

/** Runs a script that writes `$new`, then puts that in the place of the file. Leaves nothing if it fails. */
function replaceFile({ dest, mode }: KeyringFile, script: ShellCommand): ShellCommand {
  const target = pathWord(dest);
  return lines(
    sh`set -e`,
    sh`home= new=`,
    sh`trap 'test -z "$home" || gpgconf --homedir "$home" --kill all 2> /dev/null; rm -rf "$home" "$new" \${new:+"$new.bin"}' EXIT`,
    sh`umask 022`,
    sh`mkdir -p ${pathWord(dirname(dest))}`,
    sh`new=$(mktemp ${pathWord(`${dest}.XXXXXX`)})`,
    mode === undefined && sh`cp -p ${target} "$new"`,
    script,
    sh`test -s "$new"`,
    mode !== undefined && sh`chmod ${String(mode)} "$new"`,
    sh`mv -f "$new" ${target}`,
  );
}

function lines(...commands: (ShellCommand | false)[]): ShellCommand {
  return joinCommands(commands.filter((command) => command !== false), "\n");
}

/** Downloads from the web to the host: `files.download`. */

import {
  joinCommands,
  pathWord,
  raw,
  Secret,
  secret,
  sh,
  type ShellCommand,
  type Word,
} from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { File, type FileInfo, Md5File, Sha1File, Sha256File, Sha384File } from "../../facts/files/mod.ts";
import { Date as HostDate, Which } from "../../facts/server/mod.ts";
import { effect, freshNames, host, operation, pathSubject, touches } from "../../host/mod.ts";
import { removingAtExit } from "../temporary.ts";
import {
  checkOwnership,
  correctOwnership,
  type OwnershipArgs,
  ownershipOf,
  readContext,
  setOwnership,
} from "./ownership.ts";
import { accessTo, type FollowArgs, writing } from "./place.ts";
import { checkPath, joinPath, parentOf } from "./remote_path.ts";

/** Arguments of {@linkcode download}. */
export interface DownloadArgs extends OwnershipArgs, FollowArgs {
  /** Address of the file. */
  src: string;
  /** Path of the file on the host. */
  dest: string;
  /** Downloads again when the file's content is older than this many seconds. Default: never. */
  cacheTime?: number | undefined;
  /** Downloads every time. Default: `false`. */
  force?: boolean | undefined;
  /** SHA-384 that the file must have, in hexadecimal. A file that has it is not downloaded again. */
  sha384sum?: string | undefined;
  /** SHA-256 that the file must have, in hexadecimal. */
  sha256sum?: string | undefined;
  /** SHA-1 that the file must have, in hexadecimal. */
  sha1sum?: string | undefined;
  /** MD5 that the file must have, in hexadecimal. */
  md5sum?: string | undefined;
  /** Headers of the request. Secret ones go to curl, or to GNU's wget, through its input. */
  headers?: Readonly<Record<string, string | Secret>> | undefined;
  /** Does not check the server's certificate. Default: `false`. */
  insecure?: boolean | undefined;
  /** Address of a proxy. */
  proxy?: string | undefined;
  /** Limit of the speed in bytes a second, as curl and wget write it: `"500k"`, `"1M"`. */
  limitRate?: string | undefined;
  /** Directory on the host to download to first. Default: the one of `dest`. */
  tempDir?: string | undefined;
  /** More options for curl: names with their dashes, and values (empty for none). */
  extraCurlArgs?: Readonly<Record<string, string | Secret>> | undefined;
  /** More options for wget: names with their dashes, and values (empty for none). */
  extraWgetArgs?: Readonly<Record<string, string | Secret>> | undefined;
}

/**
 * Lets the host download a file, with curl or wget, if it is missing, too old, or has another digest. The
 * file takes its place once it is whole, has the wanted digests, and its owner and mode.
 *
 * @example
 * ```ts
 * await files.download({
 *   src: "https://example.com/tool-1.2.3",
 *   dest: "/usr/local/bin/tool",
 *   sha256sum: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
 *   mode: 755,
 * });
 * ```
 */
export const download = operation<DownloadArgs>("files.download", async function* (args) {
  const dest = checkPath("files.download", "dest", args.dest);
  checkAddress(args.src);
  const wanted = checkOwnership("files.download", args);
  const digests = wantedDigests(args);
  touches(pathSubject(dest));
  const [found, now, curl, wget, context, access, ...current] = await Promise.all([
    host.getFact(File, { path: dest }),
    args.cacheTime === undefined ? undefined : host.getFact(HostDate),
    host.getFact(Which, { command: "curl" }),
    host.getFact(Which, { command: "wget" }),
    readContext(dest, wanted),
    accessTo(dest, args),
    ...digests.map(({ fact }) => host.getFact(fact, { path: dest })),
  ]);
  if (found === false) {
    throw new DroverError("E_REMOTE_PATH", `Destination ${dest} already exists and is not a file`, {
      hint: "dest is the path of the file itself",
    });
  }
  const differs = digests.some(({ hex }, index) => hex !== current[index]);
  if (found && !args.force && !differs && !isOld(found, now, args.cacheTime)) {
    const corrections = correctOwnership(dest, ownershipOf(found, context), wanted, { access });
    if (corrections.length === 0) host.noop(`file ${dest} has already been downloaded`);
    yield* corrections;
    return;
  }

  if (!found) effect("create");
  const temporary = joinTemporary(args.tempDir ?? parentOf(dest));
  // One command, so that no failure and no signal can come between the file and what removes it.
  const has = { curl: curl !== undefined, wget: wget !== undefined };
  const commands = [
    fetchCommand(args, pathWord(temporary), has),
    ...digests.map((digest) => verifyCommand(digest, pathWord(temporary))),
    ...setOwnership(temporary, wanted, { ownerFirst: true }),
    sh`mv ${pathWord(temporary)} ${pathWord(dest)}`,
  ];
  const shown = removingAtExit(pathWord(temporary), joinCommands(commands, " && "));
  if (!access.exposed) return void (yield shown);
  const fetched = [
    fetchCommand(args, sh`-`, has),
    ...digests.map((digest) => verifyCommand(digest, raw(`"$Z"`))),
  ];
  const content = joinCommands(fetched, " && ");
  yield writing({ path: dest, content, tempDir: args.tempDir, ...wanted, shown });
}, {
  parameters: {
    src: "string",
    dest: "string",
    user: "string | number?",
    group: "string | number?",
    mode: "string | number?",
    cacheTime: "number?",
    force: "boolean?",
    sha384sum: "string?",
    sha256sum: "string?",
    sha1sum: "string?",
    md5sum: "string?",
    headers: "Record<string, string | Secret>?",
    insecure: "boolean?",
    proxy: "string?",
    limitRate: "string?",
    tempDir: "string?",
    follow: "boolean?",
    extraCurlArgs: "Record<string, string | Secret>?",
    extraWgetArgs: "Record<string, string | Secret>?",
  },
});

const DIGESTS = [
  { name: "sha1", fact: Sha1File, programs: [sh`sha1sum`, sh`shasum`, sh`sha1`, sh`openssl dgst -r -sha1`] },
  {
    name: "sha256",
    fact: Sha256File,
    programs: [sh`sha256sum`, sh`shasum -a 256`, sh`sha256`, sh`openssl dgst -r -sha256`],
  },
  {
    name: "sha384",
    fact: Sha384File,
    programs: [sh`sha384sum`, sh`shasum -a 384`, sh`sha384`, sh`openssl dgst -r -sha384`],
  },
  { name: "md5", fact: Md5File, programs: [sh`md5sum`, sh`md5`, sh`openssl dgst -r -md5`] },
] as const;

type Digest = (typeof DIGESTS)[number] & { hex: string };

function wantedDigests(args: DownloadArgs): Digest[] {
  const given = { sha1: args.sha1sum, sha256: args.sha256sum, sha384: args.sha384sum, md5: args.md5sum };
  return DIGESTS.flatMap((digest) => {
    const hex = given[digest.name];
    if (hex === undefined) return [];
    if (/^[\w-]+$/.test(hex)) return [{ ...digest, hex: hex.toLowerCase() }];
    throw new DroverError("E_ARGUMENT", `files.download: ${digest.name}sum cannot be ${Deno.inspect(hex)}`);
  });
}

function checkAddress(src: unknown): void {
  if (typeof src === "string" && src !== "" && !/^-|[\0\n]/.test(src)) return;
  throw new DroverError("E_ARGUMENT", `files.download: src cannot be ${Deno.inspect(src)}`, {
    hint: "give the address of the file",
  });
}

function isOld(found: FileInfo, now: Date | undefined, cacheTime: number | undefined): boolean {
  if (now === undefined || cacheTime === undefined) return false;
  return now.getTime() - found.mtime.getTime() > cacheTime * 1000;
}

function joinTemporary(directory: string | undefined): string {
  const name = freshNames().temporary();
  // A name that a test has chosen stands for the whole path.
  return directory === undefined || !name.startsWith(".") ? name : joinPath(directory, name);
}

function fetchCommand(
  args: DownloadArgs,
  target: ShellCommand,
  has: { curl: boolean; wget: boolean },
): ShellCommand {
  const [forCurl, forWget] = [curlSecrets(args), wgetSecrets(args)];
  const curl = sh`${spoken(forCurl)}curl -sSLf ${forCurl.length > 0 && sh`-K -`} ${
    curlOptions(args)
  } ${args.src} -o ${target}`;
  const wget = sh`${spoken(forWget)}wget -q ${forWget.length > 0 && sh`--config=/dev/stdin`} ${
    wgetOptions(args)
  } ${args.src} -O ${target}`;
  if (has.curl) return curl;
  // An earlier operation may install one of them before this one runs.
  return has.wget ? wget : sh`{ ${curl} || ${wget}; }`;
}

function curlOptions(args: DownloadArgs): Word[] {
  return [
    ...option("--proxy", args.proxy),
    args.insecure && "--insecure",
    ...headerOptions(args),
    ...option("--limit-rate", args.limitRate),
    ...extraOptions(args.extraCurlArgs),
  ];
}

function wgetOptions(args: DownloadArgs): Word[] {
  return [
    args.proxy !== undefined && ["-e", "use_proxy=yes", "-e", `http_proxy=${args.proxy}`],
    // The protocol of the file decides which of the two is heeded.
    args.proxy !== undefined && /^https:/i.test(args.src) && ["-e", `https_proxy=${args.proxy}`],
    args.insecure && "--no-check-certificate",
    ...headerOptions(args),
    args.limitRate !== undefined && `--limit-rate=${args.limitRate}`,
    ...extraOptions(args.extraWgetArgs),
  ];
}

function headerOptions({ headers = {} }: DownloadArgs): Word[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value instanceof Secret ? [] : ["--header", `${name}: ${value}`]
  );
}

function extraOptions(options: Readonly<Record<string, string | Secret>> = {}): Word[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value instanceof Secret ? [] : value === "" ? [name] : [name, value]
  );
}

/** Lines of configuration on the input of a program: its arguments are there for everybody on the host to see. */
function spoken(lines: readonly Secret[]): ShellCommand | undefined {
  return lines.length === 0 ? undefined : sh`printf '%s\\n' ${lines} | `;
}

function curlSecrets({ headers, extraCurlArgs }: DownloadArgs): Secret[] {
  const quoted = (text: string) => `"${text.replaceAll(/[\\"]/g, "\\$&")}"`;
  return [
    ...secretsOf(headers).map(([name, value]) => secret(`header = ${quoted(`${name}: ${value}`)}`)),
    ...secretsOf(extraCurlArgs).map(([name, value]) => secret(`${name} ${quoted(value)}`)),
  ];
}

function wgetSecrets({ headers, extraWgetArgs }: DownloadArgs): Secret[] {
  return [
    ...secretsOf(headers).map(([name, value]) => secret(`header = ${name}: ${value}`)),
    ...secretsOf(extraWgetArgs).map(([name, value]) => secret(`${name.replace(/^-+/, "")} = ${value}`)),
  ];
}

function secretsOf(values: Readonly<Record<string, string | Secret>> = {}): [name: string, value: string][] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (!(value instanceof Secret)) return [];
    const text = value.reveal();
    // A line break would begin another line of configuration.
    if (!/[\r\n\0]/.test(text)) return [[name, text]];
    throw new DroverError("E_ARGUMENT", `files.download: the secret for ${name} holds a line break`);
  });
}

function option(name: string, value: string | undefined): Word[] {
  return value === undefined ? [] : [name, value];
}

/** Fails if the file does not have the digest. */
function verifyCommand({ name, programs, hex }: Digest, word: ShellCommand): ShellCommand {
  const attempts = programs.map((program) => sh`${program} < ${word}`);
  const [first, ...others] = attempts;
  const chain = others.reduce((left, right) => sh`${left} || ${right}`, first!);
  const complaint = sh`echo ${`${name.toUpperCase()} did not match!`} >&2`;
  return sh`{ sum="$( ( ${chain} ) 2> /dev/null )"; [ "\${sum%% *}" = ${hex} ] || { ${complaint}; exit 1; }; }`;
}

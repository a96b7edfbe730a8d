/** Archives: `files.unarchive`. */

import { createHash } from "node:crypto";
import { joinCommands, pathWord, raw, sh, ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { LinkTarget } from "../../facts/files/mod.ts";
import { freshNames, host, operation, pathSubject, touches } from "../../host/mod.ts";
import { checkOwnership, type OwnershipArgs, setOwnership, type Wanted } from "./ownership.ts";
import { type Access, accessTo, type FollowArgs, reaching } from "./place.ts";
import { checkPath, joinPath, withoutSlash } from "./remote_path.ts";
import { findSource } from "./source.ts";
import { temporaryDirectory } from "../temporary.ts";

/** Arguments of {@linkcode unarchive}. */
export interface UnarchiveArgs extends Omit<OwnershipArgs, "mode">, FollowArgs {
  /** Path of the archive: `.tar`, `.tar.gz`, `.tgz`, `.tar.bz2`, `.tbz2`, `.tar.xz`, `.txz`, `.tar.zst`, `.zip`. */
  src: string;
  /** Path of a directory that exists, to extract into. */
  dest: string;
  /** The archive is on the host already. Default: `false`. */
  remoteSrc?: boolean | undefined;
  /** Path on the host; where it exists, nothing is done. Without it, the archive is extracted every time. */
  creates?: string | undefined;
  /** More words for `tar` or `unzip`. */
  extraOpts?: readonly string[] | undefined;
}

/**
 * Extracts an archive on the host, after uploading it unless it is there. Files that have a name already are
 * replaced; where other users may write to `dest`, nothing is written through their links.
 *
 * @example
 * ```ts
 * await files.unarchive({ src: "app-1.2.tar.gz", dest: "/opt", creates: "/opt/app-1.2", user: "root" });
 * ```
 */
export const unarchive = operation<UnarchiveArgs>("files.unarchive", async function* (args) {
  const src = checkPath("files.unarchive", "src", args.src);
  const dest = withoutSlash(checkPath("files.unarchive", "dest", args.dest));
  const extract = extraction(src, args.extraOpts ?? []);
  const wanted = checkOwnership("files.unarchive", args);
  const source = args.remoteSrc
    ? undefined
    : await findSource("files.unarchive", src, { addDeployDir: true, assumeExists: false });
  if (args.creates !== undefined) touches(pathSubject(args.creates));
  const [directory, created, access] = await Promise.all([
    host.getFact(LinkTarget, { path: dest }),
    args.creates === undefined ? undefined : host.getFact(LinkTarget, { path: args.creates }),
    accessTo(joinPath(dest, "x"), args),
  ]);
  if (created !== undefined) return host.noop(`${args.creates} exists already`);
  if (directory?.kind !== "directory") {
    throw new DroverError("E_REMOTE_PATH", `${dest} is not an existing directory`, {
      hint: "files.directory makes it",
    });
  }

  if (source === undefined) return void (yield* unpack(extract, { archive: src, dest, wanted, access }));
  // Whoever can exchange the archive decides what is extracted.
  const temporary = access.exposed
    ? joinPath(temporaryDirectory(), `${freshNames().temporary()}.archive`)
    : joinPath(dest, `.drover-${stableName(src, dest)}.archive`);
  yield source.upload(temporary, { mode: "600" });
  yield* unpack(extract, { archive: temporary, dest, wanted, access, uploaded: true });
}, {
  parameters: {
    src: "string",
    dest: "string",
    remoteSrc: "boolean?",
    creates: "string?",
    follow: "boolean?",
    extraOpts: "string[]?",
    user: "string | number?",
    group: "string | number?",
  },
});

/** The same in every run: the next one replaces and removes what a broken one has left. */
function stableName(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}

type Extraction = (archive: ShellCommand, into: ShellCommand) => ShellCommand;

const TAR_OPTIONS: readonly [pattern: RegExp, option: string | undefined][] = [
  [/\.tar$/i, undefined],
  [/\.(tar\.gz|tgz)$/i, "-z"],
  [/\.(tar\.bz2|tbz2?)$/i, "-j"],
  [/\.(tar\.xz|txz)$/i, "-J"],
  [/\.(tar\.zst|tzst)$/i, "--zstd"],
];

function extraction(src: string, extra: readonly string[]): Extraction {
  if (/\.zip$/i.test(src)) {
    return (archive, into) => sh`unzip -q -o ${extra} ${archive} -d ${into}`;
  }
  const kind = TAR_OPTIONS.find(([pattern]) => pattern.test(src));
  if (kind !== undefined) {
    return (archive, into) => sh`tar -x ${kind[1]} -f ${archive} -C ${into} ${extra}`;
  }
  throw new DroverError("E_ARGUMENT", `files.unarchive does not know the format of "${src}"`, {
    hint: "names end with .tar, .tar.gz, .tgz, .tar.bz2, .tbz2, .tar.xz, .txz, .tar.zst or .zip",
  });
}

const COPY = 'cp -pPR "$@" "$0"';

interface Unpacking {
  archive: string;
  dest: string;
  wanted: Wanted;
  access: Access;
  /** Whether the archive is ours, to be removed. */
  uploaded?: boolean;
}

function* unpack(extract: Extraction, unpacking: Unpacking): Generator<ShellCommand> {
  const { archive, dest, wanted } = unpacking;
  const own = unpacking.uploaded ? [archive] : [];
  if (unpacking.access.exposed) return void (yield* removing(own, [unpackExposed(extract, unpacking)]));
  if (wanted.user === undefined && wanted.group === undefined) {
    return void (yield* removing(own, [extract(pathWord(archive), pathWord(dest))]));
  }
  // Only what comes out of the archive gets the owner, not what is in the directory already.
  const staging = joinPath(dest, freshNames().temporary());
  yield* removing([staging, ...own], [
    sh`mkdir -m 700 ${pathWord(staging)}`,
    extract(pathWord(archive), pathWord(staging)),
    ...setOwnership(staging, wanted, { recursive: true, noDereference: true }),
    // With `;` instead of `+`, find would not tell that cp has failed.
    sh`find ${pathWord(staging)} -mindepth 1 -maxdepth 1 -exec sh -c ${COPY} ${
      pathWord(`${dest}/`)
    } ${"{}"} +`,
  ]);
}

/** Hands what lies in a directory to another tar, which replaces what has a name already and writes through nothing. */
const HAND_OVER = raw(`for x in ./* ./.[!.]* ./..?*;do
[ -e "$x" ]||[ -L "$x" ]||continue
tar -cf - "$x"|(cd ..&&tar -xpf -)||exit 1
done`);

/** Where others may write to the directory: unpacks in a new one that they cannot enter. */
function unpackExposed(extract: Extraction, { archive, dest, wanted, access }: Unpacking): ShellCommand {
  const path = /^[/~]/.test(archive) ? pathWord(archive) : sh`"$from"/${archive}`;
  const [here, name] = [raw("."), freshNames().temporary()];
  const careful = sh`o=${name};mkdir -m 700 "./$o"||exit 1
into "./$o"&&[ "$pw" = "\${d%.}$o" ]&&who .&&[ "$q" = "$(id -u)" ]||fail "\${d%.}$o has just been replaced"
trap 'cd ..&&rm -rf "./$o"' EXIT
${joinCommands([extract(path, here), ...ownAll(wanted)], " && ")}||exit 1
${HAND_OVER}`;
  const plain = extract(pathWord(archive), pathWord(dest));
  // It ends its shell where it fails, but not the one that removes the archive then.
  return ShellCommand.of(
    `(from=$(pwd);${reaching(joinPath(dest, "."), access, plain, careful).raw}\n)`,
    String(plain),
  );
}

function ownAll({ user, group }: Wanted): ShellCommand[] {
  return [
    ...(user === undefined ? [] : [sh`chown -R -h ${user} .`]),
    ...(group === undefined ? [] : [sh`chgrp -R -h ${group} .`]),
  ];
}

/** Runs commands; then, or when one has failed, removes paths. */
function* removing(paths: readonly string[], commands: readonly ShellCommand[]): Generator<ShellCommand> {
  if (paths.length === 0) return void (yield* commands);
  const remove = sh`rm -rf ${paths.map((path) => pathWord(path))}`;
  for (const command of commands) yield sh`${command} || { code=$?; ${remove}; exit $code; }`;
  yield remove;
}

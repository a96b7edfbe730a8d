/** Applications and runtimes of Flatpak, and the remotes that they come from. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { FlatpakPackages, FlatpakRefs, FlatpakRemotes, scopeOption } from "../facts/flatpak.ts";
import { effect, host, type Operation, operation, restsOn, touches } from "../host/mod.ts";
import { ensurePackages, type InstalledPackages, type PackageName } from "./packages/ensure.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Ids (`org.videolan.VLC`), or refs with a branch (`org.gnome.Platform//46`). */
  packages?: string | string[] | undefined;
  /** The remote to install from. Default: the only one that has it. */
  remote?: string | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /**
   * Works on the user's own installation if `true`, on the system's if `false`. Default: the system's, and what the
   * user has counts as installed.
   */
  user?: boolean | undefined;
}

/** Arguments of {@linkcode remote}. */
export interface RemoteArgs {
  /** Its name. */
  remote: string;
  /** Where the repository is, or its `.flatpakrepo` file. */
  url?: string | undefined;
  /** Whether it shall be there. Default: `true`. */
  present?: boolean | undefined;
  /** Whether it is the user's own, not the system's. Default: `false`. */
  user?: boolean | undefined;
  /** Whether signatures are checked, when it is added. Default: `true`. */
  gpgVerify?: boolean | undefined;
}

/**
 * Installs or removes applications and runtimes. Changes something if one is missing, or is there, with
 * `present: false`.
 *
 * @example
 * ```ts
 * await flatpak.packages({ packages: ["org.videolan.VLC", "org.gnome.Platform//46"], remote: "flathub", _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "flatpak.packages",
  async function* (args) {
    const { user } = args;
    if (args.remote !== undefined) checkRemote(args.remote);
    const names = [args.packages ?? []].flat();
    const [ids, refs] = await Promise.all([
      host.getFact(FlatpakPackages, { user }),
      names.some((name) => name.includes("/")) ? host.getFact(FlatpakRefs, { user }) : [],
    ]);
    if (args.present !== false) restsOn({ kind: "flatpak remote", name: args.remote });
    yield* ensurePackages({ packages: args.packages, present: args.present }, byId(ids, refs), {
      kind: "flatpak",
      install: sh`flatpak install --noninteractive ${scopeOption(user)} ${args.remote}`,
      uninstall: sh`flatpak uninstall --noninteractive ${scopeOption(user)}`,
      parse: parseRef,
      satisfies: isBranch,
    });
  },
  {
    parameters: {
      packages: "string | string[]?",
      remote: "string?",
      present: "boolean?",
      user: "boolean?",
    },
  },
);

/**
 * Adds, changes or removes a remote. Changes something if it is missing, disabled or has another URL (or is there,
 * with `present: false`). The URL in a `.flatpakrepo` file is not compared. What was installed from a remote has to go
 * before it.
 *
 * @example
 * ```ts
 * await flatpak.remote({ remote: "flathub", url: "https://dl.flathub.org/repo/flathub.flatpakrepo", _sudo: true });
 * ```
 */
export const remote: Operation<RemoteArgs> = operation<RemoteArgs>("flatpak.remote", async function* (args) {
  const { remote: name, present = true, user = false } = args;
  checkRemote(name);
  if (present && (!args.url || args.url.startsWith("-"))) {
    throw new DroverError("E_ARGUMENT", `flatpak.remote needs the url of ${name}`);
  }
  touches({ kind: "flatpak remote", name });
  const remotes = await host.getFact(FlatpakRemotes, { user });
  const found = Object.hasOwn(remotes, name) ? remotes[name] : undefined;
  const scope = scopeOption(user);
  if (!present) {
    if (found === undefined) return host.noop(`remote ${name} does not exist`);
    effect("remove");
    yield sh`flatpak remote-delete ${scope} ${name}`;
    return;
  }
  const url = wholeUrl(args.url!);
  if (found === undefined) {
    effect("create");
    yield sh`flatpak remote-add ${scope} ${args.gpgVerify === false && sh`--no-gpg-verify`} ${name} ${url}`;
    return;
  }
  const moved = !url.endsWith(".flatpakrepo") && withoutSlash(found.url) !== withoutSlash(url);
  if (!moved && !found.disabled) return host.noop(`remote ${name} exists`);
  yield sh`flatpak remote-modify ${scope} ${found.disabled && sh`--enable`} ${
    moved && `--url=${url}`
  } ${name}`;
}, {
  parameters: {
    remote: "string",
    url: "string?",
    present: "boolean?",
    user: "boolean?",
    gpgVerify: "boolean?",
  },
});

function checkRemote(name: string): void {
  if (/^[A-Za-z0-9_][\w.-]*$/.test(name)) return;
  throw new DroverError("E_ARGUMENT", `${JSON.stringify(name)} is not the name of a remote`);
}

/** `ID`, `ID//BRANCH`, `ID/ARCHITECTURE/BRANCH`, and these behind `app/` or `runtime/`. */
function parseRef(text: string): PackageName {
  const [id = "", ...rest] = text.replace(/^(app|runtime)\//, "").split("/");
  return rest.length === 0
    ? { name: id, spelled: text }
    : { name: id, version: rest.join("/"), spelled: text };
}

/** Architecture and branch are its version; what is not said may be any. */
function isBranch(installed: string, wanted: string): boolean {
  const parts = installed.split("/");
  return wanted.split("/").every((part, index) => part === "" || part === parts[index]);
}

function byId(ids: readonly string[], refs: readonly string[]): InstalledPackages {
  const versions = Map.groupBy(refs.map(parseRef), ({ name }) => name);
  return Object.fromEntries(
    ids.map((id) => [id, (versions.get(id) ?? []).flatMap(({ version }) => version ?? [])]),
  );
}

/** Flatpak lists a path as the URL that it is. */
function wholeUrl(url: string): string {
  return url.startsWith("/") && !url.endsWith(".flatpakrepo") ? `file://${url}` : url;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

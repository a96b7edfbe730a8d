/** What this machine knows that matters to ssh: users, environment, files, programs. Read once for a run. */

import { homedir, hostname, userInfo } from "node:os";
import { join } from "node:path";
import { minimalEnvironment } from "../environment.ts";
import { isThere } from "../ssh_login.ts";
import { configText, type Data, dataOptions, userConfigFile } from "../ssh_config.ts";
import { entriesOf, type KnownHost, knownName, parseKnownHosts } from "./known_hosts.ts";
import { publicBlob, typeOf } from "./public_keys.ts";
import { type Jump, readSettings, type Settings, type SettingsContext } from "./settings.ts";

/** The way to a host: its own settings, and those of the hosts before it. */
export interface Route {
  settings: Settings;
  jumps: Settings[];
  /** Why OpenSSH may behave otherwise; empty if it does not. */
  doubts: string[];
}

const MAX_JUMPS = 8;

const NOTHING: KnownHost[] = [];

/** Milliseconds for which a file of known hosts is taken to be as it was: many hosts connect at once. */
const MOMENT = 100;

/** One serves all hosts of a run. */
export class ClientEnvironment {
  readonly #connectTimeout: number;
  readonly #files = new Map<string, Promise<string | undefined>>();
  readonly #directories = new Map<string, Promise<string[]>>();
  readonly #existing = new Map<string, Promise<boolean>>();
  readonly #known = new Map<string, { stamp: string; entries: KnownHost[] }>();
  readonly #seen = new Map<string, { at: number; entries: Promise<KnownHost[]> }>();
  readonly #found = new Map<string, { lists: KnownHost[][]; entries: KnownHost[] }>();
  readonly #doubtfulKeys = new Map<string, Promise<string[]>>();
  #program: Promise<boolean> | undefined;
  #kerberos: Promise<boolean> | undefined;

  constructor(connectTimeout: number) {
    this.#connectTimeout = connectTimeout;
  }

  /** Home directory according to the user database, which is what ssh goes by. */
  readonly home: string = ofUser(() => userInfo().homedir) ?? homedir();

  /** Whether there is a program `ssh`. */
  hasOpenSsh(): Promise<boolean> {
    return this.#program ??= (async () => {
      for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
        if (directory === "") continue;
        const found = await Deno.stat(join(directory, "ssh")).catch(() => undefined);
        if (found?.isFile && ((found.mode ?? 0o111) & 0o111) !== 0) return true;
      }
      return false;
    })();
  }

  /** Whether a path, which may begin with `~`, led to something when it was first asked for. */
  exists(path: string): Promise<boolean> {
    return once(this.#existing, path, () => isThere(path));
  }

  /** The text of a file, as it was when it was first asked for; `undefined` where there was none. */
  read(path: string): Promise<string | undefined> {
    return once(this.#files, path, () => Deno.readTextFile(path).catch(() => undefined));
  }

  /** Finds the way to a host. */
  async route(host: string, data: Data): Promise<Route> {
    const text = configText(userConfigFile(data), this.#connectTimeout);
    const options = dataOptions(data).filter((word) => word !== "-o");
    const settings = await readSettings(options, text, await this.#context(host));
    const doubts = [...settings.doubts, ...await this.#keyDoubts(settings)];
    const jumps: Settings[] = [];
    for (const jump of settings.jumps) {
      const far = await this.#jumpSettings(jump, text);
      if (far.jumps.length > 0 || settings.jumps.length > MAX_JUMPS) doubts.push(`ProxyJump of ${jump.host}`);
      const inner = [...far.doubts, ...await this.#keyDoubts(far)];
      doubts.push(...inner.map((doubt) => `${doubt}, for the jump host ${jump.host}`));
      jumps.push(far);
    }
    for (const one of [settings, ...jumps]) {
      const authority = (await this.knownHosts(one)).find(({ marker }) => marker === "cert-authority");
      if (authority !== undefined) {
        doubts.push(`@cert-authority (${tilde(authority.file, this.home)} line ${authority.line})`);
      }
    }
    return { settings, jumps, doubts };
  }

  /** What the files of known hosts say of a host. */
  async knownHosts(settings: Settings): Promise<KnownHost[]> {
    const { hostKeyAlias, hostname, port } = settings;
    const name = hostKeyAlias ?? knownName(hostname, port);
    const files = [...settings.userKnownHosts, ...settings.globalKnownHosts];
    const entries = await Promise.all(files.map((file) => this.#knownIn(file)));
    const found = this.#found.get(name);
    // Hashed names are costly to search; the lists are new ones when a file has changed.
    if (found?.lists.length === entries.length && entries.every((list, at) => list === found.lists[at])) {
      return found.entries;
    }
    const own = entriesOf(entries.flat(), name);
    this.#found.set(name, { lists: entries, entries: own });
    return own;
  }

  /** Environment variables that sessions are given. */
  sentVariables({ sendEnv, setEnv }: Settings): Record<string, string> {
    const env: Record<string, string> = {};
    const patterns = sendEnv.map((pattern) =>
      new RegExp(
        `^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".")}$`,
      )
    );
    if (patterns.length > 0) {
      // What the program ssh gets to see of our environment.
      for (const [name, value] of Object.entries(minimalEnvironment())) {
        if (patterns.some((pattern) => pattern.test(name))) env[name] = value;
      }
    }
    return { ...env, ...setEnv };
  }

  async #jumpSettings(jump: Jump, text: string): Promise<Settings> {
    const options = [
      ...(jump.user === undefined ? [] : [`User=${jump.user}`]),
      ...(jump.port === undefined ? [] : [`Port=${jump.port}`]),
    ];
    return await readSettings(options, text, await this.#context(jump.host));
  }

  async #context(host: string): Promise<SettingsContext> {
    return {
      host,
      home: this.home,
      localUser: ofUser(() => userInfo().username) ?? Deno.env.get("USER") ?? "",
      uid: Deno.uid() ?? 0,
      localHostname: hostname(),
      kerberos: await (this.#kerberos ??= hasTickets()),
      env: (name) => Deno.env.get(name),
      read: (path) => this.read(path),
      list: (directory) => this.#list(directory),
    };
  }

  #list(directory: string): Promise<string[]> {
    const read = () => Array.fromAsync(Deno.readDir(directory), ({ name }) => name).catch(() => []);
    return once(this.#directories, directory, read);
  }

  #knownIn(file: string): Promise<KnownHost[]> {
    const seen = this.#seen.get(file);
    if (seen !== undefined && performance.now() - seen.at < MOMENT) return seen.entries;
    const entries = this.#readKnown(file);
    this.#seen.set(file, { at: performance.now(), entries });
    return entries;
  }

  async #readKnown(file: string): Promise<KnownHost[]> {
    const stat = await Deno.stat(file).catch(() => undefined);
    if (stat === undefined || !stat.isFile) return NOTHING;
    const stamp = `${stat.mtime?.getTime()} ${stat.size} ${stat.ino}`;
    const known = this.#known.get(file);
    if (known?.stamp === stamp) return known.entries;
    const entries = parseKnownHosts(await Deno.readTextFile(file).catch(() => ""), file);
    this.#known.set(file, { stamp, entries });
    return entries;
  }

  async #keyDoubts(settings: Settings): Promise<string[]> {
    const doubts = await Promise.all(
      settings.identityFiles.map((path) => once(this.#doubtfulKeys, path, () => doubtsOfKey(path))),
    );
    return doubts.flat().map((doubt) => doubt.replace(this.home, "~"));
  }
}

/** What a map holds, or what is made for it now. */
function once<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Certificates and keys in hardware are for OpenSSH. */
async function doubtsOfKey(path: string): Promise<string[]> {
  const doubts: string[] = [];
  if (await Deno.stat(`${path}-cert.pub`).then(() => true, () => false)) {
    doubts.push(`the certificate ${path}-cert.pub`);
  }
  const blob = await publicBlob(path, await Deno.readFile(path).catch(() => undefined));
  if (blob !== undefined && typeOf(blob).startsWith("sk-")) doubts.push(`the security key ${path}`);
  return doubts;
}

async function hasTickets(): Promise<boolean> {
  if ((Deno.env.get("KRB5CCNAME") ?? "") !== "") return true;
  return await Deno.stat(`/tmp/krb5cc_${Deno.uid()}`).then(() => true, () => false);
}

/** The user database has no entry for every user. */
function ofUser(read: () => string): string | undefined {
  try {
    const value = read();
    return value === "" ? undefined : value;
  } catch {
    return undefined;
  }
}

function tilde(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

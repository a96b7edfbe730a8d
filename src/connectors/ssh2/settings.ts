/** What the configuration says about a host, as the bundled transport needs it. */

import { isIP } from "node:net";
import { join } from "node:path";
import { type ConfigContext, evaluateConfig, type Setting } from "./config.ts";
import { readSeconds } from "./config_lines.ts";
import { isUnderstood } from "./directives.ts";

/** How unknown host keys are treated. `off` is `no`. */
export type Strictness = "yes" | "ask" | "no" | "accept-new";

/** A host on the way. */
export interface Jump {
  user: string | undefined;
  host: string;
  port: number | undefined;
}

/** The effective configuration of one host. */
export interface Settings {
  /** The name as the user writes it. */
  name: string;
  hostname: string;
  port: number;
  user: string;
  /** Private keys (or their public halves) to try, in order. */
  identityFiles: string[];
  /** Whether the files are named somewhere, and not OpenSSH's usual ones. */
  identitiesNamed: boolean;
  identitiesOnly: boolean;
  /** Socket of the agent, if one may be used. */
  agent: string | undefined;
  forwardAgent: boolean;
  jumps: Jump[];
  /** Seconds for reaching the host and agreeing on keys. */
  connectTimeout: number;
  /** Seconds of silence after which the host is asked for a sign of life; 0 never. */
  aliveInterval: number;
  aliveCountMax: number;
  strictness: Strictness;
  userKnownHosts: string[];
  globalKnownHosts: string[];
  hashKnownHosts: boolean;
  /** The name by which the host's key is known, if it is not the host's own. */
  hostKeyAlias: string | undefined;
  /** Authentication methods in the order to be tried. */
  methods: string[];
  /** 4, 6 or 0 for any. */
  family: 0 | 4 | 6;
  /** Patterns of environment variables to send. */
  sendEnv: string[];
  setEnv: Record<string, string>;
  /** Why OpenSSH may behave otherwise; empty if it does not. */
  doubts: string[];
}

/** What the settings depend on besides the configuration's text. */
export interface SettingsContext extends ConfigContext {
  env(name: string): string | undefined;
  uid: number;
  localHostname: string;
  /** Whether Kerberos tickets seem to be there. */
  kerberos: boolean;
}

const DEFAULT_KEYS = ["rsa", "ecdsa", "ecdsa_sk", "ed25519", "ed25519_sk", "xmss", "dsa"];

const DEFAULT_METHODS = ["publickey", "keyboard-interactive", "password"];

/** Evaluates the configuration for a host. See {@linkcode evaluateConfig} for the parameters. */
export async function readSettings(
  options: readonly string[],
  text: string,
  context: SettingsContext,
): Promise<Settings> {
  const { settings, doubts } = await evaluateConfig(options, text, context);
  return new Reader(settings, doubts, context).read();
}

class Reader {
  readonly #settings: readonly Setting[];
  readonly #doubts: string[];
  readonly #context: SettingsContext;
  readonly #tokens: Record<string, string>;

  constructor(settings: readonly Setting[], doubts: string[], context: SettingsContext) {
    this.#settings = settings;
    this.#doubts = doubts;
    this.#context = context;
    this.#tokens = { "%": "%", h: context.host };
  }

  read(): Settings {
    this.#checkAll();
    const { host, localUser, home, uid, localHostname } = this.#context;
    const given = this.#text("hostname");
    const expanded = this.#expand(given ?? host, "hostname");
    const hostname = isIP(expanded) === 0 ? expanded.toLowerCase() : expanded;
    const port = this.#number("port", 22);
    const user = this.#text("user") ?? localUser;
    if (/[%$]/.test(user)) this.#doubt("user");
    Object.assign(this.#tokens, {
      d: home,
      h: hostname,
      i: String(uid),
      L: localHostname.split(".")[0],
      l: localHostname,
      n: host,
      p: String(port),
      r: user,
      u: localUser,
    });
    const identityFiles = this.#identityFiles();
    return {
      name: host,
      hostname,
      port,
      user,
      identityFiles: identityFiles ?? DEFAULT_KEYS.map((type) => join(home, ".ssh", `id_${type}`)),
      identitiesNamed: identityFiles !== undefined,
      identitiesOnly: this.#flag("identitiesonly", false),
      agent: this.#agent(),
      forwardAgent: this.#flag("forwardagent", false),
      jumps: this.#jumps(host, hostname),
      connectTimeout: this.#seconds("connecttimeout", 0),
      aliveInterval: this.#seconds("serveraliveinterval", 0),
      aliveCountMax: this.#number("serveralivecountmax", 3),
      strictness: this.#strictness(),
      userKnownHosts: this.#files("userknownhostsfile", [
        join(home, ".ssh/known_hosts"),
        join(home, ".ssh/known_hosts2"),
      ]),
      globalKnownHosts: this.#files("globalknownhostsfile", [
        "/etc/ssh/ssh_known_hosts",
        "/etc/ssh/ssh_known_hosts2",
      ]),
      hashKnownHosts: this.#flag("hashknownhosts", false),
      hostKeyAlias: this.#hostKeyAlias(),
      methods: this.#methods(),
      family: this.#family(),
      sendEnv: this.#sendEnv(),
      setEnv: this.#setEnv(),
      doubts: this.#doubts,
    };
  }

  #checkAll(): void {
    const ignored = this.#first("ignoreunknown")?.args.flatMap((list) => list.split(",")) ?? [];
    const seen = new Set<string>();
    for (const setting of this.#settings) {
      const { name, args } = setting;
      if (seen.has(name) || ignored.some((one) => one.toLowerCase() === name)) continue;
      seen.add(name);
      if (!isUnderstood(name, args, this.#context.kerberos)) this.#doubt(name);
    }
  }

  #doubt(name: string): void {
    const origin = this.#first(name)?.origin ?? "";
    const text = `${spelling(name)}${origin === "" ? "" : ` (${origin.replace(this.#context.home, "~")})`}`;
    if (!this.#doubts.includes(text)) this.#doubts.push(text);
  }

  #first(name: string): Setting | undefined {
    return this.#settings.find((setting) => setting.name === name);
  }

  #text(name: string): string | undefined {
    return this.#first(name)?.args[0];
  }

  #number(name: string, fallback: number): number {
    const text = this.#text(name);
    if (text === undefined) return fallback;
    if (!/^\d+$/.test(text)) this.#doubt(name);
    return Number(text);
  }

  #seconds(name: string, fallback: number): number {
    const text = this.#text(name);
    if (text === undefined || text.toLowerCase() === "none") return fallback;
    const seconds = readSeconds(text);
    if (seconds === undefined) this.#doubt(name);
    return seconds ?? fallback;
  }

  #flag(name: string, fallback: boolean): boolean {
    const text = this.#text(name)?.toLowerCase();
    if (text === undefined) return fallback;
    if (text === "yes" || text === "true") return true;
    if (text !== "no" && text !== "false") this.#doubt(name);
    return false;
  }

  /** Replaces `%h` and the like, and `${VARIABLE}` where OpenSSH does. */
  #expand(text: string, name: string, variables = false): string {
    const tokens = text.replace(/%(.?)/g, (whole, letter) => {
      const value = this.#tokens[letter];
      if (value === undefined) this.#doubt(name);
      return value ?? whole;
    });
    if (!variables) return tokens;
    return tokens.replace(/\$\{([^}]*)\}/g, (whole, variable) => {
      const value = this.#context.env(variable);
      if (value === undefined) this.#doubt(name);
      return value ?? whole;
    });
  }

  #path(text: string, name: string): string {
    const { home } = this.#context;
    if (text.startsWith("~") && text !== "~" && !text.startsWith("~/")) this.#doubt(name);
    const path = text === "~" || text.startsWith("~/") ? join(home, text.slice(2)) : text;
    return this.#expand(path, name, true);
  }

  #identityFiles(): string[] | undefined {
    const named = this.#settings.filter(({ name }) => name === "identityfile").map(({ args }) => args[0]!);
    if (named.length === 0) return undefined;
    const paths = named.filter((path) => path.toLowerCase() !== "none");
    return [...new Set(paths.map((path) => this.#path(path, "identityfile")))];
  }

  #agent(): string | undefined {
    const text = this.#text("identityagent");
    const socket = this.#context.env("SSH_AUTH_SOCK");
    if (text === undefined || text === "SSH_AUTH_SOCK") return socket === "" ? undefined : socket;
    if (text.toLowerCase() === "none") return undefined;
    if (text.startsWith("$") && !text.startsWith("${")) return this.#context.env(text.slice(1));
    return this.#path(text, "identityagent");
  }

  #jumps(host: string, hostname: string): Jump[] {
    const text = this.#text("proxyjump");
    if (text === undefined || text.toLowerCase() === "none") return [];
    const jumps = text.split(",").map(readJump);
    // OpenSSH lets a host that is its own jump host alone.
    const last = jumps.at(-1);
    if (last?.host === host || last?.host === hostname) this.#doubt("proxyjump");
    if (!jumps.every((jump) => jump !== undefined)) {
      this.#doubt("proxyjump");
      return [];
    }
    return jumps;
  }

  #strictness(): Strictness {
    const text = this.#text("stricthostkeychecking")?.toLowerCase() ?? "ask";
    if (text === "off" || text === "no" || text === "false") return "no";
    if (text === "yes" || text === "true") return "yes";
    if (text === "ask" || text === "accept-new") return text;
    this.#doubt("stricthostkeychecking");
    return "yes";
  }

  #files(name: string, fallback: string[]): string[] {
    const args = this.#first(name)?.args;
    if (args === undefined) return fallback;
    if (args.length === 1 && args[0]!.toLowerCase() === "none") return [];
    return args.map((path) => this.#path(path, name));
  }

  #hostKeyAlias(): string | undefined {
    const alias = this.#text("hostkeyalias")?.toLowerCase();
    if (alias !== undefined && alias.includes("%")) this.#doubt("hostkeyalias");
    return alias;
  }

  #methods(): string[] {
    const wanted = this.#text("preferredauthentications")?.split(",") ?? DEFAULT_METHODS;
    const switches: Record<string, boolean> = {
      "publickey": this.#first("pubkeyauthentication")?.args[0]?.toLowerCase() !== "no",
      "keyboard-interactive": this.#flag("kbdinteractiveauthentication", true),
      "password": this.#flag("passwordauthentication", true),
    };
    return wanted.filter((method) => switches[method] === true);
  }

  #family(): 0 | 4 | 6 {
    const text = this.#text("addressfamily")?.toLowerCase() ?? "any";
    if (text === "inet") return 4;
    if (text === "inet6") return 6;
    if (text !== "any") this.#doubt("addressfamily");
    return 0;
  }

  #sendEnv(): string[] {
    let patterns: string[] = [];
    for (const { name, args } of this.#settings) {
      if (name !== "sendenv") continue;
      for (const arg of args) {
        if (arg.startsWith("-")) patterns = patterns.filter((pattern) => pattern !== arg.slice(1));
        else patterns.push(arg);
      }
    }
    return patterns;
  }

  #setEnv(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const pair of this.#first("setenv")?.args ?? []) {
      const at = pair.indexOf("=");
      if (at > 0) env[pair.slice(0, at)] ??= pair.slice(at + 1);
    }
    return env;
  }
}

/** Reads `user@host:port` or an `ssh://` address; `undefined` if it is neither. */
export function readJump(text: string): Jump | undefined {
  const plain = text.trim().replace(/^ssh:\/\//, "").replace(/\/$/, "");
  const [, user, inner, outer, port] =
    /^(?:(.+)@)?(?:\[([^\]]+)\]|([^:@[\]/%\s]+))(?::(\d+))?$/.exec(plain) ??
      [];
  const host = inner ?? outer;
  if (host === undefined || host.startsWith("-")) return undefined;
  return { user, host, port: port === undefined ? undefined : Number(port) };
}

/** Names that people know with capitals. */
const SPELLINGS =
  "AddressFamily BindAddress BindInterface CanonicalizeHostname CertificateFile ChannelTimeout CheckHostIP Ciphers Compression ConnectionAttempts ConnectTimeout ForwardAgent GlobalKnownHostsFile GSSAPIAuthentication GSSAPIKeyExchange HashKnownHosts HostbasedAuthentication HostKeyAlgorithms HostKeyAlias HostName IdentitiesOnly IdentityAgent IdentityFile KbdInteractiveDevices KexAlgorithms KnownHostsCommand MACs NoHostAuthenticationForLocalhost PKCS11Provider Port ProxyCommand ProxyJump PubkeyAcceptedAlgorithms RekeyLimit RequiredRSASize RevokedHostKeys SecurityKeyProvider StrictHostKeyChecking Tunnel User UserKnownHostsFile VerifyHostKeyDNS"
    .split(" ");

function spelling(name: string): string {
  return SPELLINGS.find((one) => one.toLowerCase() === name) ?? name;
}

/** Options of a run, as `config.ts`, a deploy file's top or the command line sets them. */

import { passwordProblem, reveal, type Secret } from "../command/secret.ts";
import { didYouMean, DroverError } from "../errors/mod.ts";
import type { ConnectorArguments } from "./arguments.ts";
import { bytesOf } from "./size.ts";
import { requireVersion } from "./version.ts";

/** What a deploy may do beyond reading its project: `true` for everything of a kind, or a list, as Deno has it. */
export interface PermissionOptions {
  /** Files and directories that it may read. */
  read?: boolean | readonly string[];
  /** Files and directories that it may write. */
  write?: boolean | readonly string[];
  /** Hosts, with or without a port. */
  net?: boolean | readonly string[];
  /** Environment variables. */
  env?: boolean | readonly string[];
  /** Programs of this machine. */
  run?: boolean | readonly string[];
}

/** Every option with its default. */
export interface ConfigOptions {
  /** Percentage of failed hosts above which the run stops; without it, it stops when none is left. */
  failPercent: number | undefined;
  /** Seconds to reach a host, and anew for its shell to answer: 10. */
  connectTimeout: number;
  /**
   * Seconds that the command of a fact may take: 120, which leaves a loaded host time and ends a wait for a dead
   * network disk. 0 waits without end. A fact's own `timeout` wins, and `_timeout` over both.
   */
  factTimeout: number;
  /**
   * Size that a file may have that is fetched from a host, as `files.get` does: bytes, or text such as `"500MB"`
   * (1000 bytes a KB) or `"2GiB"` (1024 bytes a KiB); only in `config.ts`. Default: `"1GiB"`.
   */
  maxDownload: number | string;
  /** Hosts worked on at the same time; 0 chooses by the number of cores: 20 for each. */
  parallel: number;
  /** What carries SSH: `auto`, the system's `openssh`, or the bundled `ssh2`. A host's `ssh_backend` wins. */
  sshBackend: "auto" | "openssh" | "ssh2";
  /** Directory on hosts for temporary files, when they cannot stand beside their target: `/tmp`. */
  tempDir: string | undefined;
  /** Version of Drover that the deploy needs, such as `">=0.1.0,<0.3"`; another one fails at once. */
  requireDroverVersion: string | undefined;
  /** Default of `_sudo`. */
  sudo: boolean;
  /** Default of `_sudoUser`. */
  sudoUser: string | undefined;
  /** Default of `_useSudoLogin`. */
  useSudoLogin: boolean;
  /** Asks for the sudo password before any host is connected, instead of when sudo first wants it. */
  useSudoPassword: boolean;
  /** Default of `_sudoPassword`. */
  sudoPassword: string | Secret | undefined;
  /** Default of `_preserveSudoEnv`. */
  preserveSudoEnv: boolean;
  /** Default of `_suUser`. */
  suUser: string | undefined;
  /** Default of `_useSuLogin`. */
  useSuLogin: boolean;
  /** Default of `_preserveSuEnv`. */
  preserveSuEnv: boolean;
  /** Default of `_suShell`. */
  suShell: string | undefined;
  /** Default of `_suPassword`. */
  suPassword: string | Secret | undefined;
  /** Default of `_doas`. */
  doas: boolean;
  /** Default of `_doasUser`. */
  doasUser: string | undefined;
  /** Default of `_dzdo`. */
  dzdo: boolean;
  /** Default of `_dzdoUser`. */
  dzdoUser: string | undefined;
  /** Escalates each command by itself instead of once per host, for sites that audit every sudo. */
  sudoPerCommand: boolean;
  /** Shell that reads commands: `sh`. */
  shell: string | null;
  /** Environment of every command. */
  env: Record<string, string | Secret>;
  /** Names of local environment variables that every command receives. */
  inheritEnv: readonly string[];
  /** Failures are warnings, everywhere. */
  ignoreErrors: boolean;
  /** Shows differences of files in the plan. */
  diff: boolean;
  /**
   * File, relative to `config.ts`, that keeps which facts deploys ask, so that the next run reads them at once, also
   * on a machine that starts empty. It holds no values and no secrets, and stays the same from run to run, so it can
   * be committed. Its name ends in `.json`; only in `config.ts`. Default: a file in the user's state directory.
   */
  memory: string | undefined;
  /** What the deploy may do beyond reading its project; only in `config.ts`. */
  permissions: PermissionOptions | undefined;
  /** How often failed operations are tried again: 0. */
  retry: number;
  /** Seconds between attempts: 5. */
  retryDelay: number;
}

const DEFAULTS: ConfigOptions = {
  failPercent: undefined,
  connectTimeout: 10,
  factTimeout: 120,
  maxDownload: "1GiB",
  parallel: 0,
  sshBackend: "auto",
  tempDir: undefined,
  requireDroverVersion: undefined,
  sudo: false,
  sudoUser: undefined,
  useSudoLogin: false,
  useSudoPassword: false,
  sudoPassword: undefined,
  preserveSudoEnv: false,
  suUser: undefined,
  useSuLogin: false,
  preserveSuEnv: false,
  suShell: undefined,
  suPassword: undefined,
  doas: false,
  doasUser: undefined,
  dzdo: false,
  dzdoUser: undefined,
  sudoPerCommand: false,
  shell: "sh",
  env: {},
  inheritEnv: [],
  ignoreErrors: false,
  diff: false,
  memory: undefined,
  permissions: undefined,
  retry: 0,
  retryDelay: 5,
};

const NUMBERS: ReadonlySet<string> = new Set([
  "failPercent",
  "connectTimeout",
  "factTimeout",
  "parallel",
  "retry",
  "retryDelay",
]);

const PASSWORDS: ReadonlySet<string> = new Set(["sudoPassword", "suPassword"]);

/** The options of a run. Assigning to an unknown one is an error that names the closest. */
export type Config = ConfigOptions;

/**
 * A configuration that starts from the defaults, or from another one.
 *
 * @throws {DroverError} `E_CONFIG` on reading or assigning an option that does not exist, a wrong type, or a
 *   password of several lines.
 */
export function createConfig(options: Partial<ConfigOptions> = {}): Config {
  const values: ConfigOptions = { ...DEFAULTS, ...options };
  return new Proxy(values, {
    get: (target, key) => {
      if (typeof key === "symbol" || key in target) return Reflect.get(target, key);
      // Asked by whoever awaits or serialises the object.
      if (key === "then" || key === "toJSON") return undefined;
      throw unknownOption(key);
    },
    set: (target, key, value) => {
      if (typeof key === "symbol" || !(key in target)) throw unknownOption(String(key));
      checkOption(key, value);
      return Reflect.set(target, key, value);
    },
  });
}

/** Checks an option's name and type. */
export function checkOption(name: string, value: unknown): void {
  if (!(name in DEFAULTS)) throw unknownOption(name);
  if (value === undefined) return;
  const standard = DEFAULTS[name as keyof ConfigOptions];
  if (name === "memory" && typeof value !== "string") {
    throw new DroverError("E_CONFIG", `config.memory must be a path: it is ${Deno.inspect(value)}`);
  }
  const wanted = NUMBERS.has(name) ? "number" : typeof standard === "boolean" ? "boolean" : undefined;
  if (name === "sshBackend" && !["auto", "openssh", "ssh2"].includes(String(value))) {
    throw new DroverError(
      "E_CONFIG",
      `config.sshBackend must be "auto", "openssh" or "ssh2": it is ${Deno.inspect(value)}`,
    );
  }
  if (name === "maxDownload") checkSize(name, value);
  const problem = PASSWORDS.has(name) ? passwordProblem(value as string | Secret) : undefined;
  if (problem !== undefined) throw new DroverError("E_CONFIG", `config.${name} ${problem}`);
  if (wanted !== undefined && typeof value !== wanted) {
    throw new DroverError("E_CONFIG", `config.${name} must be a ${wanted}: it is ${Deno.inspect(value)}`);
  }
  if (name === "requireDroverVersion") requireVersion(String(value));
}

function checkSize(name: string, value: unknown): void {
  try {
    bytesOf(value as number | string);
  } catch (error) {
    const hint = error instanceof DroverError ? error.hint : undefined;
    throw new DroverError("E_CONFIG", `config.${name} must be a size: it is ${Deno.inspect(value)}`, {
      hint,
    });
  }
}

/** The names of all options. */
export function configOptionNames(): string[] {
  return Object.keys(DEFAULTS);
}

function unknownOption(name: string): DroverError {
  return new DroverError("E_CONFIG", `There is no option config.${name}`, {
    hint: didYouMean(name, Object.keys(DEFAULTS)) ?? `options are ${Object.keys(DEFAULTS).join(", ")}`,
  });
}

/** The connector arguments that a configuration stands for. */
export function connectorDefaults(config: Config): ConnectorArguments {
  const inherited = Object.fromEntries(
    config.inheritEnv.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const own = Object.fromEntries(
    Object.entries(config.env).map(([name, value]) => [name, reveal(value)]),
  );
  const args: Record<string, unknown> = {
    _sudo: config.sudo,
    _sudoUser: config.sudoUser,
    _useSudoLogin: config.useSudoLogin,
    _useSudoPassword: config.useSudoPassword,
    _sudoPassword: config.sudoPassword,
    _preserveSudoEnv: config.preserveSudoEnv,
    _suUser: config.suUser,
    _useSuLogin: config.useSuLogin,
    _preserveSuEnv: config.preserveSuEnv,
    _suShell: config.suShell,
    _suPassword: config.suPassword,
    _doas: config.doas,
    _doasUser: config.doasUser,
    _dzdo: config.dzdo,
    _dzdoUser: config.dzdoUser,
    _shellExecutable: config.shell,
    _tempDir: config.tempDir,
    _env: { ...inherited, ...own },
  };
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

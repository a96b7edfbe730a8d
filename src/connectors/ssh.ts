/** The connector `@ssh`: one connection of the system's OpenSSH per host, shared by all its sessions. */

import { quote } from "../command/quote.ts";
import type { Farewell, PortError } from "../shell/port.ts";
import type { PasswordSource } from "../shell/privilege.ts";
import {
  type Connector,
  evidence,
  isPortError,
  portError,
  type Process,
  type ProcessEnd,
  within,
} from "../shell/process.ts";
import { acceptedIn, type AcceptedKey, changedIn, fingerprintIn } from "./host_key_notice.ts";
import type { Spawn } from "./lifeline.ts";
import { outputHere } from "./local.ts";
import { knownName } from "./ssh2/known_hosts.ts";
import { Askpass } from "./ssh_askpass.ts";
import { type Data, dataOptions, expandHome, fixedOptions, text } from "./ssh_config.ts";
import { explainKeys, explainSsh, SshErrors, type Target } from "./ssh_errors.ts";
import { checkAddress, Credentials, LOGIN_PATIENCE, MAX_SESSIONS, persist } from "./ssh_login.ts";
import { CONNECTED, Master, SHOW_KEY } from "./ssh_master.ts";
import type { RunDirectory } from "./run_directory.ts";

/** Seconds for programs that only tell what ssh would do: its configuration may run others (`Match exec`). */
const ASIDE = 5;

/** What an {@linkcode SshConnector} needs besides the host's name and data. */
export interface SshOptions {
  passwords: PasswordSource | undefined;
  /** Seconds for reaching the host. */
  connectTimeout: number;
  /** Starts programs of this machine. */
  spawn: Spawn;
  /** Told of host keys that are accepted although they are not known. */
  onAcceptedKey: (key: AcceptedKey) => void;
}

/** Starts a master connection when connecting; sessions are clients of its socket. */
export class SshConnector implements Connector {
  readonly label: string;
  readonly local = false;
  readonly maxSessions = MAX_SESSIONS;
  readonly hangsUp = true;
  readonly #host: string;
  readonly #data: Data;
  readonly #directory: RunDirectory;
  readonly #credentials: Credentials;
  readonly #socket: string;
  #config: string | undefined;
  readonly #options: SshOptions;
  #starting: Master | undefined;
  #master: Master | undefined;
  #latest: Master | undefined;
  #establishing: Promise<PortError | undefined> | undefined;
  readonly #end = new AbortController();
  /** Names and types of the keys that were told of. */
  readonly #told = new Set<string>();

  constructor(host: string, data: Data, directory: RunDirectory, options: SshOptions) {
    this.label = host;
    this.#options = options;
    this.#host = host;
    this.#data = data;
    this.#directory = directory;
    this.#credentials = new Credentials(host, data, options.passwords);
    this.#socket = directory.newName("c");
  }

  async connect(): Promise<PortError | undefined> {
    const error = await checkAddress(this.#host, this.#data);
    if (error !== undefined) return error;
    this.#config = await this.#directory.sshConfig(this.#data);
    return await this.#establish();
  }

  async spawn(argv: readonly string[]): Promise<Process> {
    const error = await this.#establish();
    if (error !== undefined) throw error;
    // A login shell may be csh or fish: it only has to start one program with plain words.
    const command = `exec ${argv.map(quote).join(" ")}`;
    // Without the shared connection ssh would silently open one of its own: that must fail instead.
    const options = ["-o", "ControlMaster=no", "-o", "ProxyCommand=exit 1", "-o", "BatchMode=yes"];
    return this.#start([
      "-T",
      ...options,
      "-o",
      "SessionType=default",
      ...this.#arguments(),
      "--",
      this.#host,
      command,
    ]);
  }

  /** Makes the connection, unless it stands. */
  async #establish(): Promise<PortError | undefined> {
    if (this.#master !== undefined) return undefined;
    this.#establishing ??= this.#tryAll().finally(() => this.#establishing = undefined);
    return await this.#establishing;
  }

  #tryAll(): Promise<PortError | undefined> {
    return persist(this.#data, () => this.#tryOnce(), {
      signal: this.#end.signal,
      askFor: (error) => this.#credentials.askFor(error),
    });
  }

  /**
   * The connection is a process without a session: one that ran a session of its own could neither report
   * that session's end nor be ended without taking the others along.
   */
  async #tryOnce(): Promise<PortError | undefined> {
    const { signal } = this.#end;
    if (signal.aborted) return this.#closing();
    const { password, passphrase } = this.#credentials;
    const secret = password !== undefined || passphrase !== undefined;
    const options = ["-N", "-o", "ControlMaster=yes", "-o", `BatchMode=${secret ? "no" : "yes"}`];
    options.push("-o", "PermitLocalCommand=yes", "-o", `LocalCommand=echo ${CONNECTED}`, ...SHOW_KEY);
    if (secret) options.push("-o", "NumberOfPasswordPrompts=1");
    const askpass = secret
      ? await Askpass.create(this.#directory.newName("a"), { password, passphrase })
      : undefined;
    await Deno.remove(this.#socket).catch(() => {});
    try {
      if (signal.aborted) return this.#closing();
      const args = [...options, ...this.#arguments(), "--", this.#host];
      const master = new Master(this.#start(args, askpass?.environment), () => {
        if (this.#master === master) this.#master = undefined;
      });
      this.#starting = master;
      const seconds = this.#options.connectTimeout + LOGIN_PATIENCE;
      const outcome = await within(seconds, master.connected, "late" as const);
      if (outcome === "late") await master.end();
      const code = outcome === "connected" ? 0 : await master.status;
      await this.#tellOfKeys(master, outcome === "connected");
      if (outcome === "connected") {
        this.#master = this.#latest = master;
        return undefined;
      }
      if (outcome === "late") return (await this.#errors()).noLogin(seconds, evidence(master.text));
      return await this.explain({ code, stderr: master.text, answered: false });
    } catch (error) {
      if (isPortError(error)) return error;
      throw error;
    } finally {
      this.#starting = undefined;
      await askpass?.close();
    }
  }

  #closing(): PortError {
    return portError("E_CLOSED", `The connection to ${this.#host} is being closed`);
  }

  /** Tells of keys that ssh has accepted on trust, the host's own and those of jump hosts. */
  async #tellOfKeys(master: Master, connected: boolean): Promise<void> {
    const isNews = (id: string): boolean => !this.#told.has(id) && this.#told.add(id).size > 0;
    const changed = connected ? changedIn(master.text) : undefined;
    if (changed !== undefined && isNews(`${changed.fingerprint}`)) this.#options.onAcceptedKey(changed);
    const added = acceptedIn(master.text).filter(({ name, type }) => isNews(`${name} ${type}`));
    if (added.length === 0) return;
    const settings = await this.#settings();
    const one = (name: string): string | undefined => settings[name]?.[0];
    const own = one("hostkeyalias") ?? knownName(one("hostname") ?? this.#host, Number(one("port") ?? 22));
    const given = text(this.#data, "ssh_known_hosts_file");
    const files = given === undefined ? one("userknownhostsfile")?.split(" ") ?? [] : [given];
    for (const { name, type } of added) {
      const shown = name === own ? master.shownKey : undefined;
      const fingerprint = shown ?? await fingerprintIn(files.map(expandHome), name, type);
      this.#options.onAcceptedKey({ type, fingerprint, jump: name === own ? undefined : name });
    }
  }

  #start(args: string[], env?: Record<string, string>): Process {
    try {
      return this.#options.spawn(["ssh", ...args], env);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw portError(
        "E_SSH_MISSING",
        "The program 'ssh' is not installed on this machine",
        "Install OpenSSH's client (Debian: apt-get install openssh-client)",
      );
    }
  }

  #arguments(): string[] {
    return [
      "-F",
      this.#config ?? "none",
      ...fixedOptions(),
      ...dataOptions(this.#data),
      "-o",
      `ControlPath=${this.#socket}`,
    ];
  }

  async explain(end: ProcessEnd): Promise<PortError> {
    if (end.answered) {
      // Whether the connection or only the session ended is known a moment later.
      const master = this.#latest;
      if (master !== undefined) await within(0.5, master.status, undefined);
      if (this.#master !== undefined) {
        return portError(
          "E_SESSION_ENDED",
          `The shell on ${this.#host} ended`,
          undefined,
          evidence(end.stderr),
        );
      }
      end = { ...end, stderr: `${end.stderr}\n${master?.text ?? ""}` };
    }
    const settings = end.answered ? {} : await this.#settings();
    const error = explainSsh(end, this.#target(settings));
    if (error.code !== "E_SSH_AUTH") return error;
    return await this.#explainKeys(error, settings["identityfile"] ?? []);
  }

  async #errors(): Promise<SshErrors> {
    return new SshErrors(this.#target(await this.#settings()));
  }

  #target(settings: Readonly<Record<string, string[]>>): Target {
    return {
      host: this.#host,
      user: text(this.#data, "ssh_user") ?? settings["user"]?.[0] ?? "",
      hostname: text(this.#data, "ssh_hostname") ?? settings["hostname"]?.[0] ?? this.#host,
      port: text(this.#data, "ssh_port") ?? settings["port"]?.[0] ?? "22",
    };
  }

  /** Says which keys were there to try, and whether one was locked. */
  async #explainKeys(error: PortError, files: string[]): Promise<PortError> {
    const tried: string[] = [];
    const locked: string[] = [];
    for (const file of files.map(expandHome)) {
      if (!(await Deno.stat(file).then(() => true, () => false))) continue;
      (await this.#isLocked(file) ? locked : tried).push(file);
    }
    return explainKeys(this.#host, error, {
      tried,
      locked,
      named: text(this.#data, "ssh_key") !== undefined,
      passphrase: this.#credentials.passphrase !== undefined,
    });
  }

  async #isLocked(file: string): Promise<boolean> {
    const { stderr } = await outputHere(["ssh-keygen", "-y", "-P", "", "-f", file], ASIDE);
    return /incorrect passphrase/.test(stderr);
  }

  /** What ssh would use, for messages. */
  async #settings(): Promise<Record<string, string[]>> {
    const { stdout } = await outputHere(["ssh", "-G", ...this.#arguments(), "--", this.#host], ASIDE);
    const settings: Record<string, string[]> = {};
    for (const line of stdout.split("\n")) {
      const [key = "", ...words] = line.split(" ");
      (settings[key] ??= []).push(words.join(" "));
    }
    return settings;
  }

  abort(): void {
    this.#master?.kill("SIGKILL");
  }

  async close(): Promise<Farewell> {
    this.#end.abort();
    const master = this.#starting ?? this.#master;
    await master?.end();
    await this.#establishing;
    // One that was about to be started stands only now.
    await this.#master?.end();
    if (this.#latest !== undefined) await this.#tellOfKeys(this.#latest, true);
    await Deno.remove(this.#socket).catch(() => {});
    return { notices: [] };
  }
}

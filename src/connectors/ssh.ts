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
import { spawnHere } from "./local.ts";
import { Askpass } from "./ssh_askpass.ts";
import { type Data, dataOptions, expandHome, fixedOptions, text } from "./ssh_config.ts";
import { explainKeys, explainSsh, type Target } from "./ssh_errors.ts";
import { checkAddress, Credentials, LOGIN_PATIENCE, MAX_SESSIONS, persist } from "./ssh_login.ts";
import type { RunDirectory } from "./run_directory.ts";

/** What the master process prints when the connection stands. */
const CONNECTED = "drover-connected";

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
  readonly #connectTimeout: number;
  #starting: Master | undefined;
  #master: Master | undefined;
  #latest: Master | undefined;
  #establishing: Promise<PortError | undefined> | undefined;
  #closed = false;

  constructor(
    host: string,
    data: Data,
    directory: RunDirectory,
    options: { passwords: PasswordSource | undefined; connectTimeout: number },
  ) {
    this.label = host;
    this.#connectTimeout = options.connectTimeout;
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
      closed: () => this.#closed,
      askFor: (error) => this.#credentials.askFor(error),
    });
  }

  /**
   * The connection is a process without a session: one that ran a session of its own could neither report
   * that session's end nor be ended without taking the others along.
   */
  async #tryOnce(): Promise<PortError | undefined> {
    if (this.#closed) return portError("E_CLOSED", `The connection to ${this.#host} is being closed`);
    const { password, passphrase } = this.#credentials;
    const secret = password !== undefined || passphrase !== undefined;
    const options = ["-N", "-o", "ControlMaster=yes", "-o", `BatchMode=${secret ? "no" : "yes"}`];
    options.push("-o", "PermitLocalCommand=yes", "-o", `LocalCommand=echo ${CONNECTED}`);
    if (secret) options.push("-o", "NumberOfPasswordPrompts=1");
    const askpass = secret
      ? await Askpass.create(this.#directory.newName("a"), { password, passphrase })
      : undefined;
    await Deno.remove(this.#socket).catch(() => {});
    try {
      const args = [...options, ...this.#arguments(), "--", this.#host];
      const master = new Master(this.#start(args, askpass?.environment), () => {
        if (this.#master === master) this.#master = undefined;
      });
      this.#starting = master;
      const seconds = this.#connectTimeout + LOGIN_PATIENCE;
      const outcome = await within(seconds, master.connected, "late" as const);
      if (outcome === "connected") {
        this.#master = this.#latest = master;
        return undefined;
      }
      if (outcome === "late") await master.end();
      const code = await master.status;
      const end = { code, stderr: master.text, answered: false };
      return await this.explain(outcome === "late" ? { ...end, waited: seconds } : end);
    } catch (error) {
      if (isPortError(error)) return error;
      throw error;
    } finally {
      this.#starting = undefined;
      await askpass?.close();
    }
  }

  #start(args: string[], env?: Record<string, string>): Process {
    try {
      return spawnHere(["ssh", ...args], env);
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
    const target: Target = {
      host: this.#host,
      user: text(this.#data, "ssh_user") ?? settings["user"]?.[0] ?? "",
      hostname: text(this.#data, "ssh_hostname") ?? settings["hostname"]?.[0] ?? this.#host,
      port: text(this.#data, "ssh_port") ?? settings["port"]?.[0] ?? "22",
    };
    const error = explainSsh(end, target);
    if (error.code !== "E_SSH_AUTH") return error;
    return await this.#explainKeys(error, settings["identityfile"] ?? []);
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
    const args = ["-y", "-P", "", "-f", file];
    const output = await new Deno.Command("ssh-keygen", {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    })
      .output().catch(() => undefined);
    return output !== undefined && /incorrect passphrase/.test(new TextDecoder().decode(output.stderr));
  }

  /** What ssh would use, for messages. */
  async #settings(): Promise<Record<string, string[]>> {
    const args = ["-G", ...this.#arguments(), "--", this.#host];
    const output = await new Deno.Command("ssh", { args, stdin: "null", stdout: "piped", stderr: "null" })
      .output().catch(() => undefined);
    const settings: Record<string, string[]> = {};
    for (const line of new TextDecoder().decode(output?.stdout).split("\n")) {
      const [key = "", ...words] = line.split(" ");
      (settings[key] ??= []).push(words.join(" "));
    }
    return settings;
  }

  abort(): void {
    this.#master?.kill("SIGKILL");
  }

  async close(): Promise<Farewell> {
    this.#closed = true;
    await (this.#starting ?? this.#master)?.end();
    await this.#establishing;
    // One that was about to be started stands only now.
    await this.#master?.end();
    await Deno.remove(this.#socket).catch(() => {});
    return { notices: [] };
  }
}

/** The process that holds the connection. */
class Master {
  readonly #process: Process;
  #text = "";
  readonly status: Promise<number>;
  /** Resolves when sessions can be opened, or when that will never be. */
  readonly connected: Promise<"connected" | "ended">;

  constructor(process: Process, onEnd: () => void) {
    this.#process = process;
    const { promise, resolve } = Promise.withResolvers<"connected" | "ended">();
    this.connected = promise;
    const output = this.#read(process.stdout, (text) => text.includes(CONNECTED) && resolve("connected"));
    const errors = this.#read(process.stderr, (text) => this.#text = (this.#text + text).slice(-16384));
    this.status = Promise.all([process.status, output, errors]).then(async ([{ code }]) => {
      onEnd();
      resolve("ended");
      await process.stdin.close().catch(() => {});
      return code;
    });
  }

  /** What it said on stderr. */
  get text(): string {
    return this.#text;
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    try {
      this.#process.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  async end(): Promise<void> {
    this.kill("SIGTERM");
    if (await within(2, this.status, undefined) !== undefined) return;
    this.kill("SIGKILL");
    await this.status;
  }

  async #read(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }));
    } catch {
      // A broken pipe is the end of the stream.
    }
  }
}

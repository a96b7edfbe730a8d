/** Becoming another user on a host: sudo, su, doas and dzdo, with a password only when one is asked for. */

import { quote } from "../command/quote.ts";
import { passwordProblem } from "../command/secret.ts";
import { messageOf } from "../errors/mod.ts";
import { newMark } from "./framing.ts";
import type { PortError, Privilege } from "./port.ts";
import { evidence, portError, within } from "./process.ts";
import type { Session } from "./session.ts";

/** Where passwords come from when the request carries none. Asked at most when a host really wants one. */
export interface PasswordSource {
  /** Password for sudo (or su) on a host; `prompt` says in words what it is for. */
  sudo(host: string, prompt: string): Promise<string | undefined>;
  /** Password or key passphrase for the connection. */
  ssh(host: string, prompt: string): Promise<string | undefined>;
  /** Whether a sudo password is known without asking anybody. */
  knowsSudo?(): boolean;
  /** Told that a password was wrong, so that it is not given again. */
  forget?(host: string, kind: "sudo" | "ssh"): void;
}

/** Seconds that sudo, su or doas may take, besides waiting for people. */
const PATIENCE = 30;

const PASSWORD_REGEXP =
  /pass(word|wort|phrase)|kennwort|mot de passe|contraseña|senha|пароль|密码|パスワード/i;

type Tool = "doas" | "dzdo" | "sudo" | "su";

type Event =
  | { type: "ready" }
  | { type: "asked"; prompt: string | undefined }
  | { type: "ended"; status: number }
  | { type: "closed" };

/** Whether anything has to be done to run with a privilege. */
export function isPlain(privilege: Privilege): boolean {
  return !privilege.doas && !privilege.dzdo && !privilege.sudo && !privilege.su;
}

/** Requests with the same key can share a session. Passwords are no part of it. */
export function privilegeKey({ doas, dzdo, sudo, su }: Privilege): string {
  return JSON.stringify([
    doas && [doas.user ?? ""],
    dzdo && [dzdo.user ?? ""],
    sudo && [sudo.user ?? "", !!sudo.login, !!sudo.preserveEnv],
    su && [su.user, !!su.login, !!su.preserveEnv, su.shell ?? ""],
  ]);
}

/** Shell words that run `inner` (shell text) with a privilege. */
export function privilegeWords(privilege: Privilege, inner: string, prompt: string): string {
  const { doas, dzdo, sudo, su } = privilege;
  const words: string[] = [];
  const user = (name: string | undefined): string[] => name === undefined ? [] : ["-u", quote(name)];
  if (doas) words.push("doas", "-n", ...user(doas.user));
  if (dzdo) words.push("dzdo", "-H", "-n", ...user(dzdo.user));
  if (sudo) {
    words.push("sudo", "-H", "-S", "-p", quote(prompt), ...user(sudo.user));
    if (sudo.login) words.push("-i");
    if (sudo.preserveEnv) words.push("-E");
    words.push("--");
  }
  if (!su) return [...words, "sh", "-c", quote(inner)].join(" ");
  words.push("su");
  if (su.login) words.push("-l");
  if (su.preserveEnv) words.push("-m");
  if (su.shell !== undefined) words.push("-s", `"$(command -v ${quote(su.shell)})"`);
  return [...words, quote(su.user), "-c", quote(inner)].join(" ");
}

/** A command that is a shell under sudo from its start, if sudo is all and no password is given for it. */
function directWords({ doas, dzdo, sudo, su }: Privilege): string[] | undefined {
  if (doas || dzdo || su || !sudo || sudo.password !== undefined) return undefined;
  const user = sudo.user === undefined ? [] : ["-u", sudo.user];
  const flags = [...(sudo.login ? ["-i"] : []), ...(sudo.preserveEnv ? ["-E"] : [])];
  return ["sudo", "-H", "-n", ...user, ...flags, "--", "sh"];
}

/** Escalates the sessions of one host. */
export class Escalator {
  readonly #host: string;
  readonly #passwords: PasswordSource | undefined;
  readonly #wrong = new Set<string>();
  /** Privileges for which sudo wants a password, or more. */
  readonly #indirect = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();
  #proven = new Set<string>();

  constructor(host: string, passwords: PasswordSource | undefined) {
    this.#host = host;
    this.#passwords = passwords;
  }

  /**
   * What a session can be started with to be privileged at once, without a conversation: saves two round trips
   * where sudo asks for no password.
   */
  directWords(privilege: Privilege): string[] | undefined {
    if (this.#indirect.has(privilegeKey(privilege)) || this.#passwords?.knowsSudo?.()) return undefined;
    return directWords(privilege);
  }

  /** Notes that sudo wants more than to be started. */
  noteIndirect(privilege: Privilege): void {
    this.#indirect.add(privilegeKey(privilege));
  }

  /**
   * Puts a shell of another user into a fresh session.
   *
   * @param returns Whether the session's first shell is needed again afterwards. If not, nothing but the new
   *   shell ever reads the session's input, which makes it safe for data.
   * @param command The only command that will run there, so that sudo's log shows it; `$Z` in the new shell.
   */
  async escalate(
    session: Session,
    privilege: Privilege,
    returns: boolean,
    command?: string,
  ): Promise<PortError | undefined> {
    const unready = await session.ready;
    if (unready !== undefined) return unready;
    const key = privilegeKey(privilege);
    // One at a time until it has worked once: a wrong password must not be tried by several sessions.
    if (this.#proven.has(key)) return await this.#escalate(session, privilege, returns, command);
    const turn = this.#turn.then(() => this.#escalate(session, privilege, returns, command));
    this.#turn = turn.catch(() => {});
    const error = await turn;
    if (error === undefined) this.#proven.add(key);
    return error;
  }

  async #escalate(
    session: Session,
    privilege: Privilege,
    returns: boolean,
    command: string | undefined,
  ): Promise<PortError | undefined> {
    const token = newMark();
    const events = new Events();
    const shell = command === undefined ? "sh" : `sh -s -- ${quote(command)}`;
    const words = privilegeWords(privilege, `printf %s '${token}:r;';exec ${shell}`, `${token}:w;`);
    const ended = `printf '%s' "${token}:x:$?;"`;
    const line = returns
      ? `{ LANGUAGE=C ${words};${ended};}\n`
      : `{ exec 5<&0 </dev/null;LANGUAGE=C ${words} <&5 5<&-;${ended};exit;}\n`;
    session.converse(line, token, {
      ready: () => events.put({ type: "ready" }),
      asked: (prompt) => events.put({ type: "asked", prompt }),
      ended: (status) => events.put({ type: "ended", status }),
      closed: () => events.put({ type: "closed" }),
    });
    const error = await this.#converse(session, privilege, events);
    if (error === undefined) {
      if (await session.settle(PATIENCE)) return undefined;
      session.destroy();
      return portError("E_PRIVILEGE", `The shell under ${toolOf(privilege)} on ${this.#host} did not answer`);
    }
    if (error.keep && returns) session.retreat();
    else session.destroy();
    return error.error;
  }

  async #converse(
    session: Session,
    privilege: Privilege,
    events: Events,
  ): Promise<{ error: PortError; keep: boolean } | undefined> {
    const sent = new Set<Tool>();
    let last: string | undefined;
    while (true) {
      const event = await within(PATIENCE, events.next(), undefined);
      if (event === undefined) return { error: this.#late(session, privilege), keep: false };
      if (event.type === "ready") return undefined;
      if (event.type === "closed" || event.type === "ended") {
        const status = event.type === "ended" ? event.status : -1;
        if (event.type === "closed" && session.heard.trim() === "") {
          return { error: await session.explain(), keep: false };
        }
        const error = this.#explain(session.heard, status, privilege, sent);
        if (last !== undefined && error.code.endsWith("_PASSWORD")) this.#reject(last);
        return { error, keep: event.type === "ended" };
      }
      if (event.prompt !== undefined && !PASSWORD_REGEXP.test(event.prompt)) continue;
      const tool: Tool = event.prompt !== undefined && privilege.su ? "su" : "sudo";
      if (sent.has(tool)) {
        if (last !== undefined) this.#reject(last);
        return { error: this.#wrongPassword(tool, privilege), keep: false };
      }
      const password = await this.#password(tool, privilege);
      if (typeof password !== "string") return { error: password, keep: false };
      if (this.#wrong.has(password)) return { error: this.#wrongPassword(tool, privilege), keep: false };
      sent.add(tool);
      last = password;
      session.answer(`${password}\n`);
    }
  }

  #reject(password: string): void {
    this.#wrong.add(password);
    this.#passwords?.forget?.(this.#host, "sudo");
  }

  async #password(tool: Tool, privilege: Privilege): Promise<string | PortError> {
    const given = tool === "su" ? privilege.su?.password : privilege.sudo?.password;
    const prompt = tool === "su"
      ? `Password of ${privilege.su?.user ?? "root"} on ${this.#host}`
      : `sudo password on ${this.#host}`;
    try {
      const password = given ?? await this.#passwords?.sudo(this.#host, prompt);
      if (password === undefined) return this.#noPassword(tool, privilege);
      const problem = passwordProblem(password);
      return problem === undefined ? password : this.#notOneLine(tool, privilege, problem);
    } catch (thrown) {
      const message = `There is no password for ${tool} on ${this.#host}: ${messageOf(thrown)}`;
      return portError(`E_${tool.toUpperCase()}_PASSWORD`, message);
    }
  }

  /** A line break would end the password early and leave the rest to whatever reads next. */
  #notOneLine(tool: Tool, { sudo, su }: Privilege, problem: string): PortError {
    const given = tool === "su" ? su?.password : sudo?.password;
    const origin = given === undefined ? "that was given" : `in _${tool}Password`;
    return portError(
      tool === "su" ? "E_SU_PASSWORD" : "E_SUDO_PASSWORD",
      `The password ${origin} for ${tool} on ${this.#host} ${problem}`,
      "A password is one line",
    );
  }

  #noPassword(tool: Tool, privilege: Privilege): PortError {
    return tool === "su"
      ? portError(
        "E_SU_PASSWORD",
        `su on ${this.#host} asks for the password of ${privilege.su?.user}, and none was given`,
        "Set _suPassword, or use _sudo instead of _suUser",
      )
      : portError(
        "E_SUDO_PASSWORD",
        `sudo on ${this.#host} asks for a password, and none was given`,
        "Give one with --sudo-password-file, DROVER_SUDO_PASSWORD or _sudoPassword, run in a terminal to be asked, " +
          "or allow NOPASSWD in the host's sudoers",
      );
  }

  #wrongPassword(tool: Tool, privilege: Privilege): PortError {
    return tool === "su"
      ? portError("E_SU_PASSWORD", `su on ${this.#host} refuses the password given for ${privilege.su?.user}`)
      : portError(
        "E_SUDO_PASSWORD",
        `sudo on ${this.#host} refuses the password that was given`,
        "Check --sudo-password-file, DROVER_SUDO_PASSWORD or _sudoPassword; it was tried once and not again",
      );
  }

  #late(session: Session, privilege: Privilege): PortError {
    return portError(
      "E_PRIVILEGE_TIMEOUT",
      `${toolOf(privilege)} on ${this.#host} did not finish within ${PATIENCE} seconds`,
      "Run it there by hand to see what it waits for",
      evidence(session.heard),
    );
  }

  #explain(text: string, status: number, privilege: Privilege, sent: ReadonlySet<Tool>): PortError {
    const on = `on ${this.#host}`;
    const detail = evidence(text);
    const tool = blamed(text, privilege);
    const code = (suffix: string) => `E_${tool.toUpperCase()}_${suffix}`;
    if (/not found|no such file/i.test(text) && (status === 127 || status === 1)) {
      const missing = status === 127 ? missingTool(text, privilege) : tool;
      const hint = missing === "sudo"
        ? "Install sudo, connect as root, or use _suUser or _doas"
        : `Install ${missing} or use _sudo`;
      return portError(
        `E_${missing.toUpperCase()}_MISSING`,
        `${missing} is not installed ${on}`,
        hint,
        detail,
      );
    }
    if (/unknown user|user .* does not exist|no passwd entry|unknown id|invalid user/i.test(text)) {
      const user = userOf(tool, privilege);
      return portError(
        code("USER"),
        `There is no user '${user}' ${on}, as whom ${tool} should run`,
        undefined,
        detail,
      );
    }
    if (/must have a tty|no tty present/i.test(text) && /tty to run/i.test(text)) {
      const hint = "Remove 'requiretty' from the host's sudoers for this user";
      return portError(code("TTY"), `${tool} ${on} wants a terminal`, hint, detail);
    }
    if (/not in the sudoers|not allowed|may not run|not permitted|permission denied|i'm sorry/i.test(text)) {
      const hint = `Allow it in the host's ${
        tool === "doas" ? "doas.conf" : "sudoers"
      }, or connect as another user`;
      return portError(
        code("DENIED"),
        `This user may not use ${tool} ${on}`,
        tool === "su" ? undefined : hint,
        detail,
      );
    }
    if (/setuid|effective uid|no new privileges/i.test(text)) {
      return portError(code("DENIED"), `${tool} ${on} has no right to change users`, undefined, detail);
    }
    if (sent.has(tool) && /authentication|incorrect password|sorry, try again|failure/i.test(text)) {
      return this.#wrongPassword(tool, privilege);
    }
    if (/password is required|no password was provided|terminal is required|authenti/i.test(text)) {
      if (tool === "sudo" || tool === "su") return this.#noPassword(tool, privilege);
      return portError(
        code("PASSWORD"),
        `${tool} ${on} asks for a password`,
        "Allow 'nopass' in doas.conf",
        detail,
      );
    }
    return portError(code("FAILED"), `${tool} ${on} failed with status ${status}`, undefined, detail);
  }
}

function toolOf({ doas, dzdo, sudo }: Privilege): Tool {
  return doas ? "doas" : dzdo ? "dzdo" : sudo ? "sudo" : "su";
}

/** Which of the nested programs complains. */
function blamed(text: string, privilege: Privilege): Tool {
  const tools = (["doas", "dzdo", "sudo", "su"] as const).filter((tool) => privilege[tool]);
  return tools.findLast((tool) => new RegExp(`(^|[\\s/])${tool}:`, "m").test(text)) ?? toolOf(privilege);
}

function missingTool(text: string, privilege: Privilege): Tool {
  const tools = (["doas", "dzdo", "sudo", "su"] as const).filter((tool) => privilege[tool]);
  return tools.find((tool) => new RegExp(`\\b${tool}\\b[^\\n]*not found`).test(text)) ?? toolOf(privilege);
}

function userOf(tool: Tool, privilege: Privilege): string {
  return privilege[tool]?.user ?? "root";
}

class Events {
  #waiting: ((event: Event) => void) | undefined;
  readonly #queue: Event[] = [];

  put(event: Event): void {
    if (this.#waiting === undefined) this.#queue.push(event);
    else this.#waiting(event);
    this.#waiting = undefined;
  }

  next(): Promise<Event> {
    const event = this.#queue.shift();
    if (event !== undefined) return Promise.resolve(event);
    return new Promise((resolve) => this.#waiting = resolve);
  }
}

/** Passwords for sudo and SSH: from a file, the environment, or one question for all hosts. */

import { passwordProblem, rememberSecret } from "../command/mod.ts";
import { DroverError, messageOf } from "../errors/mod.ts";
import type { PasswordSource } from "../connectors/mod.ts";
import { type PasswordFileWarning, passwordFileWarning } from "../host/mod.ts";

/** Where passwords may come from. */
export interface PasswordOrigins {
  sudoFile: string | undefined;
  sshFile: string | undefined;
  /** Asks at the terminal; absent where nobody can be asked. */
  ask: ((prompt: string) => Promise<string>) | undefined;
  /** Told of a file that others may read. */
  warn: (warning: PasswordFileWarning) => void;
}

/** Answers the port's questions for passwords. Each kind is found once and serves all hosts. */
export class Passwords implements PasswordSource {
  readonly #origins: PasswordOrigins;
  readonly #found = new Map<string, Promise<string | undefined>>();

  constructor(origins: PasswordOrigins) {
    this.#origins = origins;
  }

  sudo(_host: string, prompt: string): Promise<string | undefined> {
    return this.#once("sudo", "DROVER_SUDO_PASSWORD", this.#origins.sudoFile, prompt);
  }

  knowsSudo(): boolean {
    return this.#found.has("sudo") || this.#origins.sudoFile !== undefined ||
      (Deno.env.get("DROVER_SUDO_PASSWORD") ?? "") !== "";
  }

  ssh(_host: string, prompt: string): Promise<string | undefined> {
    // The passphrase of a key is nobody's login password.
    const kind = /passphrase/i.test(prompt) ? prompt : "ssh";
    return this.#once(
      kind,
      kind === "ssh" ? "DROVER_SSH_PASSWORD" : undefined,
      this.#origins.sshFile,
      prompt,
    );
  }

  /** Finds a password now, for those who want to be asked before anything is connected. */
  async askFirst(kind: "sudo" | "ssh", prompt: string): Promise<void> {
    if (await this[kind]("", prompt) !== undefined) return;
    throw new DroverError("E_NO_TERMINAL", `Cannot ask for the ${kind} password: there is no terminal`, {
      hint: `use --${kind}-password-file or DROVER_${kind.toUpperCase()}_PASSWORD`,
    });
  }

  #once(kind: string, variable: string | undefined, file: string | undefined, prompt: string) {
    const known = this.#found.get(kind);
    if (known !== undefined) return known;
    const password = this.#find(variable, file, prompt).then((value) => {
      if (value !== undefined) rememberSecret(value);
      return value;
    });
    this.#found.set(kind, password);
    return password;
  }

  async #find(
    variable: string | undefined,
    file: string | undefined,
    prompt: string,
  ): Promise<string | undefined> {
    if (file !== undefined) {
      const warning = await passwordFileWarning(file);
      if (warning !== undefined) this.#origins.warn(warning);
      return checked(await readPassword(file), `The password file "${file}"`);
    }
    const given = variable === undefined ? undefined : Deno.env.get(variable);
    if (given !== undefined && given !== "") return checked(given, `The variable ${variable}`);
    return await this.#origins.ask?.(prompt);
  }
}

function checked(password: string, origin: string): string {
  const problem = passwordProblem(password);
  if (problem === undefined) return password;
  throw new DroverError("E_USAGE", `${origin} ${problem}`, { hint: "a password is one line" });
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await Deno.readTextFile(file)).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new DroverError("E_USAGE", `Cannot read the password file "${file}": ${messageOf(cause)}`, {
      cause,
    });
  }
}

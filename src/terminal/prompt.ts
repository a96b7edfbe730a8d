/** Asks the person at the terminal: yes or no, or a secret. */

import { DroverError } from "../errors/mod.ts";
import type { ReadEnv } from "./color.ts";
import { echoOf, EMPTY_LINE, type PromptLine, typeKeys } from "./prompt_line.ts";
import { sanitiseLine } from "./sanitise.ts";
import type { Terminal } from "./terminal.ts";

/** Why something is asked, for the error where nobody can be. */
export interface PromptPurpose {
  /** Ends the sentence "Cannot ask …": `for the sudo password`, `whether to apply`. */
  purpose?: string;
  /** What to do instead: `use --yes`. */
  hint?: string;
}

/** Asks questions. Both throw `E_NO_TERMINAL` where nobody can answer and `E_CANCELLED` on Ctrl-C or an end. */
export interface Prompter {
  /** Asks yes or no; Enter alone means no. */
  confirm(question: string, purpose?: PromptPurpose): Promise<boolean>;
  /** Asks for a text that is not shown while it is typed. */
  askSecret(question: string, purpose?: PromptPurpose): Promise<string>;
}

/** How questions are asked. */
export interface PrompterOptions {
  /** Where questions are written: standard error. */
  terminal: Terminal;
  /** `--no-input`. */
  noInput?: boolean;
  /** Ends the question that is asked, and all that would be. */
  end?: AbortSignal;
  /** Default: the process' environment. */
  env?: ReadEnv;
}

/** As much of a terminal device as a prompt reads from. */
interface KeySource {
  read(buffer: Uint8Array): Promise<number | null>;
  setRaw(raw: boolean): void;
  close(): void;
}

/** A prompter for this process' terminal. */
export function createPrompter(options: PrompterOptions): Prompter {
  const { terminal, end = new AbortController().signal } = options;
  return {
    async confirm(question, purpose = {}) {
      const keys = openKeys(options, { purpose: "for a confirmation", ...purpose });
      const answer = await ask(terminal, keys, `${question} [y/N] `, true, end);
      return /^y(es)?$/i.test(answer.trim());
    },
    async askSecret(question, purpose = {}) {
      const keys = openKeys(options, { purpose: `for "${question.replace(/:?\s*$/, "")}"`, ...purpose });
      return await ask(terminal, keys, `${question.trimEnd()} `, false, end);
    },
  };
}

async function ask(
  terminal: Terminal,
  keys: KeySource,
  question: string,
  echo: boolean,
  end: AbortSignal,
): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
  let line: PromptLine = EMPTY_LINE;
  const release = terminal.claim();
  const ended = Promise.withResolvers<null>();
  const onEnd = () => ended.resolve(null);
  end.addEventListener("abort", onEnd);
  if (end.aborted) onEnd();
  try {
    keys.setRaw(true);
    terminal.write(sanitiseLine(question));
    while (line.state === "typing") {
      const count = await Promise.race([ended.promise, keys.read(buffer)]);
      const next = count === null
        ? { text: "", state: "cancelled" as const }
        : typeKeys(line, decoder.decode(buffer.subarray(0, count), { stream: true }));
      if (echo) terminal.write(sanitiseLine(echoOf(line.text, next.text)).replaceAll("\\x08", "\b"));
      line = next;
    }
  } finally {
    end.removeEventListener("abort", onEnd);
    buffer.fill(0);
    keys.setRaw(false);
    keys.close();
    terminal.write("\n");
    release();
  }
  if (line.state === "cancelled") throw new DroverError("E_CANCELLED", "Cancelled at the prompt");
  return line.text;
}

function openKeys(options: PrompterOptions, purpose: PromptPurpose): KeySource {
  const { terminal, noInput = false, env = (name) => Deno.env.get(name) } = options;
  const refuse = (reason: string) =>
    new DroverError("E_NO_TERMINAL", `Cannot ask ${purpose.purpose}: ${reason}`, { hint: purpose.hint });
  if (noInput) throw refuse("--no-input is set");
  if (!["", "0", "false"].includes(env("CI") ?? "")) throw refuse("this is a CI job (CI is set)");
  if (!terminal.isTerminal) throw refuse("standard error is not a terminal");
  if (Deno.stdin.isTerminal()) {
    return {
      read: (buffer) => Deno.stdin.read(buffer),
      setRaw: (raw) => Deno.stdin.setRaw(raw),
      // Standard input stays open for the next question.
      close: () => {},
    };
  }
  const device = openDevice();
  if (device === undefined) throw refuse("standard input is not a terminal");
  return device;
}

/** The terminal itself, for when standard input is a file or a pipe. */
function openDevice(): Deno.FsFile | undefined {
  try {
    return Deno.openSync("/dev/tty", { read: true });
  } catch {
    return undefined;
  }
}

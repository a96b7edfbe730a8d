/**
 * A hostile deploy: the main thread, whole and real, is told what recorded conversations hold, mutated, at moments
 * of their own.
 */

import { dispatch } from "../../src/cli/dispatch.ts";
import { DeployWorker } from "../../src/sandbox/deploy_worker.ts";
import { type Policy, policyOf } from "../../src/sandbox/conversation.ts";
import { grantsFor } from "../../src/sandbox/grants.ts";
import type { Handover } from "../../src/sandbox/protocol.ts";
import { type Form, formOf } from "../../src/usage/form.ts";
import { type CliOptions, createProgram } from "../../src/usage/options.ts";
import type { Campaign, CampaignRuns } from "./campaign.ts";
import { Random } from "./random.ts";
import { hostileValue, mutated } from "./values.ts";

/** A message of a recorded conversation. */
interface Line {
  message: unknown;
  /** How many answers had come before it was said. */
  after: number;
}

/** A command line, and what a true deploy says to the main thread for it. */
interface Recording {
  words: readonly string[];
  lines: readonly Line[];
}

interface Told {
  status: number;
  text: string;
}

const DEPLOY = `import { host } from "drover";
import { files, server } from "drover/operations";
console.log("a notice");
await files.directory({ path: "MADE" });
await files.put({ src: { content: "one\\ntwo\\n" }, dest: "MADE/put" });
await files.line({ path: "MADE/put", line: "three" });
await server.shell({ commands: ["echo said; touch MADE/shell"], _retries: 1, _timeout: 20 });
await files.get({ src: "/etc/passwd", dest: "downloads/got", createLocalDir: true });
await server.shell({ commands: ["exit 3"], _ignoreErrors: true });
await host.getFact("files.File", { path: "/etc/passwd" });
`;

const COMMAND_LINES: readonly (readonly string[])[] = [
  ["@local", "deploy.js", "-y", "-vvv"],
  ["@local", "deploy.js", "--dry", "--diff"],
  ["@local", "deploy.js", "-y", "--json"],
  ["@local", "exec", "--", "touch MADE/exec; echo said"],
  ["@local", "fact", "server.Hostname", "files.File", "path=/etc/passwd"],
  ["@local", "debug-inventory"],
];

export const PROTOCOL: Campaign = { begin };

async function begin(): Promise<CampaignRuns> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "drover-fuzz-" }));
  const made = `${directory}/made`;
  await Deno.writeTextFile(`${directory}/deno.json`, "{}");
  await Deno.writeTextFile(`${directory}/deploy.js`, DEPLOY.replaceAll("MADE", made));
  Deno.chdir(directory);
  const recordings: Recording[] = [];
  for (const line of COMMAND_LINES) {
    const words = line.map((word) => word.replaceAll("MADE", made));
    await Deno.remove(made, { recursive: true }).catch(() => {});
    recordings.push(await record(words));
  }
  const reads = new Set(
    recordings.flatMap(({ lines }) => lines.flatMap(({ message }) => scriptsRead(message))),
  );
  const all = recordings.flatMap(({ lines }) => lines.map(({ message }) => message));
  return {
    async run(seed) {
      await Deno.remove(made, { recursive: true }).catch(() => {});
      const random = new Random(seed);
      const { words, lines } = random.pick(recordings);
      const script = harmless(hostileLines(lines, all, random), reads);
      return await judge(words, script, made);
    },
    async [Symbol.asyncDispose]() {
      Deno.chdir("/");
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Runs a command line with its true deploy, and notes what is said. */
async function record(words: readonly string[]): Promise<Recording> {
  const lines: Line[] = [];
  let answers = 0;
  const start = (options: WorkerOptions): Worker => {
    const worker = new Worker(new URL("../../src/sandbox/worker.ts", import.meta.url), options);
    const inner = new MessageChannel();
    const tap = {
      postMessage({ port }: Handover) {
        port.onmessage = ({ data }) => {
          if (data.type === "reply") answers++;
          inner.port1.postMessage(data);
        };
        inner.port1.onmessage = ({ data }) => {
          lines.push({ message: data, after: answers });
          port.postMessage(data);
        };
        worker.postMessage({ port: inner.port2 }, [inner.port2]);
      },
      terminate() {
        worker.terminate();
        inner.port1.close();
      },
    };
    worker.onerror = (event) => event.preventDefault();
    return tap as unknown as Worker;
  };
  const { status, text } = await runLine(words, start);
  if (status !== 0 || !lines.some(({ message }) => typeOf(message) === "finished")) {
    throw new Error(`${words.join(" ")} ended with status ${status} itself: ${text}`);
  }
  return { words, lines };
}

/** Lets a made-up deploy speak, and looks at what has come of it. */
async function judge(
  words: readonly string[],
  lines: readonly Line[],
  made: string,
): Promise<string | undefined> {
  const puppet = new Puppet(lines);
  const started = performance.now();
  const { status, text } = await runLine(words, () => puppet as unknown as Worker);
  const seconds = (performance.now() - started) / 1000;
  const wrote = await Deno.lstat(made).then(() => true, () => false);
  if (wrote && !puppet.mayChange(words)) return "an operation ran that nobody has agreed to";
  if (seconds > 20) return `it took ${seconds.toFixed()} s`;
  if (/this is a bug|E_BUG|\n +at .*\.ts:\d+/i.test(text) && !puppet.hasFailed) {
    return `status ${status}: ${text}`;
  }
  if (status === 70 && !puppet.hasFailed && !/The deploy sent something that it may not/.test(text)) {
    return `status 70 without its reason: ${text}`;
  }
  return undefined;
}

/** A thread that is none: it says its lines, through a real port. */
class Puppet {
  readonly #lines: readonly Line[];
  #answers = 0;
  #port: MessagePort | undefined;
  #over = false;
  #heard = Promise.withResolvers<void>();
  /** Numbers of the questions whether to apply. */
  readonly #asked = new Set<unknown>();
  #confirmed = false;
  /** Whether it has said that it failed, in words of its own. */
  hasFailed = false;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  postMessage({ port }: Handover): void {
    this.#port = port;
    port.onmessage = ({ data }) => {
      if (data.type === "reply") this.#answers++;
      if (data.type === "reply" && this.#asked.has(data.id) && data.value === true) this.#confirmed = true;
      this.#heard.resolve();
    };
    void this.#speak();
  }

  terminate(): void {
    this.#over = true;
    this.#port?.close();
    this.#heard.resolve();
  }

  mayChange(words: readonly string[]): boolean {
    return !words.includes("--dry") && this.#confirmed;
  }

  async #speak(): Promise<void> {
    for (const { message, after } of this.#lines) {
      while (this.#answers < after && !this.#over) {
        this.#heard = Promise.withResolvers();
        const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), 150));
        if (await Promise.race([this.#heard.promise, late]) === "late") break;
      }
      if (this.#over) return;
      this.#say(message);
    }
    // What is left to a deploy that has said everything and not ended.
    await new Promise((resolve) => setTimeout(resolve, 150));
    if (!this.#over) this.#say(null);
  }

  #say(message: unknown): void {
    const told = message as { type?: unknown; method?: unknown; id?: unknown } | null | undefined;
    if (told?.type === "failed") this.hasFailed = true;
    if (told?.method === "confirm") this.#asked.add(told.id);
    try {
      this.#port?.postMessage(message);
    } catch {
      // Not everything can be sent.
    }
  }
}

/** A conversation that was recorded, with changes. */
function hostileLines(lines: readonly Line[], all: readonly unknown[], random: Random): Line[] {
  const result = [...lines];
  for (let changes = random.between(1, 4); changes > 0; changes--) {
    const at = random.below(result.length);
    const line = result[at] ?? { message: null, after: 0 };
    switch (random.below(8)) {
      case 0:
        result.splice(at, 1);
        break;
      case 1:
        result.splice(at, 0, line);
        break;
      case 2:
        result.splice(random.below(result.length), 0, ...result.splice(at, 1));
        break;
      case 3:
        // As fast as it can be said, whatever is answered.
        result.splice(0, result.length, ...result.map((one) => ({ ...one, after: 0 })));
        break;
      case 4:
        result.splice(at, 0, { message: random.pick(all), after: line.after });
        break;
      case 5:
        result.splice(at, 0, { message: hostileValue(random), after: line.after });
        break;
      default:
        result[at] = { ...line, message: mutated(line.message, random) };
    }
  }
  return result;
}

/** Facts are commands, and may be any: only those that were recorded are run here. */
function harmless(lines: readonly Line[], reads: ReadonlySet<string>): Line[] {
  return lines.map((line) =>
    scriptsRead(line.message).every((script) => reads.has(script)) ? line : { ...line, message: null }
  );
}

/** The commands that a message calls facts. */
function scriptsRead(message: unknown): string[] {
  try {
    const { method, args } = message as {
      method: string;
      args: [string, { lane: string; requests: { script: string }[] }];
    };
    return method === "run" && args[1].lane === "facts" ? args[1].requests.map(({ script }) => script) : [];
  } catch {
    return [];
  }
}

function typeOf(message: unknown): unknown {
  return (message as { type?: unknown } | null)?.type;
}

/** The main thread's part of a command line, to its end. */
async function runLine(words: readonly string[], start: (options: WorkerOptions) => Worker): Promise<Told> {
  const { inventory, form, options } = parse(words);
  const grants = await grantsFor(inventory, form, options, {});
  const policy: Policy = policyOf(form, options);
  const launched = {
    ...{ inventory, form, options },
    config: Promise.resolve({}),
    configFiles: [],
    said: [],
    expected: { granted: {}, grants, worker: new DeployWorker(policy, grants, start) },
  };
  let text = "";
  const streams = [Deno.stdout, Deno.stderr];
  const writes = streams.map((stream) => stream.writeSync);
  for (const stream of streams) {
    stream.writeSync = (bytes) => {
      text = (text + new TextDecoder().decode(bytes)).slice(-20_000);
      return bytes.length;
    };
  }
  try {
    const status = await dispatch(Promise.resolve(launched), options, []);
    return { status, text };
  } finally {
    streams.forEach((stream, at) => stream.writeSync = writes[at]!);
  }
}

function parse(words: readonly string[]): { inventory: string; form: Form; options: CliOptions } {
  let typed: { inventory: string; form: Form; options: CliOptions } | undefined;
  const program = createProgram("0", (inventory, operations, options) => {
    typed = { inventory: inventory!, form: formOf(operations), options };
  });
  program.parse([...words], { from: "user" });
  return typed!;
}

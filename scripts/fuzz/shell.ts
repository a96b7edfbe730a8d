/**
 * A hostile host: what should be its `sh` answers with whatever it likes, beside a host that is honest.
 *
 * What such a shell can know: everything that is written to it, so the mark of its session too, from the first
 * line on. It can forge any answer of its own session, which is its host's own part of the run. What runs inside
 * an honest shell as another user, and what speaks before the shell does, never sees a mark: it can forge nothing.
 */

import { LocalConnector } from "../../src/connectors/local.ts";
import { HostShell } from "../../src/shell/host_shell.ts";
import type { Request, RequestResult, RunOptions } from "../../src/shell/port.ts";
import type { Process } from "../../src/shell/process.ts";
import type { Campaign, CampaignRuns } from "./campaign.ts";
import { Random } from "./random.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const OPTIONS: RunOptions = { privilege: {}, shell: null, env: {}, pty: false, successExitCodes: [0] };
/** Seconds that a run may take: connecting, one command with its timeout, and leaving. */
const MOST_SECONDS = 60;

export const SHELL: Campaign = { begin };

async function begin(): Promise<CampaignRuns> {
  const all = await Deno.makeTempDir({ prefix: "drover-fuzz-" });
  return {
    run: async (seed) => {
      const random = new Random(seed);
      const directory = `${all}/${seed}`;
      await Deno.mkdir(directory);
      return random.chance(0.3) ? await runInside(random, directory) : await runShell(random, directory);
    },
    [Symbol.asyncDispose]: () => Deno.remove(all, { recursive: true }),
  };
}

/** The shell itself is hostile. */
async function runShell(random: Random, directory: string): Promise<string | undefined> {
  const started = performance.now();
  const knows = random.chance(0.7);
  const hostile = hostShell(new HostileConnector(random, knows));
  const honest = hostShell(new LocalConnector());
  const [error, trouble] = await Promise.all([hostile.connect(), honest.connect()]);
  if (trouble !== undefined) return `the honest host is lost: ${trouble.message}`;
  if (error === undefined && !knows) return "it was taken for a shell without having seen the mark";
  if (error !== undefined && error.message === "") return "an error without a message";
  const requests = requestsOf(directory);
  const run = (id: number, lane: "facts" | "operations") =>
    hostile.run({ id, lane, requests, stopOnFailure: random.chance(0.5), live: random.chance(0.5) });
  const ours: Request[] = [{ kind: "command", script: "echo ours; exit 3", options: OPTIONS }];
  const [facts, operations, [own]] = await Promise.all([
    error === undefined ? run(1, "facts") : [],
    error === undefined ? run(2, "operations") : [],
    honest.run({ id: 3, lane: "operations", requests: ours, stopOnFailure: true, live: false }),
  ]);
  await Promise.all([hostile.close(), honest.close()]);
  if (own?.exitStatus !== 3 || decode(own.stdout) !== "ours\n") {
    return `the honest host answered ${decode(own!.stdout)}`;
  }
  const seconds = (performance.now() - started) / 1000;
  if (seconds > MOST_SECONDS) return `it took ${seconds.toFixed()} s`;
  const left = await leftovers(directory);
  if (left.length > 0) return `left behind: ${left.join(", ")}`;
  return [...facts, ...operations].map(unclear).find((one) => one !== undefined);
}

/** The shell is honest, and what it runs is not: it guesses marks. */
async function runInside(random: Random, directory: string): Promise<string | undefined> {
  const host = hostShell(new LocalConnector());
  const error = await host.connect();
  if (error !== undefined) return error.message;
  const out = mixture(random, guess(random), 40);
  const err = mixture(random, guess(random), 10);
  await Deno.writeFile(`${directory}/out`, out);
  await Deno.writeFile(`${directory}/err`, err);
  const status = random.below(256);
  const script = `cat ${directory}/out; cat ${directory}/err >&2; exit ${status}`;
  const [result] = await host.run({
    ...{ id: 1, lane: "operations", stopOnFailure: true, live: random.chance(0.5) },
    requests: [{ kind: "command", script, options: OPTIONS }],
  });
  await host.close();
  if (result?.exitStatus !== status) return `status ${result?.exitStatus} instead of ${status}`;
  if (!same(result.stdout, out) || !same(result.stderr, err)) return "output that was not printed";
  return undefined;
}

function hostShell(connector: LocalConnector): HostShell {
  return new HostShell("host", connector, {
    ...{
      connectTimeout: 1,
      startPatience: 3,
      sudoPerCommand: false,
      passwords: undefined,
      onEvent: () => {},
    },
    ahead: () => true,
  });
}

function requestsOf(directory: string): Request[] {
  const bytes = new TextEncoder().encode("content");
  const digest = { sha256: "0".repeat(64), cksum: "1 2" };
  const timeout = { ...OPTIONS, timeout: 2 };
  return [
    { kind: "command", script: "echo read", options: timeout, reads: true },
    { kind: "command", script: "echo read again", options: timeout, reads: true },
    { kind: "guard", probes: [{ script: "echo", options: OPTIONS }], expected: digest, options: timeout },
    { kind: "upload", source: { kind: "bytes", bytes }, dest: "/there", options: timeout },
    {
      kind: "upload",
      source: { kind: "bytes", bytes: new Uint8Array(200_000) },
      dest: "/there",
      options: timeout,
    },
    { kind: "download", src: "/there", dest: `${directory}/got`, size: 100_000, options: timeout },
    { kind: "command", script: "echo changed", options: timeout },
  ];
}

/** What is wrong with a result, if anything is. */
function unclear({ outcome, error, stdout, stderr }: RequestResult): string | undefined {
  if (stdout.length + stderr.length > 160 * 1024 * 1024) {
    return `${stdout.length + stderr.length} bytes of output`;
  }
  const needsWords = !["success", "failure", "skipped"].includes(outcome);
  if (needsWords && (error === undefined || error.message === "")) return `${outcome} without a reason`;
  return undefined;
}

async function leftovers(directory: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
  return names.filter((name) => name.startsWith(".drover"));
}

/** A machine whose shells are hostile. */
class HostileConnector extends LocalConnector {
  readonly #random: Random;
  readonly #knows: boolean;

  constructor(random: Random, knows: boolean) {
    super();
    this.#random = random;
    this.#knows = knows;
  }

  override spawn(): Promise<Process> {
    return Promise.resolve(new HostileShell(this.#random, this.#knows));
  }
}

/** A process that is no shell. */
class HostileShell implements Process {
  readonly stdin: WritableStream<Bytes>;
  readonly stdout: ReadableStream<Bytes>;
  readonly stderr: ReadableStream<Bytes>;
  readonly status: Promise<{ code: number }>;
  readonly #ended = Promise.withResolvers<{ code: number }>();
  readonly #random: Random;
  readonly #knows: boolean;
  readonly #out: Speaker;
  readonly #err: Speaker;
  #mark = "";
  #heard = "";

  constructor(random: Random, knows: boolean) {
    this.#random = random;
    this.#knows = knows;
    this.status = this.#ended.promise;
    this.#out = new Speaker();
    this.#err = new Speaker();
    this.stdout = this.#out.stream;
    this.stderr = this.#err.stream;
    this.stdin = new WritableStream<Bytes>({
      write: (bytes) => this.#hear(bytes),
      close: () => this.#hangUp(),
      abort: () => this.#hangUp(),
    });
    if (random.chance(0.3)) this.#say(mixture(random, guess(random), 20));
    if (random.chance(0.05)) this.#hangUp();
  }

  kill(): void {
    this.#hangUp();
  }

  async #hear(bytes: Bytes): Promise<void> {
    const random = this.#random;
    const text = decode(bytes);
    this.#heard = (this.#heard + text).slice(-100_000);
    if (this.#knows && this.#mark === "") {
      this.#mark = /M=([0-9a-f]{32})/.exec(this.#heard)?.[1] ?? "";
      if (this.#mark !== "" && random.chance(0.9)) {
        this.#say(encode(`${this.#mark}:r:${random.pick([1, 0, -1, 99999999999999])};`), "out");
        if (random.chance(0.95)) this.#say(encode(`${this.#mark}:r;`), "err");
      }
    }
    if (random.chance(0.2)) await new Promise((resolve) => setTimeout(resolve, random.size(300)));
    const mark = this.#mark === "" || random.chance(0.1) ? guess(random) : this.#mark;
    switch (random.below(8)) {
      case 0:
        return this.#say(mixture(random, mark, 30));
      case 1:
        // Echoes what it is told, marks included where it is one that is trusted with them.
        return this.#say(this.#knows ? bytes : encode(text.replaceAll(/[0-9a-f]{32}/g, "")));
      case 2:
        return this.#flood(mark);
      case 3:
        return this.#hangUp();
      case 4:
        return;
      default:
        return this.#answer(mark, text);
    }
  }

  /** Answers as a shell would, more or less. */
  #answer(mark: string, text: string): void {
    const random = this.#random;
    for (const [, name, sequence] of text.matchAll(/^(?:R )?([nrg]) (\d+) /gm)) {
      const number = random.chance(0.8) ? sequence : random.size(1e6);
      const frames = name === "g"
        ? `${mark}:p:77;${mark}:e:${number}:0:0;${mark}:g:${number}:0:2;`
        : `${mark}:p:77;an answer\n${mark}:e:${number}:${random.pick([0, 0, 1, -5, 1e20])}:${
          random.below(3)
        };`;
      this.#say(encode(frames), "out");
      if (random.chance(0.9)) this.#say(encode(`${mark}:${name === "g" ? "g" : "e"}:${number};`), "err");
    }
    if (random.chance(0.3)) this.#say(mixture(random, mark, 10));
  }

  /** Talks without end, in large pieces or in small ones that cost more than they hold. */
  #flood(mark: string): void {
    const random = this.#random;
    const small = encode(`${mark}:q;x`.repeat(2000));
    const piece = random.chance(0.5)
      ? small
      : encode(random.pick(["x", "\n", "\0", mark]).repeat(64 * 1024).slice(0, 64 * 1024));
    const starts = encode(`${mark}:p:1;`.repeat(3000));
    const speaker = random.chance(0.7) ? this.#out : this.#err;
    speaker.repeat(random.chance(0.3) ? starts : piece, random.size(600));
  }

  #say(bytes: Bytes, stream = this.#random.pick(["out", "err"])): void {
    const speaker = stream === "out" ? this.#out : this.#err;
    if (!this.#random.chance(0.3)) return speaker.say(bytes);
    for (let at = 0; at < bytes.length;) {
      const length = this.#random.between(1, 40);
      speaker.say(bytes.slice(at, at + length));
      at += length;
    }
  }

  #hangUp(): void {
    this.#out.end();
    this.#err.end();
    this.#ended.resolve({ code: this.#random.below(256) });
  }
}

/** A stream that is written to from outside, as fast as it is read. */
class Speaker {
  readonly stream: ReadableStream<Bytes>;
  #controller: ReadableStreamDefaultController<Bytes> | undefined;
  #repeated: { bytes: Bytes; times: number } | undefined;

  constructor() {
    this.stream = new ReadableStream<Bytes>({
      start: (controller) => void (this.#controller = controller),
      pull: async () => {
        if (this.#repeated === undefined || this.#repeated.times-- <= 0) return;
        // Others have their turn, as with a real stream.
        if (this.#repeated.times % 16 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
        this.say(this.#repeated.bytes.slice());
      },
      cancel: () => void (this.#controller = undefined),
    });
  }

  say(bytes: Bytes): void {
    this.#controller?.enqueue(bytes);
  }

  repeat(bytes: Bytes, times: number): void {
    this.#repeated = { bytes, times };
    this.say(bytes.slice());
  }

  end(): void {
    this.#controller?.close();
    this.#controller = undefined;
  }
}

/** Text, bytes, and frames that are right, wrong and broken off. */
function mixture(random: Random, mark: string, most: number): Bytes {
  const parts = Array.from({ length: random.between(1, most) }, () => {
    switch (random.below(7)) {
      case 0:
        return random.bytes(random.size(5000));
      case 1:
        return encode(`${mark}:${random.pick([..."repkgxwqz"])}${numbers(random)};`);
      case 2:
        return encode(`${mark}:${random.pick(["e", "", "::", "e:x", "E:1"])}${";".repeat(random.below(2))}`);
      case 3:
        return encode(mark.slice(0, random.below(33)));
      case 4:
        return encode(random.pick(["Password: ", "[sudo] password for root:", "drover: ", "\x1b[2J\r"]));
      case 5:
        return encode("line\n".repeat(random.size(2000)));
      default:
        return new Uint8Array([0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80, 0]);
    }
  });
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function numbers(random: Random): string {
  return Array.from(
    { length: random.below(5) },
    () => `:${random.pick([0, 1, 2, 3, -1, 9e15, random.size(1e6)])}`,
  ).join("");
}

/** A mark that somebody makes up. */
function guess(random: Random): string {
  return [...random.bytes(16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

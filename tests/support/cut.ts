/** Cuts connections at random offsets while operations change a host, and looks what is left there. */

import { deepStrictEqual } from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import * as files from "../../src/operations/files/mod.ts";
import * as server from "../../src/operations/server/mod.ts";
import type { RunEvent } from "../../src/engine/mod.ts";
import { runDeploy } from "./run.ts";
import { must, type Sshd, startSshd, type TestUser } from "./sshd.ts";

/** What many cuts have come to. */
export interface Tally {
  cuts: number;
  /** Runs that ended well all the same: the connection was cut after its last byte that mattered. */
  unharmed: number;
  /** What is half-written, left behind, or called a success and is none. */
  halfWritten: string[];
  leftovers: string[];
  falseSuccesses: string[];
  /** Runs after a cut that did not put things right. */
  unmended: string[];
}

type Direction = "up" | "down";

/** A connection to be cut. */
interface Cut {
  direction: Direction;
  /** Bytes of that direction that still pass. */
  offset: number;
}

/** A proxy whose next connection is cut when so many bytes have passed. */
interface CuttingProxy extends AsyncDisposable {
  port: number;
  cutNext(cut: Cut): void;
  /** Bytes of both directions since the last call. */
  passed(): Record<Direction, number>;
}

const BIG = 300_000;
const OLD = "what was there\n";
const NEW = "what is wanted\n";
/** Seconds that what runs on the host may need to notice. */
const PATIENCE = 15;

/** Cuts so many connections, one run after the other. `pick` gives numbers from 0 up to 1. */
export async function cutConnections(
  backend: "openssh" | "ssh2",
  count: number,
  pick: () => number,
  onCut: (done: number) => void = () => {},
): Promise<Tally> {
  await using sshd = await startSshd();
  await using proxy = startCuttingProxy(sshd.port);
  await using stage = await Stage.make(sshd, backend, proxy.port);
  const tally: Tally = {
    cuts: 0,
    unharmed: 0,
    halfWritten: [],
    leftovers: [],
    falseSuccesses: [],
    unmended: [],
  };
  await stage.reset();
  await stage.deploy();
  const whole = proxy.passed();
  for (; tally.cuts < count; tally.cuts++) {
    const direction = pick() < 0.5 ? "up" : "down";
    const cut = { direction, offset: Math.floor(pick() * whole[direction]) } as const;
    const note = (list: string[], found: readonly string[]) =>
      list.push(...found.map((what) => `${backend}, cut ${direction} at ${cut.offset}: ${what}`));
    await stage.reset();
    proxy.cutNext(cut);
    const { events, done } = await stage.deploy();
    if (done) tally.unharmed++;
    await stage.quiet();
    note(tally.halfWritten, await stage.halfWritten());
    note(tally.falseSuccesses, await stage.falseSuccesses(events, done));
    const next = await stage.deploy();
    const wrong = next.done ? await stage.falseSuccesses(next.events, true) : [next.problems];
    note(tally.unmended, wrong);
    await stage.quiet();
    note(tally.leftovers, await stage.leftovers());
    onCut(tally.cuts + 1);
  }
  return tally;
}

/** A directory of a host, before and after. */
class Stage implements AsyncDisposable {
  readonly #user: TestUser;
  readonly #data: Record<string, string | number | boolean>;
  /** Files of this machine that are sent, and nothing else. */
  readonly #local: string;
  readonly #remote: string;
  /** What lay there before: numbers of users are used again. */
  #before: readonly string[] = [];

  private constructor(sshd: Sshd, backend: string, port: number, local: string) {
    this.#user = sshd.users[0]!;
    this.#local = local;
    this.#remote = `${this.#user.home}/stage`;
    this.#data = { ...sshd.data(), ssh_port: port, ssh_backend: backend };
  }

  static async make(sshd: Sshd, backend: string, port: number): Promise<Stage> {
    const local = await Deno.makeTempDir({ prefix: "drover-cut-" });
    await Deno.writeTextFile(`${local}/big`, NEW.repeat(BIG / NEW.length));
    await Deno.writeTextFile(`${local}/template`, "{{ host.name }}: what is wanted\n");
    await Deno.mkdir(`${local}/tree/sub`, { recursive: true });
    for (const name of ["tree/one", "tree/sub/two"]) {
      await Deno.writeTextFile(`${local}/${name}`, NEW.repeat(1000));
    }
    await must("tar", "-czf", `${local}/tree.tgz`, "-C", `${local}/tree`, "one", "sub");
    const stage = new Stage(sshd, backend, port, local);
    stage.#before = await stage.leftovers();
    return stage;
  }

  /** Puts everything back to how it was. */
  async reset(): Promise<void> {
    const { name } = this.#user;
    const at = this.#remote;
    await Deno.remove(at, { recursive: true }).catch(() => {});
    for (const directory of ["synced/sub", "unpacked/sub"]) {
      await Deno.mkdir(`${at}/${directory}`, { recursive: true });
    }
    for (const path of ["small", "lines", "rendered", "synced/one", "unpacked/one"]) {
      await Deno.writeTextFile(`${at}/${path}`, OLD);
    }
    await Deno.writeTextFile(`${at}/big`, OLD.repeat(BIG / OLD.length));
    await must("chown", "-R", `${name}:`, at);
  }

  /** Operations that change something each. */
  async deploy(): Promise<{ events: RunEvent[]; done: boolean; problems: string }> {
    const [at, local] = [this.#remote, this.#local];
    const { events, outcome, problems } = await runDeploy({
      hosts: { "web-01": this.#data },
      request: { address: ({ name }) => ({ name, data: this.#data }) },
      deploy: async () => {
        await files.directory({ name: "directory", path: `${at}/made`, mode: 750 });
        await files.put({ name: "small", src: { content: NEW }, dest: `${at}/small`, mode: 640 });
        await files.line({ name: "lines", path: `${at}/lines`, line: "added" });
        await files.put({ name: "big", src: `${local}/big`, dest: `${at}/big` });
        await files.template({ name: "rendered", src: `${local}/template`, dest: `${at}/rendered` });
        await files.unarchive({ name: "unpacked", src: `${local}/tree.tgz`, dest: `${at}/unpacked` });
        await files.sync({ name: "synced", src: `${local}/tree`, dest: `${at}/synced` });
        await server.shell({ name: "commands", commands: [`touch ${at}/made/one`, `touch ${at}/made/two`] });
      },
    });
    const done = outcome === "done" && problems.length === 0;
    return { events, done, problems: JSON.stringify(problems) };
  }

  /** What is neither as it was nor as it is wanted. */
  async halfWritten(): Promise<string[]> {
    const big = (line: string) => line.repeat(BIG / line.length);
    const allowed: Record<string, readonly (string | undefined)[]> = {
      small: [OLD, NEW],
      lines: [OLD, `${OLD}added\n`],
      big: [big(OLD), big(NEW)],
      rendered: [OLD, "web-01: what is wanted\n"],
      "synced/one": [OLD, NEW.repeat(1000)],
      "synced/sub/two": [undefined, NEW.repeat(1000)],
      "unpacked/one": [OLD, NEW.repeat(1000)],
      "unpacked/sub/two": [undefined, NEW.repeat(1000)],
    };
    const found: string[] = [];
    for (const [path, contents] of Object.entries(allowed)) {
      const text = await this.#read(path);
      if (!contents.includes(text)) found.push(`${path} holds ${text?.length} bytes: ${text?.slice(0, 40)}`);
    }
    return found;
  }

  /** What was told to be done and is not. */
  async falseSuccesses(events: readonly RunEvent[], done: boolean): Promise<string[]> {
    const labels = events.flatMap((event) =>
      event.type === "operation.finished" && ["changed", "unchanged"].includes(event.outcome)
        ? [event.label]
        : []
    );
    const told = done ? Object.keys(WANTED) : labels;
    const found: string[] = [];
    for (const label of told) {
      const wrong = await WANTED[label]!((path) => this.#read(path), this.#remote).then(
        () => undefined,
        String,
      );
      if (wrong !== undefined) found.push(`${label}: ${wrong.slice(0, 300)}`);
    }
    return found;
  }

  /** Waits until nothing runs for the user any more. */
  async quiet(): Promise<void> {
    for (const start = performance.now(); performance.now() - start < PATIENCE * 1000;) {
      if ((await this.#processes()).length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** What nobody has cleaned up. */
  async leftovers(): Promise<string[]> {
    const { uid } = await Deno.stat(this.#user.home);
    const inHome = await readdir(this.#user.home, { recursive: true });
    const inTemp: string[] = [];
    for await (const { name } of Deno.readDir("/tmp")) {
      // What others put there may be gone again.
      const info = await Deno.lstat(`/tmp/${name}`).catch(() => undefined);
      if (info?.uid === uid) inTemp.push(`/tmp/${name}`);
    }
    const found = [
      ...inHome.filter((path) => basename(path).startsWith(".drover")),
      ...inTemp,
      ...await this.#processes(),
      ...await ownClients(),
    ];
    return found.filter((one) => !this.#before.includes(one));
  }

  async #processes(): Promise<string[]> {
    const { stdout } = await new Deno.Command("ps", { args: ["-u", this.#user.name, "-o", "args="] })
      .output();
    return new TextDecoder().decode(stdout).split("\n").filter((line) =>
      line !== "" && !line.startsWith("sshd")
    );
  }

  #read(path: string): Promise<string | undefined> {
    return Deno.readTextFile(`${this.#remote}/${path}`).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#local, { recursive: true });
  }
}

/** Clients of OpenSSH that this process has started and not ended. */
async function ownClients(): Promise<string[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["--ppid", String(Deno.pid), "-o", "args="] })
    .output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => /^(\S*\/)?ssh /.test(line));
}

type Read = (path: string) => Promise<string | undefined>;

/** How each operation leaves the host. */
const WANTED: Readonly<Record<string, (read: Read, at: string) => Promise<void>>> = {
  directory: async (_, at) => deepStrictEqual((await Deno.stat(`${at}/made`)).mode! & 0o777, 0o750),
  small: async (read, at) => {
    deepStrictEqual(await read("small"), NEW);
    deepStrictEqual((await Deno.stat(`${at}/small`)).mode! & 0o777, 0o640);
  },
  lines: async (read) => deepStrictEqual(await read("lines"), `${OLD}added\n`),
  big: async (read) => deepStrictEqual(await read("big"), NEW.repeat(BIG / NEW.length)),
  rendered: async (read) => deepStrictEqual(await read("rendered"), "web-01: what is wanted\n"),
  unpacked: async (read) => await isTree(read, "unpacked"),
  synced: async (read) => await isTree(read, "synced"),
  commands: async (_, at) => {
    for (const name of ["one", "two"]) await Deno.stat(`${at}/made/${name}`);
  },
};

async function isTree(read: Read, directory: string): Promise<void> {
  for (const path of ["one", "sub/two"]) {
    deepStrictEqual(await read(`${directory}/${path}`), NEW.repeat(1000));
  }
}

function startCuttingProxy(target: number): CuttingProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.Conn>();
  let next: Cut | undefined;
  let passed = { up: 0, down: 0 };
  const close = (connection: Deno.Conn): void => {
    if (connections.delete(connection)) connection.close();
  };
  const pump = async (
    from: Deno.Conn,
    to: Deno.Conn,
    direction: Direction,
    cut: Cut | undefined,
  ): Promise<void> => {
    let left = cut?.direction === direction ? cut.offset : Infinity;
    const buffer = new Uint8Array(16 * 1024);
    try {
      while (left > 0) {
        const count = await from.read(buffer);
        if (count === null) break;
        const bytes = buffer.subarray(0, Math.min(count, left));
        passed[direction] += bytes.length;
        left -= bytes.length;
        for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
      }
    } catch {
      // The other direction has closed it.
    }
    close(from);
    close(to);
  };
  const accepting = (async () => {
    for await (const inner of listener) {
      const cut = next;
      next = undefined;
      connections.add(inner);
      const outer = await Deno.connect({ hostname: "127.0.0.1", port: target });
      connections.add(outer);
      void pump(inner, outer, "up", cut);
      void pump(outer, inner, "down", cut);
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    cutNext: (cut) => void (next = cut),
    passed: () => {
      const before = passed;
      passed = { up: 0, down: 0 };
      return before;
    },
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of [...connections]) close(connection);
      await accepting;
    },
  };
}

/**
 * A hostile SSH server, in a process of its own. For each seed that it is told it listens on a port that it tells,
 * and treats whoever comes as that seed decides: no server at all, bytes that are broken on the way, or a session
 * whose packets nobody asked for.
 */

import { Buffer } from "node:buffer";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import process from "node:process";
import ssh2 from "ssh2";
import { Random } from "./random.ts";

/** The package's server, with the parts that send what they are told to. */
interface RawServer {
  listen(port: number, host: string, ready: () => void): void;
  address(): { port: number };
}
interface RawConnection {
  on(event: string, listener: (...args: never[]) => void): void;
  _protocol: {
    _packetRW: {
      write: { allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer };
    };
    _cipher: { encrypt(packet: Buffer): void };
    rekey(): void;
  };
}
interface Library {
  Server: new (options: Record<string, unknown>, listener: (client: RawConnection) => void) => RawServer;
  utils: { generateKeyPairSync(type: string): { private: string } };
}
const library = ssh2 as unknown as Library;

// A client that breaks off is no failure of this side.
process.on("uncaughtException", () => {});
process.on("unhandledRejection", () => {});

const hostKey = library.utils.generateKeyPairSync("ed25519").private;
const open: Server[] = [];

for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const line of text.split("\n").filter(Boolean)) {
    const port = await serve(new Random(Number(line)));
    await Deno.stdout.write(new TextEncoder().encode(`${line} ${port}\n`));
  }
}
Deno.exit(0);

/** Listens for one seed; what listened long ago ends. */
async function serve(random: Random): Promise<number> {
  const kind = random.below(10);
  const treat = kind < 4 ? treatRaw : kind < 7 ? await treatBroken() : await treatSession(random.seed);
  const server = createServer((socket) => {
    socket.on("error", () => {});
    treat(socket, random);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(server);
  if (open.length > 100) open.shift()!.close();
  return (server.address() as { port: number }).port;
}

/** Something that has nothing to do with SSH, or only its first line. */
function treatRaw(socket: Socket, random: Random): void {
  if (random.chance(0.7)) {
    socket.write(
      random.pick(["SSH-2.0-x\r\n", "SSH-2.0-OpenSSH_9.6\r\n", "SSH-1.0-x\n", "SSH-2.0-\xff\r\n"]),
    );
  }
  switch (random.below(8)) {
    case 0:
      return flood(socket, () => Buffer.from("a line before the banner\r\n".repeat(1000)));
    case 1:
      return flood(socket, () => Buffer.alloc(65536, random.pick(["x", "\0", "\r"])));
    case 2:
      return flood(socket, () => Buffer.from(random.bytes(10_000)));
    case 3:
      return flood(socket, () => packet(random, ignored(random)));
    case 4:
      socket.write(packet(random, hostilePayload(random)));
      return void socket.end();
    case 5:
      // Lengths that are none.
      socket.write(
        Buffer.concat([
          number(random.pick([0, 1, 35_001, 2 ** 31 - 1, 2 ** 32 - 1])),
          Buffer.from(random.bytes(400)),
        ]),
      );
      return later(socket, random);
    case 6:
      for (let count = random.size(200); count > 0; count--) {
        socket.write(packet(random, hostilePayload(random)));
      }
      return later(socket, random);
    default:
      return later(socket, random);
  }
}

/** A true server, some of whose bytes are others when they arrive. */
async function treatBroken(): Promise<(socket: Socket, random: Random) => void> {
  const port = await listen((client) => admit(client, () => {}));
  return (socket, random) => {
    const inner = createConnection(port, "127.0.0.1");
    inner.on("error", () => socket.destroy());
    socket.on("close", () => inner.destroy());
    inner.on("close", () => socket.end());
    socket.pipe(inner);
    let place = 0;
    const first = random.size(4000);
    const how = random.below(5);
    inner.on("data", (data: Buffer) => {
      const at = first - place;
      place += data.length;
      if (at < 0 || at >= data.length) return void socket.write(data);
      if (how === 0) return void socket.end(data.subarray(0, at));
      if (how === 1) return void socket.write(Buffer.concat([data.subarray(0, at), data.subarray(at + 1)]));
      if (how === 2) return void socket.write(Buffer.concat([data, data.subarray(at)]));
      if (how === 3) {
        return void socket.write(
          Buffer.concat([data.subarray(0, at), Buffer.from(random.bytes(50)), data.subarray(at)]),
        );
      }
      data[at]! ^= random.between(1, 255);
      socket.write(data);
    });
  };
}

/** Lets everybody in, answers as a shell does, and sends what was never asked for. */
async function treatSession(seed: number): Promise<(socket: Socket) => void> {
  const random = new Random(seed ^ 0x5eed);
  const port = await listen((client) => {
    const early = random.chance(0.2);
    if (early) client.on("handshake", () => abuse(client, random));
    admit(client, () => abuse(client, random), random);
  });
  return (socket) => {
    const inner = createConnection(port, "127.0.0.1");
    inner.on("error", () => socket.destroy());
    socket.on("close", () => inner.destroy());
    inner.pipe(socket).pipe(inner);
  };
}

function listen(take: (client: RawConnection) => void): Promise<number> {
  return new Promise((resolve) => {
    const server: RawServer = new library.Server({ hostKeys: [hostKey] }, take);
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

interface Channel {
  write(text: string): void;
  stderr: { write(text: string): void };
  on(event: string, listener: (data: Buffer) => void): void;
}

function admit(client: RawConnection, then: () => void, random?: Random): void {
  client.on("error", () => {});
  client.on("authentication", (context: { accept(): void; reject(): void }) => {
    if (random?.chance(0.1)) context.reject();
    else context.accept();
  });
  client.on("ready", () => {
    if (random?.chance(0.3)) then();
  });
  client.on("session", (accept: () => { on: RawConnection["on"] }) => {
    accept().on("exec", (take: () => Channel) => {
      const channel = take();
      channel.on("error", () => {});
      let heard = "";
      let greeted = false;
      channel.on("data", (data) => {
        heard = (heard + data.toString("latin1")).slice(-50_000);
        const mark = /M=([0-9a-f]{32})/.exec(heard)?.[1];
        if (mark !== undefined && !greeted) {
          greeted = true;
          channel.write(`${mark}:r:4242;`);
          channel.stderr.write(`${mark}:r;`);
          setTimeout(then, 5);
        }
      });
    });
  });
}

/** Sends packets that nobody asked for. */
function abuse(client: RawConnection, random: Random): void {
  const send = (payload: Buffer): void => {
    try {
      const { write } = client._protocol._packetRW;
      const whole = write.alloc(payload.length);
      whole.set(payload, write.allocStart);
      client._protocol._cipher.encrypt(write.finalize(whole));
    } catch {
      // It has hung up.
    }
  };
  if (random.chance(0.1)) return client._protocol.rekey();
  const same = random.chance(0.5) ? hostilePayload(random) : undefined;
  const times = random.size(random.chance(0.3) ? 30_000 : 30);
  const some = (left: number): void => {
    for (let count = 0; count < 500 && left > 0; count++, left--) send(same ?? hostilePayload(random));
    if (left > 0) setTimeout(() => some(left), 1);
  };
  some(times);
}

function flood(socket: Socket, make: () => Buffer): void {
  let left = 400 * 1024 * 1024;
  const go = (): void => {
    while (left > 0 && !socket.destroyed) {
      const piece = make();
      left -= piece.length;
      if (!socket.write(piece)) return void socket.once("drain", go);
    }
    socket.end();
  };
  go();
}

function later(socket: Socket, random: Random): void {
  if (random.chance(0.8)) setTimeout(() => socket.destroy(), random.size(500));
}

/** A packet before there are keys. */
function packet(random: Random, payload: Buffer): Buffer {
  const padding = random.chance(0.9) ? 8 - ((payload.length + 5) % 8) + 8 : random.below(256);
  const length = random.chance(0.95) ? payload.length + padding + 1 : random.size(100_000);
  return Buffer.concat([number(length), Buffer.from([padding]), payload, Buffer.alloc(padding)]);
}

function ignored(random: Random): Buffer {
  const type = random.pick([2, 4, 3]);
  if (type === 3) return Buffer.concat([Buffer.from([3]), number(random.below(10))]);
  const words = text(random, 1000);
  return Buffer.concat([
    Buffer.from([type]),
    ...(type === 4 ? [Buffer.from([1])] : []),
    words,
    text(random, 3),
  ]);
}

/** Types of messages, with what may stand in them. */
function hostilePayload(random: Random): Buffer {
  const type = random.pick([
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    20,
    21,
    30,
    31,
    50,
    51,
    52,
    53,
    60,
    61,
    80,
    81,
    82,
    90,
    91,
    92,
    93,
    94,
    95,
    96,
    97,
    98,
    99,
    100,
    255,
  ]);
  const channel = number(random.pick([0, 0, 0, 1, 2, 77, 2 ** 32 - 1]));
  const amount = number(random.pick([0, 1, 2 ** 31, 2 ** 32 - 1, random.size(1e6)]));
  const head = Buffer.from([type]);
  const name = (...names: string[]): Buffer => {
    const bytes = Buffer.from(random.pick(names));
    return Buffer.concat([number(bytes.length), bytes]);
  };
  if (random.chance(0.15)) return Buffer.concat([head, Buffer.from(random.bytes(random.size(300)))]);
  switch (type) {
    case 1:
      return Buffer.concat([head, number(random.below(20)), text(random, 30_000), text(random, 5)]);
    case 7:
      return Buffer.concat([
        head,
        number(random.pick([0, 1, 5, 2 ** 31])),
        name("server-sig-algs"),
        text(random, 1000),
      ]);
    case 20:
      return Buffer.concat([
        head,
        Buffer.from(random.bytes(16)),
        ...Array.from({ length: 10 }, () => text(random, 300)),
        Buffer.from([random.below(2)]),
        number(0),
      ]);
    case 53:
      return Buffer.concat([head, text(random, 30_000), text(random, 5)]);
    case 51:
      return Buffer.concat([
        head,
        name("publickey", "password,keyboard-interactive", "none", ""),
        Buffer.from([random.below(3)]),
      ]);
    case 60:
      return Buffer.concat([
        head,
        text(random, 20),
        text(random, 20),
        text(random, 3),
        number(random.pick([0, 1, 1000, 2 ** 31])),
        text(random, 20),
        Buffer.from([0]),
      ]);
    case 80:
      return Buffer.concat([
        head,
        name("hostkeys-00@openssh.com", "keepalive@openssh.com", "x", "tcpip-forward"),
        Buffer.from([1]),
        text(random, 30),
      ]);
    case 90:
      return Buffer.concat([
        head,
        name("session", "x11", "forwarded-tcpip", "auth-agent@openssh.com", "direct-tcpip"),
        channel,
        amount,
        amount,
        text(random, 100),
      ]);
    case 91:
      return Buffer.concat([head, channel, channel, amount, amount]);
    case 92:
      return Buffer.concat([head, channel, amount, text(random, 3000), text(random, 5)]);
    case 94:
      return Buffer.concat([head, channel, text(random, 30_000)]);
    case 95:
      return Buffer.concat([head, channel, number(random.pick([0, 1, 2, 77])), text(random, 30_000)]);
    case 98:
      return Buffer.concat([
        head,
        channel,
        name("exit-status", "exit-signal", "eow@openssh.com", "signal", "x"),
        Buffer.from([random.below(2)]),
        random.pick([amount, text(random, 100)]),
      ]);
    default:
      return Buffer.concat([head, channel, amount]);
  }
}

/** A text with its length, which may be another. */
function text(random: Random, most: number): Buffer {
  const bytes = random.chance(0.5)
    ? Buffer.from(random.bytes(random.size(most)))
    : Buffer.alloc(random.size(most), "a,\n\x1b");
  const length = random.chance(0.95) ? bytes.length : random.pick([2 ** 32 - 1, bytes.length + 1, 2 ** 31]);
  return Buffer.concat([number(length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Math.floor(value) % 2 ** 32);
  return bytes;
}

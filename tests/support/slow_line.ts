/** A TCP line that takes its time and counts how often the two ends wait for each other. */

/** A running line. */
export interface SlowLine extends AsyncDisposable {
  port: number;
  /** How often the client has spoken after it had been answered: the round trips, of all connections. */
  turns(): number;
}

/** Starts a line to a port of this machine; every byte arrives so many milliseconds later. */
export function startSlowLine(target: number, delayMs: number): SlowLine {
  const listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const open = new Set<Deno.Conn>();
  let turns = 0;
  const carry = async (from: Deno.TcpConn, to: Deno.TcpConn, heard: () => void): Promise<void> => {
    let written: Promise<unknown> = Promise.resolve();
    try {
      while (true) {
        const buffer = new Uint8Array(64 * 1024);
        const count = await from.read(buffer);
        if (count === null) break;
        heard();
        const due = new Promise((resolve) => setTimeout(resolve, delayMs));
        // What comes later must not overtake, nor wait for more than its own delay.
        written = Promise.all([written, due]).then(() => writeAll(to, buffer.subarray(0, count)));
        written.catch(() => {});
      }
      await written;
    } catch {
      // The other side has hung up.
    }
    hangUp(from);
    hangUp(to);
  };
  const hangUp = (connection: Deno.Conn) => {
    if (!open.delete(connection)) return;
    connection.close();
  };
  const serve = async (client: Deno.TcpConn) => {
    const server = await Deno.connect({ hostname: "127.0.0.1", port: target });
    for (const connection of [client, server]) {
      connection.setNoDelay(true);
      open.add(connection);
    }
    let answered = true;
    void carry(client, server, () => {
      if (answered) turns++;
      answered = false;
    });
    void carry(server, client, () => void (answered = true));
  };
  const accepting = (async () => {
    for await (const connection of listener) void serve(connection);
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    turns: () => turns,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of [...open]) hangUp(connection);
      await accepting;
    },
  };
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** A TCP proxy that counts, delays and cuts connections. */

/** A running proxy. */
export interface Proxy extends AsyncDisposable {
  port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Breaks all connections off (as a reset would) and refuses new ones until {@linkcode Proxy.mend}. */
  cut(): void;
  /** Lets nothing through any more, without closing anything. */
  freeze(): void;
  /** Accepts connections again. */
  mend(): void;
}

/** Starts a proxy in front of a port of this machine. */
export function startProxy(target: number, delayMs = 0): Proxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.Conn>();
  const work = new Set<Promise<unknown>>();
  let accepted = 0;
  let broken = false;
  let frozen = false;
  const close = (connection: Deno.Conn): void => {
    connections.delete(connection);
    try {
      connection.close();
    } catch {
      // It has been closed already.
    }
  };
  const pump = async (from: Deno.Conn, to: Deno.Conn): Promise<void> => {
    const buffer = new Uint8Array(64 * 1024);
    try {
      while (true) {
        const count = await from.read(buffer);
        if (count === null) break;
        if (frozen) continue;
        if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
        for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
      }
    } catch {
      // The other direction has closed it.
    }
    close(from);
    close(to);
  };
  const serve = async (inner: Deno.Conn): Promise<void> => {
    accepted++;
    connections.add(inner);
    if (broken) return close(inner);
    try {
      const outer = await Deno.connect({ hostname: "127.0.0.1", port: target });
      connections.add(outer);
      await Promise.all([pump(inner, outer), pump(outer, inner)]);
    } catch {
      close(inner);
    }
  };
  const accepting = (async () => {
    for await (const connection of listener) {
      const serving = serve(connection).finally(() => work.delete(serving));
      work.add(serving);
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    get accepted() {
      return accepted;
    },
    cut: () => {
      broken = true;
      for (const connection of connections) close(connection);
    },
    freeze: () => void (frozen = true),
    mend: () => void (broken = frozen = false),
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of connections) close(connection);
      await accepting;
      await Promise.all(work);
    },
  };
}

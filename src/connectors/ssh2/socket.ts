/** Opens TCP connections as OpenSSH does: every address of a name in turn, each with the time it is given. */

import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";

/** Why there is no connection. */
export type SocketFailure = "resolve" | "refused" | "timeout" | "unreachable" | "other" | "aborted";

/** Thrown by {@linkcode openSocket}. */
export class SocketError extends Error {
  override readonly name = "SocketError";
  constructor(readonly kind: SocketFailure, message: string) {
    super(message);
  }
}

/** Where and how to connect. */
export interface SocketOptions {
  hostname: string;
  port: number;
  family: 0 | 4 | 6;
  /** For each address; 0 leaves it to the system. */
  seconds: number;
  signal: AbortSignal;
}

/**
 * Connects.
 *
 * @throws {SocketError} With what the last address said.
 */
export async function openSocket(options: SocketOptions): Promise<Socket> {
  let last = new SocketError("resolve", `Could not resolve hostname ${options.hostname}`);
  for (const address of await addressesOf(options)) {
    try {
      return await connectTo(address, options);
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      last = error;
      if (error.kind === "aborted") break;
    }
  }
  throw last;
}

async function addressesOf({ hostname, family }: SocketOptions): Promise<string[]> {
  if (isIP(hostname) !== 0) return [hostname];
  try {
    return (await lookup(hostname, { all: true, family })).map(({ address }) => address);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SocketError("resolve", `Could not resolve hostname ${hostname}: ${reason}`);
  }
}

function connectTo(address: string, { port, seconds, signal }: SocketOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Without noDelay each request would wait for the acknowledgement of the one before.
    const socket = connect({ host: address, port, noDelay: true, keepAlive: true });
    const end = (error: SocketError): void => {
      done();
      // A socket reports its end even to those who have turned away.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const where = `connect to host ${address} port ${port}`;
    const abort = (): void => end(new SocketError("aborted", `${where}: interrupted`));
    const fail = (error: Error & { code?: string }): void =>
      end(new SocketError(failureOf(error.code), `${where}: ${error.message}`));
    const timer = seconds > 0
      ? setTimeout(() => end(new SocketError("timeout", `${where}: Connection timed out`)), seconds * 1000)
      : undefined;
    const connected = (): void => {
      done();
      socket.setNoDelay(true);
      resolve(socket);
    };
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.off("error", fail);
      socket.off("connect", connected);
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort);
    socket.on("error", fail);
    socket.on("connect", connected);
  });
}

function failureOf(code: string | undefined): SocketFailure {
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ETIMEDOUT") return "timeout";
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH" || code === "EHOSTDOWN") return "unreachable";
  return "other";
}

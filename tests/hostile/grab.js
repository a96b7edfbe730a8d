/** Gets hold of the deploy's end of the conversation, by every way that there is. */

import { host } from "drover";

/** Sends what it is given to the main thread; whoever answers is not waited for. */
export async function grab() {
  const module = await import(new URL("./sandbox/port.ts", import.meta.resolve("drover")).href).catch(() =>
    undefined
  );
  if (module === undefined) return globalThis.postMessage.bind(globalThis);
  let port;
  const { call } = module.DeployPort.prototype;
  module.DeployPort.prototype.call = function (...args) {
    port = this;
    return call.apply(this, args);
  };
  await host.getFact("server.Command", { command: "true" });
  return (message) => port.tell(message);
}

/** Options of a request that does nothing special. */
export const OPTIONS = { privilege: {}, shell: "sh", env: {}, pty: false, successExitCodes: [0] };

/** A batch with one command. */
export function batch(lane, script, id = 9000) {
  const requests = [{ kind: "command", script, options: OPTIONS }];
  return { id, lane, requests, stopOnFailure: true, live: false };
}

/** Long enough for the main thread to act. */
export const pause = (milliseconds = 1500) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Gets hold of the deploy's end of the conversation, by every way that there is. */

import { host } from "drover";

/** Sends what it is given to the main thread; whoever answers is not waited for. */
export async function grab() {
  const module = await portModule();
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

/** The module with the class of our end of the port: of the sources, or whichever became it in a built program. */
export async function portModule() {
  const own = import.meta.resolve("drover");
  const load = (path) => import(new URL(path, own).href).catch(() => undefined);
  const source = await load("./sandbox/port.ts");
  if (source !== undefined) return source;
  for await (const { name } of Deno.readDir(new URL("./", own))) {
    const module = name.startsWith("part-") ? await load(`./${name}`) : undefined;
    if (module?.DeployPort !== undefined) return module;
  }
  return undefined;
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

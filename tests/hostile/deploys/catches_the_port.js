import { host } from "drover";
let caught = 0;
for (const prototype of [MessagePort.prototype, EventTarget.prototype]) {
  for (const name of ["postMessage", "dispatchEvent", "addEventListener", "start", "close"]) {
    const original = prototype[name];
    if (typeof original !== "function") continue;
    prototype[name] = function (...args) {
      if (this instanceof MessagePort) caught++;
      return original.apply(this, args);
    };
  }
}
await host.getFact("server.Command", { command: "true" });
throw new Error(caught > 0 || typeof globalThis.postMessage === "function" ? "ESCAPED" : "not caught");

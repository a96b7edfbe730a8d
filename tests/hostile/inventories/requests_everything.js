globalThis.postMessage?.({ type: "requested", requested: { run: true, write: true } });
export const targets = ["@local"];

globalThis.postMessage?.({ type: "requested", requested: { write: true } });
globalThis.postMessage?.({ type: "evaluated", config: { permissions: { write: true } } });
export const diff = true;

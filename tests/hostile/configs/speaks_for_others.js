globalThis.postMessage?.({ type: "wishes", wishes: { write: true } });
globalThis.postMessage?.({ type: "evaluated", config: { permissions: { write: true } } });
export const diff = true;

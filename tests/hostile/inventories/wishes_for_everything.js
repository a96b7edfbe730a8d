globalThis.postMessage?.({ type: "wishes", wishes: { run: true, write: true } });
export const targets = ["@local"];

import { grab, OPTIONS, pause } from "../grab.js";
const send = await grab();
const source = { kind: "bytes", bytes: new TextEncoder().encode("x") };
const requests = [{ kind: "upload", source, dest: "OUTSIDE/written", options: OPTIONS }];
const batch = { id: 9001, lane: "facts", requests, stopOnFailure: true, live: false };
send({ type: "call", id: 1e6, method: "run", args: ["@local", batch] });
await pause();

import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "event", event: { type: "host.backend", host: "@local", backend: "x", reason: "y" } });
await pause();

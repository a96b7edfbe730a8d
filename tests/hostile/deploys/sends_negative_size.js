import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "event", event: { type: "hosts.ready", connected: -1, failed: NaN, seconds: 0 } });
await pause();

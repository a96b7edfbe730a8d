import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "event", event: JSON.parse(`{"type":"notice","text":"x","__proto__":{"y":1}}`) });
await pause();

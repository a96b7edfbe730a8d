import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "call" });
await pause();

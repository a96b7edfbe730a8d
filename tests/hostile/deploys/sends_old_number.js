import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "call", id: 1, method: "connect", args: ["@local"] });
await pause();

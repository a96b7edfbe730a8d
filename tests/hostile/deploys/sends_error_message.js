import { grab, pause } from "../grab.js";
const send = await grab();
send(Object.assign(new Error("x"), { type: "failed" }));
await pause();

import { grab, pause } from "../grab.js";
const send = await grab();
send(new Map([["type", "finished"]]));
await pause();

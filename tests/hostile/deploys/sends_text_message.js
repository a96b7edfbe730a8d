import { grab, pause } from "../grab.js";
const send = await grab();
send("stop");
await pause();

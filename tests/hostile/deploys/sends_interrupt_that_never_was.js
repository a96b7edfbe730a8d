import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "interrupted" });
await pause();

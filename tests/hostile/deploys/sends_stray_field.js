import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "interrupted", more: 1 });
await pause();

import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "call", id: 1e6, method: "readStdin", args: [] });
await pause();

import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "requested", requested: { run: true } });
await pause();

import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "wishes", wishes: { run: true } });
await pause();

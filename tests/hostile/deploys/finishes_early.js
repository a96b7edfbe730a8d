import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "finished", finished: { outcome: "done", failures: [], changes: false } });
await pause();

import { grab, pause } from "../grab.js";
const send = await grab();
const place = { file: "OUTSIDE/secret", line: 1, column: 1 };
send({ type: "event", event: { type: "warning", text: "look", place } });
send({ type: "failed", problem: { code: "E_USER", message: "look here", place, frames: [place] } });
await pause();

import { grab, pause } from "../grab.js";
const send = await grab();
send({ type: "call", id: 1e6, method: "connect", args: ["@chroot//"] });
await pause();

import { grab, OPTIONS, pause } from "../grab.js";
const send = await grab();
const options = { ...OPTIONS, stdin: new Uint8Array(new SharedArrayBuffer(8)) };
const requests = [{ kind: "command", script: "cat", options }];
send({
  type: "call",
  id: 1e6,
  method: "run",
  args: ["@local", { id: 9002, lane: "facts", requests, stopOnFailure: true, live: false }],
});
await pause();
